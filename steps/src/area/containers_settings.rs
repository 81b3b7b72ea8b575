//! What services in containers are set to, read back from them while they run.

#![expect(clippy::needless_pass_by_value, reason = "cucumber hands parameters over by value")]

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use cucumber::{gherkin::Step, then, when};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::json;
use shall_cluster::{
    containers::HttpRequest,
    observability::{LOKI_PORT, PROMETHEUS_PORT, ScrapeTarget, Settings},
    watch::{Observation, poll},
};
use shall_spec::Unit;

use crate::{StepError, World, budget::Measured};

const PROMETHEUS: (&str, u16) = ("prometheus", PROMETHEUS_PORT);
const LOKI: (&str, u16) = ("loki", LOKI_PORT);
/// Metric key of the time between two scrapes of a target.
const SCRAPE_INTERVAL: &str = "scrape-interval";
/// Metric key of the time between two evaluations of a rule.
const RULE_INTERVAL: &str = "rule-interval";
/// How long the first scrape of each target may take: an interval and the time for an answer.
const SCRAPED: Duration = Duration::from_secs(30);
const HOUR: Duration = Duration::from_hours(1);

/// What Prometheus answers, with what it is about.
#[derive(Deserialize)]
struct Answered<T> {
    data: T,
}

#[derive(Deserialize)]
struct Targets {
    #[serde(rename = "activeTargets")]
    active: Vec<ScrapeTarget>,
}

#[derive(Deserialize)]
struct Configuration {
    yaml: String,
}

impl World {
    /// The text of an answer with status 200.
    async fn read(&self, step: &Step, (service, port): (&str, u16), path: &str) -> Result<String, StepError> {
        let request = HttpRequest {
            path,
            ..HttpRequest::default()
        };
        let answer = self.containers(step).await?.send(service, port, request).await;
        let answer = answer.map_err(StepError::errored(format!("read {path} of {service}")))?;
        if answer.status == 200 {
            return Ok(answer.body);
        }
        Err(StepError::Errored {
            what: format!("read {path} of {service}"),
            source: format!("expected status 200, observed {}: {}", answer.status, answer.body).into(),
        })
    }

    async fn ask_prometheus<T: DeserializeOwned>(&self, step: &Step, path: &str) -> Result<T, StepError> {
        let text = self.read(step, PROMETHEUS, path).await?;
        let answered: Answered<T> =
            serde_json::from_str(&text).map_err(StepError::errored(format!("read the answer to {path}")))?;
        Ok(answered.data)
    }
}

#[when("Loki's configuration in its container is read")]
async fn configuration_of_loki(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let text = world.read(step, LOKI, "/config").await?;
    let settings = Settings::read("loki", &text).map_err(StepError::errored("read Loki's configuration"))?;
    world.seen.settings = Some(settings);
    Ok(())
}

#[when("the flags of Prometheus in its container are read")]
async fn flags_of_prometheus(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let flags: BTreeMap<String, String> = world.ask_prometheus(step, "/api/v1/status/flags").await?;
    world.seen.flags = flags;
    Ok(())
}

#[when("the configuration of Prometheus in its container is read")]
async fn configuration_of_prometheus(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let configuration: Configuration = world.ask_prometheus(step, "/api/v1/status/config").await?;
    let settings = Settings::read("prometheus", &configuration.yaml);
    world.seen.settings = Some(settings.map_err(StepError::errored("read the configuration of Prometheus"))?);
    Ok(())
}

/// Waits for the first scrape of each, so that a target that was not scraped yet is not taken for one that is down.
#[when("the targets of Prometheus in its container are asked for")]
async fn targets_in_the_container(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let stack = world.containers(step).await?;
    let request = HttpRequest {
        path: "/api/v1/targets",
        ..HttpRequest::default()
    };
    let look = || async {
        let answer = match stack.send(PROMETHEUS.0, PROMETHEUS.1, request).await {
            Ok(answer) => answer,
            Err(error) => return Observation::Pending(error.to_string()),
        };
        let targets = match serde_json::from_str::<Answered<Targets>>(&answer.body) {
            Ok(answered) => answered.data.active,
            Err(error) => return Observation::Impossible(error.to_string()),
        };
        match targets.iter().filter(|target| target.health == "unknown").count() {
            0 if !targets.is_empty() => Observation::Met(targets),
            unknown => Observation::Pending(format!("{unknown} of {} targets not scraped yet", targets.len())),
        }
    };
    let seen = poll("every target scraped", Duration::from_millis(500), SCRAPED, look).await;
    world.seen.metrics.targets = seen.map_err(StepError::errored("targets of Prometheus"))?.value;
    Ok(())
}

#[then(expr = "its flag {string} is {string}")]
fn its_flag_is(world: &mut World, flag: String, value: String, #[step] step: &Step) -> Result<(), StepError> {
    let observed = world.seen.flags.get(&flag).cloned();
    let observed = observed.unwrap_or_else(|| "not set".to_owned());
    let examined = world.seen.flags.len();
    world
        .at(step)
        .check_equal(format!("flag {flag}"), &value, &observed, examined)
}

#[then("the scrape interval of each target is within its budget")]
fn scrape_interval_of_each(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let targets = &world.seen.metrics.targets;
    let intervals: Vec<Duration> = targets
        .iter()
        .map(|target| interval(&target.scrape_interval))
        .collect::<Result<_, _>>()?;
    let longest = intervals.iter().max().ok_or(StepError::Missing { what: "target" })?;
    let recorder = world.at(step);
    for target in targets {
        recorder.note(format!(
            "{} {} every {}",
            target.job(),
            target.instance(),
            target.scrape_interval
        ));
    }
    let measured = read_back(*longest, "a scrape of a target", "the next scrape of it");
    world.within_budget(&recorder, SCRAPE_INTERVAL, measured)
}

#[then("the interval of its rules is within its budget")]
fn interval_of_its_rules(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let settings = world.seen.settings.as_ref();
    let settings = settings.ok_or(StepError::Missing { what: "configuration" })?;
    let text = settings.get("global.evaluation_interval");
    let text = text.ok_or(StepError::Missing {
        what: "global.evaluation_interval",
    })?;
    let measured = read_back(interval(&text)?, "an evaluation of a rule", "the next evaluation of it");
    world.within_budget(&world.at(step), RULE_INTERVAL, measured)
}

fn interval(text: &str) -> Result<Duration, StepError> {
    humantime::parse_duration(text).map_err(StepError::errored(format!("read the interval `{text}`")))
}

/// A duration that a running component told.
fn read_back(duration: Duration, from: &str, to: &str) -> Measured {
    Measured {
        lower: duration.as_secs_f64(),
        upper: duration.as_secs_f64(),
        unit: Unit::Second,
        from: format!("{from} (settings in force)"),
        to: format!("{to} (settings in force)"),
        bound: "read back, not waited for".to_owned(),
    }
}

#[when(expr = "a log line that is {int} hours old is sent to Loki in its container")]
async fn old_line_is_sent(world: &mut World, hours: u32, #[step] step: &Step) -> Result<(), StepError> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.map_err(StepError::errored("read the clock"))?;
    let at = now.saturating_sub(HOUR * hours).as_nanos().to_string();
    let body = json!({ "streams": [{
        "stream": { "scenario": world.scope.scenario },
        "values": [[at, format!("a line of {hours} hours ago")]],
    }]});
    let request = HttpRequest {
        path: "/loki/api/v1/push",
        body: Some(&body),
        ..HttpRequest::default()
    };
    let answer = world.containers(step).await?.send(LOKI.0, LOKI.1, request).await;
    world.seen.containers.answer = Some(answer.map_err(StepError::errored("send a line to Loki"))?);
    Ok(())
}

#[then("Loki rejects the line for its age")]
fn loki_rejects_the_line(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let (status, said) = sent(world)?;
    let met = status == 400 && said.contains("timestamp too old");
    let observed = format!("{status}: {said}");
    world
        .at(step)
        .check("answer to the line", "400: … timestamp too old …", observed, met, 1)
}

#[then("Loki takes the line")]
fn loki_takes_the_line(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let (status, said) = sent(world)?;
    let observed = format!("{status} {said}");
    world
        .at(step)
        .check("answer to the line", "204", observed.trim(), status == 204, 1)
}

fn sent(world: &World) -> Result<(u16, String), StepError> {
    let answer = world.seen.containers.answer.as_ref();
    let answer = answer.ok_or(StepError::Missing {
        what: "line that was sent",
    })?;
    Ok((answer.status, answer.body.trim().to_owned()))
}
