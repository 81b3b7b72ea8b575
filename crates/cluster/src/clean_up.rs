//! Taking back everything that a run can have made, in the cluster and beside it: [`CleanUp`].

use std::time::Duration;

use kube::Client;

use crate::{
    engine::EngineUndo,
    ledger::{Held, Ledger, Leftover, Undo, Undoing, undo_chosen},
    stack::S3Access,
    velero::StackUndo,
};

/// Where and how what a ledger lists is taken back: Kubernetes objects, Velero's backups, objects of the S3 server, things
/// of the engine.
pub struct CleanUp {
    /// The cluster.
    pub client: Client,
    /// Its S3 server; without access to it, what is there stays listed.
    pub s3: Option<S3Access>,
    /// For everything together.
    pub deadline: Duration,
    /// Takes finalizers off what does not go. Only on a person's explicit word.
    pub force_finalizers: bool,
}

impl CleanUp {
    /// Takes back what `choose` picks, the last thing first, and answers what stays.
    pub async fn undo(self, ledger: &Ledger, choose: impl Fn(&Held) -> bool) -> Vec<Leftover> {
        let stack = StackUndo::new(self.client.clone(), self.s3);
        let engine = EngineUndo::default();
        let outside: [&dyn Undo; 2] = [&stack, &engine];
        let with = Undoing {
            client: Some(self.client),
            outside: &outside,
            deadline: self.deadline,
            force_finalizers: self.force_finalizers,
        };
        undo_chosen(ledger, &with, choose).await
    }
}
