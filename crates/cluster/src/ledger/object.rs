//! Deleting one object that is ours, and no other: [`next_action`] decides, [`delete`] does.

use std::time::{Duration, Instant};

use kube::{
    Api, Client, ResourceExt as _,
    api::{DeleteParams, DynamicObject, Preconditions},
};

use super::{
    entry::ObjectRef,
    leak::RUN_LABEL,
    ledger::Held,
    stuck,
    undo::{Outcome, Undoing},
};
use crate::watch::{self, ObserveError};

/// Label that says who made an object.
const MANAGED_BY: &str = "app.kubernetes.io/managed-by";

/// What is to be done about an object of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Action {
    /// Nothing: ours is gone, or was never created.
    Nothing,
    /// Delete the one with this UID.
    Delete(String),
    /// Wait for the end of the one with this UID, which is being deleted.
    Wait(String),
}

/// Decides from what the ledger and the API server say. An object that we only intended to create is ours
/// where it carries the label of this run, or the label that says that `shall` made it.
pub(super) fn next_action(held: &Held, owner: &str, observed: Option<&DynamicObject>) -> Action {
    let Some(object) = observed else { return Action::Nothing };
    let uid = object.uid().unwrap_or_default();
    let label = |key: &str| object.labels().get(key).map(String::as_str);
    let is_ours = held.uid.as_ref().map_or_else(
        || label(RUN_LABEL) == Some(owner) || label(MANAGED_BY) == Some("shall"),
        |ours| *ours == uid,
    );
    match (is_ours, &object.metadata.deletion_timestamp) {
        (false, _) => Action::Nothing,
        (true, None) => Action::Delete(uid),
        (true, Some(_)) => Action::Wait(uid),
    }
}

/// Deletes the object if it is ours and waits until it is really gone.
pub(super) async fn delete(
    client: &Client,
    held: &Held,
    object: &ObjectRef,
    owner: &str,
    with: &Undoing<'_>,
    deadline: Duration,
) -> Outcome {
    let until = Instant::now() + deadline;
    let left = || until.saturating_duration_since(Instant::now());
    let api = object.api(client);
    let uid = match ask_to_delete(&api, held, object, owner).await {
        Ok(Some(uid)) => uid,
        Ok(None) => return Outcome::Gone,
        Err(error) => return Outcome::refused(&error),
    };
    let first = if with.force_finalizers { left() / 2 } else { left() };
    let Err(error) = gone(&api, object, &uid, first).await else {
        return Outcome::Gone;
    };
    if with.force_finalizers {
        stuck::strip_finalizers(client, object).await;
        if gone(&api, object, &uid, left()).await.is_ok() {
            return Outcome::Gone;
        }
    }
    Outcome::Left(stuck::explain(client, object, &error).await)
}

/// Asks for the deletion of the object if it is ours; answers the UID whose end is to be awaited.
async fn ask_to_delete(
    api: &Api<DynamicObject>,
    held: &Held,
    object: &ObjectRef,
    owner: &str,
) -> Result<Option<String>, kube::Error> {
    let observed = not_found_is_none(api.get(&object.name).await)?;
    let uid = match next_action(held, owner, observed.as_ref()) {
        Action::Nothing => return Ok(None),
        Action::Wait(uid) => return Ok(Some(uid)),
        Action::Delete(uid) => uid,
    };
    let only_this = Preconditions {
        uid: Some(uid.clone()),
        resource_version: None,
    };
    let params = DeleteParams {
        preconditions: Some(only_this),
        ..DeleteParams::background()
    };
    match not_found_is_none(api.delete(&object.name, &params).await) {
        Ok(accepted) => Ok(accepted.map(|_deleted| uid)),
        // 409: in between it became another object, or somebody else began to delete it; the watch tells.
        Err(kube::Error::Api(status)) if status.code == 409 => Ok(Some(uid)),
        Err(error) => Err(error),
    }
}

async fn gone(api: &Api<DynamicObject>, object: &ObjectRef, uid: &str, deadline: Duration) -> Result<(), ObserveError> {
    watch::gone(api, &object.name, Some(uid), &format!("{object} is gone"), deadline)
        .await
        .map(|_seen| ())
}

/// *Not found* is an answer; every other error is one.
pub(super) fn not_found_is_none<T>(result: Result<T, kube::Error>) -> Result<Option<T>, kube::Error> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(kube::Error::Api(status)) if status.code == 404 => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::*;
    use crate::ledger::{Entry, EntryId};

    fn held(uid: Option<&str>) -> Held {
        let entry = Entry::Namespace { name: "a".to_owned() };
        let (created, uid) = (uid.is_some(), uid.map(ToOwned::to_owned));
        Held {
            id: EntryId(1),
            entry,
            at: Timestamp::UNIX_EPOCH,
            created,
            uid,
        }
    }

    fn observed(metadata: &serde_json::Value) -> DynamicObject {
        serde_json::from_value(json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": metadata })).unwrap()
    }

    #[test]
    fn only_the_object_with_our_uid_is_deleted() {
        let ours = observed(&json!({ "name": "a", "uid": "1" }));
        let other = observed(&json!({ "name": "a", "uid": "2", "labels": { RUN_LABEL: "r1" } }));
        assert_eq!(
            next_action(&held(Some("1")), "r1", Some(&ours)),
            Action::Delete("1".to_owned())
        );
        assert_eq!(next_action(&held(Some("1")), "r1", Some(&other)), Action::Nothing);
        assert_eq!(next_action(&held(Some("1")), "r1", None), Action::Nothing);
    }

    #[test]
    fn without_a_uid_the_label_of_the_run_decides() {
        let strange = observed(&json!({ "name": "a", "uid": "2" }));
        let of_another_run = observed(&json!({ "name": "a", "uid": "2", "labels": { RUN_LABEL: "r2" } }));
        let ours = observed(&json!({ "name": "a", "uid": "2", "labels": { RUN_LABEL: "r1" } }));
        assert_eq!(next_action(&held(None), "r1", Some(&strange)), Action::Nothing);
        assert_eq!(next_action(&held(None), "r1", Some(&of_another_run)), Action::Nothing);
        assert_eq!(
            next_action(&held(None), "r1", Some(&ours)),
            Action::Delete("2".to_owned())
        );
    }

    #[test]
    fn what_is_being_deleted_is_waited_for() {
        let ending = observed(&json!({ "name": "a", "uid": "1", "deletionTimestamp": "2026-01-01T00:00:00Z" }));
        assert_eq!(
            next_action(&held(Some("1")), "r1", Some(&ending)),
            Action::Wait("1".to_owned())
        );
    }
}
