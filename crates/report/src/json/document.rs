//! The whole document: [`render_json`].

use jiff::Timestamp;
use serde::Serialize;
use shall_trace::{Counts, Coverage, JudgedRun, Leak, Phase, RunOutcome, RunStarted, ValidatedProfile};

use super::{criterion::CriterionRow, scenario::ScenarioRow};
use crate::ReportError;

/// Version of the shape of `report.json`; a reader of one version never meets another's fields.
pub const SCHEMA_VERSION: u32 = 1;

/// Field order is the order in the file.
#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    outcome: RunOutcome,
    exit_code: u8,
    sentence: String,
    run: Option<&'a RunStarted>,
    finished_at: Option<Timestamp>,
    interrupted: bool,
    filtered: bool,
    counts: &'a Counts,
    coverage: Coverage,
    criteria: Vec<CriterionRow<'a>>,
    scenarios: Vec<ScenarioRow<'a>>,
    phases: &'a [Phase],
    validated: &'a [ValidatedProfile],
    leaks: &'a [Leak],
    errors: &'a [String],
}

/// The judged run as JSON, byte-identical for an equal run: criteria by identifier, scenarios by place.
///
/// `outcome` and `exit_code` are those of a run without `--require-all`.
///
/// # Errors
///
/// Where the encoder refuses a value.
pub fn render_json(judged: &JudgedRun) -> Result<String, ReportError> {
    let outcome = judged.outcome(false);
    let document = Document {
        version: SCHEMA_VERSION,
        outcome,
        exit_code: outcome.exit_code(),
        sentence: judged.counts.sentence(),
        run: judged.run.as_ref(),
        finished_at: judged.finished_at,
        interrupted: judged.interrupted,
        filtered: judged.filtered,
        counts: &judged.counts,
        coverage: judged.coverage,
        criteria: judged.criteria.iter().map(CriterionRow::new).collect(),
        scenarios: judged.scenarios.iter().map(ScenarioRow::new).collect(),
        phases: &judged.phases,
        validated: &judged.validated,
        leaks: &judged.leaks,
        errors: &judged.errors,
    };
    let mut text = serde_json::to_string_pretty(&document)?;
    text.push('\n');
    Ok(text)
}
