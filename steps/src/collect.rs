//! Asking Loki again and again until a container's lines are there: [`collect`], and how long each line took.

use std::{
    collections::BTreeMap,
    sync::Mutex,
    time::{Duration, Instant},
};

use k8s_openapi::jiff::Timestamp;
use kube::Client;
use shall_cluster::{
    client::clock_offset,
    observability::{LineAccount, LogEntry, Loki},
    watch::{Observation, ObserveError, Seen, poll},
};
use shall_spec::Unit;
use shall_trace::Measurement;
use shall_workload::{LogLine, LogPlan};

use crate::{Recorder, StepError};

/// Between two queries; a part of each latency.
const PERIOD: Duration = Duration::from_millis(500);
/// Between two queries for so many lines that a query takes long.
const PERIOD_OF_MANY: Duration = Duration::from_secs(5);
/// How many are many.
const MANY: u64 = 2000;
/// How long lines may take to come, where no line is lost.
const COLLECTED: Duration = Duration::from_mins(3);

/// A container that writes lines by a plan.
#[derive(Debug, Clone)]
pub(crate) struct Writer {
    pub(crate) namespace: String,
    pub(crate) pod: String,
    pub(crate) container: String,
    pub(crate) plan: LogPlan,
    /// No line of it is older.
    pub(crate) since: Timestamp,
}

impl Writer {
    /// Selects its lines and no others.
    pub(crate) fn query(&self) -> String {
        let Self {
            namespace,
            pod,
            container,
            ..
        } = self;
        format!(r#"{{namespace="{namespace}",pod="{pod}",container="{container}"}}"#)
    }
}

/// The lines that came back.
#[derive(Debug, Clone, Default)]
pub(crate) struct Collected {
    pub(crate) entries: Vec<LogEntry>,
    /// For each line the last query without it, when it was sent, and the first with it, when it was answered.
    first_seen: BTreeMap<(u64, u32), (Option<Instant>, Instant)>,
}

/// How the asking ended.
pub(crate) struct Ended(Result<Seen<Collected>, ObserveError>);

impl Ended {
    /// Records whether exactly the lines of the plan came back.
    ///
    /// # Errors
    ///
    /// Where they did not, or Loki could not be asked.
    pub(crate) fn check(self, recorder: &Recorder, writer: &Writer) -> Result<Collected, StepError> {
        let subject = format!("lines of {}/{}", writer.pod, writer.container);
        let plan = &writer.plan;
        let expected = format!(
            "{} to {} once each, {} lines each, no other",
            plan.first,
            plan.first + plan.count - 1,
            plan.shape.parts()
        );
        match self.0 {
            Ok(seen) => {
                let account = LineAccount::of(plan, &seen.value.entries);
                recorder.check(
                    subject,
                    expected,
                    &account,
                    account.is_exact(),
                    seen.value.entries.len(),
                )?;
                Ok(seen.value)
            }
            Err(error) => match error.observed() {
                Some(observed) => {
                    recorder.check(subject, expected, observed, false, 1)?;
                    Err(StepError::Missing { what: "lines" })
                }
                None => Err(StepError::errored(subject)(error)),
            },
        }
    }
}

impl Ended {
    /// The lines, for steps that only prepare.
    ///
    /// # Errors
    ///
    /// Where not exactly the lines of the plan came.
    pub(crate) fn entries(self) -> Result<Vec<LogEntry>, StepError> {
        let seen = self.0.map_err(StepError::errored("the lines in Loki"))?;
        Ok(seen.value.entries)
    }
}

/// Asks until exactly the lines of the plan are there, or one is there that must not be.
pub(crate) async fn collect(client: &Client, writer: &Writer) -> Ended {
    let loki = Loki::new(client);
    let many = writer.plan.count > MANY;
    let period = if many { PERIOD_OF_MANY } else { PERIOD };
    let state: Mutex<(Option<Instant>, Collected)> = Mutex::default();
    let (loki, state) = (&loki, &state);
    let look = || async move {
        let sent = Instant::now();
        let until = Timestamp::now() + Duration::from_mins(1);
        match loki.lines(&writer.query(), writer.since, until).await {
            Ok(entries) => {
                let mut state = state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                let (before, collected) = &mut *state;
                let observation = observed(writer, entries, (*before, Instant::now()), collected);
                *before = Some(sent);
                observation
            }
            Err(error) if error.may_pass() => Observation::Pending(format!("Loki does not answer: {error}")),
            Err(error) => Observation::Impossible(error.to_string()),
        }
    };
    Ended(poll("the lines in Loki", period, COLLECTED, look).await)
}

fn observed(
    writer: &Writer,
    entries: Vec<LogEntry>,
    between: (Option<Instant>, Instant),
    collected: &mut Collected,
) -> Observation<Collected> {
    let account = LineAccount::of(&writer.plan, &entries);
    for line in entries.iter().filter_map(|entry| LogLine::parse(&entry.line)) {
        collected.first_seen.entry((line.n, line.part)).or_insert(between);
    }
    collected.entries = entries;
    if account.is_exact() {
        Observation::Met(collected.clone())
    } else if account.foreign.is_empty() && account.duplicate.is_empty() {
        Observation::Pending(account.to_string())
    } else {
        Observation::Impossible(account.to_string())
    }
}

/// Records how long lines took from their writing to the first query that returned them: the slowest as a measurement,
/// all of them as a note.
///
/// The pod's clock is taken for that of the API server's node, whose distance from ours is measured.
///
/// # Errors
///
/// When the distance of the clocks cannot be measured.
pub(crate) async fn note_latency(
    recorder: &Recorder,
    client: &Client,
    writer: &Writer,
    collected: &Collected,
) -> Result<(), StepError> {
    let offset = clock_offset(client).await;
    let offset = offset.map_err(StepError::errored("measure the distance of the clocks"))?;
    let mut latencies = latencies(collected, offset, (Instant::now(), Timestamp::now()));
    latencies.sort_by(|a, b| a.1.total_cmp(&b.1));
    let (Some(least), Some(median), Some(most)) =
        (latencies.first(), latencies.get(latencies.len() / 2), latencies.last())
    else {
        return Ok(());
    };
    let told = |latency: &(f64, f64)| format!("{:.2} to {:.2} s", latency.0, latency.1);
    recorder.note(format!(
        "{} lines of {}/{}, written → returned by a query: least {}, median {}, most {}; clocks differ by {:.3} to {:.3} s",
        latencies.len(),
        writer.pod,
        writer.container,
        told(least),
        told(median),
        told(most),
        offset.0,
        offset.1
    ));
    recorder.measure(Measurement {
        metric: "log-latency".to_owned(),
        lower: most.0,
        upper: most.1,
        unit: Unit::Second,
        from: "slowest line written (pod's clock)".to_owned(),
        to: "first query that returned it (our clock)".to_owned(),
        bound: "time between two queries and the distance of the clocks".to_owned(),
    });
    Ok(())
}

/// Seconds, lower and upper, of each line. `offset` is our clock minus the pod's.
fn latencies(collected: &Collected, offset: (f64, f64), now: (Instant, Timestamp)) -> Vec<(f64, f64)> {
    let wall = |instant: Instant| {
        let ago = now.0.saturating_duration_since(instant);
        (now.1 - ago).duration_since(Timestamp::UNIX_EPOCH).as_secs_f64()
    };
    let lines = collected.entries.iter().filter_map(|entry| LogLine::parse(&entry.line));
    let latency = |line: LogLine| {
        let (unmet, met) = collected.first_seen.get(&(line.n, line.part))?;
        let written = Duration::from_millis(line.at_unix_ms).as_secs_f64();
        let lower = unmet.map_or(0.0, |unmet| wall(unmet) - written - offset.1 - 0.001);
        Some((lower.max(0.0), (wall(*met) - written - offset.0).max(0.0)))
    };
    lines.filter_map(latency).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_latency_lies_between_the_last_query_without_the_line_and_the_first_with_it() {
        let (instant, now) = (
            Instant::now() + Duration::from_mins(1),
            Timestamp::from_second(1000).unwrap(),
        );
        let line = LogLine {
            nonce: "n".to_owned(),
            n: 1,
            part: 1,
            parts: 1,
            at_unix_ms: 990_000,
        };
        let entry = LogEntry {
            at_ns: 0,
            line: line.text(shall_workload::Shape::Plain, 0).unwrap(),
            labels: BTreeMap::new(),
        };
        let ago = |seconds| instant.checked_sub(Duration::from_secs(seconds)).unwrap();
        let collected = Collected {
            entries: vec![entry],
            first_seen: [((1, 1), (Some(ago(8)), ago(5)))].into(),
        };
        // Ours is ahead by 0.5 to 0.6 s: what the pod calls 990 is 990.5 to 990.6 for us.
        let (lower, upper) = latencies(&collected, (0.5, 0.6), (instant, now))[0];
        assert!(
            (lower - 1.399).abs() < 1e-6 && (upper - 4.5).abs() < 1e-6,
            "{lower} {upper}"
        );
    }
}
