//! Taking everything back, the last thing first: [`undo`].

use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use k8s_openapi::api::core::v1::Namespace;
use kube::{
    Client,
    api::{Patch, PatchParams},
};
use serde_json::Value;

use super::{
    entry::{Entry, ObjectRef},
    ledger::{Held, Ledger},
    leftover::{Leftover, Why},
    object::{delete, not_found_is_none},
};
use crate::chain;

/// What an entry always gets, also when the others have used up the deadline.
const LEAST: Duration = Duration::from_secs(2);
/// What an entry gets that did not go within its time, when all the others are done.
const LAST_LOOK: Duration = Duration::from_millis(500);

/// Undoes what the Kubernetes API cannot: S3 objects, Velero backups, things of the engine.
pub trait Undo: Send + Sync {
    /// Undoes one entry and waits until it is really gone. That it is gone already is no error.
    ///
    /// # Errors
    ///
    /// [`UndoError::NotMine`] for a kind of entry that this one does not undo, else what went wrong.
    fn undo<'a>(&'a self, held: &'a Held, deadline: Duration) -> BoxFuture<'a, Result<(), UndoError>>;
}

/// Why an entry was not undone.
#[derive(Debug, thiserror::Error)]
pub enum UndoError {
    /// Another one undoes this kind of entry.
    #[error("not undone here")]
    NotMine,
    /// It could not be undone.
    #[error("could not be undone")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// With what, and for how long, to undo.
pub struct Undoing<'a> {
    /// The cluster; `None` where it cannot be reached, then its objects stay listed.
    pub client: Option<Client>,
    /// What undoes the rest; the first one whose kind of entry it is does it.
    pub outside: &'a [&'a dyn Undo],
    /// For everything together.
    pub deadline: Duration,
    /// Takes finalizers off what does not go. Only on a person's explicit word.
    pub force_finalizers: bool,
}

/// What became of one entry.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It does not exist any more, or was put back.
    Gone,
    /// It still exists.
    Left(Why),
}

impl Outcome {
    pub(super) fn refused(error: &(dyn std::error::Error + 'static)) -> Self {
        Self::Left(Why::Refused { reason: chain(error) })
    }

    fn because(reason: &str) -> Self {
        Self::Left(Why::Refused {
            reason: reason.to_owned(),
        })
    }
}

/// Undoes everything that the ledger lists, the last thing first, and waits until each is really gone.
///
/// What is gone already is taken off the list; an object of the same name that is not ours is left alone.
/// What stays is answered, stays listed, and does not keep the others from being undone: each gets half of the time
/// that is left, and what did not go then is looked at once more at the end.
pub async fn undo(ledger: &Ledger, with: &Undoing<'_>) -> Vec<Leftover> {
    undo_chosen(ledger, with, |_held| true).await
}

/// As [`undo`], for the entries that `choose` picks: what one scenario created.
pub async fn undo_chosen(ledger: &Ledger, with: &Undoing<'_>, choose: impl Fn(&Held) -> bool) -> Vec<Leftover> {
    let until = Instant::now() + with.deadline;
    let left = || until.saturating_duration_since(Instant::now());
    let mut stuck = Vec::new();
    let mut leftovers = Vec::new();
    for held in ledger.held().into_iter().filter(|held| choose(held)) {
        match undo_listed(ledger, &held, with, (left() / 2).max(LEAST)).await {
            Some(Leftover {
                why: Why::Stuck { .. }, ..
            }) => stuck.push(held),
            Some(leftover) => leftovers.push(leftover),
            None => {}
        }
    }
    for held in stuck {
        leftovers.extend(undo_listed(ledger, &held, with, left().max(LAST_LOOK)).await);
    }
    leftovers
}

/// Undoes an entry and takes it off the list, or says why not.
async fn undo_listed(ledger: &Ledger, held: &Held, with: &Undoing<'_>, deadline: Duration) -> Option<Leftover> {
    let why = match undo_one(held, ledger.owner(), with, deadline).await {
        Outcome::Gone => match ledger.undone(held.id) {
            Ok(()) => return None,
            Err(error) => Why::Refused {
                reason: format!("it is gone, but {}", chain(&error)),
            },
        },
        Outcome::Left(why) => why,
    };
    Some(Leftover {
        what: held.entry.to_string(),
        why,
    })
}

async fn undo_one(held: &Held, owner: &str, with: &Undoing<'_>, deadline: Duration) -> Outcome {
    let object = match &held.entry {
        Entry::Namespace { name } => ObjectRef::of::<Namespace>(None, name),
        Entry::Object(object) => object.clone(),
        Entry::Patched { object, put_back } => return put_back_within(held, object, put_back, with, deadline).await,
        Entry::Cluster { .. }
        | Entry::EngineNetwork { .. }
        | Entry::EngineContainer { .. }
        | Entry::EnginePause { .. }
        | Entry::EngineImage { .. }
        | Entry::S3Prefix { .. }
        | Entry::VeleroBackup { .. }
        | Entry::VeleroBackupsOf { .. } => return undo_outside(held, with, deadline).await,
    };
    let Some(client) = &with.client else {
        return no_cluster();
    };
    // The deletion bounds its own wait; this bounds an API server that does not answer.
    let bounded = deadline + LEAST;
    match tokio::time::timeout(bounded, delete(client, held, &object, owner, with, deadline)).await {
        Ok(outcome) => outcome,
        Err(_elapsed) => no_answer(bounded),
    }
}

async fn put_back_within(
    held: &Held,
    object: &ObjectRef,
    put_back: &Value,
    with: &Undoing<'_>,
    deadline: Duration,
) -> Outcome {
    let Some(client) = &with.client else {
        return no_cluster();
    };
    let mut patch = put_back.clone();
    if let Some(uid) = &held.uid {
        patch["metadata"]["uid"] = Value::from(uid.as_str());
    }
    let api = object.api(client);
    let (params, patch) = (PatchParams::default(), Patch::Merge(&patch));
    match tokio::time::timeout(deadline, api.patch(&object.name, &params, &patch)).await {
        Err(_elapsed) => no_answer(deadline),
        // 409 with a UID in the patch: the object we changed is gone and another has its name.
        Ok(Err(kube::Error::Api(status))) if status.code == 409 && held.uid.is_some() => Outcome::Gone,
        Ok(result) => match not_found_is_none(result) {
            Ok(_) => Outcome::Gone,
            Err(error) => Outcome::refused(&error),
        },
    }
}

async fn undo_outside(held: &Held, with: &Undoing<'_>, deadline: Duration) -> Outcome {
    for outside in with.outside {
        match tokio::time::timeout(deadline, outside.undo(held, deadline)).await {
            Ok(Ok(())) => return Outcome::Gone,
            Ok(Err(UndoError::NotMine)) => {}
            Ok(Err(error @ UndoError::Failed(_))) => return Outcome::refused(&error),
            Err(_elapsed) => return Outcome::because(&format!("it was not undone within {deadline:?}")),
        }
    }
    Outcome::because("nothing that can undo it is at hand")
}

fn no_cluster() -> Outcome {
    Outcome::because("its cluster cannot be reached")
}

fn no_answer(deadline: Duration) -> Outcome {
    Outcome::because(&format!("the API server did not answer within {deadline:?}"))
}

#[cfg(test)]
mod tests;
