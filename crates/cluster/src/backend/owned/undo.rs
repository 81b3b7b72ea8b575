//! Taking back what the cluster's ledger lists outside the cluster.

use std::time::Duration;

use futures::future::BoxFuture;

use super::{Owned, is_entry_of};
use crate::{
    backend::calls::Calls,
    engine,
    ledger::{Held, Undo, UndoError},
};

impl<C: Calls> Undo for Owned<C> {
    fn undo<'a>(&'a self, held: &'a Held, _deadline: Duration) -> BoxFuture<'a, Result<(), UndoError>> {
        Box::pin(async move {
            if is_entry_of::<C>(&held.entry, &self.name) {
                let deleted = self.calls.delete(&self.engine, &self.name, &self.kubeconfig).await;
                return deleted.map_err(|error| UndoError::Failed(error.into()));
            }
            engine::remove(&self.engine, &held.entry).await
        })
    }
}
