//! Lines that pods write and Loki returns.

use std::time::Duration;

use cucumber::{gherkin::Step, given, then, when};
use k8s_openapi::{api::core::v1::Pod, jiff::Timestamp};
use kube::{
    Api, ResourceExt as _,
    api::{DeleteParams, LogParams, PostParams},
};
use shall_cluster::{
    act::{observe_pod_ready, program_pod},
    observability::MONITORING,
    probe::replace_pods,
    watch::gone,
};
use shall_workload::{LogPlan, Shape};

use crate::{
    StepError, World,
    collect::{Collected, Writer, collect, note_latency},
};

/// How long a pod of the workload program may take to start.
const STARTED: Duration = Duration::from_mins(2);
/// How long a pod that ends may take.
const GONE: Duration = Duration::from_mins(1);
/// How long Loki may take to be there again after it was killed.
const RESTARTED: Duration = Duration::from_mins(3);
/// Container of the writing pods.
const CONTAINER: &str = "writer";
/// So many lines has a pod written before its Loki is killed, at this rate.
const RESTART_PER_SECOND: u32 = 25;

/// What steps about logs have seen.
#[derive(Debug, Default)]
pub(crate) struct LogsSeen {
    /// Containers whose lines are asked for.
    pub(crate) writers: Vec<Writer>,
    /// Containers whose lines must not be among them.
    pub(crate) decoys: Vec<Writer>,
    /// What Loki returned of each writer, in their order.
    pub(crate) collected: Vec<Collected>,
    /// How long a query took, in seconds, and how many lines it returned.
    pub(crate) query: Option<(f64, usize)>,
}

impl World {
    /// Starts a pod whose containers each write by a plan of their own.
    async fn start_writers(&mut self, pod: &str, containers: &[(&str, LogPlan)]) -> Result<Vec<Writer>, StepError> {
        let namespace = self.namespace().await?;
        let lines: Vec<(&str, Vec<String>)> = containers
            .iter()
            .map(|(name, plan)| {
                let mut args = plan.arguments();
                args.push("--hold".to_owned());
                (*name, args)
            })
            .collect();
        let mut labels = self.scope.labels();
        labels.insert("app".to_owned(), format!("app-{pod}"));
        let object = program_pod(pod, &lines, &self.run.workload_image, &labels);
        let object = object.map_err(StepError::errored("pod manifest"))?;
        let api: Api<Pod> = Api::namespaced(self.run.clients.patient.clone(), &namespace);
        api.create(&PostParams::default(), &object)
            .await
            .map_err(StepError::errored(format!("create pod `{pod}`")))?;
        let writer = |(container, plan): &(&str, LogPlan)| Writer {
            namespace: namespace.clone(),
            pod: pod.to_owned(),
            container: (*container).to_owned(),
            plan: plan.clone(),
            since: Timestamp::now() - Duration::from_mins(1),
        };
        Ok(containers.iter().map(writer).collect())
    }

    /// Waits until a pod runs; answers its node.
    async fn await_running(&self, namespace: &str, pod: &str) -> Result<String, StepError> {
        let seen = observe_pod_ready(&self.run.clients.patient, namespace, pod, STARTED).await;
        let seen = seen.map_err(StepError::errored(format!("pod `{pod}`")))?;
        Ok(seen.value.spec.and_then(|spec| spec.node_name).unwrap_or_default())
    }

    /// A plan whose nonce no other line of the run has.
    fn log_plan(&self, suffix: &str, count: u64) -> LogPlan {
        LogPlan::plain(self.scope.name(suffix), count)
    }

    async fn write(&mut self, pod: &str, plan: LogPlan) -> Result<(), StepError> {
        let writers = self.start_writers(pod, &[(CONTAINER, plan)]).await?;
        self.seen.logs.writers.extend(writers);
        let namespace = self.namespace().await?;
        self.await_running(&namespace, pod).await.map(drop)
    }
}

#[given("another pod that writes lines of its own")]
async fn another_pod_writes(world: &mut World) -> Result<(), StepError> {
    let plan = LogPlan {
        per_second: 50,
        ..world.log_plan("decoy", 200)
    };
    let decoys = world.start_writers("decoy", &[(CONTAINER, plan)]).await?;
    world.seen.logs.decoys = decoys;
    let namespace = world.namespace().await?;
    world.await_running(&namespace, "decoy").await.map(drop)
}

#[when(expr = "a pod writes {int} numbered lines")]
#[given(expr = "a pod that has written {int} numbered lines")]
async fn pod_writes_lines(world: &mut World, count: u64) -> Result<(), StepError> {
    let plan = LogPlan {
        per_second: 50,
        ..world.log_plan("lines", count)
    };
    world.write("writer", plan).await
}

#[when(expr = "a pod writes {int} lines of JSON")]
async fn pod_writes_json(world: &mut World, count: u64) -> Result<(), StepError> {
    let plan = LogPlan {
        shape: Shape::Json,
        ..world.log_plan("json", count)
    };
    world.write("writer", plan).await
}

#[when(expr = "a pod writes {int} events of three lines each")]
async fn pod_writes_events(world: &mut World, count: u64) -> Result<(), StepError> {
    let plan = LogPlan {
        shape: Shape::Multi,
        ..world.log_plan("multi", count)
    };
    world.write("writer", plan).await
}

#[when(expr = "a pod writes {int} lines of {int} KiB each")]
async fn pod_writes_long_lines(world: &mut World, count: u64, kibibytes: u32) -> Result<(), StepError> {
    let plan = LogPlan {
        bytes: kibibytes * 1024,
        per_second: 5,
        ..world.log_plan("long", count)
    };
    world.write("writer", plan).await
}

#[when(expr = "a pod whose two containers write {int} numbered lines each starts")]
async fn pod_with_two_containers_starts(world: &mut World, count: u64) -> Result<(), StepError> {
    let (first, second) = (world.log_plan("first", count), world.log_plan("second", count));
    let writers = world
        .start_writers("pair", &[("first", first), ("second", second)])
        .await?;
    world.seen.logs.writers = writers;
    let namespace = world.namespace().await?;
    world.await_running(&namespace, "pair").await.map(drop)
}

#[when(expr = "ten pods write {int} lines each as fast as they can")]
async fn ten_pods_write(world: &mut World, count: u64) -> Result<(), StepError> {
    for number in 0..10 {
        let pod = format!("burst-{number}");
        let plan = world.log_plan(&pod, count);
        let writers = world.start_writers(&pod, &[(CONTAINER, plan)]).await?;
        world.seen.logs.writers.extend(writers);
    }
    let namespace = world.namespace().await?;
    for number in 0..10 {
        world.await_running(&namespace, &format!("burst-{number}")).await?;
    }
    Ok(())
}

#[when(expr = "Loki is killed while a pod writes {int} numbered lines")]
async fn loki_is_killed_while_a_pod_writes(world: &mut World, count: u64) -> Result<(), StepError> {
    let plan = LogPlan {
        per_second: RESTART_PER_SECOND,
        ..world.log_plan("restart", count)
    };
    world.write("writer", plan).await?;
    let (client, labels) = (&world.run.clients.patient, "app.kubernetes.io/name=loki");
    let receipt = replace_pods(client, MONITORING, labels, RESTARTED).await;
    let receipt = receipt.map_err(StepError::errored("kill Loki"))?;
    let written = world.written_by("writer").await?;
    if written >= usize::try_from(count).unwrap_or(usize::MAX) {
        return Err(StepError::Errored {
            what: format!("Loki was killed while a pod writes ({receipt})"),
            source: format!("the pod had written all {count} lines before Loki was back: nothing was in the middle")
                .into(),
        });
    }
    Ok(())
}

impl World {
    /// Lines that the node holds of the pod's first container.
    async fn written_by(&mut self, pod: &str) -> Result<usize, StepError> {
        let namespace = self.namespace().await?;
        let api: Api<Pod> = Api::namespaced(self.run.clients.strict.clone(), &namespace);
        let log = api.logs(pod, &LogParams::default()).await;
        Ok(log.map_err(StepError::errored("read the pod's log"))?.lines().count())
    }
}

#[given(expr = "a pod with {int} numbered lines that Loki holds")]
async fn pod_whose_lines_loki_holds(world: &mut World, count: u64) -> Result<(), StepError> {
    let plan = world.log_plan("held", count);
    world.write("short", plan).await?;
    let client = world.run.clients.strict.clone();
    for writer in &world.seen.logs.writers {
        collect(&client, writer).await.entries()?;
    }
    Ok(())
}

#[when("the writing pod is deleted")]
async fn writing_pod_is_deleted(world: &mut World) -> Result<(), StepError> {
    let namespace = world.namespace().await?;
    let api: Api<Pod> = Api::namespaced(world.run.clients.strict.clone(), &namespace);
    let pod = api.get("short").await.map_err(StepError::errored("read the pod"))?;
    let now = DeleteParams::default().grace_period(0);
    api.delete("short", &now)
        .await
        .map_err(StepError::errored("delete the pod"))?;
    let gone = gone(&api, "short", pod.uid().as_deref(), "the pod gone", GONE).await;
    gone.map_err(StepError::errored("the pod"))?;
    Ok(())
}

#[then("Loki returns exactly the lines that were written")]
#[then("Loki still returns exactly the lines that were written")]
#[then("Loki returns exactly the lines of each container")]
#[then("Loki returns exactly the lines of each pod")]
async fn loki_returns_exactly_the_lines(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let recorder = world.at(step);
    let writers = world.seen.logs.writers.clone();
    if writers.is_empty() {
        return Err(StepError::Missing {
            what: "pod that writes lines",
        });
    }
    let waits = writers.iter().map(|writer| collect(&world.run.clients.strict, writer));
    let ended = futures::future::join_all(waits).await;
    for (writer, collected) in writers.iter().zip(ended) {
        let collected = collected.check(&recorder, writer)?;
        note_latency(&recorder, &world.run.clients.strict, writer, &collected).await?;
        world.seen.logs.collected.push(collected);
    }
    Ok(())
}

#[then("a query of the other pod returns its own lines alone")]
async fn query_of_the_other_pod(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let recorder = world.at(step);
    if world.seen.logs.decoys.is_empty() {
        return Err(StepError::Missing { what: "other pod" });
    }
    for decoy in &world.seen.logs.decoys {
        collect(&world.run.clients.strict, decoy)
            .await
            .check(&recorder, decoy)?;
    }
    Ok(())
}

#[then("each line carries the labels namespace, pod, container, app, node and stream")]
async fn each_line_carries_labels(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let recorder = world.at(step);
    let writer = world.seen.logs.writers.first().cloned().ok_or(StepError::Missing {
        what: "pod that writes lines",
    })?;
    let node = world.await_running(&writer.namespace, &writer.pod).await?;
    let expected = [
        ("namespace", writer.namespace.clone()),
        ("pod", writer.pod.clone()),
        ("container", writer.container.clone()),
        ("app", format!("app-{}", writer.pod)),
        ("node", node),
        ("stream", "stdout".to_owned()),
    ];
    let collected = collect(&world.run.clients.strict, &writer)
        .await
        .check(&recorder, &writer)?;
    for (label, value) in expected {
        let wrong = collected
            .entries
            .iter()
            .find(|entry| entry.labels.get(label) != Some(&value));
        let observed = wrong.map_or(value.clone(), |entry| {
            entry
                .labels
                .get(label)
                .cloned()
                .unwrap_or_else(|| "no such label".to_owned())
        });
        recorder.check_equal(format!("label {label}"), &value, &observed, collected.entries.len())?;
    }
    Ok(())
}
