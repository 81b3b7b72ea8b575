//! Claims and the pods that mount them, and what their states mean.

use std::{collections::BTreeMap, time::Duration};

use k8s_openapi::api::core::v1::{PersistentVolume, PersistentVolumeClaim, Pod};
use kube::{Api, Client, ResourceExt as _};
use serde_json::json;

use crate::watch::{Observation, ObserveError, Seen, observe};

/// Where the workload's pods mount their volume.
pub(super) const MOUNT: &str = "/data";

/// A claim to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimSpec {
    /// Its name.
    pub name: String,
    /// Its class; `None` takes the default one.
    pub class: Option<String>,
    /// Its size, such as `64Mi`.
    pub size: String,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
}

/// A claim that is bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// The claim.
    pub claim: String,
    /// Its class.
    pub class: String,
    /// Its volume.
    pub volume: String,
}

/// The claim's manifest.
///
/// # Errors
///
/// Never in practice: the manifest is well-formed.
pub fn claim_object(spec: &ClaimSpec) -> Result<PersistentVolumeClaim, serde_json::Error> {
    serde_json::from_value(json!({
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": { "name": spec.name, "labels": spec.labels },
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": spec.class,
            "resources": { "requests": { "storage": spec.size } },
        },
    }))
}

/// The manifest of a pod that holds a claim's volume and waits to be told what to do.
///
/// # Errors
///
/// Never in practice: the manifest is well-formed.
pub fn mounting_pod(
    name: &str,
    claim: &str,
    image: &str,
    labels: &BTreeMap<String, String>,
) -> Result<Pod, serde_json::Error> {
    serde_json::from_value(json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "name": name, "labels": labels },
        "spec": {
            "terminationGracePeriodSeconds": 1,
            "containers": [{
                "name": "workload",
                "image": image,
                "imagePullPolicy": "IfNotPresent",
                "args": ["hold"],
                "volumeMounts": [{ "name": "data", "mountPath": MOUNT }],
                "resources": { "requests": { "cpu": "5m", "memory": "16Mi" }, "limits": { "memory": "256Mi" } },
            }],
            "volumes": [{ "name": "data", "persistentVolumeClaim": { "claimName": claim } }],
        },
    }))
}

/// What a claim's state means for one who waits for it to be bound.
pub(super) fn bound(claim: Option<&PersistentVolumeClaim>) -> Observation<Bound> {
    let Some(claim) = claim else {
        return Observation::Pending("the claim does not exist".to_owned());
    };
    let phase = claim
        .status
        .as_ref()
        .and_then(|status| status.phase.as_deref())
        .unwrap_or("unknown");
    let spec = claim.spec.clone().unwrap_or_default();
    match (phase, spec.volume_name) {
        ("Bound", Some(volume)) => Observation::Met(Bound {
            claim: claim.name_any(),
            class: spec.storage_class_name.unwrap_or_default(),
            volume,
        }),
        ("Lost", _) => Observation::Impossible("phase Lost: its volume does not exist any more".to_owned()),
        (phase, _) => {
            let selected = claim.annotations().get("volume.kubernetes.io/selected-node");
            let node = selected.map_or("no node selected".to_owned(), |node| format!("node {node} selected"));
            Observation::Pending(format!("phase {phase}, {node}"))
        }
    }
}

/// Waits until a pod is ready.
///
/// # Errors
///
/// As soon as its image cannot be had or its container does not stay up, or at the deadline.
pub async fn observe_pod_ready(
    client: &Client,
    namespace: &str,
    pod: &str,
    deadline: Duration,
) -> Result<Seen<Pod>, ObserveError> {
    let api: Api<Pod> = Api::namespaced(client.clone(), namespace);
    observe(&api, pod, &format!("pod `{pod}` ready"), deadline, |pod| match pod {
        None => Observation::Pending("the pod does not exist".to_owned()),
        Some(pod) => pod_state(pod),
    })
    .await
}

/// What a pod's state means for one who waits for it to be ready.
#[must_use]
pub fn pod_state(pod: &Pod) -> Observation<Pod> {
    let status = pod.status.clone().unwrap_or_default();
    let ready = status
        .conditions
        .iter()
        .flatten()
        .any(|c| c.type_ == "Ready" && c.status == "True");
    if ready {
        return Observation::Met(pod.clone());
    }
    let containers = status
        .init_container_statuses
        .iter()
        .flatten()
        .chain(status.container_statuses.iter().flatten());
    for container in containers {
        let Some(waiting) = container.state.as_ref().and_then(|state| state.waiting.as_ref()) else {
            continue;
        };
        let reason = waiting.reason.as_deref().unwrap_or_default();
        let text = format!(
            "container {}: {reason} {}",
            container.name,
            waiting.message.as_deref().unwrap_or_default()
        );
        match reason {
            "ErrImageNeverPull"
            | "InvalidImageName"
            | "ImagePullBackOff"
            | "CreateContainerConfigError"
            | "RunContainerError" => {
                return Observation::Impossible(text);
            }
            "CrashLoopBackOff" if container.restart_count >= 3 => return Observation::Impossible(text),
            "" | "ContainerCreating" | "PodInitializing" => {}
            _ => return Observation::Pending(text),
        }
    }
    let phase = status.phase.unwrap_or_default();
    if phase == "Failed" {
        return Observation::Impossible(format!(
            "phase Failed: {}",
            status.message.or(status.reason).unwrap_or_default()
        ));
    }
    let unschedulable = status
        .conditions
        .iter()
        .flatten()
        .find(|c| c.type_ == "PodScheduled" && c.status == "False");
    let reason = unschedulable
        .and_then(|condition| condition.message.clone())
        .unwrap_or_default();
    Observation::Pending(format!("phase {phase} {reason}").trim_end().to_owned())
}

/// Node and directory of a volume that is a directory of a node (`local` or `hostPath`); `None` for others.
#[must_use]
pub fn volume_directory(volume: &PersistentVolume) -> Option<(Option<String>, String)> {
    let spec = volume.spec.as_ref()?;
    let path = match (&spec.local, &spec.host_path) {
        (Some(local), _) => local.path.clone(),
        (None, Some(host_path)) => host_path.path.clone(),
        (None, None) => return None,
    };
    let terms = spec
        .node_affinity
        .as_ref()
        .and_then(|affinity| affinity.required.as_ref());
    let expressions = terms.iter().flat_map(|required| &required.node_selector_terms);
    let mut expressions = expressions.flat_map(|term| term.match_expressions.iter().flatten());
    let node = expressions.find(|expression| expression.key == "kubernetes.io/hostname");
    Some((
        node.and_then(|expression| expression.values.as_ref()?.first().cloned()),
        path,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(status: &serde_json::Value) -> Pod {
        serde_json::from_value(json!({ "metadata": { "name": "p" }, "status": status })).unwrap()
    }

    #[test]
    fn an_image_that_cannot_be_had_ends_the_wait() {
        let waiting = json!({ "name": "c", "ready": false, "restartCount": 0, "image": "i", "imageID": "",
            "state": { "waiting": { "reason": "ErrImageNeverPull", "message": "not present" } } });
        let state = pod_state(&pod(&json!({ "phase": "Pending", "containerStatuses": [waiting] })));
        assert!(
            matches!(&state, Observation::Impossible(why) if why.contains("ErrImageNeverPull")),
            "{state:?}"
        );
    }

    #[test]
    fn a_container_that_is_being_created_is_awaited() {
        let waiting = json!({ "name": "c", "ready": false, "restartCount": 0, "image": "i", "imageID": "",
            "state": { "waiting": { "reason": "ContainerCreating" } } });
        let state = pod_state(&pod(&json!({ "phase": "Pending", "containerStatuses": [waiting] })));
        assert!(matches!(state, Observation::Pending(_)), "{state:?}");
    }

    #[test]
    fn a_claim_is_bound_only_with_a_volume() {
        let claim = |phase: &str, volume: Option<&str>| -> PersistentVolumeClaim {
            serde_json::from_value(
                json!({ "metadata": { "name": "c" }, "spec": { "volumeName": volume }, "status": { "phase": phase } }),
            )
            .unwrap()
        };
        assert!(matches!(bound(Some(&claim("Bound", Some("pv")))), Observation::Met(_)));
        assert!(matches!(bound(Some(&claim("Bound", None))), Observation::Pending(_)));
        assert!(matches!(bound(Some(&claim("Pending", None))), Observation::Pending(_)));
        assert!(matches!(bound(Some(&claim("Lost", None))), Observation::Impossible(_)));
        assert!(matches!(bound(None), Observation::Pending(_)));
    }
}
