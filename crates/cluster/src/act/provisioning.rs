//! How a claim becomes bound: [`observe_bound`] watches the claim and, beside it, all that works for it.

use std::{
    collections::BTreeMap,
    future::Future,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use k8s_openapi::api::{
    apps::v1::Deployment,
    core::v1::{Event, PersistentVolume, PersistentVolumeClaim, Pod},
};
use kube::{Api, Client, ResourceExt as _, api::ListParams, runtime::watcher};

use super::volume::{Bound, bound, pod_state};
use crate::watch::{Observation, ObserveError, Seen, Transition, observe, observe_set};

/// So often a provisioner may fail for one claim before the wait ends: the first failures may pass.
const FAILURES: i32 = 3;
/// How long the search for a cause may take.
const CAUSE: Duration = Duration::from_secs(10);

/// Waits until a claim is bound to a volume. The transitions tell how: node selected, helper pod, volume, events.
///
/// # Errors
///
/// As soon as the claim is lost, its helper pod cannot run, or its provisioner has failed [`FAILURES`] times; at the
/// deadline, with the claim's last state and why it is not bound.
pub async fn observe_bound(
    client: &Client,
    namespace: &str,
    claim: &str,
    deadline: Duration,
) -> Result<Seen<Bound>, ObserveError> {
    let claims: Api<PersistentVolumeClaim> = Api::namespaced(client.clone(), namespace);
    let what = format!("claim `{claim}` bound");
    let read = claims.get_opt(claim).await;
    let found = read.map_err(|source| ObserveError::Api {
        what: what.clone(),
        source: source.into(),
    })?;
    let waited = observe(&claims, claim, &what, deadline, bound);
    let Some(uid) = found.and_then(|claim| claim.uid()) else {
        return waited.await;
    };
    let timeline = Timeline::default();
    let ended = tokio::select! {
        biased;
        ended = waited => ended,
        reason = helper_fails(client, &uid, deadline, &timeline) => Err(timeline.impossible(&what, reason)),
        reason = provisioner_fails(client, namespace, &uid, deadline, &timeline) => Err(timeline.impossible(&what, reason)),
        () = volume_appears(client, &uid, deadline, &timeline) => Err(timeline.impossible(&what, String::new())),
    };
    match ended {
        Ok(mut seen) => {
            timeline.merge_into(&mut seen.transitions);
            Ok(seen)
        }
        Err(ObserveError::Deadline {
            what,
            deadline,
            last,
            unchanged,
            mut transitions,
        }) => {
            timeline.merge_into(&mut transitions);
            let why = tokio::time::timeout(CAUSE, why_unbound(client, namespace, claim))
                .await
                .ok()
                .flatten();
            let last = why.map_or(last.clone(), |why| format!("{last}; {why}"));
            Err(ObserveError::Deadline {
                what,
                deadline,
                last,
                unchanged,
                transitions,
            })
        }
        Err(error) => Err(error),
    }
}

/// Why a claim is not bound, from what is there now; `None` where nothing tells.
///
/// Looks for its provisioner scaled to 0, for its last warning, and for a class that does not exist.
pub async fn why_unbound(client: &Client, namespace: &str, claim: &str) -> Option<String> {
    let all = ListParams::default();
    let deployments: Api<Deployment> = Api::all(client.clone());
    let stopped = deployments
        .list(&all)
        .await
        .ok()
        .and_then(|list| stopped_provisioner(&list.items));
    if stopped.is_some() {
        return stopped;
    }
    let events: Api<Event> = Api::namespaced(client.clone(), namespace);
    let about = ListParams::default().fields(&format!("involvedObject.name={claim},type=Warning"));
    let mut events = events.list(&about).await.ok()?.items;
    events.sort_by_key(|event| event.last_timestamp.as_ref().map(|time| time.0));
    events.last().map(event_text)
}

/// A deployment that is a provisioner by its name and has no pods because it was told so.
fn stopped_provisioner(deployments: &[Deployment]) -> Option<String> {
    let stopped = deployments.iter().find(|deployment| {
        let replicas = deployment.spec.as_ref().and_then(|spec| spec.replicas);
        deployment.name_any().contains("provisioner") && replicas == Some(0)
    })?;
    let place = stopped.namespace().unwrap_or_default();
    Some(format!(
        "no provisioner is running: deployment {place}/{} has 0 replicas",
        stopped.name_any()
    ))
}

/// Waits for ever, or until a pod that works for this claim cannot run: provisioners name such pods after the
/// volume, and volumes after the claim's UID.
async fn helper_fails(client: &Client, uid: &str, deadline: Duration, timeline: &Timeline) -> String {
    let pods: Api<Pod> = Api::all(client.clone());
    let look = |pods: &BTreeMap<String, Pod>| {
        for (name, pod) in pods.iter().filter(|(name, _)| name.contains(uid)) {
            let place = pod.namespace().unwrap_or_default();
            let phase = pod
                .status
                .as_ref()
                .and_then(|status| status.phase.clone())
                .unwrap_or_default();
            timeline.note(&format!("helper pod {place}/{name} {phase}"));
            if let Observation::Impossible(why) = pod_state(pod) {
                return Observation::<()>::Impossible(format!("helper pod {place}/{name}: {why}"));
            }
        }
        Observation::Pending(String::new())
    };
    let seen = observe_set(&pods, watcher::Config::default(), "helper pods", deadline, look);
    only_impossible(seen).await
}

/// Waits for ever, or until the provisioner has failed for this claim too often.
async fn provisioner_fails(
    client: &Client,
    namespace: &str,
    uid: &str,
    deadline: Duration,
    timeline: &Timeline,
) -> String {
    let events: Api<Event> = Api::namespaced(client.clone(), namespace);
    let selection = watcher::Config::default().fields(&format!("involvedObject.uid={uid}"));
    let look = |events: &BTreeMap<String, Event>| {
        let mut failures = 0;
        let mut last = String::new();
        for event in events.values() {
            timeline.note(&format!("event {}", event_text(event)));
            if event.reason.as_deref() == Some("ProvisioningFailed") {
                failures += event.count.unwrap_or(1);
                last = event_text(event);
            }
        }
        if failures >= FAILURES {
            return Observation::<()>::Impossible(format!("{last} ({failures} times)"));
        }
        Observation::Pending(String::new())
    };
    let seen = observe_set(&events, selection, "events of the claim", deadline, look);
    only_impossible(seen).await
}

/// Notes when the claim's volume appears and becomes bound; never ends.
async fn volume_appears(client: &Client, uid: &str, deadline: Duration, timeline: &Timeline) {
    let volumes: Api<PersistentVolume> = Api::all(client.clone());
    let look = |volumes: &BTreeMap<String, PersistentVolume>| {
        for (name, volume) in volumes {
            let of = volume
                .spec
                .as_ref()
                .and_then(|spec| spec.claim_ref.as_ref())
                .and_then(|claim| claim.uid.as_deref());
            if of == Some(uid) {
                let phase = volume
                    .status
                    .as_ref()
                    .and_then(|status| status.phase.clone())
                    .unwrap_or_default();
                timeline.note(&format!("volume {name} {phase}"));
            }
        }
        Observation::<()>::Pending(String::new())
    };
    let seen = observe_set(&volumes, watcher::Config::default(), "volumes", deadline, look);
    only_impossible(seen).await;
}

/// The reason of a wait that became impossible; every other end is none of the claim's, and is waited out.
async fn only_impossible(seen: impl Future<Output = Result<Seen<()>, ObserveError>>) -> String {
    match seen.await {
        Err(ObserveError::Impossible { reason, .. }) => reason,
        Ok(_) | Err(_) => std::future::pending().await,
    }
}

fn event_text(event: &Event) -> String {
    let reason = event.reason.as_deref().unwrap_or_default();
    format!("{reason}: {}", event.message.as_deref().unwrap_or_default().trim())
}

/// What was seen beside the claim, each state once.
#[derive(Default)]
struct Timeline(Mutex<Vec<Transition>>);

impl Timeline {
    fn note(&self, state: &str) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !state.ends_with(' ') && seen.iter().all(|earlier| earlier.state != state) {
            seen.push(Transition {
                at: Timestamp::now(),
                state: state.to_owned(),
            });
        }
    }

    fn merge_into(&self, transitions: &mut Vec<Transition>) {
        transitions.append(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
        transitions.sort_by_key(|transition| transition.at);
    }

    fn impossible(&self, what: &str, reason: String) -> ObserveError {
        let mut transitions = Vec::new();
        self.merge_into(&mut transitions);
        ObserveError::Impossible {
            what: what.to_owned(),
            reason,
            transitions,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_provisioner_without_pods_is_named() {
        let deployment = |name: &str, replicas: i32| -> Deployment {
            let spec = json!({ "replicas": replicas, "selector": {}, "template": {} });
            serde_json::from_value(json!({ "metadata": { "name": name, "namespace": "n" }, "spec": spec })).unwrap()
        };
        let running = [deployment("local-path-provisioner", 1), deployment("web", 0)];
        assert_eq!(stopped_provisioner(&running), None);
        let stopped = stopped_provisioner(&[deployment("web", 0), deployment("local-path-provisioner", 0)]);
        assert_eq!(
            stopped.unwrap(),
            "no provisioner is running: deployment n/local-path-provisioner has 0 replicas"
        );
    }

    #[test]
    fn states_beside_the_claim_are_kept_once_and_in_order_of_time() {
        let timeline = Timeline::default();
        timeline.note("helper pod n/h Pending");
        timeline.note("helper pod n/h ");
        timeline.note("helper pod n/h Pending");
        let later = Timestamp::now() + Duration::from_mins(1);
        let mut transitions = vec![Transition {
            at: later,
            state: "phase Pending".to_owned(),
        }];
        timeline.merge_into(&mut transitions);
        let states: Vec<&str> = transitions.iter().map(|transition| transition.state.as_str()).collect();
        assert_eq!(states, ["helper pod n/h Pending", "phase Pending"]);
    }
}
