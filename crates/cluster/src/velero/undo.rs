//! Undoing what the Kubernetes API alone cannot: [`StackUndo`].

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use futures::{FutureExt as _, future::BoxFuture};
use kube::{Client, ResourceExt as _, api::ListParams};

use super::{deletion::DeletionError, operation::Velero, resource::Backup};
use crate::{
    client::{S3, S3Error},
    ledger::{Entry, Held, Undo, UndoError},
    stack::S3Access,
};

/// So long after the deletion of a schedule Velero surely knows of it: it reads schedules from a watched copy.
const STALE: Duration = Duration::from_secs(2);

/// Undoes Velero backups and S3 objects of a stack.
pub struct StackUndo {
    client: Client,
    s3: Option<S3Access>,
}

impl StackUndo {
    /// For the stack of this cluster; without access to its S3 server, objects stay listed.
    #[must_use]
    pub fn new(client: Client, s3: Option<S3Access>) -> Self {
        Self { client, s3 }
    }

    /// Deletes a backup by Velero. One that Velero has lost track of is taken out of the bucket and the cluster without it;
    /// its volumes' data stay in the repository of its namespace, as those of every other backup do until its maintenance.
    async fn delete_backup(&self, name: &str, deadline: Duration) -> Result<(), UndoError> {
        let velero = Velero::new(self.client.clone(), BTreeMap::new());
        match velero.delete_backup(name, deadline).await {
            Err(lost @ DeletionError::LostTrack { .. }) => {
                let Some(access) = &self.s3 else {
                    return Err(UndoError::Failed(lost.into()));
                };
                // Velero makes the resource again where it finds the backup in the bucket.
                self.delete_prefix(&access.bucket, &format!("backups/{name}/")).await?;
                let removed = velero.remove_backup(name, deadline).await;
                removed.map_err(|error| UndoError::Failed(error.into()))
            }
            ended => ended.map_err(|error| UndoError::Failed(error.into())),
        }
    }

    /// Deletes every backup that Velero made for a schedule which is gone, until none has come for [`STALE`].
    async fn delete_backups_of(&self, schedule: &str, deadline: Duration) -> Result<(), UndoError> {
        let until = Instant::now() + deadline;
        let backups = Velero::new(self.client.clone(), BTreeMap::new()).api::<Backup>();
        let selection = ListParams::default().labels(&Velero::backups_of_schedule(schedule));
        let mut none_came = false;
        let mut pace = tokio::time::interval(STALE);
        loop {
            pace.tick().await;
            let found = backups.list(&selection).await;
            let found = found.map_err(|error| UndoError::Failed(error.into()))?.items;
            if found.is_empty() && none_came {
                return Ok(());
            }
            none_came = found.is_empty();
            for backup in found {
                let left = until.saturating_duration_since(Instant::now());
                self.delete_backup(&backup.name_any(), left).await?;
            }
        }
    }

    async fn delete_prefix(&self, bucket: &str, prefix: &str) -> Result<(), UndoError> {
        let access = self
            .s3
            .as_ref()
            .ok_or_else(|| UndoError::Failed("the S3 server is not known".into()))?;
        let failed = |error: S3Error| UndoError::Failed(error.into());
        let s3 = S3::connect(&self.client, access).await.map_err(failed)?;
        for object in s3.list(bucket, prefix).await.map_err(failed)? {
            s3.delete(bucket, &object.key).await.map_err(failed)?;
        }
        Ok(())
    }
}

impl Undo for StackUndo {
    fn undo<'a>(&'a self, held: &'a Held, deadline: Duration) -> BoxFuture<'a, Result<(), UndoError>> {
        async move {
            match &held.entry {
                Entry::VeleroBackup { name, .. } => self.delete_backup(name, deadline).await,
                Entry::VeleroBackupsOf { schedule, .. } => self.delete_backups_of(schedule, deadline).await,
                Entry::S3Prefix { bucket, prefix } => {
                    let deleted = tokio::time::timeout(deadline, self.delete_prefix(bucket, prefix)).await;
                    deleted.map_err(|elapsed| UndoError::Failed(elapsed.into()))?
                }
                Entry::Cluster { .. }
                | Entry::EngineNetwork { .. }
                | Entry::EngineContainer { .. }
                | Entry::EnginePause { .. }
                | Entry::EngineImage { .. }
                | Entry::Namespace { .. }
                | Entry::Object(_)
                | Entry::Patched { .. } => Err(UndoError::NotMine),
            }
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use serde_json::{Value, json};

    use super::*;
    use crate::ledger::mock::{client, list, not_found};

    const BACKUPS: &str = "/apis/velero.io/v1/namespaces/velero/backups";

    fn backup(name: &str, schedule: &str) -> Value {
        json!({
            "apiVersion": "velero.io/v1", "kind": "Backup", "spec": {}, "status": { "phase": "New" },
            "metadata": {
                "name": name, "namespace": "velero", "uid": name, "resourceVersion": "1",
                "labels": { "velero.io/schedule-name": schedule },
            },
        })
    }

    /// Velero made a backup while the one before it was being deleted: a whole run failed by it, with a leak.
    #[tokio::test]
    async fn backups_that_come_while_others_are_deleted_go_too() {
        let held = Arc::new(Mutex::new(vec![backup("a-1", "a"), backup("b-1", "b")]));
        let late = Arc::new(Mutex::new(vec![backup("a-2", "a")]));
        let served = Arc::clone(&held);
        let (client, requests) = client(move |method, path, query| {
            let mut held = served.lock().unwrap();
            let name = path.strip_prefix(BACKUPS).unwrap_or_default().trim_start_matches('/');
            let found = held.iter().position(|backup| backup["metadata"]["name"] == name);
            match (method, found) {
                ("DELETE", Some(index)) => {
                    let gone = held.remove(index);
                    held.append(&mut late.lock().unwrap());
                    (200, gone)
                }
                (_, Some(index)) => (200, held[index].clone()),
                _ if path == BACKUPS => {
                    let asked = |backup: &&Value| {
                        let schedule = backup["metadata"]["labels"]["velero.io/schedule-name"]
                            .as_str()
                            .unwrap();
                        query.contains("fieldSelector") || query.contains(&format!("schedule-name%3D{schedule}"))
                    };
                    let name = query
                        .split("metadata.name%3D")
                        .nth(1)
                        .map(|rest| rest.split('&').next().unwrap());
                    let named = |backup: &&Value| name.is_none_or(|name| backup["metadata"]["name"] == name);
                    let items: Vec<&Value> = held.iter().filter(asked).filter(named).collect();
                    list("velero.io/v1", "Backup", &json!(items))
                }
                _ => not_found(),
            }
        });

        let undo = StackUndo::new(client, None);
        undo.delete_backups_of("a", Duration::from_mins(1)).await.unwrap();

        let left: Vec<Value> = held
            .lock()
            .unwrap()
            .iter()
            .map(|left| left["metadata"]["name"].clone())
            .collect();
        assert_eq!(left, [json!("b-1")], "{:?}", requests.lock().unwrap());
    }
}
