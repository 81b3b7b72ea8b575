//! The stages that need no cluster, each as the commands run it.

use std::{error::Error, path::Path};

use jiff::Timestamp;
use shall_report::write_reports;
use shall_spec::{Specification, Unit, load_specification};
use shall_trace::{
    Capabilities, Check, Features, Filter, JudgedRun, Measurement, Plan, PlannedScenario, Record, RunFinished,
    RunStarted, SCHEMA, ScenarioFinished, ScenarioStarted, StepOutcome, StepRecord, judge, plan,
};

/// Documents to criteria.
///
/// # Errors
///
/// With every fault of the specification.
pub(crate) fn parse(root: &Path) -> Result<Specification, Box<dyn Error>> {
    Ok(load_specification(&[root.join("spec")], root)?)
}

/// Documents and features to a plan: what `check` and `plan` do.
///
/// # Errors
///
/// With every fault of specification and features.
pub(crate) fn check(root: &Path) -> Result<Plan, Box<dyn Error>> {
    let specification = parse(root)?;
    let features = Features::read(root, "features");
    plan(&specification, &features, &Filter::default(), &Capabilities::default()).map_err(|faults| {
        let first = faults.first().map(ToString::to_string).unwrap_or_default();
        format!("{} faults, the first: {first}", faults.len()).into()
    })
}

/// The evidence of a run in which every scenario of a plan passed.
pub(crate) fn evidence(plan: Plan, at: Timestamp) -> Vec<Record> {
    let scenarios = plan.scenarios.clone();
    let mut records = vec![Record::RunStarted(started(at)), Record::Plan(plan)];
    for scenario in &scenarios {
        let key = scenario.key.clone();
        records.push(Record::ScenarioStarted(ScenarioStarted {
            scenario: key.clone(),
            at,
        }));
        records.extend((0..scenario.steps.len()).map(|index| Record::Step(step(scenario, index, at))));
        records.push(Record::ScenarioFinished(ScenarioFinished {
            scenario: key,
            at,
            duration_ms: 12_400,
            diagnostics: None,
            interrupted: false,
        }));
    }
    records.push(Record::RunFinished(RunFinished {
        at,
        leaks: Vec::new(),
        interrupted: false,
        errors: Vec::new(),
    }));
    records
}

/// Evidence to every report in a folder.
///
/// # Errors
///
/// Where a report cannot be written.
pub(crate) fn report(records: &[Record], folder: &Path) -> Result<JudgedRun, Box<dyn Error>> {
    let judged = judge(records);
    write_reports(&judged, folder)?;
    Ok(judged)
}

fn step(scenario: &PlannedScenario, index: usize, at: Timestamp) -> StepRecord {
    let text = scenario.steps.get(index).cloned().unwrap_or_default();
    let is_check = index >= 2;
    let checks = is_check.then(|| Check {
        subject: "phase of PersistentVolumeClaim data".to_owned(),
        expected: "Bound".to_owned(),
        observed: "Bound".to_owned(),
        met: true,
        examined: 1,
    });
    let measurements = text.contains("budget").then(|| Measurement {
        metric: String::new(),
        lower: 2.1,
        upper: 2.2,
        unit: Unit::Second,
        from: "claim created, client clock".to_owned(),
        to: "claim bound, client clock".to_owned(),
        bound: "watch latency".to_owned(),
    });
    StepRecord {
        scenario: scenario.key.clone(),
        index: Some(index),
        keyword: if is_check { "Then" } else { "Given" }.to_owned(),
        text,
        at,
        duration_ms: 2_150,
        outcome: StepOutcome::Passed,
        checks: checks.into_iter().collect(),
        measurements: measurements.into_iter().collect(),
        notes: Vec::new(),
    }
}

fn started(at: Timestamp) -> RunStarted {
    RunStarted {
        schema: SCHEMA,
        run: "generated".to_owned(),
        at,
        shall: env!("CARGO_PKG_VERSION").to_owned(),
        commit: None,
        backend: "none".to_owned(),
        engine: None,
        cluster: "none".to_owned(),
        kubernetes: "v1.34.0".to_owned(),
        nodes: 1,
        profile: "reference".to_owned(),
        components: Vec::new(),
        stand_ins: Vec::new(),
        clock_offset_s: None,
    }
}
