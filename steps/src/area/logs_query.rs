//! Questions to Loki: how fast it answers, what it knows of a line's fields.

use cucumber::{gherkin::Step, then, when};
use k8s_openapi::jiff::Timestamp;
use shall_cluster::observability::Loki;
use shall_spec::Unit;
use shall_workload::LogLine;

use crate::{StepError, World, budget::Measured, collect::collect};

/// Metric key of how long a query takes.
const QUERY: &str = "log-query-duration";

#[when("the logs of the pod are queried")]
async fn logs_of_the_pod_are_queried(world: &mut World) -> Result<(), StepError> {
    let writer = world.seen.logs.writers.first().cloned().ok_or(StepError::Missing {
        what: "pod that writes lines",
    })?;
    let client = world.run.clients.strict.clone();
    // All of it has to be there first: how long collection takes is none of the query's time.
    let held = collect(&client, &writer).await.entries()?;
    let began = std::time::Instant::now();
    let lines = Loki::new(&client)
        .lines(&writer.query(), writer.since, Timestamp::now())
        .await
        .map_err(StepError::errored("query Loki"))?;
    let took = began.elapsed().as_secs_f64();
    if lines.len() != held.len() {
        return Err(StepError::Errored {
            what: "query Loki".to_owned(),
            source: format!("expected {} lines, observed {}", held.len(), lines.len()).into(),
        });
    }
    world.seen.logs.query = Some((took, lines.len()));
    Ok(())
}

#[then("the query is answered with all lines within its budget")]
fn query_is_answered_within_its_budget(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let (took, lines) = world.seen.logs.query.ok_or(StepError::Missing { what: "query" })?;
    let recorder = world.at(step);
    let written = world.seen.logs.writers.first().map_or(0, |writer| writer.plan.count);
    let expected = usize::try_from(written).unwrap_or(usize::MAX);
    recorder.check_equal("lines of the answer", &expected, &lines, lines)?;
    recorder.note("asked through the API server's proxy, as Grafana's data source would ask through its own");
    let measured = Measured {
        lower: took,
        upper: took,
        unit: Unit::Second,
        from: "query sent (our clock)".to_owned(),
        to: "answer received in full (our clock)".to_owned(),
        bound: "one clock; the API server's proxy is a part of it".to_owned(),
    };
    world.within_budget(&recorder, QUERY, measured)
}

#[then("a query by a field of the lines returns exactly those that have its value")]
async fn query_by_a_field(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let recorder = world.at(step);
    let writer = world.seen.logs.writers.first().cloned().ok_or(StepError::Missing {
        what: "pod that writes lines",
    })?;
    let loki = Loki::new(&world.run.clients.strict);
    let numbers = writer.plan.first..writer.plan.first + writer.plan.count;
    let user = LogLine::user_of(writer.plan.first + 4);
    let by_user: Vec<u64> = numbers.clone().filter(|n| LogLine::user_of(*n) == user).collect();
    let by_level: Vec<u64> = numbers.filter(|n| LogLine::level_of(*n) == "error").collect();
    for (field, value, expected) in [("user", user.as_str(), by_user), ("level", "error", by_level)] {
        let query = format!("{} | json field=\"{field}\" | field=\"{value}\"", writer.query());
        let lines = loki.lines(&query, writer.since, Timestamp::now()).await;
        let lines = lines.map_err(StepError::errored("query Loki"))?;
        let mut found: Vec<u64> = lines
            .iter()
            .filter_map(|entry| LogLine::parse(&entry.line))
            .map(|line| line.n)
            .collect();
        found.sort_unstable();
        let subject = format!("numbers of the lines whose field {field} is {value}");
        let met = found == expected && lines.len() == expected.len();
        recorder.check(subject, format!("{expected:?}"), format!("{found:?}"), met, lines.len())?;
    }
    Ok(())
}
