//! What Prometheus scrapes, how often, and whether its samples follow what they are about.

#![expect(clippy::needless_pass_by_value, reason = "cucumber hands parameters over by value")]

use std::{collections::BTreeSet, time::Duration};

use cucumber::{gherkin::Step, given, then, when};
use k8s_openapi::jiff::Timestamp;
use kube::ResourceExt as _;
use shall_cluster::{
    observability::{Prometheus, Sample, ScrapeTarget, Series},
    watch::{Observation, Seen, poll},
};
use shall_spec::Unit;

use crate::{StepError, World, budget::Measured, wait::check_seen};

/// Metric key of the time between two scrapes of a target.
const INTERVAL: &str = "scrape-interval";
/// How long Prometheus may take to have scraped what has changed: twice the longest interval of the documents, and a
/// minute more.
const SCRAPED: Duration = Duration::from_mins(2);
/// Between two questions; a part of what is measured.
const PERIOD: Duration = Duration::from_secs(1);
/// So many samples a target needs before the time between them is judged.
const SAMPLES: usize = 4;
/// How long so many samples may take.
const SAMPLED: Duration = Duration::from_mins(5);
/// Jobs of Kubernetes and Velero.
const KUBERNETES: [&str; 7] = [
    "kube-apiserver",
    "kubelet",
    "cadvisor",
    "coredns",
    "kube-state-metrics",
    "velero",
    "velero-node-agent",
];
/// Jobs of all that observes the cluster, and of what it observes.
const INFRASTRUCTURE: [&str; 6] = [
    "prometheus",
    "alertmanager",
    "loki",
    "promtail",
    "node-exporter",
    "external-dns",
];

/// What steps about metrics have seen.
#[derive(Debug, Default)]
pub(crate) struct MetricsSeen {
    pub(crate) targets: Vec<ScrapeTarget>,
    /// A counter's value before what is counted happened.
    before: Option<f64>,
    answer: Vec<Sample>,
}

impl World {
    pub(crate) fn prometheus(&self) -> Prometheus {
        Prometheus::new(&self.run.clients.strict)
    }

    /// Asks until an expression has one value, of exactly this; answers between which instants it came.
    pub(crate) async fn await_value(
        &self,
        expression: &str,
        expected: f64,
    ) -> Result<Seen<f64>, shall_cluster::watch::ObserveError> {
        let prometheus = self.prometheus();
        let prometheus = &prometheus;
        let look = || async move {
            match prometheus.instant(expression).await {
                Ok(samples) => match samples.as_slice() {
                    [one] if (one.value - expected).abs() < f64::EPSILON => Observation::Met(one.value),
                    [one] => Observation::Pending(format!("{}", one.value)),
                    [] => Observation::Pending("no sample".to_owned()),
                    more => Observation::Impossible(format!("{} series", more.len())),
                },
                Err(error) => Observation::Pending(error.to_string()),
            }
        };
        poll(expression, PERIOD, SCRAPED, look).await
    }
}

#[when("the targets of Prometheus are asked for")]
async fn targets_are_asked_for(world: &mut World) -> Result<(), StepError> {
    let targets = world.prometheus().targets().await;
    world.seen.metrics.targets = targets.map_err(StepError::errored("ask Prometheus for its targets"))?;
    Ok(())
}

/// Waits until every target of these jobs has been scraped since the targets were asked for, and is up: the health of an
/// older scrape is that of the past, and a target that has just come is not taken for one that is down.
async fn check_jobs(world: &World, step: &Step, jobs: &[&str]) -> Result<(), StepError> {
    let recorder = world.at(step);
    let prometheus = world.prometheus();
    let (prometheus, before) = (&prometheus, &world.seen.metrics.targets);
    let is_old = |target: &ScrapeTarget| {
        let same = |old: &ScrapeTarget| old.scrape_url == target.scrape_url && old.last_scrape == target.last_scrape;
        before.iter().any(same)
    };
    let is_old = &is_old;
    let look = || async move {
        let targets = match prometheus.targets().await {
            Ok(targets) => targets,
            Err(error) => return Observation::Pending(error.to_string()),
        };
        let chosen: Vec<&ScrapeTarget> = targets.iter().filter(|target| jobs.contains(&target.job())).collect();
        let without: Vec<&&str> = jobs
            .iter()
            .filter(|job| chosen.iter().all(|target| target.job() != **job))
            .collect();
        let down: Vec<String> = chosen
            .iter()
            .filter(|target| target.health != "up")
            .map(|target| {
                format!(
                    "{} {} {} {}",
                    target.job(),
                    target.instance(),
                    target.health,
                    target.last_error
                )
            })
            .collect();
        let unseen: Vec<&str> = chosen
            .iter()
            .filter(|target| is_old(target))
            .map(|target| target.job())
            .collect();
        if without.is_empty() && down.is_empty() && unseen.is_empty() {
            Observation::Met(chosen.len())
        } else if without.is_empty() && down.is_empty() {
            Observation::Pending(format!("not scraped since they were asked for: {unseen:?}"))
        } else {
            Observation::Pending(format!("without targets: {without:?}, not up: {down:?}"))
        }
    };
    let seen = poll("every target up", PERIOD, SCRAPED, look).await;
    let subject = format!("targets of {}", jobs.join(", "));
    let seen = check_seen(
        &recorder,
        &subject,
        "each job has one, each is scraped anew and up",
        seen,
    )?;
    recorder.check(
        "number of these targets",
        format!("at least {}", jobs.len()),
        seen.value,
        seen.value >= jobs.len(),
        seen.value,
    )
}

#[then("every target of Kubernetes and Velero is up")]
async fn targets_of_kubernetes(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    check_jobs(world, step, &KUBERNETES).await
}

#[then("every target of the infrastructure is up")]
async fn targets_of_the_infrastructure(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    check_jobs(world, step, &INFRASTRUCTURE).await
}

#[then(expr = "a target of the job {string} at {string} is up")]
fn target_at_is_up(world: &mut World, job: String, instance: String, #[step] step: &Step) -> Result<(), StepError> {
    let targets = &world.seen.metrics.targets;
    let found: Vec<String> = targets
        .iter()
        .filter(|target| target.job() == job)
        .map(|target| format!("{} {}", target.instance(), target.health))
        .collect();
    let met = found.contains(&format!("{instance} up"));
    world.at(step).check(
        format!("targets of job {job}"),
        format!("{instance} up"),
        found.join(", "),
        met,
        targets.len(),
    )
}

#[then("the time between two scrapes of each target is within its budget")]
async fn time_between_scrapes(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let recorder = world.at(step);
    let prometheus = world.prometheus();
    let prometheus = &prometheus;
    let look = || async move {
        match prometheus.stored("up[5m]").await {
            Ok(series) => match series.iter().filter(|series| series.points.len() < SAMPLES).count() {
                0 if !series.is_empty() => Observation::Met(series),
                short => Observation::Pending(format!(
                    "{short} of {} targets with fewer than {SAMPLES} samples",
                    series.len()
                )),
            },
            Err(error) => Observation::Pending(error.to_string()),
        }
    };
    let seen = poll("samples of each target", PERIOD * 5, SAMPLED, look).await;
    let series = check_seen(
        &recorder,
        "samples of each target",
        &format!("at least {SAMPLES}"),
        seen,
    )?
    .value;
    let spaced: Vec<(String, f64)> = series.iter().filter_map(spacing).collect();
    recorder.check_equal(
        "targets with a measured interval",
        &series.len(),
        &spaced.len(),
        spaced.len(),
    )?;
    let (least, most) = spaced
        .iter()
        .fold((f64::INFINITY, 0.0_f64), |(least, most), (_, seconds)| {
            (least.min(*seconds), most.max(*seconds))
        });
    recorder.note(format!(
        "{} targets, {least} to {most} s between two scrapes",
        spaced.len()
    ));
    let measured = Measured {
        lower: most,
        upper: most,
        unit: Unit::Second,
        from: "a scrape of the target scraped least often (time of its sample)".to_owned(),
        to: "the next one (time of its sample)".to_owned(),
        bound: "mean over the samples of 5 min, rounded to a tenth of a second: a scrape begins up to some 50 ms late"
            .to_owned(),
    };
    world.within_budget(&recorder, INTERVAL, measured)
}

/// Job and instance of a target, and the mean time between its samples in seconds, rounded to a tenth.
fn spacing(series: &Series) -> Option<(String, f64)> {
    let (first, last) = (series.points.first()?.0, series.points.last()?.0);
    let gaps = u32::try_from(series.points.len().checked_sub(1)?).ok()?;
    let label = |name: &str| series.labels.get(name).cloned().unwrap_or_default();
    let mean = (last - first) / f64::from(gaps);
    Some((
        format!("{} {}", label("job"), label("instance")),
        (mean * 10.0).round() / 10.0,
    ))
}

#[then("Prometheus returns the claim's phase as Pending")]
async fn phase_is_pending(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let claim = world.lone_claim.clone().ok_or(StepError::Missing { what: "claim" })?;
    let namespace = world.namespace().await?;
    check_phase(world, step, &namespace, &claim, "Pending").await
}

#[then("Prometheus returns the claim's phase as Bound")]
async fn phase_is_bound(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let mounted = world.mounted()?.clone();
    check_phase(world, step, &mounted.namespace, &mounted.claim, "Bound").await
}

async fn check_phase(world: &World, step: &Step, namespace: &str, claim: &str, phase: &str) -> Result<(), StepError> {
    let recorder = world.at(step);
    let other = if phase == "Bound" { "Pending" } else { "Bound" };
    for (phase, expected) in [(phase, 1.0), (other, 0.0)] {
        let expression = format!(
            r#"kube_persistentvolumeclaim_status_phase{{namespace="{namespace}",persistentvolumeclaim="{claim}",phase="{phase}"}}"#
        );
        let seen = world.await_value(&expression, expected).await;
        check_seen(
            &recorder,
            &format!("phase {phase} of claim {claim}"),
            &expected.to_string(),
            seen,
        )?;
    }
    Ok(())
}

/// The backups that Velero has counted as successful, of all schedules and of none.
const BACKUPS: &str = "sum(velero_backup_success_total)";

#[given("the number of successful backups that Prometheus returns")]
async fn number_of_backups(world: &mut World) -> Result<(), StepError> {
    let samples = world.prometheus().instant(BACKUPS).await;
    let samples = samples.map_err(StepError::errored("ask Prometheus"))?;
    world.seen.metrics.before = Some(samples.first().map_or(0.0, |sample| sample.value));
    Ok(())
}

#[then("that number has grown")]
async fn number_has_grown(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let before = world.seen.metrics.before.ok_or(StepError::Missing {
        what: "number of backups",
    })?;
    let prometheus = world.prometheus();
    let prometheus = &prometheus;
    let look = || async move {
        match prometheus.instant(BACKUPS).await {
            Ok(samples) => match samples.first() {
                Some(sample) if sample.value > before => Observation::Met(sample.value),
                Some(sample) => Observation::Pending(sample.value.to_string()),
                None => Observation::Pending("no sample".to_owned()),
            },
            Err(error) => Observation::Pending(error.to_string()),
        }
    };
    let seen = poll(BACKUPS, PERIOD, SCRAPED, look).await;
    let expected = format!("more than {before}");
    let seen = check_seen(
        &world.at(step),
        "successful backups that Velero has counted",
        &expected,
        seen,
    )?;
    world.at(step).note(format!("{before} before, {} after", seen.value));
    Ok(())
}

#[when("the namespaces of the cluster are asked for by a query")]
async fn namespaces_are_asked_for(world: &mut World) -> Result<(), StepError> {
    let answer = world
        .prometheus()
        .instant(r#"kube_namespace_status_phase{phase="Active"} == 1"#)
        .await;
    world.seen.metrics.answer = answer.map_err(StepError::errored("query Prometheus"))?;
    Ok(())
}

#[then("the samples name each namespace of the stack and no other than those of the cluster")]
async fn samples_name_each_namespace(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let api: kube::Api<k8s_openapi::api::core::v1::Namespace> = kube::Api::all(world.run.clients.strict.clone());
    let list = api.list(&kube::api::ListParams::default()).await;
    let list = list.map_err(StepError::errored("list namespaces"))?;
    // Namespaces of scenarios come and go, and what is gone may be in samples for one interval more.
    let all: BTreeSet<String> = list.iter().map(kube::ResourceExt::name_any).collect();
    let answered: BTreeSet<String> = world
        .seen
        .metrics
        .answer
        .iter()
        .filter_map(|sample| sample.labels.get("namespace").cloned())
        .filter(|name| !name.starts_with("shall-"))
        .collect();
    let expected: BTreeSet<String> = list
        .iter()
        .filter(|namespace| !namespace.name_any().starts_with("shall-"))
        .map(kube::ResourceExt::name_any)
        .collect();
    let text = |names: &BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>().join(", ");
    world
        .at(step)
        .note(format!("{} namespaces at {}", all.len(), Timestamp::now()));
    world.at(step).check_equal(
        "namespaces in the samples",
        &text(&expected),
        &text(&answered),
        answered.len(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_between_samples_is_their_mean_and_a_missed_scrape_shows() {
        let series = |times: &[f64]| Series {
            labels: [("job".to_owned(), "a".to_owned())].into(),
            points: times.iter().map(|at| (*at, 1.0)).collect(),
        };
        let seconds = |times: &[f64]| spacing(&series(times)).unwrap().1.to_string();
        assert_eq!(seconds(&[0.0, 30.02, 60.01, 90.03]), "30");
        assert_eq!(seconds(&[0.0, 30.0, 90.0]), "45");
        assert_eq!(spacing(&series(&[])), None);
    }
}
