//! Taking back what the cluster's ledger lists outside the cluster.

use std::time::Duration;

use futures::future::BoxFuture;

use super::{Owned, is_entry_of};
use crate::{
    backend::calls::Calls,
    engine,
    ledger::{Entry, Held, Undo, UndoError},
};

impl<C: Calls> Undo for Owned<C> {
    fn undo<'a>(&'a self, held: &'a Held, _deadline: Duration) -> BoxFuture<'a, Result<(), UndoError>> {
        Box::pin(async move {
            match &held.entry {
                entry @ Entry::Cluster { .. } if is_entry_of::<C>(entry, &self.name) => {
                    let deleted = self.calls.delete(&self.engine, &self.name, &self.kubeconfig).await;
                    deleted.map_err(|error| UndoError::Failed(error.into()))
                }
                other => engine::remove(&self.engine, other).await,
            }
        })
    }
}
