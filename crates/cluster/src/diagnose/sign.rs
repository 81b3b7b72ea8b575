//! What the state of an object says about a failure: pure readings of pods, events, nodes and Velero's resources.

use std::collections::BTreeSet;

use jiff::Timestamp;
use k8s_openapi::api::{
    apps::v1::Deployment,
    core::v1::{Event, Node, Pod},
};
use kube::ResourceExt as _;

use super::cause::Sign;
use crate::velero::{BackupStorageLocation, PodVolumeBackup, PodVolumeRestore};

/// A sign of a namespaced object.
fn sign(kind: &str, namespace: Option<String>, name: &str, text: String, count: i32) -> Sign {
    let place = namespace.map(|namespace| format!("{namespace}/")).unwrap_or_default();
    Sign {
        object: format!("{kind} `{place}{name}`"),
        text,
        count,
    }
}

/// Whether an object works for another scenario's claim: provisioners name volumes, and the pods that make and remove
/// them, after the UID of the claim.
pub(super) fn is_anothers(name: &str, own_claims: &BTreeSet<String>) -> bool {
    name.contains("pvc-") && !own_claims.iter().any(|uid| name.contains(uid.as_str()))
}

/// Deployments that have no pods because they were told so.
pub(super) fn of_deployment(deployment: &Deployment) -> Option<Sign> {
    let replicas = deployment.spec.as_ref()?.replicas?;
    let text = "has 0 replicas".to_owned();
    (replicas == 0).then(|| sign("Deployment", deployment.namespace(), &deployment.name_any(), text, 1))
}

/// What containers wait for, and how they ended since `since`.
pub(super) fn of_pod(pod: &Pod, since: Timestamp) -> Vec<Sign> {
    let mut signs = Vec::new();
    let status = pod.status.clone().unwrap_or_default();
    let inits = status.init_container_statuses.into_iter().flatten();
    for container in inits.chain(status.container_statuses.into_iter().flatten()) {
        let mut say = |text, count| signs.push(sign("Pod", pod.namespace(), &pod.name_any(), text, count));
        let state = container.state.unwrap_or_default();
        let name = &container.name;
        if let Some(waiting) = state.waiting {
            let (reason, message) = (waiting.reason.unwrap_or_default(), waiting.message.unwrap_or_default());
            say(
                format!(
                    "container {name} of image {} waits: {reason}: {message}",
                    container.image
                ),
                1,
            );
        }
        let last = container.last_state.and_then(|last| last.terminated);
        let is_new = |at: Option<Timestamp>| at.is_none_or(|at| at >= since);
        let ended = state
            .terminated
            .or(last)
            .filter(|ended| ended.exit_code != 0 && is_new(ended.finished_at.as_ref().map(|time| time.0)));
        if let Some(ended) = ended {
            let reason = ended.reason.unwrap_or_default();
            say(
                format!("container {name} ended: {reason} with code {}", ended.exit_code),
                container.restart_count.max(1),
            );
        }
    }
    signs
}

/// Warnings since `since`.
pub(super) fn of_event(event: &Event, since: Timestamp) -> Option<Sign> {
    let is_new = happened(event).is_none_or(|at| at >= since);
    if event.type_.as_deref() != Some("Warning") || !is_new {
        return None;
    }
    let object = &event.involved_object;
    let text = format!(
        "{}: {}",
        event.reason.as_deref().unwrap_or_default(),
        event.message.as_deref().unwrap_or_default()
    );
    let kind = object.kind.as_deref().unwrap_or("object");
    Some(sign(
        kind,
        object.namespace.clone(),
        object.name.as_deref().unwrap_or_default(),
        text,
        event.count.unwrap_or(1),
    ))
}

/// When an event was last seen: by the older fields or, where they are empty, by the newer ones.
pub(super) fn happened(event: &Event) -> Option<Timestamp> {
    let newer = event
        .series
        .as_ref()
        .and_then(|series| series.last_observed_time.as_ref())
        .or(event.event_time.as_ref());
    let older = event.last_timestamp.as_ref().or(event.first_timestamp.as_ref());
    older.map(|time| time.0).or(newer.map(|time| time.0)).or(event
        .metadata
        .creation_timestamp
        .as_ref()
        .map(|time| time.0))
}

/// Nodes that are not ready.
pub(super) fn of_node(node: &Node) -> Option<Sign> {
    let conditions = node.status.as_ref()?.conditions.as_ref()?;
    let ready = conditions
        .iter()
        .find(|condition| condition.type_ == "Ready" && condition.status != "True")?;
    let text = format!("is not ready: {}", ready.message.as_deref().unwrap_or_default());
    Some(sign("Node", None, &node.name_any(), text, 1))
}

/// Locations that Velero cannot use.
pub(super) fn of_location(location: &BackupStorageLocation) -> Option<Sign> {
    let status = location
        .status
        .as_ref()
        .filter(|status| status.phase == "Unavailable")?;
    let text = format!("Unavailable: {}", status.message);
    Some(sign(
        "BackupStorageLocation",
        location.namespace(),
        &location.name_any(),
        text,
        1,
    ))
}

/// Copies of volumes into a backup that failed.
pub(super) fn of_volume_backup(copy: &PodVolumeBackup) -> Option<Sign> {
    let status = copy.status.as_ref().filter(|status| status.phase == "Failed")?;
    let text = format!("volume copy Failed: {}", status.message);
    Some(sign("PodVolumeBackup", copy.namespace(), &copy.name_any(), text, 1))
}

/// Copies of volumes out of a backup that failed.
pub(super) fn of_volume_restore(copy: &PodVolumeRestore) -> Option<Sign> {
    let status = copy.status.as_ref().filter(|status| status.phase == "Failed")?;
    let text = format!("volume copy Failed: {}", status.message);
    Some(sign("PodVolumeRestore", copy.namespace(), &copy.name_any(), text, 1))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn events_of_before_and_ordinary_ones_are_no_signs() {
        let since: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        let event = |kind: &str, at: &str| -> Event {
            let object = json!({ "kind": "Pod", "namespace": "n", "name": "p" });
            let fields = json!({ "metadata": {}, "involvedObject": object, "type": kind, "reason": "FailedMount", "message": "m", "lastTimestamp": at });
            serde_json::from_value(fields).unwrap()
        };
        let expected = Sign {
            object: "Pod `n/p`".into(),
            text: "FailedMount: m".into(),
            count: 1,
        };
        assert_eq!(
            of_event(&event("Warning", "2026-11-21T10:00:05Z"), since),
            Some(expected)
        );
        assert_eq!(of_event(&event("Warning", "2026-11-21T09:59:59Z"), since), None);
        assert_eq!(of_event(&event("Normal", "2026-11-21T10:00:05Z"), since), None);
    }

    #[test]
    fn a_helper_of_another_claim_says_nothing_of_this_scenario() {
        let own = BTreeSet::from(["47d002b9".to_owned()]);
        assert!(!is_anothers("helper-pod-create-pvc-47d002b9", &own));
        assert!(is_anothers("helper-pod-create-pvc-ecd675e4", &own));
        assert!(
            !is_anothers("local-path-provisioner-8655", &own),
            "a component is everybody's"
        );
    }

    #[test]
    fn a_container_that_ended_before_is_no_sign_and_one_that_waits_is() {
        let since: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        let pod = |finished: &str| -> Pod {
            let ended = json!({ "terminated": { "exitCode": 137, "reason": "OOMKilled", "finishedAt": finished } });
            let waiting = json!({ "waiting": { "reason": "CrashLoopBackOff", "message": "back-off" } });
            let container = json!({ "name": "c", "image": "i", "imageID": "", "ready": false, "restartCount": 4, "state": waiting, "lastState": ended });
            let metadata = json!({ "name": "p", "namespace": "n" });
            serde_json::from_value(json!({ "metadata": metadata, "status": { "containerStatuses": [container] } }))
                .unwrap()
        };
        let texts = |pod: &Pod| of_pod(pod, since).into_iter().map(|sign| sign.text).collect::<Vec<_>>();
        let waits = "container c of image i waits: CrashLoopBackOff: back-off";
        assert_eq!(
            texts(&pod("2026-11-21T10:01:00Z")),
            [waits, "container c ended: OOMKilled with code 137"]
        );
        assert_eq!(texts(&pod("2026-11-20T10:01:00Z")), [waits]);
    }
}
