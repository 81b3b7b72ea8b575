//! The after hook: diagnostics first, then everything that the scenario made is undone.

use std::{path::Path, sync::atomic::Ordering, time::Duration};

use cucumber::event::ScenarioFinished;
use k8s_openapi::api::core::v1::PersistentVolume;
use kube::{
    Api, Client, ResourceExt as _,
    api::{ListParams, Patch, PatchParams},
};
use shall_cluster::{
    CleanUp,
    diagnose::{Scope as DiagnosisScope, collect},
};

use crate::{World, area::subject_namespaces, recorder::Diagnosis};

/// For everything that one scenario made.
const UNDONE: Duration = Duration::from_mins(5);

/// Collects diagnostics where the scenario failed, and undoes what it made.
pub(crate) async fn after_scenario(finished: &ScenarioFinished, world: Option<&mut World>) {
    let Some(world) = world else { return };
    let failed = match finished {
        ScenarioFinished::StepPassed => false,
        ScenarioFinished::BeforeHookFailed(_) | ScenarioFinished::StepSkipped | ScenarioFinished::StepFailed(..) => {
            true
        }
    };
    let mut diagnosis = Diagnosis::default();
    if failed || world.failed.load(Ordering::SeqCst) {
        let relative = format!("diagnostics/{}", world.scope.scenario);
        let folder = world.run.report_dir.join(&relative);
        let involved = DiagnosisScope {
            namespaces: world.namespaces.clone(),
            subjects: subject_namespaces(),
            labels: world.scope.labels(),
            since: world.began,
            s3: Some(world.run.s3.clone()),
            secrets: Vec::new(),
        };
        let found = collect(&world.run.clients.patient, &involved, &folder).await;
        write_container_logs(world, &folder).await;
        diagnosis.folder = Some(relative);
        diagnosis.cause = found.cause;
    }
    let stopped = start_again(world).await;
    if !world.run.keep {
        diagnosis.leftovers = undo_scenario(world).await;
    }
    diagnosis.leftovers.extend(stopped);
    world.run.registry.keep_diagnosis(world.key.clone(), diagnosis);
}

/// Writes what the services of the containers said, where the scenario has used them.
async fn write_container_logs(world: &World, folder: &Path) {
    let stack = world
        .run
        .containers
        .started()
        .filter(|_| world.seen.containers.used.load(Ordering::Relaxed));
    let Some(stack) = stack else { return };
    let folder = folder.join("containers");
    // Diagnostics that cannot be written must not hide what they are about.
    let _unwritten = std::fs::create_dir_all(&folder);
    for (service, _image) in stack.images() {
        let log = stack.log(service).await.unwrap_or_else(|error| error.to_string());
        let _unwritten = std::fs::write(folder.join(format!("{service}.log")), log);
    }
}

/// Starts the services that the scenario stopped; answers what does not run again.
async fn start_again(world: &mut World) -> Vec<String> {
    let mut left = Vec::new();
    for service in std::mem::take(&mut world.seen.containers.stopped) {
        let Some(stack) = world.run.containers.started() else {
            continue;
        };
        if let Err(error) = stack.start_again(&service).await {
            left.push(format!("service `{service}` does not run again: {error}"));
        }
    }
    left
}

/// Undoes what the scenario made, the last thing first; answers what stayed.
async fn undo_scenario(world: &World) -> Vec<String> {
    let client = world.run.clients.patient.clone();
    if let Err(error) = release_retained(&client, &world.namespaces).await {
        return vec![format!("retained volumes: {error}")];
    }
    let clean_up = CleanUp {
        client,
        s3: Some(world.run.s3.clone()),
        deadline: UNDONE,
        force_finalizers: false,
    };
    let leftovers = clean_up.undo(&world.run.ledger, |held| world.made(held.id)).await;
    leftovers.iter().map(ToString::to_string).collect()
}

/// Lets volumes that are to be retained go with their claims, directories included.
async fn release_retained(client: &Client, namespaces: &[String]) -> Result<(), kube::Error> {
    let volumes: Api<PersistentVolume> = Api::all(client.clone());
    let ours = |volume: &PersistentVolume| {
        let spec = volume.spec.clone().unwrap_or_default();
        let namespace = spec.claim_ref.and_then(|claim| claim.namespace).unwrap_or_default();
        namespaces.contains(&namespace) && spec.persistent_volume_reclaim_policy.as_deref() == Some("Retain")
    };
    let patch = Patch::Merge(serde_json::json!({ "spec": { "persistentVolumeReclaimPolicy": "Delete" } }));
    for volume in volumes
        .list(&ListParams::default())
        .await?
        .iter()
        .filter(|volume| ours(volume))
    {
        volumes
            .patch(&volume.name_any(), &PatchParams::default(), &patch)
            .await?;
    }
    Ok(())
}
