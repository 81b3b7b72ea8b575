//! Why a component is not ready: [`pod_trouble`] judges one pod, [`explain`] collects what an error must show.

use k8s_openapi::api::core::v1::{ContainerStatus, Event, PersistentVolumeClaim, Pod};
use kube::{
    Api, Client, ResourceExt as _,
    api::{ListParams, LogParams},
};

use crate::ledger::ObjectRef;

/// How many log lines of a container are shown.
const LOG_LINES: i64 = 20;
/// How many events of a namespace are shown, the newest.
const EVENTS: usize = 12;
/// A container that crashed so often since we look will not start.
const CRASHES: i32 = 3;

/// What keeps a pod from running.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble {
    /// Pod, container and reason, one line.
    pub(crate) cause: String,
    /// The container it is about; `None` where it is about the pod.
    pub(crate) container: Option<String>,
    /// Whether waiting cannot mend it.
    pub(crate) is_final: bool,
}

/// What keeps a pod from running; `restarts_before` is its restarts when it was first looked at.
pub(crate) fn pod_trouble(pod: &Pod, restarts_before: i32) -> Option<Trouble> {
    let name = format!("pod {}/{}", pod.namespace().unwrap_or_default(), pod.name_any());
    let status = pod.status.as_ref()?;
    let inits = status.init_container_statuses.iter().flatten();
    let containers = status.container_statuses.iter().flatten();
    let crashes = restarts(pod) - restarts_before;
    let has_crashed_enough = crashes >= if restarts_before == 0 { CRASHES } else { 1 };
    let mut troubles = inits
        .chain(containers)
        .filter_map(|container| waiting_trouble(container, has_crashed_enough));
    let unready = || status.container_statuses.iter().flatten().find_map(unready_trouble);
    if let Some(trouble) = troubles.next().or_else(unready) {
        return Some(Trouble {
            cause: format!("{name}, {}", trouble.cause),
            ..trouble
        });
    }
    let unscheduled = status
        .conditions
        .iter()
        .flatten()
        .find(|condition| condition.type_ == "PodScheduled" && condition.status == "False")?;
    let message = unscheduled.message.as_deref().unwrap_or("no message");
    Some(Trouble {
        cause: format!("{name}: not scheduled: {message}"),
        container: None,
        is_final: false,
    })
}

/// Why a container waits to run; `None` where it is merely being made, or runs.
fn waiting_trouble(container: &ContainerStatus, has_crashed_enough: bool) -> Option<Trouble> {
    let waiting = container.state.as_ref()?.waiting.as_ref()?;
    let reason = waiting.reason.clone().unwrap_or_default();
    let is_final = match reason.as_str() {
        "ErrImageNeverPull" | "InvalidImageName" | "ImagePullBackOff" | "CreateContainerConfigError" => true,
        "CrashLoopBackOff" => has_crashed_enough,
        "" | "ContainerCreating" | "PodInitializing" => return None,
        _ => false,
    };
    let message = waiting.message.as_deref().unwrap_or("no message");
    let last = container
        .last_state
        .as_ref()
        .and_then(|state| state.terminated.as_ref());
    let last = last
        .map(|last| format!(", last exit code {}", last.exit_code))
        .unwrap_or_default();
    let (name, image) = (&container.name, &container.image);
    let cause = format!("container `{name}`, image `{image}`: {reason}: {message}{last}");
    Some(Trouble {
        cause,
        container: Some(name.clone()),
        is_final,
    })
}

/// A container that runs and does not answer its readiness probe.
fn unready_trouble(container: &ContainerStatus) -> Option<Trouble> {
    container.state.as_ref()?.running.as_ref()?;
    let cause = format!(
        "container `{}` runs but does not answer its readiness probe",
        container.name
    );
    (!container.ready).then(|| Trouble {
        cause,
        container: Some(container.name.clone()),
        is_final: false,
    })
}

/// How often the containers of a pod were restarted.
pub(crate) fn restarts(pod: &Pod) -> i32 {
    let statuses = pod.status.as_ref();
    let inits = statuses.and_then(|status| status.init_container_statuses.as_ref());
    let containers = statuses.and_then(|status| status.container_statuses.as_ref());
    inits
        .into_iter()
        .chain(containers)
        .flatten()
        .map(|container| container.restart_count)
        .sum()
}

/// Whether a pod is one of these workloads', or nobody's, as a provisioner's helper is.
pub(crate) fn belongs(pod: &Pod, workloads: &[ObjectRef]) -> bool {
    let Some(owner) = pod.owner_references().first() else {
        return true;
    };
    workloads
        .iter()
        .filter(|workload| workload.namespace == pod.namespace())
        .any(|workload| match (workload.kind.as_str(), owner.kind.as_str()) {
            ("Deployment", "ReplicaSet") => owner
                .name
                .rsplit_once('-')
                .is_some_and(|(name, _)| name == workload.name),
            (kind, owned_by) => kind == owned_by && owner.name == workload.name,
        })
}

/// The most likely cause and what else was seen in these namespaces. What cannot be read is said, not hidden.
///
/// `seen` is the last state of what was awaited; it is the cause where nothing better is found.
pub(crate) async fn explain(
    client: &Client,
    namespaces: &[String],
    workloads: &[ObjectRef],
    seen: &str,
) -> (String, Vec<String>) {
    let (mut troubles, mut details) = (Vec::new(), vec![format!("last seen: {seen}")]);
    let mut claims = Vec::new();
    for namespace in namespaces {
        match look(client, namespace, workloads).await {
            Ok(mut found) => {
                troubles.append(&mut found.troubles);
                claims.append(&mut found.claims);
                details.append(&mut found.details);
            }
            Err(error) => details.push(format!("namespace {namespace} could not be read: {error}")),
        }
    }
    let best = troubles.iter().find(|trouble| trouble.is_final);
    let best = best.or_else(|| troubles.iter().find(|trouble| trouble.container.is_some()));
    let best = best
        .map(|trouble| trouble.cause.clone())
        .or_else(|| claims.into_iter().next());
    let best = best.or_else(|| troubles.first().map(|trouble| trouble.cause.clone()));
    (best.unwrap_or_else(|| seen.to_owned()), details)
}

/// What one namespace shows.
struct Look {
    troubles: Vec<Trouble>,
    claims: Vec<String>,
    details: Vec<String>,
}

async fn look(client: &Client, namespace: &str, workloads: &[ObjectRef]) -> Result<Look, kube::Error> {
    let (troubles, mut details) = look_at_pods(client, namespace, workloads).await?;
    let all = ListParams::default();
    let mut events: Vec<Event> = Api::namespaced(client.clone(), namespace).list(&all).await?.items;
    events.sort_by_key(|event| event.last_timestamp.as_ref().map(|time| time.0));
    let claims: Vec<PersistentVolumeClaim> = Api::namespaced(client.clone(), namespace).list(&all).await?.items;
    let claims = claims
        .iter()
        .filter_map(|claim| claim_trouble(claim, &events))
        .collect();
    let newest = &events[events.len().saturating_sub(EVENTS)..];
    details.extend(
        newest
            .iter()
            .map(|event| format!("event {namespace}: {}", event_line(event))),
    );
    Ok(Look {
        troubles,
        claims,
        details,
    })
}

/// What keeps the pods of a namespace from running, and each pod's state and log.
async fn look_at_pods(
    client: &Client,
    namespace: &str,
    workloads: &[ObjectRef],
) -> Result<(Vec<Trouble>, Vec<String>), kube::Error> {
    let pods: Api<Pod> = Api::namespaced(client.clone(), namespace);
    let (mut troubles, mut details) = (Vec::new(), Vec::new());
    for pod in pods
        .list(&ListParams::default())
        .await?
        .iter()
        .filter(|pod| belongs(pod, workloads))
    {
        let (name, restarts) = (pod.name_any(), restarts(pod));
        let phase = pod
            .status
            .as_ref()
            .and_then(|status| status.phase.as_deref())
            .unwrap_or("of no phase");
        details.push(format!("pod {namespace}/{name} is {phase}, {restarts} restarts"));
        let Some(mut trouble) = pod_trouble(pod, 0) else {
            continue;
        };
        if let Some(container) = &trouble.container
            && let Some(lines) = last_lines(&pods, &name, container, restarts > 0).await
        {
            let last = lines.lines().next_back().unwrap_or_default();
            trouble.cause = format!("{}; its last line: {last}", trouble.cause);
            details.push(format!("log of {name}/{container}:\n{lines}"));
        }
        troubles.push(trouble);
    }
    Ok((troubles, details))
}

/// Why a claim is not bound, from its newest event; `None` where it is bound.
fn claim_trouble(claim: &PersistentVolumeClaim, events: &[Event]) -> Option<String> {
    let (namespace, name) = (claim.namespace().unwrap_or_default(), claim.name_any());
    let phase = claim
        .status
        .as_ref()
        .and_then(|status| status.phase.as_deref())
        .unwrap_or("of no phase");
    let about = |event: &&Event| event.involved_object.name.as_deref() == Some(name.as_str());
    let why = events
        .iter()
        .rev()
        .find(about)
        .map_or_else(|| "no event".to_owned(), event_text);
    (phase != "Bound").then(|| format!("claim {namespace}/{name} is {phase}: {why}"))
}

/// The last lines of a container, of its run before where it restarted.
async fn last_lines(pods: &Api<Pod>, pod: &str, container: &str, previous: bool) -> Option<String> {
    let params = LogParams {
        container: Some(container.to_owned()),
        tail_lines: Some(LOG_LINES),
        previous,
        ..LogParams::default()
    };
    match pods.logs(pod, &params).await {
        Ok(text) if text.trim().is_empty() => None,
        Ok(text) => Some(text.trim_end().to_owned()),
        // A container that has never run has no log; its waiting reason says why.
        Err(_) => None,
    }
}

pub(crate) fn event_text(event: &Event) -> String {
    let reason = event.reason.as_deref().unwrap_or("no reason");
    format!("{reason}: {}", event.message.as_deref().unwrap_or("no message").trim())
}

fn event_line(event: &Event) -> String {
    let object = &event.involved_object;
    let kind = object.kind.as_deref().unwrap_or("object");
    let name = object.name.as_deref().unwrap_or("without a name");
    format!("{kind} {name}: {} (x{})", event_text(event), event.count.unwrap_or(1))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pod(reason: &str, restarts: i32) -> Pod {
        let waiting = json!({"waiting": {"reason": reason, "message": "m"}});
        let container = json!({"name": "c", "image": "i", "imageID": "", "ready": false, "restartCount": restarts, "state": waiting});
        let status = json!({"containerStatuses": [container]});
        serde_json::from_value(json!({"metadata": {"name": "p", "namespace": "n"}, "status": status})).unwrap()
    }

    #[test]
    fn an_image_that_cannot_be_had_is_final_and_named() {
        let trouble = pod_trouble(&pod("ImagePullBackOff", 0), 0).unwrap();
        assert!(trouble.is_final);
        assert_eq!(trouble.cause, "pod n/p, container `c`, image `i`: ImagePullBackOff: m");
    }

    #[test]
    fn a_container_that_is_being_made_is_no_trouble() {
        assert_eq!(pod_trouble(&pod("ContainerCreating", 0), 0), None);
    }

    #[test]
    fn a_container_that_runs_and_is_not_ready_is_named_but_may_come() {
        let state = json!({"running": {}});
        let container =
            json!({"name": "c", "image": "i", "imageID": "", "ready": false, "restartCount": 0, "state": state});
        let pod = json!({"metadata": {"name": "p", "namespace": "n"}, "status": {"containerStatuses": [container]}});
        let trouble = pod_trouble(&serde_json::from_value(pod).unwrap(), 0).unwrap();
        assert!(!trouble.is_final);
        assert_eq!(
            trouble.cause,
            "pod n/p, container `c` runs but does not answer its readiness probe"
        );
    }

    #[test]
    fn one_crash_may_pass_and_three_may_not() {
        assert!(!pod_trouble(&pod("CrashLoopBackOff", 1), 0).unwrap().is_final);
        assert!(pod_trouble(&pod("CrashLoopBackOff", 3), 0).unwrap().is_final);
    }

    #[test]
    fn crashes_of_an_earlier_day_are_final_only_when_another_follows() {
        assert!(!pod_trouble(&pod("CrashLoopBackOff", 9), 9).unwrap().is_final);
        assert!(pod_trouble(&pod("CrashLoopBackOff", 10), 9).unwrap().is_final);
    }

    #[test]
    fn a_pod_belongs_to_its_deployment_and_another_owners_does_not() {
        let workload = crate::stack::object::reference("apps/v1", "Deployment", Some("n"), "velero");
        let owned = |kind: &str, name: &str| -> Pod {
            let owner = json!({"apiVersion": "v1", "kind": kind, "name": name, "uid": "u"});
            serde_json::from_value(json!({"metadata": {"name": "p", "namespace": "n", "ownerReferences": [owner]}}))
                .unwrap()
        };
        let workloads = [workload];
        assert!(belongs(&owned("ReplicaSet", "velero-5d9f"), &workloads));
        assert!(!belongs(&owned("PodVolumeBackup", "b-1"), &workloads));
        assert!(belongs(&pod("x", 0), &workloads));
    }
}
