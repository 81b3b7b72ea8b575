//! What happens to alerts on purpose: receivers that refuse, silences, and test alerts that are raised and end.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use cucumber::{gherkin::Step, given, when};
use k8s_openapi::jiff::Timestamp;
use shall_cluster::{
    observability::{Matcher, NewAlert},
    watch::{Observation, poll},
};
use shall_workload::{AnswerMode, AnswerSetting};

use super::{alerts::PERIOD, alerts_delivery::await_delivered};
use crate::{StepError, World, receiver::alertmanagers};

/// Name of the alerts that scenarios raise without a rule.
const TEST_ALERT: &str = "TestAlert";
/// A silence ends by itself after this, also where nobody ends it.
const SILENCED: Duration = Duration::from_mins(10);
/// Notifications may be late by so much more than the wait of their group.
const GROUP_WAIT: Duration = Duration::from_mins(2);

type Labels = BTreeMap<String, String>;

impl World {
    /// Labels of an alert of the scenario's own: `namespace` is its scope.
    fn test_labels(&self, more: &[(&str, &str)]) -> Labels {
        self.labels_of_group("alerts", more)
    }

    /// Labels of an alert of one of the scenario's groups: Alertmanager groups by `alertname` and `namespace`.
    fn labels_of_group(&self, group: &str, more: &[(&str, &str)]) -> Labels {
        let own = [
            ("alertname".to_owned(), TEST_ALERT.to_owned()),
            ("namespace".to_owned(), self.scope.name(group)),
        ];
        let more = more
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        own.into_iter().chain(more).collect()
    }

    /// Has the webhook answer the first notifications of one of the scenario's groups so; others come meanwhile.
    async fn refuse(&self, group: &str, mode: AnswerMode, times: u32) -> Result<(), StepError> {
        let setting = AnswerSetting {
            path: "/webhook".to_owned(),
            mode,
            times: Some(times),
            holding: Some(self.scope.name(group)),
        };
        let set = self.receiver().set(&setting).await;
        set.map_err(StepError::errored("set how the receiver answers"))
    }

    /// Puts alerts into each replica of Alertmanager, as Prometheus does.
    async fn raise(&mut self, labels: Vec<Labels>) -> Result<(), StepError> {
        let alerts: Vec<NewAlert> = labels.iter().map(|labels| alert(labels.clone(), None)).collect();
        let sent = Instant::now();
        self.post(&alerts).await?;
        self.seen.alerts.cause = Some((Some(sent), Instant::now()));
        self.seen.alerts.raised = labels;
        Ok(())
    }

    async fn post(&self, alerts: &[NewAlert]) -> Result<(), StepError> {
        for (pod, replica) in alertmanagers(&self.run.clients.strict).await? {
            let posted = replica.post(alerts).await;
            posted.map_err(StepError::errored(format!("raise a test alert at {pod}")))?;
        }
        Ok(())
    }

    pub(crate) async fn failed_notifications(&self) -> Result<f64, StepError> {
        let mut failed = 0.0;
        for (pod, replica) in alertmanagers(&self.run.clients.strict).await? {
            let metrics = replica
                .metrics()
                .await
                .map_err(StepError::errored(format!("read the metrics of {pod}")))?;
            failed += metrics
                .sum("alertmanager_notifications_failed_total", &[("integration", "webhook")])
                .unwrap_or(0.0);
        }
        Ok(failed)
    }
}

fn alert(labels: Labels, ends_at: Option<Timestamp>) -> NewAlert {
    NewAlert {
        labels,
        annotations: BTreeMap::new(),
        ends_at: ends_at.map(|at| at.to_string()),
    }
}

#[given("a receiver of notifications that the watchdog reaches")]
async fn receiver_that_the_watchdog_reaches(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    world.ensure_receiver().await?;
    let received = world.await_watchdog().await?;
    world.seen.alerts.after = received.told.total;
    world.seen.alerts.began = Some(Timestamp::now());
    world.seen.alerts.failed = world.failed_notifications().await?;
    world.at(step).note(format!(
        "{} notifications before the scenario's own",
        received.told.total
    ));
    Ok(())
}

#[given(expr = "the receiver answers the first {int} notifications with {int}")]
async fn receiver_refuses_some(world: &mut World, times: u32, status: u16) -> Result<(), StepError> {
    world.refuse("alerts", refusal(Some(status))?, times).await
}

/// The refusal with this status; without one the receiver gives no answer.
fn refusal(status: Option<u16>) -> Result<AnswerMode, StepError> {
    let modes = [
        AnswerMode::Error,
        AnswerMode::NotFound,
        AnswerMode::TooManyRequests,
        AnswerMode::Hang,
    ];
    let mode = modes.into_iter().find(|mode| mode.status() == status);
    mode.ok_or(StepError::Missing {
        what: "answer of that status",
    })
}

#[given("the receiver answers the first notification of each of these alerts so:")]
async fn receiver_refuses_each_once(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let rows = step.table.iter().flat_map(|table| table.rows.iter().skip(1));
    let mut raised = Vec::new();
    for row in rows {
        let [alert, answer] = row.as_slice() else {
            return Err(StepError::Missing {
                what: "column for the alert and one for the answer",
            });
        };
        let status = match answer.as_str() {
            "none" => None,
            status => Some(
                status
                    .parse()
                    .map_err(StepError::errored(format!("read the status `{status}`")))?,
            ),
        };
        let group = format!("alerts-{alert}");
        world.refuse(&group, refusal(status)?, 1).await?;
        raised.push(world.labels_of_group(&group, &[("severity", "warning")]));
    }
    world.seen.alerts.raised = raised;
    Ok(())
}

#[when("these alerts are raised")]
async fn these_are_raised(world: &mut World) -> Result<(), StepError> {
    let labels = std::mem::take(&mut world.seen.alerts.raised);
    world.raise(labels).await
}

#[given("a silence of the test alerts of one instance")]
async fn silence_of_one_instance(world: &mut World) -> Result<(), StepError> {
    let matchers = [
        Matcher::equal("namespace", &world.scope.name("alerts")),
        Matcher::equal("instance", "silenced"),
    ];
    let all = alertmanagers(&world.run.clients.strict).await?;
    let (pod, replica) = all.first().ok_or(StepError::Missing {
        what: "pod of Alertmanager",
    })?;
    let id = replica.silence(&matchers, SILENCED, &world.scope.scenario).await;
    let id = id.map_err(StepError::errored(format!("create a silence at {pod}")))?;
    for (pod, replica) in &all {
        let id = &id;
        let active = poll("the silence active", PERIOD, GROUP_WAIT, || async move {
            match replica.silences().await {
                Ok(silences) if silences.iter().any(|one| one.id == *id && one.status.state == "active") => {
                    Observation::Met(())
                }
                Ok(silences) => Observation::Pending(format!("{} other silences", silences.len())),
                Err(error) => Observation::Pending(error.to_string()),
            }
        });
        active
            .await
            .map_err(StepError::errored(format!("the silence at {pod}")))?;
    }
    Ok(())
}

#[when("a test alert is raised")]
async fn test_alert_is_raised(world: &mut World) -> Result<(), StepError> {
    raise_one(world).await
}

/// Raises one alert that is no more than a warning.
pub(crate) async fn raise_one(world: &mut World) -> Result<(), StepError> {
    let labels = world.test_labels(&[("severity", "warning")]);
    world.raise(vec![labels]).await
}

#[given("a test alert that has been delivered")]
async fn test_alert_that_has_been_delivered(world: &mut World) -> Result<(), StepError> {
    test_alert_is_raised(world).await?;
    let seen = await_delivered(world, "firing", GROUP_WAIT).await;
    seen.map_err(StepError::errored("the test alert"))?;
    Ok(())
}

#[when("the test alert ends")]
async fn test_alert_ends(world: &mut World) -> Result<(), StepError> {
    let now = Timestamp::now();
    let ended: Vec<NewAlert> = world
        .seen
        .alerts
        .raised
        .iter()
        .map(|labels| alert(labels.clone(), Some(now)))
        .collect();
    let sent = Instant::now();
    world.post(&ended).await?;
    world.seen.alerts.cause = Some((Some(sent), Instant::now()));
    Ok(())
}

#[when("three test alerts of one group are raised")]
async fn three_of_one_group(world: &mut World) -> Result<(), StepError> {
    let instances = ["a", "b", "c"];
    let labels = instances.map(|instance| world.test_labels(&[("severity", "warning"), ("instance", instance)]));
    world.raise(labels.into()).await
}

#[when("a test alert is raised as critical and as a warning")]
async fn critical_and_warning(world: &mut World) -> Result<(), StepError> {
    let labels = ["critical", "warning"].map(|severity| world.test_labels(&[("severity", severity)]));
    world.raise(labels.into()).await
}

#[when("two test alerts are raised, of which one is of that instance")]
async fn one_of_two_is_silenced(world: &mut World) -> Result<(), StepError> {
    let labels =
        ["heard", "silenced"].map(|instance| world.test_labels(&[("severity", "warning"), ("instance", instance)]));
    world.raise(labels.into()).await
}
