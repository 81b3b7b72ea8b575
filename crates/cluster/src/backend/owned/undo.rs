//! Taking back what the cluster's ledger lists outside the cluster.

use std::time::Duration;

use futures::future::BoxFuture;

use super::{Owned, is_entry_of};
use crate::{
    backend::calls::Calls,
    ledger::{Entry, Held, Undo, UndoError},
};

impl<C: Calls> Undo for Owned<C> {
    fn undo<'a>(&'a self, held: &'a Held, _deadline: Duration) -> BoxFuture<'a, Result<(), UndoError>> {
        Box::pin(async move {
            let engine = self.engine.kind().to_string();
            let (thing, of, name) = match &held.entry {
                entry @ Entry::Cluster { .. } if is_entry_of::<C>(entry, &self.name) => {
                    return self
                        .calls
                        .delete(&self.engine, &self.name, &self.kubeconfig)
                        .await
                        .map_err(failed);
                }
                Entry::EngineNetwork { engine, name } => ("network", engine, name),
                Entry::EngineContainer { engine, name } => ("container", engine, name),
                Entry::EngineImage { engine, reference } => ("image", engine, reference),
                Entry::Cluster { .. }
                | Entry::Namespace { .. }
                | Entry::Object(_)
                | Entry::S3Prefix { .. }
                | Entry::VeleroBackup { .. }
                | Entry::Patched { .. } => return Err(UndoError::NotMine),
            };
            if *of != engine {
                return Err(UndoError::NotMine);
            }
            if self.engine.command([thing, "inspect", name]).run().await.is_err() {
                return Ok(());
            }
            let remove = self.engine.command([thing, "rm", "--force", name]);
            remove.run().await.map(|_output| ()).map_err(failed)
        })
    }
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> UndoError {
    UndoError::Failed(Box::new(error))
}
