//! Undoing what the Kubernetes API alone cannot: [`StackUndo`].

use std::{collections::BTreeMap, time::Duration};

use futures::{FutureExt as _, future::BoxFuture};
use kube::Client;

use super::{deletion::DeletionError, operation::Velero};
use crate::{
    client::{S3, S3Error},
    ledger::{Entry, Held, Undo, UndoError},
    stack::S3Access,
};

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
