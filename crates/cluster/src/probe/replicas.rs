//! The pods of a deployment or stateful set as a fault sets them: how many, and which.

use std::{collections::BTreeSet, time::Duration};

use k8s_openapi::api::core::v1::Pod;
use kube::{
    Api, Client, ResourceExt as _,
    api::{DeleteParams, DynamicObject, ListParams},
    runtime::watcher,
};

use serde_json::Value;

use super::fault::{FaultError, FaultReceipt, wrong};
use crate::{
    ledger::ObjectRef,
    watch::{Observation, observe, observe_set},
};

/// Deletes the pods that `labels` selects, without grace, and waits until as many others are ready.
///
/// # Errors
///
/// When there is none, the API server refuses, or the others are not ready by the deadline.
pub async fn replace_pods(
    client: &Client,
    namespace: &str,
    labels: &str,
    deadline: Duration,
) -> Result<FaultReceipt, FaultError> {
    let subject = format!("pods {labels} of namespace {namespace}");
    let pods: Api<Pod> = Api::namespaced(client.clone(), namespace);
    let listed = pods.list(&ListParams::default().labels(labels)).await;
    let old: BTreeSet<String> = listed
        .map_err(|source| wrong(&subject, "read", source))?
        .iter()
        .filter_map(Pod::uid)
        .collect();
    if old.is_empty() {
        return Err(FaultError::NoChange { subject });
    }
    let selection = ListParams::default().labels(labels);
    let deleted = pods
        .delete_collection(&DeleteParams::default().grace_period(0), &selection)
        .await;
    deleted.map_err(|source| wrong(&subject, "put in", source))?;
    let selection = watcher::Config::default().labels(labels);
    let seen = observe_set(&pods, selection, &subject, deadline, |pods| {
        let is_old = |pod: &&Pod| pod.uid().is_some_and(|uid| old.contains(&uid));
        let (kept, new): (Vec<&Pod>, Vec<&Pod>) = pods.values().partition(is_old);
        let ready = new.into_iter().filter(|pod| is_ready(pod)).count();
        if kept.is_empty() && ready >= old.len() {
            Observation::Met(ready)
        } else {
            Observation::Pending(format!("{} of the old pods there, {ready} new ones ready", kept.len()))
        }
    })
    .await;
    let seen = seen.map_err(|source| FaultError::Observe {
        subject: subject.clone(),
        source: Box::new(source),
    })?;
    let after = format!("{} others of new UIDs ready", seen.value);
    Ok(FaultReceipt {
        subject,
        before: format!("{} pods", old.len()),
        after,
    })
}

/// Waits until a deployment or stateful set has this many pods: none at 0, all ready above.
pub(super) async fn await_replicas(
    client: &Client,
    object: &ObjectRef,
    replicas: i32,
    deadline: Duration,
) -> Result<(), FaultError> {
    let namespace = object.namespace.as_deref().unwrap_or_default();
    let api = object.api(client);
    let what = format!("{object} with {replicas} replicas");
    let failed = |source| FaultError::Observe {
        subject: object.to_string(),
        source: Box::new(source),
    };
    let seen = observe(&api, &object.name, &what, deadline, |found| {
        has_replicas(found, replicas)
    })
    .await;
    let selector = seen.map_err(failed)?.value;
    if replicas > 0 {
        return Ok(());
    }
    // A pod that is ending is counted as gone, and it works until it has ended.
    let pods: Api<Pod> = Api::namespaced(client.clone(), namespace);
    let selection = watcher::Config::default().labels(&selector);
    let what = format!("no pod of {object}");
    let none = observe_set(&pods, selection, &what, deadline, |pods| match pods.len() {
        0 => Observation::Met(()),
        left => Observation::Pending(format!("{left} pods left")),
    });
    none.await.map_err(failed)?;
    Ok(())
}

/// Met with its selector when its controller has noticed the number and its pods are as many.
fn has_replicas(found: Option<&DynamicObject>, replicas: i32) -> Observation<String> {
    let Some(found) = found else {
        return Observation::Impossible("it does not exist".to_owned());
    };
    let number = |pointer: &str| found.data.pointer(pointer).and_then(Value::as_i64);
    let count = |pointer: &str| number(pointer).unwrap_or(0);
    let (all, ready) = (count("/status/replicas"), count("/status/readyReplicas"));
    let noticed = number("/status/observedGeneration") >= found.metadata.generation;
    let (wanted, set) = (i64::from(replicas), number("/spec/replicas").unwrap_or(1));
    if set != wanted {
        return Observation::Impossible(format!("something set its replicas to {set}"));
    }
    if noticed && all == wanted && ready == wanted {
        let labels = found
            .data
            .pointer("/spec/selector/matchLabels")
            .and_then(Value::as_object);
        let labels = labels.into_iter().flatten();
        let pairs = labels.filter_map(|(key, value)| Some(format!("{key}={}", value.as_str()?)));
        return Observation::Met(pairs.collect::<Vec<_>>().join(","));
    }
    Observation::Pending(format!("{all} pods, {ready} ready"))
}

/// Whether a pod is ready and not ending.
fn is_ready(pod: &Pod) -> bool {
    let conditions = pod.status.iter().flat_map(|status| status.conditions.iter().flatten());
    let ready = conditions
        .into_iter()
        .any(|condition| condition.type_ == "Ready" && condition.status == "True");
    ready && pod.metadata.deletion_timestamp.is_none()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn deployment(spec: i32, pods: i32, ready: i32, observed: i64) -> DynamicObject {
        serde_json::from_value(json!({
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": { "name": "d", "generation": 2 },
            "spec": { "replicas": spec, "selector": { "matchLabels": { "app": "x" } }, "template": {} },
            "status": { "replicas": pods, "readyReplicas": ready, "observedGeneration": observed },
        }))
        .unwrap()
    }

    #[test]
    fn a_number_of_replicas_counts_once_it_was_noticed_and_the_pods_are_there() {
        assert_eq!(
            has_replicas(Some(&deployment(0, 0, 0, 2)), 0),
            Observation::Met("app=x".to_owned())
        );
        assert!(
            matches!(has_replicas(Some(&deployment(0, 0, 0, 1)), 0), Observation::Pending(_)),
            "not noticed"
        );
        assert!(
            matches!(has_replicas(Some(&deployment(0, 1, 1, 2)), 0), Observation::Pending(_)),
            "a pod is left"
        );
        assert!(
            matches!(has_replicas(Some(&deployment(1, 1, 0, 2)), 1), Observation::Pending(_)),
            "not ready"
        );
        assert!(
            matches!(
                has_replicas(Some(&deployment(1, 1, 1, 2)), 0),
                Observation::Impossible(_)
            ),
            "set back"
        );
        assert!(matches!(has_replicas(None, 0), Observation::Impossible(_)));
    }
}
