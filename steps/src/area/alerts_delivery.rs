//! Notifications: what Alertmanager sends to the receiver, once, together, or not at all.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use cucumber::{gherkin::Step, then};
use k8s_openapi::jiff::Timestamp;
use shall_cluster::{
    observability::Received,
    watch::{Observation, ObserveError, Seen, poll},
};
use shall_spec::Unit;
use shall_workload::{Notification, WebhookAlert, WebhookMessage};

use super::alerts::{DELIVERED, PERIOD, between};
use crate::{StepError, World, budget::Measured, receiver::alertmanagers, wait::check_seen};

/// Metric key of the time from the condition of an alert to its delivery.
const DELIVERY: &str = "alert-delivery";
/// Alertmanager gives a notification up after the interval of its group, a minute at the documents' settings.
const GIVEN_UP: Duration = Duration::from_mins(2);

impl World {
    /// Asks the receiver until what came since the scenario's start shows something.
    async fn await_received<T>(
        &self,
        what: &str,
        deadline: Duration,
        look_at: impl Fn(&Received) -> Observation<T>,
    ) -> Result<Seen<T>, ObserveError> {
        let (asked, after, look_at) = (self.receiver(), self.seen.alerts.after, &look_at);
        let asked = &asked;
        let look = || async move {
            match asked.notifications(after).await {
                Ok(received) => look_at(&received),
                Err(error) => Observation::Pending(error.to_string()),
            }
        };
        poll(what, PERIOD, deadline, look).await
    }
}

/// Webhook notifications of a namespace's alerts, oldest first.
fn of_namespace(received: &Received, namespace: &str) -> Vec<(Notification, WebhookMessage)> {
    let all = received.told.notifications.iter().filter(|one| one.path == "/webhook");
    let messages = all.filter_map(|one| Some((one.clone(), one.webhook()?)));
    messages
        .filter(|(_, message)| message.alerts.iter().any(|alert| alert.label("namespace") == namespace))
        .collect()
}

/// Alerts of the scenario's namespace in notifications that were taken, with this status.
fn delivered(received: &Received, namespace: &str, status: &str) -> Vec<(Notification, Vec<WebhookAlert>)> {
    let all = of_namespace(received, namespace)
        .into_iter()
        .filter(|(one, _)| one.is_taken());
    let chosen = all.map(|(one, message)| {
        let alerts = message
            .alerts
            .into_iter()
            .filter(|alert| alert.status == status)
            .collect::<Vec<_>>();
        (one, alerts)
    });
    chosen.filter(|(_, alerts)| !alerts.is_empty()).collect()
}

type Arrived = (Vec<WebhookAlert>, (Instant, Instant));

pub(crate) async fn await_delivered(
    world: &World,
    status: &str,
    deadline: Duration,
) -> Result<Seen<Arrived>, ObserveError> {
    await_delivered_of(world, &world.own_label(), status, deadline).await
}

async fn await_delivered_of(
    world: &World,
    namespace: &str,
    status: &str,
    deadline: Duration,
) -> Result<Seen<Arrived>, ObserveError> {
    let what = format!("a {status} notification");
    let found = world.await_received(&what, deadline, |received| {
        let first = delivered(received, namespace, status).into_iter().next();
        match first.and_then(|(one, alerts)| Some((alerts, received.arrival(&one)?))) {
            Some(arrived) => Observation::Met(arrived),
            None => Observation::Pending(format!(
                "{} notifications, none of it",
                received.told.notifications.len()
            )),
        }
    });
    found.await
}

impl World {
    /// Value of the label `namespace` of the scenario's alerts.
    fn own_label(&self) -> String {
        let raised = self
            .seen
            .alerts
            .raised
            .first()
            .and_then(|labels| labels.get("namespace"));
        let named = self
            .seen
            .alerts
            .named
            .as_ref()
            .filter(|(label, _)| label == "namespace");
        raised.or(named.map(|(_, value)| value)).cloned().unwrap_or_default()
    }
}

#[then("it is delivered to the webhook")]
async fn delivered_to_the_webhook(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    check_delivered(world, step, "firing").await
}

#[then("its end is delivered to the webhook")]
async fn end_is_delivered(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    check_delivered(world, step, "resolved").await
}

async fn check_delivered(world: &World, step: &Step, status: &str) -> Result<(), StepError> {
    let recorder = world.at(step);
    let seen = await_delivered(world, status, DELIVERED).await;
    let seen = check_seen(
        &recorder,
        &format!("{status} notification at /webhook"),
        "one that was taken",
        seen,
    )?;
    let (alerts, (earliest, latest)) = seen.value;
    let names: BTreeSet<&str> = alerts.iter().map(|alert| alert.label("alertname")).collect();
    recorder.check_equal("alerts of the notification", &1, &names.len(), alerts.len())?;
    if let Some(cause) = world.seen.alerts.cause {
        let (from, to) = ("alert raised or ended", "notification received");
        recorder.measure(super::alerts::leg(
            "alert-notification",
            cause,
            (Some(earliest), latest),
            from,
            to,
        ));
    }
    Ok(())
}

#[then("the alert is delivered to Slack within its budget")]
async fn delivered_to_slack(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let recorder = world.at(step);
    let namespace = world.own_label();
    let found = world.await_received("a notification in Slack's shape", DELIVERED, |received| {
        let slack = received
            .told
            .notifications
            .iter()
            .filter(|one| one.path == "/slack" && one.is_taken());
        let mut texts = slack.filter_map(|one| Some((one, one.slack()?.visible_text())));
        match texts.find(|(_, text)| text.contains(&namespace) && text.contains("FIRING")) {
            Some((one, text)) => match received.arrival(one) {
                Some(arrival) => Observation::Met((text, arrival)),
                None => Observation::Impossible("its arrival is older than our clock tells".to_owned()),
            },
            None => Observation::Pending(format!(
                "{} notifications, none of it",
                received.told.notifications.len()
            )),
        }
    });
    let seen = check_seen(
        &recorder,
        "notification at /slack that names the namespace",
        "one that was taken",
        found.await,
    )?;
    let (text, (earliest, latest)) = seen.value;
    recorder.note(format!("Slack's reader sees: {text}"));
    let cause = world.seen.alerts.cause.ok_or(StepError::Missing { what: "cause" })?;
    let (lower, upper) = between(cause, (Some(earliest), latest));
    let measured = Measured {
        lower,
        upper,
        unit: Unit::Second,
        from: "workload down (our clock)".to_owned(),
        to: "notification received (our clock; the receiver told its age)".to_owned(),
        bound: "when the workload was seen down, and the receiver's answer".to_owned(),
    };
    world.within_budget(&recorder, DELIVERY, measured)
}

#[then("no other new alert is delivered")]
async fn no_other_new_alert(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let namespace = world.own_label();
    // What other scenarios of the run raise meanwhile names them.
    let of_run = world.scope.name_of_run();
    let began = world.seen.alerts.began.ok_or(StepError::Missing { what: "receiver" })?;
    // The pipe still lives, so that what is not there was not sent.
    world.await_watchdog().await?;
    let received = world.receiver().notifications(world.seen.alerts.after).await;
    let received = received.map_err(StepError::errored("ask the receiver"))?;
    let messages: Vec<WebhookMessage> = received
        .told
        .notifications
        .iter()
        .filter(|one| one.path == "/webhook")
        .filter_map(Notification::webhook)
        .collect();
    let is_new = |alert: &WebhookAlert| alert.starts_at.parse::<Timestamp>().is_ok_and(|at| at >= began);
    let others: BTreeSet<String> = messages
        .iter()
        .flat_map(|message| &message.alerts)
        .filter(|alert| alert.status == "firing" && is_new(alert))
        .filter(|alert| alert.label("namespace") != namespace && !names(alert, &of_run))
        .map(|alert| format!("{} {:?}", alert.label("alertname"), alert.labels))
        .collect();
    let observed = others.iter().cloned().collect::<Vec<_>>().join("; ");
    let met = others.is_empty();
    let observed = if met { "none" } else { &observed };
    world.at(step).check(
        "alerts that began meanwhile and name no scenario of the run",
        "none",
        observed,
        met,
        received.told.notifications.len(),
    )
}

fn names(alert: &WebhookAlert, of_run: &str) -> bool {
    alert.labels.values().any(|value| value.starts_with(of_run))
}

#[then("one notification holds all three")]
async fn one_notification_holds_all(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let recorder = world.at(step);
    let seen = await_delivered(world, "firing", DELIVERED).await;
    let (alerts, _) = check_seen(&recorder, "notification of the group", "one that was taken", seen)?.value;
    let instances: BTreeSet<&str> = alerts.iter().map(|alert| alert.label("instance")).collect();
    let text = instances.into_iter().collect::<Vec<_>>().join(", ");
    recorder.check_equal(
        "instances of the first notification",
        &"a, b, c".to_owned(),
        &text,
        alerts.len(),
    )?;
    check_once(world, step).await
}

#[then("each of them is delivered once")]
async fn each_is_delivered_once(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    check_once(world, step).await
}

async fn check_once(world: &World, step: &Step) -> Result<(), StepError> {
    let received = world.receiver().notifications(world.seen.alerts.after).await;
    let received = received.map_err(StepError::errored("ask the receiver"))?;
    let times = delivered(&received, &world.own_label(), "firing").len();
    world
        .at(step)
        .check_equal("notifications of the group that were taken", &1, &times, times)
}

#[then("the critical one alone is delivered")]
async fn critical_alone_is_delivered(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    check_alone(world, step, ("severity", "critical", "warning")).await
}

#[then("the other one alone is delivered")]
async fn other_alone_is_delivered(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    check_alone(world, step, ("instance", "heard", "silenced")).await
}

/// Both alerts are of one group, so that the notification of one would hold the other too, were it not held back.
async fn check_alone(world: &World, step: &Step, (label, sent, held): (&str, &str, &str)) -> Result<(), StepError> {
    let recorder = world.at(step);
    let seen = await_delivered(world, "firing", DELIVERED).await;
    let (alerts, _) = check_seen(&recorder, "notification of the group", "one that was taken", seen)?.value;
    let values: BTreeSet<&str> = alerts.iter().map(|alert| alert.label(label)).collect();
    let text = values.into_iter().collect::<Vec<_>>().join(", ");
    recorder.check_equal(
        format!("{label} of the alerts in it"),
        &sent.to_owned(),
        &text,
        alerts.len(),
    )?;
    for (pod, replica) in alertmanagers(&world.run.clients.strict).await? {
        let alerts = replica
            .alerts()
            .await
            .map_err(StepError::errored(format!("ask {pod}")))?;
        let namespace = world.own_label();
        let own = alerts
            .iter()
            .find(|alert| alert.label("namespace") == namespace && alert.label(label) == held);
        let state = own.map_or("not held".to_owned(), |alert| alert.status.state.clone());
        recorder.check_equal(
            format!("state of the {held} one at {pod}"),
            &"suppressed".to_owned(),
            &state,
            1,
        )?;
    }
    Ok(())
}

#[then(expr = "it has been refused {int} times before")]
async fn it_has_been_refused(world: &mut World, times: usize, #[step] step: &Step) -> Result<(), StepError> {
    check_refused(world, step, &world.own_label(), times).await
}

async fn check_refused(world: &World, step: &Step, namespace: &str, times: usize) -> Result<(), StepError> {
    let received = world.receiver().notifications(world.seen.alerts.after).await;
    let received = received.map_err(StepError::errored("ask the receiver"))?;
    let all = of_namespace(&received, namespace);
    let refused = all.iter().take_while(|(one, _)| !one.is_taken()).count();
    let answers: Vec<String> = all.iter().map(|(one, _)| format!("{:?}", one.status)).collect();
    let recorder = world.at(step);
    recorder.note(format!("answers about {namespace} in order: {}", answers.join(", ")));
    // Each replica of Alertmanager may have tried before the one that was taken.
    recorder.check(
        "notifications that were refused",
        format!("at least {times}"),
        refused,
        refused >= times,
        all.len(),
    )
}

#[then("each of these alerts is delivered to the webhook after a refusal")]
async fn each_is_delivered_after_a_refusal(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    for labels in &world.seen.alerts.raised {
        let namespace = labels.get("namespace").map_or("", String::as_str);
        let seen = await_delivered_of(world, namespace, "firing", DELIVERED).await;
        let subject = format!("firing notification about {namespace} at /webhook");
        check_seen(&world.at(step), &subject, "one that was taken", seen)?;
        check_refused(world, step, namespace, 1).await?;
    }
    Ok(())
}

#[then("Alertmanager has counted a failed notification for each of these alerts")]
async fn failed_notifications(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let before = world.seen.alerts.failed;
    let expected = f64::from(u32::try_from(world.seen.alerts.raised.len()).unwrap_or(u32::MAX));
    let asked: &World = world;
    let look = || async move {
        match asked.failed_notifications().await {
            Ok(total) if total - before > expected - 0.5 => Observation::Met(total - before),
            Ok(total) => Observation::Pending(format!("{}", total - before)),
            Err(error) => Observation::Pending(error.to_string()),
        }
    };
    // One that gets no answer is given up at the end of its time only, when another replica may have delivered it.
    let seen = poll("notifications that Alertmanager has given up", PERIOD, GIVEN_UP, look).await;
    let subject = "notifications that Alertmanager has given up";
    check_seen(&world.at(step), subject, &format!("at least {expected}"), seen)?;
    Ok(())
}
