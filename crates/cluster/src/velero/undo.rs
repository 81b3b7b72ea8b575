//! Undoing what the Kubernetes API alone cannot: [`StackUndo`].

use std::{collections::BTreeMap, time::Duration};

use futures::{FutureExt as _, future::BoxFuture};
use kube::Client;

use super::operation::Velero;
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
                Entry::VeleroBackup { name, .. } => {
                    let velero = Velero::new(self.client.clone(), BTreeMap::new());
                    velero
                        .delete_backup(name, deadline)
                        .await
                        .map_err(|error| UndoError::Failed(error.into()))
                }
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
