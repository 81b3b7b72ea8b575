//! What a node's disk holds, seen by a short-lived pod on it: [`look_at_directory`].

use std::{collections::BTreeMap, time::Duration};

use k8s_openapi::api::core::v1::Pod;
use kube::{
    Api, Client,
    api::{DeleteParams, LogParams, PostParams},
};
use serde_json::json;
use shall_workload::Listing;

use crate::watch::{Observation, ObserveError, observe};

/// What the look answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryLook {
    /// Names in the directory that holds the one asked for.
    pub siblings: usize,
    /// Whether the one asked for is among them.
    pub exists: bool,
}

/// Looks whether `path` exists on a node, from a pod that mounts its parent directory read-only.
///
/// # Errors
///
/// When the pod cannot run there or its answer cannot be read; a path that does not exist is an answer.
pub async fn look_at_directory(
    client: &Client,
    namespace: &str,
    node: &str,
    path: &str,
    image: &str,
    labels: &BTreeMap<String, String>,
) -> Result<DirectoryLook, ObserveError> {
    let what = format!("look at `{path}` of node `{node}`");
    let api_error = |source: Box<dyn std::error::Error + Send + Sync>| ObserveError::Api {
        what: what.clone(),
        source,
    };
    let (parent, name) = path
        .trim_end_matches('/')
        .rsplit_once('/')
        .ok_or_else(|| api_error("no parent".into()))?;
    let pods: Api<Pod> = Api::namespaced(client.clone(), namespace);
    let pod = looking_pod(node, parent, image, labels).map_err(|error| api_error(error.into()))?;
    let created = pods
        .create(&PostParams::default(), &pod)
        .await
        .map_err(|error| api_error(error.into()))?;
    let pod = created.metadata.name.unwrap_or_default();
    observe(&pods, &pod, &what, Duration::from_mins(1), ended).await?;
    let log = pods
        .logs(&pod, &LogParams::default())
        .await
        .map_err(|error| api_error(error.into()))?;
    pods.delete(&pod, &DeleteParams::default().grace_period(0))
        .await
        .map_err(|error| api_error(error.into()))?;
    let listing: Listing = serde_json::from_str(&log).map_err(|error| api_error(error.into()))?;
    let exists = listing.entries.iter().any(|entry| entry.name == name);
    Ok(DirectoryLook {
        siblings: listing.entries.len(),
        exists,
    })
}

fn looking_pod(
    node: &str,
    parent: &str,
    image: &str,
    labels: &BTreeMap<String, String>,
) -> Result<Pod, serde_json::Error> {
    serde_json::from_value(json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "generateName": "look-", "labels": labels },
        "spec": {
            "nodeName": node,
            "restartPolicy": "Never",
            "terminationGracePeriodSeconds": 0,
            "containers": [{
                "name": "look",
                "image": image,
                "imagePullPolicy": "IfNotPresent",
                "args": ["ls", "--dir", "/look"],
                "volumeMounts": [{ "name": "parent", "mountPath": "/look", "readOnly": true }],
            }],
            "volumes": [{ "name": "parent", "hostPath": { "path": parent, "type": "Directory" } }],
        },
    }))
}

fn ended(pod: Option<&Pod>) -> Observation<()> {
    let phase = pod
        .and_then(|pod| pod.status.as_ref()?.phase.clone())
        .unwrap_or_default();
    match phase.as_str() {
        "Succeeded" => Observation::Met(()),
        "Failed" => Observation::Impossible("the pod failed".to_owned()),
        _ => match pod.map(super::volume::pod_state) {
            Some(Observation::Impossible(why)) => Observation::Impossible(why),
            Some(Observation::Pending(why)) => Observation::Pending(why),
            Some(Observation::Met(_)) | None => Observation::Pending(format!("phase {phase}")),
        },
    }
}
