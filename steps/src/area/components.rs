//! Whether the components of the stack are ready.

#![expect(clippy::needless_pass_by_value, reason = "cucumber hands parameters over by value")]

use cucumber::{gherkin::Step, then, when};
use k8s_openapi::api::{
    apps::v1::{DaemonSet, Deployment},
    core::v1::Node,
};
use kube::{Api, ResourceExt as _, api::ListParams};
use shall_cluster::velero::NAMESPACE;

use crate::{StepError, World};

/// Namespace of the storage component.
pub(crate) const STORAGE: &str = "local-path-storage";
/// Name of its provisioner: of the component, the Deployment and the container.
pub(crate) const PROVISIONER: &str = "local-path-provisioner";

impl World {
    async fn ask_deployments(&mut self, namespace: &str) -> Result<(), StepError> {
        let api: Api<Deployment> = Api::namespaced(self.run.clients.strict.clone(), namespace);
        let list = api
            .list(&ListParams::default())
            .await
            .map_err(StepError::errored("list deployments"))?;
        self.seen.replicas = list
            .into_iter()
            .map(|deployment| {
                let wanted = deployment.spec.as_ref().and_then(|spec| spec.replicas).unwrap_or(1);
                let ready = deployment
                    .status
                    .as_ref()
                    .and_then(|status| status.ready_replicas)
                    .unwrap_or(0);
                (deployment.name_any(), wanted, ready)
            })
            .collect();
        Ok(())
    }

    pub(crate) fn check_replicas(&self, step: &Step, name: Option<&str>) -> Result<(), StepError> {
        let recorder = self.at(step);
        let chosen: Vec<_> = self
            .seen
            .replicas
            .iter()
            .filter(|(found, ..)| name.is_none_or(|name| name == found))
            .collect();
        let expected = "each has at least 1 replica, all ready";
        let observed: Vec<String> = chosen
            .iter()
            .map(|(name, wanted, ready)| format!("{name} {ready} of {wanted}"))
            .collect();
        let met = !chosen.is_empty() && chosen.iter().all(|(_, wanted, ready)| *wanted > 0 && ready >= wanted);
        recorder.check("replicas", expected, observed.join(", "), met, chosen.len())
    }
}

#[when("the storage component is asked for its state")]
async fn storage_is_asked(world: &mut World) -> Result<(), StepError> {
    world.ask_deployments(STORAGE).await
}

#[then("every replica of it is ready")]
fn every_replica_is_ready(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    world.check_replicas(step, None)
}

#[when("Velero is asked for its state")]
async fn velero_is_asked(world: &mut World) -> Result<(), StepError> {
    world.ask_deployments(NAMESPACE).await
}

#[then(expr = "its server is ready in the namespace {string}")]
fn server_is_ready(world: &mut World, namespace: String, #[step] step: &Step) -> Result<(), StepError> {
    world
        .at(step)
        .check_equal("namespace of Velero", &namespace, &NAMESPACE.to_owned(), 1)?;
    world.check_replicas(step, Some("velero"))
}

#[then("a ready node agent runs on each node")]
async fn ready_agent_on_each_node(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let client = world.run.clients.strict.clone();
    let agents: Api<DaemonSet> = Api::namespaced(client.clone(), NAMESPACE);
    let agent = agents
        .get("node-agent")
        .await
        .map_err(StepError::errored("read the node agent"))?;
    let nodes: Api<Node> = Api::all(client);
    let nodes = nodes
        .list(&ListParams::default())
        .await
        .map_err(StepError::errored("list nodes"))?;
    let schedulable = nodes.iter().filter(|node| {
        let taints = node.spec.as_ref().and_then(|spec| spec.taints.as_ref());
        taints.is_none_or(|taints| taints.iter().all(|taint| taint.effect != "NoSchedule"))
    });
    let ready = agent.status.map_or(0, |status| status.number_ready);
    let expected = i32::try_from(schedulable.count()).unwrap_or(i32::MAX);
    let recorder = world.at(step);
    recorder.check_equal(
        "ready node agents on nodes that take pods",
        &expected,
        &ready,
        usize::try_from(ready).unwrap_or(0),
    )
}
