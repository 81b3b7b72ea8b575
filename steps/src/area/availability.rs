//! What keeps working while a pod is killed or a backup runs, and whether all of the stack is ready.

use std::{collections::BTreeSet, time::Duration};

use cucumber::{gherkin::Step, then, when};
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod};
use kube::{
    Api, ResourceExt as _,
    api::{DeleteParams, DynamicObject, ListParams},
    core::{ApiResource, GroupVersionKind},
    runtime::watcher,
};
use shall_cluster::{
    act::pod_state,
    velero::{Backup, NAMESPACE, backup_finished},
    watch::{Observation, observe_set},
};
use shall_workload::Written;

use super::components::STORAGE;
use crate::{StepError, World, wait::check_seen};

/// Label of the provisioner's pods; those that make directories for it have another.
const PROVISIONER: &str = "app=local-path-provisioner";
/// How long another pod may take to be ready in the place of one that was killed.
const REPLACED: Duration = Duration::from_mins(2);
/// Twice the budget of a backup and a minute more.
const BACKED_UP: Duration = Duration::from_mins(11);
/// Namespaces of scenarios begin so; what is in them is no part of the stack.
const OF_SCENARIOS: &str = "shall-";

/// What runs pods: its kind, the plural, and where it says how many it wants and how many are ready.
const WORKLOADS: [(&str, &str, &str, &str); 3] = [
    ("Deployment", "deployments", "/spec/replicas", "/status/readyReplicas"),
    ("StatefulSet", "statefulsets", "/spec/replicas", "/status/readyReplicas"),
    (
        "DaemonSet",
        "daemonsets",
        "/status/desiredNumberScheduled",
        "/status/numberReady",
    ),
];

/// What steps about availability have seen.
#[derive(Debug, Default)]
pub(crate) struct AvailabilitySeen {
    /// UIDs of the pods that were killed.
    killed: BTreeSet<String>,
    /// The writes that ended while the backup ran.
    writes: Vec<WriteDuring>,
}

/// One write to the volume: the phase that the backup was in after it, and what the pod said.
#[derive(Debug)]
struct WriteDuring {
    phase: String,
    outcome: Result<Written, String>,
}

#[when("the pods of the provisioner are killed")]
async fn provisioner_is_killed(world: &mut World) -> Result<(), StepError> {
    let pods: Api<Pod> = Api::namespaced(world.run.clients.strict.clone(), STORAGE);
    let selection = ListParams::default().labels(PROVISIONER);
    let listed = pods.list(&selection).await;
    let listed = listed.map_err(StepError::errored("list the pods of the provisioner"))?;
    world.seen.availability.killed = listed.iter().filter_map(Pod::uid).collect();
    if world.seen.availability.killed.is_empty() {
        return Err(StepError::Missing {
            what: "pod of the provisioner",
        });
    }
    let now = DeleteParams::default().grace_period(0);
    let deleted = pods.delete_collection(&now, &selection).await;
    deleted.map_err(StepError::errored("kill the pods of the provisioner"))?;
    Ok(())
}

#[when("the pods of the provisioner are killed while the claim waits for its volume")]
async fn provisioner_is_killed_while_the_claim_waits(world: &mut World) -> Result<(), StepError> {
    provisioner_is_killed(world).await?;
    let mounted = world.mounted()?;
    let claims: Api<PersistentVolumeClaim> = Api::namespaced(world.run.clients.strict.clone(), &mounted.namespace);
    let claim = claims.get(&mounted.claim).await;
    let claim = claim.map_err(StepError::errored("read the claim"))?;
    match claim.status.and_then(|status| status.phase) {
        Some(phase) if phase == "Pending" => Ok(()),
        phase => Err(StepError::Errored {
            what: format!("claim `{}`", mounted.claim),
            source: format!(
                "expected Pending after the kill, observed {}: it did not wait for its volume any more",
                phase.unwrap_or_default()
            )
            .into(),
        }),
    }
}

#[then("other pods of the provisioner are ready in their place")]
async fn provisioner_is_replaced(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let killed = world.seen.availability.killed.clone();
    let pods: Api<Pod> = Api::namespaced(world.run.clients.strict.clone(), STORAGE);
    let selection = watcher::Config::default().labels(PROVISIONER);
    let seen = observe_set(&pods, selection, "other pods of the provisioner", REPLACED, |pods| {
        let (old, new): (Vec<&Pod>, Vec<&Pod>) = pods
            .values()
            .partition(|pod| pod.uid().is_some_and(|uid| killed.contains(&uid)));
        let ready = new
            .into_iter()
            .filter(|pod| matches!(pod_state(pod), Observation::Met(_)))
            .count();
        if old.is_empty() && ready >= killed.len() {
            Observation::Met(ready)
        } else {
            Observation::Pending(format!("{} of the killed pods there, {ready} others ready", old.len()))
        }
    })
    .await;
    let expected = format!(
        "{} ready, none of the killed there",
        world.seen.availability.killed.len()
    );
    check_seen(&world.at(step), "other pods of the provisioner", &expected, seen)?;
    Ok(())
}

#[when("its pod writes to the volume until the backup ends")]
async fn pod_writes_until_the_backup_ends(world: &mut World) -> Result<(), StepError> {
    let name = world.backup()?.name.clone();
    let backups: Api<Backup> = Api::namespaced(world.run.clients.strict.clone(), NAMESPACE);
    let workload = world.workload()?;
    let mut writes = Vec::new();
    let writing = async {
        loop {
            let path = format!("/data/during-{}", writes.len());
            let command = ["shall-workload", "write", "--path", &path, "--text", &path].map(str::to_owned);
            let outcome = workload.ask::<Written>(command.to_vec(), None).await;
            let backup = backups.get(&name).await;
            let backup = backup.map_err(StepError::errored("read the backup"))?;
            writes.push(WriteDuring {
                phase: backup
                    .status
                    .as_ref()
                    .map(|status| status.phase.clone())
                    .unwrap_or_default(),
                outcome: outcome.map_err(|error| error.to_string()),
            });
            if !matches!(backup_finished(Some(&backup)), Observation::Pending(_)) {
                return Ok(());
            }
        }
    };
    let in_time = tokio::time::timeout(BACKED_UP, writing).await;
    in_time.map_err(StepError::errored(format!("wait for backup `{name}`")))??;
    world.seen.availability.writes = writes;
    Ok(())
}

#[then("each write during the backup is complete")]
fn each_write_is_complete(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let writes = &world.seen.availability.writes;
    let during = writes.iter().filter(|write| write.phase == "InProgress").count();
    let failed: Vec<&str> = writes
        .iter()
        .filter_map(|write| write.outcome.as_ref().err())
        .map(String::as_str)
        .collect();
    let empty = writes
        .iter()
        .flat_map(|write| &write.outcome)
        .filter(|written| written.bytes == 0)
        .count();
    let recorder = world.at(step);
    recorder.check(
        "writes after which the backup was in progress",
        "at least 1",
        during,
        during > 0,
        writes.len(),
    )?;
    recorder.check(
        "writes that failed or wrote nothing",
        "0",
        format!("{} {}", failed.len() + empty, failed.join("; ")).trim(),
        failed.is_empty() && empty == 0,
        writes.len(),
    )
}

#[when("the components of the stack are asked for their state")]
async fn stack_is_asked(world: &mut World) -> Result<(), StepError> {
    let mut replicas = Vec::new();
    for (kind, plural, wanted, ready) in WORKLOADS {
        let resource = ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk("apps", "v1", kind), plural);
        let api: Api<DynamicObject> = Api::all_with(world.run.clients.strict.clone(), &resource);
        let listed = api.list(&ListParams::default()).await;
        for found in listed.map_err(StepError::errored(format!("list {plural}")))? {
            let number = |pointer: &str| found.data.pointer(pointer).and_then(serde_json::Value::as_i64);
            let number = |pointer| i32::try_from(number(pointer).unwrap_or(0)).unwrap_or(i32::MAX);
            let place = format!("{}/{}", found.namespace().unwrap_or_default(), found.name_any());
            replicas.push((place, number(wanted), number(ready)));
        }
    }
    replicas.retain(|(place, ..)| !place.starts_with(OF_SCENARIOS));
    world.seen.replicas = replicas;
    Ok(())
}

#[then("every replica of each is ready, and each component of the profile is among them")]
fn every_replica_of_each_is_ready(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    world.check_replicas(step, None)?;
    let there = world
        .seen
        .replicas
        .iter()
        .filter_map(|(place, ..)| place.split_once('/'));
    let there: BTreeSet<&str> = there.map(|(_, name)| name).collect();
    let expected: Vec<&str> = world
        .run
        .profile
        .components
        .iter()
        .map(|component| component.name.as_str())
        .collect();
    let missing: Vec<&str> = expected.iter().copied().filter(|name| !there.contains(name)).collect();
    let observed = if missing.is_empty() {
        "none".to_owned()
    } else {
        missing.join(", ")
    };
    world.at(step).check(
        "components of the profile without a workload of their name",
        "none",
        observed,
        missing.is_empty(),
        expected.len(),
    )
}
