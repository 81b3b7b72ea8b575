//! What volumes hold, and what becomes of them when pods and claims go.

use std::time::Duration;

use cucumber::{gherkin::Step, given, then, when};
use k8s_openapi::api::core::v1::{PersistentVolume, PersistentVolumeClaim, Pod};
use kube::{
    Api, ResourceExt as _,
    api::{DeleteParams, PostParams},
};
use shall_cluster::{
    act::{mounting_pod, observe_pod_ready},
    watch::gone,
};
use shall_workload::{Manifest, SeedPlan, VerifyReport};

use crate::{Recorder, StepError, World, wait::check_seen};

/// How long a pod, claim or volume may take to go.
const GONE: Duration = Duration::from_mins(2);

impl World {
    /// Seeds the scenario's volume and keeps the manifest.
    async fn seed(&mut self) -> Result<(), StepError> {
        let plan = SeedPlan::reference(self.scope.name("nonce"));
        let manifest = self
            .workload()?
            .seed(&plan)
            .await
            .map_err(StepError::errored("seed the volume"))?;
        self.manifest = Some(manifest);
        Ok(())
    }

    /// Checks that the volume of a pod holds the known data, as sets.
    pub(crate) async fn check_same(
        &self,
        recorder: &Recorder,
        workload: &shall_cluster::act::Workload,
        manifest: &Manifest,
    ) -> Result<(), StepError> {
        let report = workload
            .verify(manifest)
            .await
            .map_err(StepError::errored("verify the volume"))?;
        check_report(recorder, manifest, &report)
    }
}

fn check_report(recorder: &Recorder, manifest: &Manifest, report: &VerifyReport) -> Result<(), StepError> {
    let expected = format!("{} entries, none missing, extra or different", manifest.entries.len());
    recorder.note(format!("{} bytes of content hashed", report.bytes));
    for difference in report.different.iter().take(10) {
        recorder.note(difference.to_string());
    }
    let examined = usize::try_from(report.examined).unwrap_or(usize::MAX);
    recorder.check(
        "files of the volume against the manifest",
        expected,
        report,
        report.is_clean(),
        examined,
    )
}

#[given("a running pod with a volume that holds known data")]
async fn running_pod_with_known_data(world: &mut World) -> Result<(), StepError> {
    world.mount(None).await?;
    world.await_pods().await?;
    world.seed().await
}

#[when("known data is written to the volume")]
async fn known_data_is_written(world: &mut World) -> Result<(), StepError> {
    world.seed().await
}

#[then("the volume holds the same data")]
#[then("the volume of the original namespace holds the same data")]
async fn volume_holds_the_same_data(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    world
        .check_same(&world.at(step), &world.workload()?, world.manifest()?)
        .await
}

#[when("the pod is replaced")]
async fn pod_is_replaced(world: &mut World) -> Result<(), StepError> {
    let mounted = world.mounted()?.clone();
    delete_pod(world, &mounted.namespace, &mounted.pod).await?;
    let api: Api<Pod> = Api::namespaced(world.run.clients.strict.clone(), &mounted.namespace);
    let pod = mounting_pod(
        &mounted.pod,
        &mounted.claim,
        &world.run.workload_image,
        &world.scope.labels(),
    )
    .map_err(StepError::errored("pod manifest"))?;
    api.create(&PostParams::default(), &pod)
        .await
        .map_err(StepError::errored("create the pod again"))?;
    let ready = observe_pod_ready(&world.run.clients.patient, &mounted.namespace, &mounted.pod, GONE).await;
    ready.map_err(StepError::errored("the new pod"))?;
    Ok(())
}

#[when("the pod and its claim are deleted")]
async fn pod_and_claim_are_deleted(world: &mut World) -> Result<(), StepError> {
    let mounted = world.mounted()?.clone();
    world.seen.directory = Some(world.directory_of(&mounted).await?);
    world.seen.volume = Some(world.volume_of(&mounted).await?);
    let claims: Api<PersistentVolumeClaim> = Api::namespaced(world.run.clients.strict.clone(), &mounted.namespace);
    delete_pod(world, &mounted.namespace, &mounted.pod).await?;
    let deleted = claims.delete(&mounted.claim, &DeleteParams::default()).await;
    deleted.map_err(StepError::errored("delete the claim"))?;
    Ok(())
}

#[then("the claim's volume is gone")]
async fn volume_is_gone(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let (name, uid) = world
        .seen
        .volume
        .clone()
        .ok_or(StepError::Missing { what: "deleted claim" })?;
    let volumes: Api<PersistentVolume> = Api::all(world.run.clients.strict.clone());
    let seen = gone(&volumes, &name, Some(&uid), &format!("volume `{name}` deleted"), GONE).await;
    check_seen(&world.at(step), &format!("volume {name}"), "gone", seen)?;
    Ok(())
}

#[then("the volume's directory is gone from the node")]
async fn directory_is_gone(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let (node, path) = world.seen.directory.clone().ok_or(StepError::Missing {
        what: "directory of the volume",
    })?;
    let namespace = world.namespace().await?;
    let exists = world.directory_exists(&namespace, &node, &path).await?;
    let subject = format!("directory {path} of node {node}");
    world
        .at(step)
        .check(subject, "gone", if exists { "still there" } else { "gone" }, !exists, 1)
}

async fn delete_pod(world: &World, namespace: &str, pod: &str) -> Result<(), StepError> {
    let api: Api<Pod> = Api::namespaced(world.run.clients.strict.clone(), namespace);
    let deleted = api
        .delete(pod, &DeleteParams::default())
        .await
        .map_err(StepError::errored("delete the pod"))?;
    let uid = deleted.left().and_then(|pod| pod.uid());
    let seen = gone(&api, pod, uid.as_deref(), &format!("pod `{pod}` deleted"), GONE).await;
    seen.map_err(StepError::errored("delete the pod"))?;
    Ok(())
}
