//! `timings.csv`: every time and measured value of the run in one flat table.

use serde::Serialize;
use shall_spec::{Operator, Unit};
use shall_trace::{BudgetVerdict, JudgedCriterion, JudgedRun, JudgedScenario, Verdict};

use crate::ReportError;

/// One row; columns that a kind does not have are empty.
#[derive(Serialize)]
struct Row<'a> {
    /// `phase`, `scenario`, `step` or `measurement`.
    kind: &'static str,
    /// The phase, the scenario's or step's words, or the metric.
    name: &'a str,
    /// The phase's image or component, the scenario's place.
    item: String,
    attempt: Option<usize>,
    criterion: Option<&'a str>,
    started_at: Option<String>,
    duration_ms: Option<u64>,
    lower: Option<f64>,
    upper: Option<f64>,
    unit: Option<Unit>,
    op: Option<Operator>,
    limit: Option<f64>,
    limit_unit: Option<Unit>,
    verdict: Option<Verdict>,
    budget_verdict: Option<BudgetVerdict>,
}

impl<'a> Row<'a> {
    fn new(kind: &'static str, name: &'a str, item: String) -> Self {
        Self {
            kind,
            name,
            item,
            attempt: None,
            criterion: None,
            started_at: None,
            duration_ms: None,
            lower: None,
            upper: None,
            unit: None,
            op: None,
            limit: None,
            limit_unit: None,
            verdict: None,
            budget_verdict: None,
        }
    }
}

/// The run's phases, scenarios, steps and measurements as CSV with a header.
///
/// # Errors
///
/// Where the encoder refuses a value.
pub fn render_timings(judged: &JudgedRun) -> Result<String, ReportError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for phase in &judged.phases {
        let mut row = Row::new("phase", &phase.phase, phase.item.clone().unwrap_or_default());
        row.started_at = Some(phase.at.to_string());
        row.duration_ms = Some(phase.duration_ms);
        writer.serialize(row)?;
    }
    let scenarios = judged.scenarios.iter().flat_map(scenario_rows);
    let measurements = judged.criteria.iter().flat_map(measurement_rows);
    for row in scenarios.chain(measurements) {
        writer.serialize(row)?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn scenario_rows(scenario: &JudgedScenario) -> Vec<Row<'_>> {
    let place = scenario.key().to_string();
    let mut rows = Vec::new();
    if scenario.attempts.is_empty() {
        let mut row = Row::new("scenario", &scenario.planned.name, place.clone());
        row.verdict = Some(scenario.verdict);
        rows.push(row);
    }
    for attempt in &scenario.attempts {
        let mut row = Row::new("scenario", &scenario.planned.name, place.clone());
        row.attempt = Some(attempt.key.attempt);
        row.started_at = attempt.started_at.map(|at| at.to_string());
        row.duration_ms = attempt.duration_ms;
        row.verdict = Some(scenario.verdict);
        rows.push(row);
        rows.extend(attempt.steps.iter().map(|step| {
            let mut row = Row::new("step", &step.text, place.clone());
            row.attempt = Some(attempt.key.attempt);
            row.started_at = Some(step.at.to_string());
            row.duration_ms = Some(step.duration_ms);
            row
        }));
    }
    rows
}

fn measurement_rows(judged: &JudgedCriterion) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    for budget in &judged.budgets {
        for measured in &budget.measurements {
            let value = &measured.measurement;
            let mut row = Row::new("measurement", &value.metric, measured.scenario.to_string());
            row.criterion = Some(judged.criterion.id.as_str());
            row.lower = Some(value.lower);
            row.upper = Some(value.upper);
            row.unit = Some(value.unit);
            row.op = Some(budget.budget.op);
            row.limit = Some(budget.budget.value);
            row.limit_unit = Some(budget.budget.unit);
            row.verdict = Some(judged.verdict);
            row.budget_verdict = Some(measured.verdict);
            rows.push(row);
        }
    }
    rows
}
