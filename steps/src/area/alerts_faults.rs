//! The faults that alerts are about: workloads and components that are stopped, operations that fail.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use cucumber::{given, when};
use k8s_openapi::api::apps::v1::Deployment;
use kube::{
    Api, ResourceExt as _,
    api::{Patch, PatchParams, PostParams},
};
use serde_json::json;
use shall_cluster::{
    ledger::Entry,
    observability::{KUBE_STATE_METRICS, MONITORING},
    probe::PlannedFault,
    velero::{Backup, BackupSpec, BackupStorageLocation, BackupStorageLocationSpec, NAMESPACE, Restore},
    watch::{Observation, observe},
};

use crate::{StepError, World};

/// Name of the workload that is killed.
const WORKLOAD: &str = "watched";
/// How long a workload may take to start or to end.
const STARTED: Duration = Duration::from_mins(2);

#[given("a running workload that Prometheus knows")]
async fn running_workload(world: &mut World) -> Result<(), StepError> {
    let namespace = world.namespace().await?;
    let labels = world.scope.labels();
    let api: Api<Deployment> = Api::namespaced(world.run.clients.patient.clone(), &namespace);
    let object = json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": { "name": WORKLOAD, "labels": labels },
        "spec": {
            "replicas": 1,
            "strategy": { "type": "Recreate" },
            "selector": { "matchLabels": { "app": WORKLOAD } },
            "template": {
                "metadata": { "labels": { "app": WORKLOAD } },
                "spec": {
                    "terminationGracePeriodSeconds": 1,
                    "containers": [{
                        "name": "workload",
                        "image": world.run.workload_image,
                        "imagePullPolicy": "IfNotPresent",
                        "args": ["hold"],
                    }],
                },
            },
        },
    });
    let object = serde_json::from_value(object).map_err(StepError::errored("deployment manifest"))?;
    api.create(&PostParams::default(), &object)
        .await
        .map_err(StepError::errored("create the workload"))?;
    let available = observe(
        &api,
        WORKLOAD,
        "the workload available",
        STARTED,
        |found: Option<&Deployment>| match available_of(found) {
            1 => Observation::Met(()),
            other => Observation::Pending(format!("{other} available")),
        },
    );
    available.await.map_err(StepError::errored("the workload"))?;
    let expression =
        format!(r#"kube_deployment_status_replicas_available{{namespace="{namespace}",deployment="{WORKLOAD}"}}"#);
    let known = world.await_value(&expression, 1.0).await;
    known.map_err(StepError::errored("Prometheus"))?;
    Ok(())
}

fn available_of(deployment: Option<&Deployment>) -> i32 {
    let status = deployment.and_then(|deployment| deployment.status.as_ref());
    status.and_then(|status| status.available_replicas).unwrap_or(0)
}

#[when("the workload is killed")]
async fn workload_is_killed(world: &mut World) -> Result<(), StepError> {
    let namespace = world.namespace().await?;
    let api: Api<Deployment> = Api::namespaced(world.run.clients.strict.clone(), &namespace);
    // No node has this label: the pod is ended and no other can start.
    let nowhere = json!({ "spec": { "template": { "spec": { "nodeSelector": { "shall.dev/nowhere": "true" } } } } });
    let sent = Instant::now();
    api.patch(WORKLOAD, &PatchParams::default(), &Patch::Merge(&nowhere))
        .await
        .map_err(StepError::errored("kill the workload"))?;
    let down = observe(
        &api,
        WORKLOAD,
        "the workload down",
        STARTED,
        |found: Option<&Deployment>| match available_of(found) {
            0 => Observation::Met(()),
            other => Observation::Pending(format!("{other} available")),
        },
    );
    let down = down.await.map_err(StepError::errored("the workload"))?;
    world.seen.alerts.cause = Some((Some(sent), down.at));
    world.seen.alerts.named = Some(("namespace".to_owned(), namespace));
    Ok(())
}

#[when("kube-state-metrics is stopped")]
async fn kube_state_metrics_is_stopped(world: &mut World) -> Result<(), StepError> {
    let planned = PlannedFault::scale(&world.run.clients.patient, MONITORING, KUBE_STATE_METRICS, 0).await;
    let planned = planned.map_err(StepError::errored("plan the fault"))?;
    let id = world.intend(planned.entry())?;
    let sent = Instant::now();
    let fault = planned
        .put_in(STARTED)
        .await
        .map_err(StepError::errored("stop kube-state-metrics"))?;
    world.confirm(id, None)?;
    world.seen.alerts.cause = Some((Some(sent), Instant::now()));
    world.seen.alerts.named = Some(("job".to_owned(), KUBE_STATE_METRICS.to_owned()));
    drop(fault);
    Ok(())
}

#[when("a backup to a location that does not exist is asked for")]
async fn backup_to_nowhere(world: &mut World) -> Result<(), StepError> {
    let namespace = world.namespace().await?;
    let name = world.scope.name("failing");
    // Velero refuses it at once and stores nothing, so that the object is all there is to undo.
    let id = world.intend(Entry::object::<Backup>(Some(NAMESPACE), &name))?;
    let spec = BackupSpec {
        included_namespaces: vec![namespace],
        storage_location: "nowhere".to_owned(),
        ..BackupSpec::default()
    };
    let sent = Instant::now();
    let made = world
        .velero()
        .start_backup(&name, spec)
        .await
        .map_err(StepError::errored("ask for a backup"))?;
    world.confirm(id, made.uid().as_deref())?;
    world.seen.alerts.cause = Some((Some(sent), Instant::now()));
    world.seen.alerts.named = Some(("backup".to_owned(), name));
    Ok(())
}

#[when("a restore from a backup that does not exist is asked for")]
async fn restore_from_nowhere(world: &mut World) -> Result<(), StepError> {
    let name = world.scope.name("failing");
    let id = world.intend(Entry::object::<Restore>(Some(NAMESPACE), &name))?;
    let nowhere = world.scope.name("nowhere");
    let sent = Instant::now();
    let made = world
        .velero()
        .start_restore(&name, &nowhere, BTreeMap::new())
        .await
        .map_err(StepError::errored("ask for a restore"))?;
    world.confirm(id, made.uid().as_deref())?;
    world.seen.alerts.cause = Some((Some(sent), Instant::now()));
    world.seen.alerts.named = Some(("restore".to_owned(), name));
    Ok(())
}

#[when("a backup storage location whose S3 service cannot be reached is created")]
async fn location_that_cannot_be_reached(world: &mut World) -> Result<(), StepError> {
    let name = world.scope.name("unreachable");
    let default = world.default_location().await?.spec;
    let mut config = default.config.clone();
    config.insert("s3Url".to_owned(), "https://unreachable.s3.svc:7070".to_owned());
    let spec = BackupStorageLocationSpec {
        default: false,
        config,
        ..default
    };
    let mut location = BackupStorageLocation::new(&name, spec);
    let id = world.intend(Entry::object::<BackupStorageLocation>(Some(NAMESPACE), &name))?;
    let sent = Instant::now();
    let made = world.velero().create_location(&mut location).await;
    made.map_err(StepError::errored("create a storage location"))?;
    world.confirm(id, None)?;
    world.seen.alerts.cause = Some((Some(sent), Instant::now()));
    world.seen.alerts.named = Some(("location".to_owned(), name));
    Ok(())
}
