//! Alerts on real faults: Prometheus fires them, Alertmanager holds and delivers them.

use std::{collections::BTreeMap, time::Duration};

use cucumber::{gherkin::Step, given, then};
use k8s_openapi::jiff::Timestamp;
use shall_cluster::{
    observability::{ActiveAlert, Settings},
    watch::{Observation, Seen, poll},
};
use shall_spec::Unit;
use shall_trace::Measurement;

use crate::{StepError, World, budget::Interval, receiver::alertmanagers, wait::check_seen};

/// Twice the 3 minutes that an alert may take from its cause to Slack.
pub(crate) const DELIVERED: Duration = Duration::from_mins(6);
/// Between two questions; a part of what is measured.
pub(crate) const PERIOD: Duration = Duration::from_secs(1);

/// What steps about alerts have seen.
#[derive(Debug, Default)]
pub(crate) struct AlertsSeen {
    /// Number of the last notification before the scenario's own.
    pub(crate) after: u64,
    /// Alerts that began before are none of the scenario's doing.
    pub(crate) began: Option<Timestamp>,
    /// Between these instants the cause came about.
    pub(crate) cause: Option<Interval>,
    /// Labels of alerts that the scenario raised itself.
    pub(crate) raised: Vec<BTreeMap<String, String>>,
    /// Failed notifications that Alertmanager had counted before.
    pub(crate) failed: f64,
    /// Label and value by which the alert names what is at fault.
    pub(crate) named: Option<(String, String)>,
}

#[given("the components run at the settings of the documents")]
async fn settings_of_the_documents(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let recorder = world.at(step);
    let prometheus = world.prometheus();
    let text = prometheus
        .config()
        .await
        .map_err(StepError::errored("read the configuration of Prometheus"))?;
    let settings = Settings::read("prometheus", &text).map_err(StepError::errored("read the configuration"))?;
    let (_, alertmanager) = first_alertmanager(world).await?;
    let text = alertmanager
        .config()
        .await
        .map_err(StepError::errored("read the configuration of Alertmanager"))?;
    let routes = Settings::read("alertmanager", &text).map_err(StepError::errored("read the configuration"))?;
    let rules = prometheus.rules().await.map_err(StepError::errored("read the rules"))?;
    let rule = rules
        .iter()
        .flat_map(|group| &group.rules)
        .find(|rule| rule.name == "WorkloadDown");
    let pending = rule.map(|rule| format!("{}s", rule.duration)).unwrap_or_default();
    let found = [
        ("scrape_interval", "30s", settings.get("global.scrape_interval")),
        ("evaluation_interval", "30s", settings.get("global.evaluation_interval")),
        ("group_wait", "30s", routes.get("route.group_wait")),
        ("for of WorkloadDown", "60s", Some(pending)),
    ];
    for (name, expected, observed) in found {
        let observed = observed.unwrap_or_else(|| "not set".to_owned());
        recorder.note(format!("{name} {observed}"));
        if observed != expected {
            return Err(StepError::Errored {
                what: format!("setting {name}"),
                source: format!(
                    "expected {expected}, observed {observed}: at another setting the budget proves nothing"
                )
                .into(),
            });
        }
    }
    let unhealthy = rules
        .iter()
        .flat_map(|group| &group.rules)
        .find(|rule| rule.health == "err");
    unhealthy.map_or(Ok(()), |rule| {
        Err(StepError::Errored {
            what: format!("rule {}", rule.name),
            source: rule.last_error.clone().into(),
        })
    })
}

async fn first_alertmanager(world: &World) -> Result<(String, shall_cluster::observability::Alertmanager), StepError> {
    let all = alertmanagers(&world.run.clients.strict).await?;
    all.into_iter().next().ok_or(StepError::Missing {
        what: "pod of Alertmanager",
    })
}

#[then("Prometheus sees its target down within two scrapes")]
async fn target_is_seen_down(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let recorder = world.at(step);
    let (label, value) = named(world)?;
    let (sent, down) = world.seen.alerts.cause.ok_or(StepError::Missing { what: "cause" })?;
    let prometheus = world.prometheus();
    let targets = prometheus
        .targets()
        .await
        .map_err(StepError::errored("ask for the targets"))?;
    let target = targets.iter().find(|target| target.labels.get(&label) == Some(&value));
    let interval = target.map(|target| target.scrape_interval.clone()).unwrap_or_default();
    let interval = humantime::parse_duration(&interval)
        .map_err(StepError::errored(format!("read the scrape interval `{interval}`")))?;
    let expression = format!(r#"up{{{label}="{value}"}}"#);
    let seen = world.await_value(&expression, 0.0).await;
    let seen = check_seen(&recorder, &expression, "0", seen)?;
    // It was down at the latest when that was confirmed, and the question's answer came after the scrape.
    let took = seen.at.saturating_duration_since(sent.unwrap_or(down));
    let limit = interval * 2 + PERIOD;
    recorder.check(
        format!("time until `{expression}` is 0"),
        format!("at most two scrapes of {interval:?} and {PERIOD:?} of asking"),
        format!("{:.1} s", took.as_secs_f64()),
        took <= limit,
        1,
    )
}

fn named(world: &World) -> Result<(String, String), StepError> {
    world
        .seen
        .alerts
        .named
        .clone()
        .ok_or(StepError::Missing { what: "thing at fault" })
}

/// Waits until an alert of this name fires with the label that names what is at fault.
async fn await_firing(world: &World, name: &str) -> Result<Seen<ActiveAlert>, shall_cluster::watch::ObserveError> {
    let (label, value) = world.seen.alerts.named.clone().unwrap_or_default();
    let prometheus = world.prometheus();
    let (prometheus, label, value) = (&prometheus, &label, &value);
    let look = || async move {
        match prometheus.alerts().await {
            Ok(alerts) => {
                let found = alerts
                    .iter()
                    .find(|alert| alert.label("alertname") == name && alert.label(label) == value);
                match found {
                    Some(alert) if alert.state == "firing" => Observation::Met(alert.clone()),
                    Some(alert) => Observation::Pending(format!(
                        "{} since {}",
                        alert.state,
                        alert.active_at.clone().unwrap_or_default()
                    )),
                    None => Observation::Pending("inactive".to_owned()),
                }
            }
            Err(error) => Observation::Pending(error.to_string()),
        }
    };
    poll(&format!("alert {name} firing"), PERIOD, DELIVERED, look).await
}

#[then(expr = "Prometheus fires the alert {string} that names it")]
async fn prometheus_fires(world: &mut World, name: String, #[step] step: &Step) -> Result<(), StepError> {
    let recorder = world.at(step);
    let (label, value) = named(world)?;
    let seen = await_firing(world, &name).await;
    let subject = format!("alert {name} with {label} {value}");
    let seen = check_seen(&recorder, &subject, "firing", seen)?;
    let summary = seen.value.annotations.get("summary").cloned().unwrap_or_default();
    recorder.note(format!(
        "{summary} active since {}",
        seen.value.active_at.clone().unwrap_or_default()
    ));
    if let Some(cause) = world.seen.alerts.cause {
        recorder.measure(leg(
            "alert-firing",
            cause,
            (seen.unmet, seen.at),
            "cause",
            "seen firing in Prometheus",
        ));
    }
    Ok(())
}

/// How long something took from a cause to an effect, both intervals of our clock.
pub(crate) fn leg(metric: &str, cause: Interval, effect: Interval, from: &str, to: &str) -> Measurement {
    let (lower, upper) = between(cause, effect);
    Measurement {
        metric: metric.to_owned(),
        lower,
        upper,
        unit: Unit::Second,
        from: format!("{from} (our clock)"),
        to: format!("{to} (our clock)"),
        bound: "how long both the cause and the effect took to be seen".to_owned(),
    }
}

/// Seconds between two intervals, the least and the most.
pub(crate) fn between((earliest, latest): Interval, (unmet, met): Interval) -> (f64, f64) {
    let lower = unmet.map_or(0.0, |unmet| unmet.saturating_duration_since(latest).as_secs_f64());
    (
        lower,
        met.saturating_duration_since(earliest.unwrap_or(latest)).as_secs_f64(),
    )
}

#[then(expr = "Prometheus fires the alert {string} that names the claim")]
async fn prometheus_fires_for_the_claim(world: &mut World, name: String, #[step] step: &Step) -> Result<(), StepError> {
    let mounted = world.mounted()?.clone();
    world.seen.alerts.cause = Some((Some(mounted.created), mounted.created));
    // The claim's name stands in other namespaces too; the alert has to name both.
    world.seen.alerts.named = Some(("namespace".to_owned(), mounted.namespace));
    prometheus_fires(world, name.clone(), step).await?;
    let seen = await_firing(world, &name).await;
    let seen = seen.map_err(StepError::errored("ask for the alert"))?;
    let observed = seen.value.label("persistentvolumeclaim").to_owned();
    world
        .at(step)
        .check_equal("claim that the alert names", &mounted.claim, &observed, 1)
}

#[then(expr = "Alertmanager holds an active alert {string} that names it")]
async fn alertmanager_holds(world: &mut World, name: String, #[step] step: &Step) -> Result<(), StepError> {
    let recorder = world.at(step);
    let (label, value) = named(world)?;
    let (_, alertmanager) = first_alertmanager(world).await?;
    let (alertmanager, label, value, name) = (&alertmanager, &label, &value, &name);
    let look = || async move {
        match alertmanager.alerts().await {
            Ok(alerts) => {
                let found = alerts
                    .iter()
                    .find(|alert| alert.label("alertname") == name && alert.label(label) == value);
                match found {
                    Some(alert) if alert.status.state == "active" => Observation::Met(alert.starts_at.clone()),
                    Some(alert) => Observation::Pending(alert.state()),
                    None => Observation::Pending("not held".to_owned()),
                }
            }
            Err(error) => Observation::Pending(error.to_string()),
        }
    };
    let seen = poll("alert in Alertmanager", PERIOD, DELIVERED, look).await;
    let subject = format!("alert {name} with {label} {value} in Alertmanager");
    let seen = check_seen(&recorder, &subject, "active", seen)?;
    recorder.note(format!("held since {}", seen.value));
    if let Some(cause) = world.seen.alerts.cause {
        recorder.measure(leg(
            "alert-held",
            cause,
            (seen.unmet, seen.at),
            "cause",
            "seen active in Alertmanager",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn a_leg_is_as_short_and_as_long_as_both_ends_allow() {
        let began = Instant::now();
        let at = |seconds| began + Duration::from_secs(seconds);
        let (lower, upper) = between((Some(at(0)), at(3)), (Some(at(10)), at(12)));
        assert!((lower - 7.0).abs() < 1e-9 && (upper - 12.0).abs() < 1e-9);
        assert!(between((None, at(3)), (None, at(12))).0 < 1e-9);
    }
}
