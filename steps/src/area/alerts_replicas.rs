//! The replicas of Alertmanager: how many, where, and what is left when one is killed.

#![expect(clippy::needless_pass_by_value, reason = "cucumber hands parameters over by value")]

use std::{collections::BTreeSet, time::Duration};

use cucumber::{gherkin::Step, then, when};
use k8s_openapi::api::{apps::v1::StatefulSet, core::v1::Pod, policy::v1::PodDisruptionBudget};
use kube::{
    Api,
    api::{DeleteParams, ListParams},
};
use shall_cluster::observability::MONITORING;
use shall_spec::Unit;

use crate::{StepError, World, budget::Measured, receiver::alertmanagers};

/// Label of its pods.
const LABEL: &str = "app.kubernetes.io/name=alertmanager";
/// Name of its stateful set and disruption budget.
const NAME: &str = "alertmanager";
/// How long a replica may take to be there again.
const REPLACED: Duration = Duration::from_mins(2);

impl World {
    async fn alertmanager_set(&self) -> Result<StatefulSet, StepError> {
        let sets: Api<StatefulSet> = Api::namespaced(self.run.clients.strict.clone(), MONITORING);
        sets.get(NAME)
            .await
            .map_err(StepError::errored("read Alertmanager's stateful set"))
    }
}

#[when("Alertmanager is asked for its state")]
async fn alertmanager_is_asked(world: &mut World) -> Result<(), StepError> {
    let set = world.alertmanager_set().await?;
    let wanted = set.spec.and_then(|spec| spec.replicas).unwrap_or(1);
    let ready = set.status.and_then(|status| status.ready_replicas).unwrap_or(0);
    world.seen.replicas = vec![(NAME.to_owned(), wanted, ready)];
    Ok(())
}

#[then(expr = "the number of its ready replicas is within the budget {string}")]
fn number_of_ready_replicas(world: &mut World, metric: String, #[step] step: &Step) -> Result<(), StepError> {
    let (_, wanted, ready) = world
        .seen
        .replicas
        .first()
        .cloned()
        .ok_or(StepError::Missing { what: "stateful set" })?;
    let recorder = world.at(step);
    recorder.note(format!("{ready} of {wanted} replicas ready"));
    let measured = Measured {
        lower: f64::from(ready),
        upper: f64::from(ready),
        unit: Unit::Count,
        from: "status of the stateful set".to_owned(),
        to: "status of the stateful set".to_owned(),
        bound: "counted".to_owned(),
    };
    world.within_budget(&recorder, &metric, measured)
}

#[then("no two of its replicas run on one node, and its anti-affinity keeps it so")]
async fn replicas_are_spread(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let pods: Api<Pod> = Api::namespaced(world.run.clients.strict.clone(), MONITORING);
    let pods = pods.list(&ListParams::default().labels(LABEL)).await;
    let pods = pods.map_err(StepError::errored("list the replicas"))?;
    let nodes: BTreeSet<String> = pods
        .iter()
        .filter_map(|pod| pod.spec.as_ref()?.node_name.clone())
        .collect();
    let recorder = world.at(step);
    recorder.note(nodes.iter().cloned().collect::<Vec<_>>().join(", "));
    recorder.check_equal(
        "nodes of the replicas",
        &pods.items.len(),
        &nodes.len(),
        pods.items.len(),
    )?;
    let set = world.alertmanager_set().await?;
    let affinity = set
        .spec
        .and_then(|spec| spec.template.spec)
        .and_then(|spec| spec.affinity);
    let terms = affinity
        .and_then(|affinity| affinity.pod_anti_affinity)
        .and_then(|anti| anti.required_during_scheduling_ignored_during_execution)
        .unwrap_or_default();
    let keys: Vec<&str> = terms.iter().map(|term| term.topology_key.as_str()).collect();
    let met = keys.contains(&"kubernetes.io/hostname");
    recorder.check(
        "required anti-affinity",
        "kubernetes.io/hostname",
        keys.join(", "),
        met,
        1,
    )
}

#[then("a disruption budget keeps all but one of its replicas")]
async fn disruption_budget(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let budgets: Api<PodDisruptionBudget> = Api::namespaced(world.run.clients.strict.clone(), MONITORING);
    let found = budgets
        .get_opt(NAME)
        .await
        .map_err(StepError::errored("read the disruption budget"))?;
    let status = found.and_then(|budget| budget.status).unwrap_or_default();
    let observed = format!("{} of {}", status.desired_healthy, status.expected_pods);
    let met = status.expected_pods > 1 && status.desired_healthy >= status.expected_pods - 1;
    let expected = "all but one of those there are";
    world
        .at(step)
        .check("replicas that have to stay healthy", expected, observed, met, 1)
}

#[when("a test alert is raised and a replica of Alertmanager is killed")]
async fn replica_is_killed(world: &mut World) -> Result<(), StepError> {
    super::alerts_raise::raise_one(world).await?;
    let replicas = alertmanagers(&world.run.clients.strict).await?;
    let (pod, _) = replicas.first().ok_or(StepError::Missing {
        what: "pod of Alertmanager",
    })?;
    let pods: Api<Pod> = Api::namespaced(world.run.clients.patient.clone(), MONITORING);
    let now = DeleteParams::default().grace_period(0);
    pods.delete(pod, &now)
        .await
        .map_err(StepError::errored(format!("kill {pod}")))?;
    let ready = shall_cluster::act::observe_pod_ready(&world.run.clients.patient, MONITORING, pod, REPLACED).await;
    ready.map_err(StepError::errored(format!("the replica {pod}")))?;
    Ok(())
}
