//! A node that fails while the others go on.

use std::{collections::BTreeSet, time::Duration};

use cucumber::{gherkin::Step, then, when};
use k8s_openapi::api::core::v1::{Node, Pod};
use kube::{Api, ResourceExt as _, api::ListParams};
use shall_cluster::{
    engine::{go_on, pause},
    ledger::{Entry, EntryId},
    watch::{Observation, ObserveError, Seen, observe},
};

use super::components::{PROVISIONER, STORAGE};
use crate::{StepError, World, wait::check_seen};

/// Label of the nodes that are no workers.
const CONTROL_PLANE: &str = "node-role.kubernetes.io/control-plane";
/// Kubernetes calls a node failed 50 s after its kubelet's last word.
const NOTICED: Duration = Duration::from_mins(3);
/// A kubelet that goes on renews its lease within 10 s.
const BACK: Duration = Duration::from_mins(2);

/// A worker that was made to fail.
#[derive(Debug, Clone)]
pub(crate) struct FailedWorker {
    name: String,
    /// The pause in the run's ledger.
    entry: EntryId,
}

impl World {
    fn nodes(&self) -> Api<Node> {
        Api::all(self.run.clients.strict.clone())
    }

    /// A worker without a pod of the provisioner.
    async fn worker_without_provisioner(&self) -> Result<String, StepError> {
        let pods: Api<Pod> = Api::namespaced(self.run.clients.strict.clone(), STORAGE);
        let pods = pods
            .list(&ListParams::default().labels(&format!("app={PROVISIONER}")))
            .await;
        let pods = pods.map_err(StepError::errored("list the pods of the provisioner"))?;
        let taken: BTreeSet<String> = pods.into_iter().filter_map(|pod| pod.spec?.node_name).collect();
        let nodes = self.nodes().list(&ListParams::default()).await;
        let nodes = nodes.map_err(StepError::errored("list the nodes"))?;
        let is_worker = |node: &Node| !node.labels().contains_key(CONTROL_PLANE);
        let mut free = nodes.iter().filter(|node| is_worker(node)).map(Node::name_any);
        free.find(|name| !taken.contains(name)).ok_or(StepError::Missing {
            what: "worker without a pod of the provisioner",
        })
    }

    fn failed_worker(&self) -> Result<&FailedWorker, StepError> {
        self.seen
            .failed_worker
            .as_ref()
            .ok_or(StepError::Missing { what: "failed worker" })
    }

    /// Waits until a node is ready, or until it is not.
    async fn await_node(&self, name: &str, ready: bool, within: Duration) -> Result<Seen<()>, ObserveError> {
        let what = format!("node `{name}` {}", if ready { "ready" } else { "not ready" });
        let nodes = self.nodes();
        observe(&nodes, name, &what, within, |node| match readiness(node) {
            status if (status == "True") == ready => Observation::Met(()),
            status => Observation::Pending(format!("Ready is {status}")),
        })
        .await
    }
}

/// Status of a node's condition `Ready`.
fn readiness(node: Option<&Node>) -> String {
    let conditions = node.and_then(|node| node.status.as_ref()?.conditions.as_ref());
    let ready = conditions
        .into_iter()
        .flatten()
        .find(|condition| condition.type_ == "Ready");
    ready.map_or_else(|| "not told".to_owned(), |condition| condition.status.clone())
}

#[when("a worker that runs no pod of the provisioner fails")]
async fn worker_fails(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let name = world.worker_without_provisioner().await?;
    let engine = world.run.engine.clone().ok_or(StepError::Missing {
        what: "container engine that holds the nodes",
    })?;
    let entry = world.intend(Entry::EnginePause {
        engine: engine.kind().to_string(),
        name: name.clone(),
    })?;
    let paused = pause(&engine, &name).await;
    paused.map_err(StepError::errored(format!("pause the container of node `{name}`")))?;
    world.confirm(entry, None)?;
    world.seen.failed_worker = Some(FailedWorker {
        name: name.clone(),
        entry,
    });
    let began = std::time::Instant::now();
    let noticed = world.await_node(&name, false, NOTICED).await;
    noticed.map_err(StepError::errored("wait until Kubernetes notices"))?;
    world.at(step).note(format!(
        "every process of node {name} is frozen; Kubernetes calls it not ready after {:.0} s",
        began.elapsed().as_secs_f64()
    ));
    Ok(())
}

#[then("none of these volumes is on the failed worker, which is still down")]
async fn no_volume_is_on_the_failed_worker(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let failed = world.failed_worker()?.name.clone();
    let mut nodes = Vec::new();
    for mounted in &world.mounted {
        nodes.push(world.directory_of(mounted).await?.0);
    }
    let on_it = nodes.iter().filter(|node| **node == failed).count();
    let node = world.nodes().get(&failed).await;
    let node = node.map_err(StepError::errored(format!("read node `{failed}`")))?;
    let status = readiness(Some(&node));
    let recorder = world.at(step);
    let others: BTreeSet<&String> = nodes.iter().collect();
    recorder.note(format!("volumes are on {others:?}, {failed} is down"));
    recorder.check_equal("volumes on the failed worker", &0, &on_it, nodes.len())?;
    recorder.check(
        format!("condition Ready of node {failed}"),
        "not True",
        &status,
        status != "True",
        1,
    )
}

#[then("the failed worker is ready once it goes on")]
async fn failed_worker_is_ready_again(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let FailedWorker { name, entry } = world.failed_worker()?.clone();
    let engine = world.run.engine.clone().ok_or(StepError::Missing {
        what: "container engine that holds the nodes",
    })?;
    let ended = go_on(&engine, &name).await;
    ended.map_err(StepError::errored(format!("let the container of node `{name}` go on")))?;
    let undone = world.run.ledger.undone(entry);
    undone.map_err(StepError::errored("write the ledger"))?;
    let seen = world.await_node(&name, true, BACK).await;
    check_seen(&world.at(step), &format!("node {name}"), "ready", seen)?;
    Ok(())
}
