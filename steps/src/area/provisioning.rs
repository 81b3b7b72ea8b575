//! Claims, classes and how volumes come to be.

#![expect(clippy::needless_pass_by_value, reason = "cucumber hands parameters over by value")]

use std::{collections::BTreeSet, time::Duration};

use cucumber::{gherkin::Step, given, then, when};
use k8s_openapi::api::{
    core::v1::{PersistentVolume, PersistentVolumeClaim},
    storage::v1::StorageClass,
};
use kube::{
    Api, ResourceExt as _,
    api::{ListParams, PostParams},
};
use shall_cluster::act::{ClaimSpec, claim_object, mounting_pod, observe_bound, observe_pod_ready};
use shall_spec::Unit;

use crate::{StepError, World, budget::Measured, wait::check_seen, world::Mounted};

/// Metric key of the time from a claim's creation to its binding.
const PROVISIONING: &str = "provisioning-duration";
/// Twice the budget of 30 s and a minute more, so that a miss is measured and not only timed out.
const BOUND_DEADLINE: Duration = Duration::from_mins(2);
/// Annotation that marks the default class.
const DEFAULT_CLASS: &str = "storageclass.kubernetes.io/is-default-class";

impl World {
    /// Creates a claim of this class and a pod that mounts it.
    pub(crate) async fn mount(&mut self, class: Option<&str>) -> Result<(), StepError> {
        let namespace = self.namespace().await?;
        let number = self.mounted.len() + 1;
        let (claim, pod) = (format!("data-{number}"), format!("workload-{number}"));
        let created = self.create_claim(&namespace, &claim, class).await?;
        let api: Api<k8s_openapi::api::core::v1::Pod> = Api::namespaced(self.run.clients.strict.clone(), &namespace);
        let object = mounting_pod(&pod, &claim, &self.run.workload_image, &self.scope.labels())
            .map_err(StepError::errored("pod manifest"))?;
        api.create(&PostParams::default(), &object)
            .await
            .map_err(StepError::errored(format!("create pod `{pod}`")))?;
        let class = class.map(str::to_owned);
        self.mounted.push(Mounted {
            namespace,
            pod,
            claim,
            class,
            created,
            bound: None,
            interval: None,
        });
        Ok(())
    }

    async fn create_claim(
        &self,
        namespace: &str,
        name: &str,
        class: Option<&str>,
    ) -> Result<std::time::Instant, StepError> {
        let spec = ClaimSpec {
            name: name.to_owned(),
            class: class.map(str::to_owned),
            size: "64Mi".to_owned(),
            labels: self.scope.labels(),
        };
        let api: Api<PersistentVolumeClaim> = Api::namespaced(self.run.clients.strict.clone(), namespace);
        let object = claim_object(&spec).map_err(StepError::errored("claim manifest"))?;
        let created = std::time::Instant::now();
        api.create(&PostParams::default(), &object)
            .await
            .map_err(StepError::errored(format!("create claim `{name}`")))?;
        Ok(created)
    }

    /// Waits until every pod of the scenario is ready; for `Given` steps.
    pub(crate) async fn await_pods(&self) -> Result<(), StepError> {
        for mounted in &self.mounted {
            observe_pod_ready(
                &self.run.clients.patient,
                &mounted.namespace,
                &mounted.pod,
                BOUND_DEADLINE,
            )
            .await
            .map_err(StepError::errored(format!("pod `{}`", mounted.pod)))?;
        }
        Ok(())
    }
}

#[when("a pod that mounts a new claim of the default storage class is created")]
async fn pod_that_mounts_a_new_claim_is_created(world: &mut World) -> Result<(), StepError> {
    world.mount(None).await
}

#[when(expr = "a pod that mounts a new claim of the storage class {string} is created")]
async fn pod_that_mounts_a_claim_of_class_is_created(world: &mut World, class: String) -> Result<(), StepError> {
    world.mount(Some(&class)).await
}

#[when("a pod that mounts a claim of each storage class is created")]
async fn pod_for_each_class_is_created(world: &mut World) -> Result<(), StepError> {
    list_classes(world).await?;
    for class in world.seen.classes.keys().cloned().collect::<Vec<_>>() {
        world.mount(Some(&class)).await?;
    }
    Ok(())
}

#[when("ten pods that each mount a new claim of the default storage class are created")]
async fn ten_pods_are_created(world: &mut World) -> Result<(), StepError> {
    for _ in 0..10 {
        world.mount(None).await?;
    }
    Ok(())
}

#[given("a running pod with a volume of the default storage class")]
async fn running_pod_with_a_volume(world: &mut World) -> Result<(), StepError> {
    world.mount(None).await?;
    world.await_pods().await
}

#[when("a claim of the default storage class is created without a pod")]
async fn claim_is_created_without_a_pod(world: &mut World) -> Result<(), StepError> {
    let namespace = world.namespace().await?;
    world.create_claim(&namespace, "lone", None).await?;
    world.lone_claim = Some("lone".to_owned());
    Ok(())
}

#[when("the storage classes are listed")]
async fn list_classes(world: &mut World) -> Result<(), StepError> {
    let api: Api<StorageClass> = Api::all(world.run.clients.strict.clone());
    let classes = api
        .list(&ListParams::default())
        .await
        .map_err(StepError::errored("list storage classes"))?;
    let is_default = |class: &StorageClass| {
        class
            .annotations()
            .get(DEFAULT_CLASS)
            .is_some_and(|value| value == "true")
    };
    world.seen.classes = classes
        .iter()
        .map(|class| (class.name_any(), is_default(class)))
        .collect();
    Ok(())
}

#[then("the claim is bound to a new volume")]
#[then("each claim is bound to a new volume")]
async fn each_claim_is_bound(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let recorder = world.at(step);
    let client = world.run.clients.strict.clone();
    let waits = world
        .mounted
        .iter()
        .map(|mounted| observe_bound(&client, &mounted.namespace, &mounted.claim, BOUND_DEADLINE));
    let bound = futures::future::join_all(waits).await;
    let mut volumes = BTreeSet::new();
    for (mounted, seen) in world.mounted.iter_mut().zip(bound) {
        let subject = format!("claim {}", mounted.claim);
        let seen = check_seen(&recorder, &subject, "bound to a volume", seen)?;
        recorder.note(format!(
            "{subject} bound to {} of class {}",
            seen.value.volume, seen.value.class
        ));
        volumes.insert(seen.value.volume.clone());
        mounted.bound = Some(seen.value);
        mounted.interval = Some((seen.unmet, seen.at));
    }
    recorder.check_equal(
        "number of different volumes",
        &world.mounted.len(),
        &volumes.len(),
        volumes.len(),
    )
}

#[then("provisioning stays within its budget")]
#[then("provisioning of each stays within its budget")]
fn provisioning_stays_within_its_budget(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let recorder = world.at(step);
    if world.mounted.is_empty() {
        return Err(StepError::Missing { what: "claim" });
    }
    for mounted in &world.mounted {
        let interval = mounted.interval.ok_or(StepError::Missing { what: "bound claim" })?;
        let measured = Measured::between(mounted.created, interval, "claim's creation sent", "claim seen bound");
        world.within_budget(&recorder, PROVISIONING, measured)?;
    }
    Ok(())
}

#[then("the pod becomes ready with the volume mounted")]
async fn pod_becomes_ready(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let mounted = world.mounted()?;
    let seen = observe_pod_ready(
        &world.run.clients.strict,
        &mounted.namespace,
        &mounted.pod,
        BOUND_DEADLINE,
    )
    .await;
    let seen = check_seen(&world.at(step), &format!("pod {}", mounted.pod), "ready", seen)?;
    let spec = seen.value.spec.unwrap_or_default();
    let mounts = spec.volumes.iter().flatten().filter(|volume| {
        volume
            .persistent_volume_claim
            .as_ref()
            .is_some_and(|claim| claim.claim_name == mounted.claim)
    });
    world
        .at(step)
        .check_equal("volumes of the pod that are the claim", &1, &mounts.count(), 1)
}

#[then("the volume is on the pod's node")]
async fn volume_is_on_the_pods_node(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let mounted = world.mounted()?.clone();
    let pods: Api<k8s_openapi::api::core::v1::Pod> =
        Api::namespaced(world.run.clients.strict.clone(), &mounted.namespace);
    let pod = pods
        .get(&mounted.pod)
        .await
        .map_err(StepError::errored("read the pod"))?;
    let node = pod.spec.and_then(|spec| spec.node_name).unwrap_or_default();
    let (holder, directory) = world.directory_of(&mounted).await?;
    let recorder = world.at(step);
    recorder.note(format!("volume is {directory} of node {holder}"));
    recorder.check_equal("node of the volume", &node, &holder, 1)
}

#[then("the volume is a directory of the node")]
async fn volume_is_a_directory(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let mounted = world.mounted()?.clone();
    let (node, directory) = world.directory_of(&mounted).await?;
    let exists = world.directory_exists(&mounted.namespace, &node, &directory).await?;
    let subject = format!("directory {directory} of node {node}");
    world.at(step).check(
        subject,
        "is there",
        if exists { "is there" } else { "is not there" },
        exists,
        1,
    )
}

#[then(expr = "their number is within the budget {string}")]
fn number_is_within_the_budget(world: &mut World, metric: String, #[step] step: &Step) -> Result<(), StepError> {
    let recorder = world.at(step);
    recorder.note(world.seen.classes.keys().cloned().collect::<Vec<_>>().join(", "));
    let number = u32::try_from(world.seen.classes.len()).unwrap_or(u32::MAX);
    let exact = Measured {
        lower: f64::from(number),
        upper: f64::from(number),
        unit: Unit::Count,
        from: "list of storage classes".to_owned(),
        to: "list of storage classes".to_owned(),
        bound: "counted".to_owned(),
    };
    world.within_budget(&recorder, &metric, exact)
}

#[then("exactly one of them is the default")]
fn exactly_one_is_the_default(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let defaults: Vec<&str> = world
        .seen
        .classes
        .iter()
        .filter(|(_, default)| **default)
        .map(|(name, _)| name.as_str())
        .collect();
    let recorder = world.at(step);
    recorder.note(format!("default: {}", defaults.join(", ")));
    recorder.check_equal(
        "number of default storage classes",
        &1,
        &defaults.len(),
        world.seen.classes.len(),
    )
}

#[then("each claim is bound to a volume of the class that it names")]
async fn each_claim_is_bound_to_its_class(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    each_claim_is_bound(world, step).await?;
    let volumes: Api<PersistentVolume> = Api::all(world.run.clients.strict.clone());
    for mounted in &world.mounted {
        let bound = mounted
            .bound
            .as_ref()
            .ok_or(StepError::Missing { what: "bound claim" })?;
        let volume = volumes
            .get(&bound.volume)
            .await
            .map_err(StepError::errored("read the volume"))?;
        let observed = volume.spec.and_then(|spec| spec.storage_class_name).unwrap_or_default();
        let expected = mounted.class.clone().unwrap_or_default();
        world.at(step).check_equal(
            format!("class of the volume of {}", mounted.claim),
            &expected,
            &observed,
            1,
        )?;
    }
    Ok(())
}
