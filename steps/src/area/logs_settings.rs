//! What Loki is set to, read back from the running component, and what shows that it does so.

#![expect(clippy::needless_pass_by_value, reason = "cucumber hands parameters over by value")]

use std::time::Duration;

use cucumber::{gherkin::Step, then, when};
use k8s_openapi::api::{
    apps::v1::StatefulSet,
    core::v1::{PersistentVolumeClaim, Pod, Service},
};
use kube::{Api, ResourceExt as _, api::ListParams};
use shall_cluster::{
    observability::{Loki, MONITORING, Settings},
    watch::{Observation, poll},
};
use shall_spec::Unit;

use crate::{StepError, World, budget::Measured, collect::collect, wait::check_seen};

/// Metric key of how long log lines are kept.
const RETENTION: &str = "log-retention";
/// How long the compactor may take to run, which it does each minute.
const COMPACTED: Duration = Duration::from_mins(4);
/// How long chunks may take to reach the object store after they were flushed.
const FLUSHED: Duration = Duration::from_mins(2);
/// Counter of the compactor's runs.
const RUNS: &str = "loki_compactor_apply_retention_operation_total";
/// Time of the compactor's last run that applied the retention, in seconds since the Unix epoch.
const LAST_RUN: &str = "loki_compactor_apply_retention_last_successful_run_timestamp_seconds";

impl World {
    pub(crate) async fn loki_settings(&self) -> Result<Settings, StepError> {
        let text = Loki::new(&self.run.clients.strict).config().await;
        let text = text.map_err(StepError::errored("read Loki's configuration"))?;
        Settings::read("loki", &text).map_err(StepError::errored("read Loki's configuration"))
    }

    fn setting(settings: &Settings, path: &str) -> String {
        settings.get(path).unwrap_or_else(|| "not set".to_owned())
    }
}

#[when("Loki's configuration in force is read")]
async fn loki_configuration_is_read(world: &mut World) -> Result<(), StepError> {
    world.seen.settings = Some(world.loki_settings().await?);
    Ok(())
}

#[then(expr = "its setting {string} is {string}")]
fn its_setting_is(world: &mut World, path: String, value: String, #[step] step: &Step) -> Result<(), StepError> {
    let settings = world
        .seen
        .settings
        .as_ref()
        .ok_or(StepError::Missing { what: "configuration" })?;
    let observed = World::setting(settings, &path);
    world
        .at(step)
        .check_equal(format!("setting {path}"), &value, &observed, 1)
}

#[then("it answers who names no tenant")]
async fn it_answers_who_names_no_tenant(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let settings = world
        .seen
        .settings
        .as_ref()
        .ok_or(StepError::Missing { what: "configuration" })?;
    let recorder = world.at(step);
    // Loki leaves the setting out of what it tells where it is false.
    let set = settings.get("auth_enabled").unwrap_or_else(|| "false".to_owned());
    recorder.check_equal("setting auth_enabled", &"false".to_owned(), &set, 1)?;
    let labels = Loki::new(&world.run.clients.strict).label_values("namespace").await;
    let observed = labels.map_or_else(
        |error| error.to_string(),
        |labels| format!("{} namespaces", labels.len()),
    );
    let met = observed.ends_with("namespaces") && observed != "0 namespaces";
    recorder.check(
        "answer to a query without a tenant",
        "the namespaces that it knows",
        observed,
        met,
        1,
    )
}

#[then("the retention of logs is within its budget")]
fn retention_of_logs(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let settings = world
        .seen
        .settings
        .as_ref()
        .ok_or(StepError::Missing { what: "configuration" })?;
    let set = World::setting(settings, "limits_config.retention_period");
    let kept = humantime::parse_duration(&set).map_err(StepError::errored(format!("read the retention `{set}`")))?;
    let days = kept.as_secs_f64() / 86_400.0;
    let recorder = world.at(step);
    recorder.note(format!("limits_config.retention_period {set}"));
    let measured = Measured {
        lower: days,
        upper: days,
        unit: Unit::Day,
        from: "a line stored (Loki's configuration in force)".to_owned(),
        to: "the line due to be deleted (Loki's configuration in force)".to_owned(),
        bound: "read back, not waited for".to_owned(),
    };
    world.within_budget(&recorder, RETENTION, measured)
}

#[then("the compactor applies the retention")]
async fn compactor_applies_the_retention(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let settings = world
        .seen
        .settings
        .as_ref()
        .ok_or(StepError::Missing { what: "configuration" })?;
    let enabled = World::setting(settings, "compactor.retention_enabled");
    let recorder = world.at(step);
    recorder.check_equal("setting compactor.retention_enabled", &"true".to_owned(), &enabled, 1)?;
    let loki = Loki::new(&world.run.clients.strict);
    let runs = |metrics: &shall_cluster::observability::Exposition| {
        let done = metrics.sum(RUNS, &[("status", "success")]).unwrap_or(0.0);
        (done, metrics.sum(LAST_RUN, &[]).unwrap_or(0.0))
    };
    let before = loki
        .metrics()
        .await
        .map_err(StepError::errored("read Loki's metrics"))?;
    let (before, _) = runs(&before);
    let loki = &loki;
    let look = || async move {
        match loki.metrics().await {
            Ok(metrics) => match runs(&metrics) {
                (done, last) if done > before && last > 0.0 => Observation::Met((done, last)),
                (done, _) => Observation::Pending(format!("{done} runs")),
            },
            Err(error) => Observation::Pending(error.to_string()),
        }
    };
    let seen = poll("one more run of the compactor", Duration::from_secs(5), COMPACTED, look).await;
    let subject = "runs of the compactor that applied the retention";
    let seen = check_seen(&recorder, subject, "one more than before", seen)?;
    recorder.note(format!(
        "{before} runs before, {} after; the last at {}",
        seen.value.0, seen.value.1
    ));
    Ok(())
}

#[when("Loki flushes the chunks of the pod's lines")]
async fn loki_flushes(world: &mut World) -> Result<(), StepError> {
    let writer = world.seen.logs.writers.first().cloned().ok_or(StepError::Missing {
        what: "pod that writes lines",
    })?;
    let client = world.run.clients.strict.clone();
    collect(&client, &writer).await.entries()?;
    world.seen.objects_before = world.loki_objects().await?;
    let flushed = Loki::new(&client).flush().await;
    flushed.map_err(StepError::errored("flush Loki"))
}

impl World {
    /// Bucket of Loki's objects, as its configuration in force names it.
    async fn loki_bucket(&self) -> Result<String, StepError> {
        let settings = self.loki_settings().await?;
        let named = settings.get("common.storage.s3.bucketnames");
        named.ok_or(StepError::Missing { what: "bucket of Loki" })
    }

    /// Number of chunk objects in Loki's bucket; its index is not counted.
    async fn loki_objects(&self) -> Result<usize, StepError> {
        let bucket = self.loki_bucket().await?;
        let objects = self.s3().await?.list(&bucket, "").await;
        let objects = objects.map_err(StepError::errored("list Loki's bucket"))?;
        Ok(objects.iter().filter(|object| object.key.starts_with("fake/")).count())
    }
}

#[then("there are more chunk objects in Loki's bucket")]
async fn more_chunk_objects(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let before = world.seen.objects_before;
    let bucket = world.loki_bucket().await?;
    let this: &World = world;
    let look = || async move {
        match this.loki_objects().await {
            Ok(now) if now > before => Observation::Met(now),
            Ok(now) => Observation::Pending(format!("{now} objects")),
            Err(error) => Observation::Impossible(error.to_string()),
        }
    };
    let seen = poll("more chunk objects", Duration::from_secs(1), FLUSHED, look).await;
    let recorder = world.at(step);
    let subject = format!("chunk objects in bucket {bucket}");
    let seen = check_seen(&recorder, &subject, &format!("more than {before}"), seen)?;
    recorder.note(format!("{before} before the flush, {} after", seen.value));
    Ok(())
}

#[then(expr = "Loki listens on port {int}")]
async fn loki_listens_on_port(world: &mut World, port: u16, #[step] step: &Step) -> Result<(), StepError> {
    let recorder = world.at(step);
    let set = world
        .loki_settings()
        .await?
        .get("server.http_listen_port")
        .unwrap_or_default();
    recorder.check_equal("setting server.http_listen_port", &port.to_string(), &set, 1)?;
    let services: Api<Service> = Api::namespaced(world.run.clients.strict.clone(), MONITORING);
    let service = services
        .get("loki")
        .await
        .map_err(StepError::errored("read the service"))?;
    let ports = service.spec.and_then(|spec| spec.ports).unwrap_or_default();
    let found = ports.iter().any(|one| one.port == i32::from(port));
    recorder.check(
        "ports of the service",
        port,
        format!("{:?}", ports.iter().map(|one| one.port).collect::<Vec<_>>()),
        found,
        ports.len(),
    )?;
    let ready = Loki::new(&world.run.clients.strict).is_ready().await;
    let ready = ready.map_err(StepError::errored("ask Loki"))?;
    let observed = if ready { "200" } else { "another status" };
    recorder.check(format!("answer of /ready on port {port}"), "200", observed, ready, 1)
}

#[then("one process runs all of Loki's parts")]
async fn one_process_runs_all(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let recorder = world.at(step);
    let target = world.loki_settings().await?.get("target").unwrap_or_default();
    recorder.check_equal("setting target", &"all".to_owned(), &target, 1)?;
    let sets: Api<StatefulSet> = Api::namespaced(world.run.clients.strict.clone(), MONITORING);
    let set = sets
        .get("loki")
        .await
        .map_err(StepError::errored("read Loki's stateful set"))?;
    let ready = set.status.and_then(|status| status.ready_replicas).unwrap_or(0);
    recorder.check_equal("ready pods of Loki", &1, &ready, 1)
}

#[then("Loki keeps its local state on the volume of a claim")]
async fn loki_keeps_its_state_on_a_claim(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let client = world.run.clients.strict.clone();
    let pods: Api<Pod> = Api::namespaced(client.clone(), MONITORING);
    let pods = pods
        .list(&ListParams::default().labels("app.kubernetes.io/name=loki"))
        .await
        .map_err(StepError::errored("list pods"))?;
    let pod = pods.iter().next().ok_or(StepError::Missing { what: "pod of Loki" })?;
    let path = world
        .loki_settings()
        .await?
        .get("common.path_prefix")
        .unwrap_or_default();
    let spec = pod.spec.clone().unwrap_or_default();
    let mounts = spec
        .containers
        .iter()
        .flat_map(|container| container.volume_mounts.iter().flatten());
    let mount = mounts.into_iter().find(|mount| mount.mount_path == path);
    let volume = mount.and_then(|mount| spec.volumes.iter().flatten().find(|volume| volume.name == mount.name));
    let claim = volume.and_then(|volume| volume.persistent_volume_claim.as_ref());
    let recorder = world.at(step);
    let observed = claim.map_or("no claim", |claim| claim.claim_name.as_str());
    recorder.check(format!("claim mounted at {path}"), "one", observed, claim.is_some(), 1)?;
    let claims: Api<PersistentVolumeClaim> = Api::namespaced(client, MONITORING);
    let claim = claims
        .get(observed)
        .await
        .map_err(StepError::errored("read the claim"))?;
    let phase = claim
        .status
        .as_ref()
        .and_then(|status| status.phase.clone())
        .unwrap_or_default();
    recorder.check_equal(
        format!("phase of claim {}", claim.name_any()),
        &"Bound".to_owned(),
        &phase,
        1,
    )
}
