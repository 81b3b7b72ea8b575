//! Pods that run the workload program without a volume: [`program_pod`], and the receiver of notifications.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Pod, Service};
use serde_json::{Value, json};

use crate::observability::RECEIVER_PORT;

/// Name of the receiver's pod and service; Alertmanager's configuration leads to it.
pub const RECEIVER: &str = "receiver";

/// The manifest of a pod with one container for each command line of the program, program name not included.
///
/// A container that ends is not started again.
///
/// # Errors
///
/// Never in practice: the manifest is well-formed.
pub fn program_pod(
    name: &str,
    containers: &[(&str, Vec<String>)],
    image: &str,
    labels: &BTreeMap<String, String>,
) -> Result<Pod, serde_json::Error> {
    let containers: Vec<Value> = containers
        .iter()
        .map(|(name, args)| container(name, args, image))
        .collect();
    serde_json::from_value(json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "name": name, "labels": labels },
        "spec": {
            "terminationGracePeriodSeconds": 1,
            "restartPolicy": "Never",
            "automountServiceAccountToken": false,
            "containers": containers,
        },
    }))
}

fn container(name: &str, args: &[String], image: &str) -> Value {
    json!({
        "name": name,
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "args": args,
        "resources": { "requests": { "cpu": "5m", "memory": "16Mi" }, "limits": { "memory": "256Mi" } },
    })
}

/// The pod and the service that receive notifications.
///
/// # Errors
///
/// Never in practice: the manifests are well-formed.
pub fn receiver_objects(image: &str, labels: &BTreeMap<String, String>) -> Result<(Pod, Service), serde_json::Error> {
    let mut own = labels.clone();
    own.insert("app".to_owned(), RECEIVER.to_owned());
    let mut container = container(RECEIVER, &["receive".to_owned()], image);
    container["readinessProbe"] =
        json!({ "httpGet": { "path": "/healthz", "port": RECEIVER_PORT }, "periodSeconds": 1 });
    let pod = serde_json::from_value(json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "name": RECEIVER, "labels": own },
        "spec": {
            "terminationGracePeriodSeconds": 1,
            "automountServiceAccountToken": false,
            "containers": [container],
        },
    }))?;
    let service = serde_json::from_value(json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": { "name": RECEIVER, "labels": labels },
        "spec": {
            "selector": { "app": RECEIVER },
            "ports": [{ "name": "http", "port": RECEIVER_PORT, "targetPort": RECEIVER_PORT }],
        },
    }))?;
    Ok((pod, service))
}
