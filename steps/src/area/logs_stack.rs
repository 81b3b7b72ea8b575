//! The logs of the stack itself: its agents, and the lines of Velero and the provisioner in Loki.

use std::{collections::BTreeSet, time::Duration};

use cucumber::{gherkin::Step, then, when};
use k8s_openapi::{
    api::{
        apps::v1::DaemonSet,
        core::v1::{Node, Pod},
    },
    jiff::Timestamp,
};
use kube::{
    Api, ResourceExt as _,
    api::{ListParams, LogParams},
};
use shall_cluster::{
    observability::{Loki, MONITORING},
    velero::NAMESPACE,
    watch::{Observation, poll},
};

use super::components::STORAGE;
use crate::{StepError, World, wait::check_seen};

/// Name of the agent's daemon set.
const AGENT: &str = "promtail";
/// How long a line of the stack may take to come.
const COLLECTED: Duration = Duration::from_mins(2);
/// Between two queries.
const PERIOD: Duration = Duration::from_secs(1);

impl World {
    async fn agent(&self) -> Result<DaemonSet, StepError> {
        let api: Api<DaemonSet> = Api::namespaced(self.run.clients.strict.clone(), MONITORING);
        api.get(AGENT).await.map_err(StepError::errored("read the log agent"))
    }

    /// Lines of a namespace's pods that hold this text, as the nodes have them: pod, container and line.
    async fn lines_on_nodes(&self, namespace: &str, text: &str) -> Result<BTreeSet<(String, String)>, StepError> {
        let api: Api<Pod> = Api::namespaced(self.run.clients.strict.clone(), namespace);
        let pods = api
            .list(&ListParams::default())
            .await
            .map_err(StepError::errored("list pods"))?;
        let mut found = BTreeSet::new();
        for pod in pods {
            let containers = pod.spec.as_ref().map(|spec| &spec.containers).into_iter().flatten();
            for container in containers {
                let params = LogParams {
                    container: Some(container.name.clone()),
                    since_seconds: Some(600),
                    ..LogParams::default()
                };
                let log = match api.logs(&pod.name_any(), &params).await {
                    Err(error) if has_no_log(&error) => continue,
                    log => log,
                };
                let log = log.map_err(StepError::errored(format!("read the log of pod `{}`", pod.name_any())))?;
                let lines = log.lines().filter(|line| line.contains(text));
                found.extend(lines.map(|line| (pod.name_any(), line.to_owned())));
            }
        }
        Ok(found)
    }

    /// Checks that every line of a namespace that holds this text, of which there has to be one, is in Loki.
    async fn check_lines_in_loki(&self, step: &Step, namespace: &str, text: &str) -> Result<(), StepError> {
        let recorder = self.at(step);
        let loki = Loki::new(&self.run.clients.strict);
        let query = format!("{{namespace=\"{namespace}\"}} |= \"{text}\"");
        let since = Timestamp::now() - Duration::from_mins(15);
        let (loki, query) = (&loki, &query);
        let look = || async move {
            let written = match self.lines_on_nodes(namespace, text).await {
                Ok(written) => written,
                Err(error) => return Observation::Impossible(error.to_string()),
            };
            let returned = match loki.lines(query, since, Timestamp::now()).await {
                Ok(lines) => lines,
                Err(error) => return Observation::Pending(error.to_string()),
            };
            let pod_of = |labels: &std::collections::BTreeMap<String, String>| labels.get("pod").cloned();
            let returned: BTreeSet<(String, String)> = returned
                .into_iter()
                .filter_map(|entry| Some((pod_of(&entry.labels)?, entry.line)))
                .collect();
            let missing = written.iter().filter(|line| !returned.contains(line)).count();
            if missing == 0 && !written.is_empty() {
                Observation::Met(written.len())
            } else {
                Observation::Pending(format!("{missing} of {} lines missing", written.len()))
            }
        };
        let seen = poll("the lines in Loki", PERIOD, COLLECTED, look).await;
        let subject = format!("lines of namespace {namespace} that name {text}");
        let seen = check_seen(&recorder, &subject, "each is returned with its pod", seen)?;
        recorder.check(
            format!("number of {subject}"),
            "at least 1",
            seen.value,
            seen.value > 0,
            seen.value,
        )
    }
}

/// Whether a container has written nothing because it has not started yet, or is gone since its pod was listed: pods of
/// other scenarios come and go.
fn has_no_log(error: &kube::Error) -> bool {
    let kube::Error::Api(status) = error else { return false };
    status.code == 404 || (status.code == 400 && status.message.contains("is waiting to start"))
}

#[then("Loki returns each line of Velero that names the backup")]
async fn lines_of_velero(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let name = world.backup()?.name.clone();
    world.check_lines_in_loki(step, NAMESPACE, &name).await
}

#[then("Loki returns each line of the provisioner that names the volume")]
async fn lines_of_the_provisioner(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let mounted = world.mounted()?.clone();
    let (volume, _uid) = world.volume_of(&mounted).await?;
    world.check_lines_in_loki(step, STORAGE, &volume).await
}

#[then("each line of Velero about the backup has the fields time, level and msg")]
async fn lines_of_velero_are_structured(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let name = world.backup()?.name.clone();
    let lines = world.lines_on_nodes(NAMESPACE, &name).await?;
    let has_fields = |line: &str| {
        let json = serde_json::from_str::<serde_json::Value>(line).unwrap_or_default();
        ["time", "level", "msg"]
            .iter()
            .all(|field| line.contains(&format!("{field}=")) || json.get(field).is_some())
    };
    let without = lines.iter().find(|(_, line)| !has_fields(line));
    let observed = without.map_or("each has them".to_owned(), |(_, line)| format!("not `{line}`"));
    world.at(step).check(
        "fields of Velero's lines",
        "each line has time, level and msg",
        observed,
        without.is_none() && !lines.is_empty(),
        lines.len(),
    )
}

#[when("the log agents are asked for their state")]
async fn log_agents_are_asked(world: &mut World) -> Result<(), StepError> {
    let agent = world.agent().await?;
    let status = agent.status.unwrap_or_default();
    world.seen.replicas = vec![(AGENT.to_owned(), status.desired_number_scheduled, status.number_ready)];
    Ok(())
}

#[then("a ready log agent runs on each node, control-plane nodes included")]
async fn log_agent_on_each_node(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let client = world.run.clients.strict.clone();
    let nodes: Api<Node> = Api::all(client.clone());
    let nodes = nodes
        .list(&ListParams::default())
        .await
        .map_err(StepError::errored("list nodes"))?;
    let pods: Api<Pod> = Api::namespaced(client, MONITORING);
    let pods = pods
        .list(&ListParams::default().labels("app.kubernetes.io/name=promtail"))
        .await
        .map_err(StepError::errored("list the log agents"))?;
    let ready = |pod: &&Pod| {
        let conditions = pod.status.as_ref().and_then(|status| status.conditions.as_ref());
        conditions
            .into_iter()
            .flatten()
            .any(|condition| condition.type_ == "Ready" && condition.status == "True")
    };
    let on: BTreeSet<String> = pods
        .iter()
        .filter(ready)
        .filter_map(|pod| pod.spec.as_ref()?.node_name.clone())
        .collect();
    let all: BTreeSet<String> = nodes.iter().map(kube::ResourceExt::name_any).collect();
    let text = |names: &BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>().join(", ");
    world
        .at(step)
        .check_equal("nodes with a ready log agent", &text(&all), &text(&on), all.len())
}

#[then("each container of the log agents has resource limits")]
async fn log_agents_have_limits(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let agent = world.agent().await?;
    let spec = agent.spec.and_then(|spec| spec.template.spec).unwrap_or_default();
    let limit = |container: &k8s_openapi::api::core::v1::Container| {
        let limits = container
            .resources
            .as_ref()
            .and_then(|resources| resources.limits.clone());
        limits.unwrap_or_default()
    };
    let without: Vec<&str> = spec
        .containers
        .iter()
        .filter(|container| limit(container).is_empty())
        .map(|container| container.name.as_str())
        .collect();
    let names = |container: &k8s_openapi::api::core::v1::Container| {
        let limits: Vec<String> = limit(container)
            .iter()
            .map(|(name, value)| format!("{name} {}", value.0))
            .collect();
        format!("{}: {}", container.name, limits.join(", "))
    };
    let recorder = world.at(step);
    recorder.note(spec.containers.iter().map(names).collect::<Vec<_>>().join("; "));
    let observed = without.join(", ");
    recorder.check(
        "containers of the log agents without limits",
        "none",
        if without.is_empty() { "none" } else { &observed },
        without.is_empty(),
        spec.containers.len(),
    )
}

#[then("Loki holds lines of each pod that has written some in the last hour")]
async fn loki_holds_lines_of_each_pod(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let client = world.run.clients.strict.clone();
    let loki = Loki::new(&client);
    let (client, loki) = (&client, &loki);
    let look = || async move {
        let written = match pods_that_wrote(client).await {
            Ok(written) => written,
            Err(error) => return Observation::Impossible(error.to_string()),
        };
        let known: BTreeSet<String> = match loki.label_values("pod").await {
            Ok(known) => known.into_iter().collect(),
            Err(error) => return Observation::Pending(error.to_string()),
        };
        let missing: Vec<&String> = written.iter().filter(|pod| !known.contains(*pod)).collect();
        if missing.is_empty() && !written.is_empty() {
            Observation::Met(written.len())
        } else {
            Observation::Pending(format!(
                "{} of {} pods missing: {missing:?}",
                missing.len(),
                written.len()
            ))
        }
    };
    let seen = poll("lines of each pod in Loki", PERIOD * 5, COLLECTED, look).await;
    let recorder = world.at(step);
    let seen = check_seen(
        &recorder,
        "running pods that have written",
        "each is known to Loki",
        seen,
    )?;
    recorder.check(
        "number of such pods",
        "at least 1",
        seen.value,
        seen.value > 0,
        seen.value,
    )
}

/// Names of the running pods, of any namespace, that have written a line in the last hour.
async fn pods_that_wrote(client: &kube::Client) -> Result<BTreeSet<String>, kube::Error> {
    let all: Api<Pod> = Api::all(client.clone());
    let running = ListParams::default().fields("status.phase=Running");
    let mut written = BTreeSet::new();
    for pod in all.list(&running).await? {
        let api: Api<Pod> = Api::namespaced(client.clone(), &pod.namespace().unwrap_or_default());
        let containers = pod.spec.as_ref().map(|spec| &spec.containers).into_iter().flatten();
        for container in containers {
            let params = LogParams {
                container: Some(container.name.clone()),
                since_seconds: Some(3600),
                tail_lines: Some(1),
                ..LogParams::default()
            };
            match api.logs(&pod.name_any(), &params).await {
                Ok(log) if !log.is_empty() => drop(written.insert(pod.name_any())),
                // A pod that ends meanwhile is none of those that run.
                Ok(_) | Err(kube::Error::Api(_)) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_container_that_has_not_started_or_is_gone_has_no_log() {
        let answered = |code, message: &str| {
            let mut status = kube::core::Status::failure(message, "");
            status.code = code;
            has_no_log(&kube::Error::Api(Box::new(status)))
        };
        assert!(answered(
            400,
            "container \"helper-pod\" in pod \"p\" is waiting to start: ContainerCreating"
        ));
        assert!(answered(404, "pods \"p\" not found"));
        assert!(!answered(400, "container x is not valid for pod p"));
        assert!(!answered(500, "is waiting to start"));
    }
}
