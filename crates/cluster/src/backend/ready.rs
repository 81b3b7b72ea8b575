//! When a new cluster can be used: every node is Ready and `CoreDNS` answers. What stands in the way is named.

use std::{collections::BTreeMap, time::Duration};

use k8s_openapi::api::{
    apps::v1::Deployment,
    core::v1::{ContainerStatus, Event, Node, Pod},
};
use kube::{Api, Client, ResourceExt as _, api::ListParams, runtime::watcher};

use super::error::BackendError;
use crate::watch::{Observation, ObserveError, observe, observe_set};

/// How long nodes may take to be Ready.
const READY_WITHIN: Duration = Duration::from_mins(3);
/// How long `CoreDNS` may take to be available.
const DNS_WITHIN: Duration = Duration::from_mins(3);
/// How many causes are named.
const CAUSES: usize = 8;

/// Waits until every node is Ready.
pub(super) async fn wait_for_nodes(client: &Client, cluster: &str, count: usize) -> Result<(), BackendError> {
    let api: Api<Node> = Api::all(client.clone());
    let what = format!("{count} nodes Ready");
    let predicate = |nodes: &BTreeMap<String, Node>| judge_nodes(nodes, count);
    match observe_set(&api, watcher::Config::default(), &what, READY_WITHIN, predicate).await {
        Ok(_seen) => Ok(()),
        Err(error) => Err(not_ready(client, cluster, &what, &error).await),
    }
}

/// Waits until `CoreDNS` is available.
pub(super) async fn wait_for_dns(client: &Client, cluster: &str) -> Result<(), BackendError> {
    let api: Api<Deployment> = Api::namespaced(client.clone(), "kube-system");
    let what = "CoreDNS available";
    match observe(&api, "coredns", what, DNS_WITHIN, judge_dns).await {
        Ok(_seen) => Ok(()),
        Err(error) => Err(not_ready(client, cluster, what, &error).await),
    }
}

/// Whether a node says that it is Ready.
pub(super) fn is_ready(node: &Node) -> bool {
    why_not_ready("", node).is_none()
}

fn judge_nodes(nodes: &BTreeMap<String, Node>, count: usize) -> Observation<()> {
    let waiting: Vec<String> = nodes
        .iter()
        .filter_map(|(name, node)| why_not_ready(name, node))
        .collect();
    if nodes.len() >= count && waiting.is_empty() {
        return Observation::Met(());
    }
    let mut state = format!("{} of {count} nodes Ready", nodes.len() - waiting.len());
    for reason in waiting {
        state.push_str("; ");
        state.push_str(&reason);
    }
    Observation::Pending(state)
}

/// `None` where the node is Ready.
fn why_not_ready(name: &str, node: &Node) -> Option<String> {
    let conditions = node
        .status
        .as_ref()
        .and_then(|status| status.conditions.as_deref())
        .unwrap_or_default();
    match conditions.iter().find(|condition| condition.type_ == "Ready") {
        Some(ready) if ready.status == "True" => None,
        Some(ready) => Some(format!(
            "`{name}`: {}",
            ready.message.as_deref().unwrap_or("no reason given")
        )),
        None => Some(format!("`{name}` has not reported yet")),
    }
}

fn judge_dns(deployment: Option<&Deployment>) -> Observation<()> {
    let Some(deployment) = deployment else {
        return Observation::Pending("Deployment `kube-system/coredns` does not exist".to_owned());
    };
    let wanted = deployment.spec.as_ref().and_then(|spec| spec.replicas).unwrap_or(1);
    let available = deployment
        .status
        .as_ref()
        .and_then(|status| status.available_replicas)
        .unwrap_or(0);
    if available >= wanted.min(1) {
        Observation::Met(())
    } else {
        Observation::Pending(format!("{available} of {wanted} replicas available"))
    }
}

/// The error, with what the cluster itself says about it.
async fn not_ready(client: &Client, cluster: &str, what: &str, error: &ObserveError) -> BackendError {
    let observed = error.observed().unwrap_or_else(|| error.to_string());
    let collected = tokio::time::timeout(Duration::from_secs(10), collect_causes(client)).await;
    let causes = collected.unwrap_or_else(|_elapsed| vec!["the API server did not answer when asked why".to_owned()]);
    BackendError::NotReady {
        name: cluster.to_owned(),
        what: what.to_owned(),
        observed,
        causes,
    }
}

async fn collect_causes(client: &Client) -> Vec<String> {
    let pods: Api<Pod> = Api::namespaced(client.clone(), "kube-system");
    let events: Api<Event> = Api::namespaced(client.clone(), "kube-system");
    let pods = pods
        .list(&ListParams::default())
        .await
        .map(|list| list.items)
        .unwrap_or_default();
    let warnings = ListParams::default().fields("type=Warning");
    let events = events.list(&warnings).await.map(|list| list.items).unwrap_or_default();
    causes_of(&pods, &events)
}

/// What is wrong with the pods, then what the warnings say; each once.
fn causes_of(pods: &[Pod], events: &[Event]) -> Vec<String> {
    let mut causes: Vec<String> = pods.iter().flat_map(faults_of).collect();
    for event in events.iter().rev() {
        let object = event.involved_object.name.as_deref().unwrap_or_default();
        let message = event.message.as_deref().unwrap_or_default().trim();
        let cause = format!(
            "event on `{object}`: {}: {message}",
            event.reason.as_deref().unwrap_or_default()
        );
        if !causes.contains(&cause) {
            causes.push(cause);
        }
    }
    causes.truncate(CAUSES);
    causes
}

fn faults_of(pod: &Pod) -> Vec<String> {
    let Some(status) = &pod.status else { return Vec::new() };
    let name = pod.name_any();
    let unscheduled = status
        .conditions
        .iter()
        .flatten()
        .filter(|c| c.type_ == "PodScheduled" && c.status != "True");
    let unscheduled = unscheduled.map(|condition| condition.message.clone().unwrap_or_default());
    let containers = status
        .init_container_statuses
        .iter()
        .chain(&status.container_statuses)
        .flatten();
    let broken = containers.filter_map(fault_of_container);
    unscheduled
        .chain(broken)
        .map(|fault| format!("pod `{name}`: {fault}"))
        .collect()
}

fn fault_of_container(status: &ContainerStatus) -> Option<String> {
    let waiting = status.state.as_ref()?.waiting.as_ref()?;
    let reason = waiting.reason.as_deref().unwrap_or_default();
    if matches!(reason, "" | "ContainerCreating" | "PodInitializing") {
        return None;
    }
    let ended = status.last_state.as_ref().and_then(|state| state.terminated.as_ref());
    let code = ended
        .map(|ended| format!(", ended with {}", ended.exit_code))
        .unwrap_or_default();
    Some(format!(
        "container `{}`: {reason}{code}: {}",
        status.name,
        waiting.message.as_deref().unwrap_or_default()
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn node(name: &str, ready: &str, message: &str) -> (String, Node) {
        let node = json!({
            "metadata": { "name": name }, "spec": { "podCIDR": "10.244.0.0/24" },
            "status": {
                "addresses": [{ "type": "Hostname", "address": name }, { "type": "InternalIP", "address": "10.89.0.2" }],
                "conditions": [{ "type": "Ready", "status": ready, "message": message }],
            },
        });
        (name.to_owned(), serde_json::from_value(node).unwrap())
    }

    #[test]
    fn every_node_has_to_be_ready_and_all_have_to_be_there() {
        let one = BTreeMap::from([node("a", "True", "")]);
        assert_eq!(judge_nodes(&one, 1), Observation::Met(()));
        assert_eq!(
            judge_nodes(&one, 2),
            Observation::Pending("1 of 2 nodes Ready".to_owned())
        );
        let two = BTreeMap::from([node("a", "True", ""), node("b", "False", "cni plugin not initialized")]);
        let pending = "1 of 2 nodes Ready; `b`: cni plugin not initialized".to_owned();
        assert_eq!(judge_nodes(&two, 2), Observation::Pending(pending));
    }

    #[test]
    fn dns_is_there_when_one_replica_is_available() {
        let dns = |available: i32| -> Deployment {
            let spec = json!({ "replicas": 2, "selector": {}, "template": {} });
            serde_json::from_value(json!({ "spec": spec, "status": { "availableReplicas": available } })).unwrap()
        };
        assert_eq!(judge_dns(Some(&dns(1))), Observation::Met(()));
        assert_eq!(
            judge_dns(Some(&dns(0))),
            Observation::Pending("0 of 2 replicas available".to_owned())
        );
        assert!(matches!(judge_dns(None), Observation::Pending(_)));
    }

    #[test]
    fn the_cause_stands_in_the_error_the_pods_first() {
        let pod: Pod = serde_json::from_value(json!({
            "metadata": { "name": "coredns-1" },
            "status": { "containerStatuses": [{
                "name": "coredns", "image": "", "imageID": "", "ready": false, "restartCount": 3,
                "state": { "waiting": { "reason": "CrashLoopBackOff", "message": "back-off 40s" } },
                "lastState": { "terminated": { "exitCode": 1 } },
            }] },
        }))
        .unwrap();
        let event: Event = serde_json::from_value(json!({
            "metadata": {}, "involvedObject": { "name": "coredns-1" }, "reason": "BackOff", "message": "Back-off restarting",
        }))
        .unwrap();
        let causes = causes_of(&[pod], &[event.clone(), event]);
        let error = BackendError::NotReady {
            name: "shall".to_owned(),
            what: "CoreDNS available".to_owned(),
            observed: "0 of 2 replicas available (for 3m)".to_owned(),
            causes,
        };
        insta::assert_snapshot!(error, @r"
        cluster `shall`: CoreDNS available: 0 of 2 replicas available (for 3m)
          pod `coredns-1`: container `coredns`: CrashLoopBackOff, ended with 1: back-off 40s
          event on `coredns-1`: BackOff: Back-off restarting
        ");
    }
}
