//! What Prometheus is set to, and where it keeps its samples.

use cucumber::{gherkin::Step, then, when};
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod, Service};
use kube::{Api, api::ListParams};
use shall_cluster::observability::MONITORING;
use shall_spec::Unit;

use crate::{StepError, World, budget::Measured};

/// Metric key of how long samples are kept.
const RETENTION: &str = "metrics-retention";

#[when("the settings of Prometheus in force are read")]
async fn settings_are_read(world: &mut World) -> Result<(), StepError> {
    let flags = world.prometheus().flags().await;
    world.seen.flags = flags.map_err(StepError::errored("read the flags of Prometheus"))?;
    Ok(())
}

impl World {
    fn flag(&self, name: &str) -> String {
        self.seen
            .flags
            .get(name)
            .cloned()
            .unwrap_or_else(|| "not set".to_owned())
    }

    /// A parameter that the profile gives to Prometheus.
    fn prometheus_parameter(&self, name: &str) -> Result<String, StepError> {
        let component = self.run.profile.component("prometheus");
        let value = component.and_then(|component| component.parameters.get(name).cloned());
        value.ok_or(StepError::Missing {
            what: "parameter of the profile",
        })
    }
}

#[then("the retention of samples is within its budget")]
async fn retention_of_samples(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let flag = world.flag("storage.tsdb.retention.time");
    let kept = humantime::parse_duration(&flag).map_err(StepError::errored(format!("read the retention `{flag}`")))?;
    let runtime = world.prometheus().runtime().await;
    let runtime = runtime.map_err(StepError::errored("read what Prometheus says of its run"))?;
    let said = runtime
        .get("storageRetention")
        .map(ToString::to_string)
        .unwrap_or_default();
    let recorder = world.at(step);
    recorder.note(format!("storage.tsdb.retention.time {flag}, storageRetention {said}"));
    let days = kept.as_secs_f64() / 86_400.0;
    let measured = Measured {
        lower: days,
        upper: days,
        unit: Unit::Day,
        from: "a sample stored (flags in force)".to_owned(),
        to: "the sample due to be deleted (flags in force)".to_owned(),
        bound: "read back, not waited for".to_owned(),
    };
    world.within_budget(&recorder, RETENTION, measured)
}

#[then("its blocks are below the retention size that is set")]
async fn blocks_are_below_the_retention_size(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let recorder = world.at(step);
    let wanted = world.prometheus_parameter("retention_size")?;
    let flag = world.flag("storage.tsdb.retention.size");
    let same = flag.trim_end_matches("iB").trim_end_matches('B') == wanted.trim_end_matches("iB").trim_end_matches('B');
    recorder.check("flag storage.tsdb.retention.size", &wanted, &flag, same, 1)?;
    let one = |name: &'static str| {
        let prometheus = world.prometheus();
        async move {
            let samples = prometheus.instant(&format!(r#"{name}{{job="prometheus"}}"#)).await;
            let samples = samples.map_err(StepError::errored("query Prometheus"))?;
            let sample = samples.first().ok_or(StepError::Missing {
                what: "sample of Prometheus itself",
            })?;
            Ok::<f64, StepError>(sample.value)
        }
    };
    let limit = one("prometheus_tsdb_retention_limit_bytes").await?;
    let blocks = one("prometheus_tsdb_storage_blocks_bytes").await?;
    recorder.check("limit that is in force, in bytes", "more than 0", limit, limit > 0.0, 1)?;
    recorder.check(
        "bytes of its blocks",
        format!("at most {limit}"),
        blocks,
        blocks <= limit,
        1,
    )
}

#[then("it keeps its samples on a volume of the class and size that are set")]
async fn samples_are_on_a_volume(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let recorder = world.at(step);
    let client = world.run.clients.strict.clone();
    let path = world.flag("storage.tsdb.path");
    let pods: Api<Pod> = Api::namespaced(client.clone(), MONITORING);
    let pods = pods
        .list(&ListParams::default().labels("app.kubernetes.io/name=prometheus"))
        .await;
    let pods = pods.map_err(StepError::errored("list pods"))?;
    let spec = pods.iter().next().and_then(|pod| pod.spec.clone()).unwrap_or_default();
    let mut mounts = spec
        .containers
        .iter()
        .flat_map(|container| container.volume_mounts.iter().flatten());
    let mount = mounts.find(|mount| mount.mount_path == path);
    let volume = mount.and_then(|mount| spec.volumes.iter().flatten().find(|volume| volume.name == mount.name));
    let claim = volume.and_then(|volume| volume.persistent_volume_claim.as_ref());
    let name = claim.map(|claim| claim.claim_name.clone()).unwrap_or_default();
    let observed = if name.is_empty() { "none" } else { &name };
    recorder.check(
        format!("claim mounted at {path}"),
        "one",
        observed,
        !name.is_empty(),
        pods.items.len(),
    )?;
    let claims: Api<PersistentVolumeClaim> = Api::namespaced(client, MONITORING);
    let claim = claims.get(&name).await.map_err(StepError::errored("read the claim"))?;
    let spec = claim.spec.unwrap_or_default();
    let class = spec.storage_class_name.unwrap_or_default();
    recorder.check_equal(
        "class of the claim",
        &world.prometheus_parameter("storage_class")?,
        &class,
        1,
    )?;
    let status = claim.status.unwrap_or_default();
    let size = status
        .capacity
        .and_then(|capacity| capacity.get("storage").map(|size| size.0.clone()));
    let wanted = world.prometheus_parameter("storage")?;
    recorder.check_equal("size of its volume", &wanted, &size.unwrap_or_default(), 1)?;
    recorder.check_equal(
        "phase of the claim",
        &"Bound".to_owned(),
        &status.phase.unwrap_or_default(),
        1,
    )
}

#[then(expr = "Prometheus answers on port {int}")]
async fn prometheus_answers_on_port(world: &mut World, port: u16, #[step] step: &Step) -> Result<(), StepError> {
    let recorder = world.at(step);
    let address = world.flag("web.listen-address");
    let met = address.ends_with(&format!(":{port}"));
    recorder.check("flag web.listen-address", format!("…:{port}"), &address, met, 1)?;
    let services: Api<Service> = Api::namespaced(world.run.clients.strict.clone(), MONITORING);
    let service = services
        .get("prometheus")
        .await
        .map_err(StepError::errored("read the service"))?;
    let ports: Vec<i32> = service
        .spec
        .and_then(|spec| spec.ports)
        .iter()
        .flatten()
        .map(|one| one.port)
        .collect();
    recorder.check(
        "ports of the service",
        port,
        format!("{ports:?}"),
        ports.contains(&i32::from(port)),
        ports.len(),
    )?;
    let ready = world
        .prometheus()
        .is_ready()
        .await
        .map_err(StepError::errored("ask Prometheus"))?;
    let observed = if ready { "200" } else { "another status" };
    recorder.check(format!("answer of /-/ready on port {port}"), "200", observed, ready, 1)
}
