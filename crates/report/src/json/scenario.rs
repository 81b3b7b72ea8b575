//! A row of `scenarios[]`.

use jiff::Timestamp;
use serde::Serialize;
use shall_trace::{
    Check, Finding, JudgedAttempt, JudgedScenario, Link, Mark, Measurement, NotRunReason, StepOutcome, StepRecord,
    Verdict,
};

/// One scenario with all its attempts.
#[derive(Serialize)]
pub(super) struct ScenarioRow<'a> {
    scenario: String,
    verdict: Verdict,
    marks: &'a [Mark],
    feature: &'a str,
    name: &'a str,
    tags: &'a [String],
    criteria: &'a [Link],
    findings: &'a [Finding],
    not_run: Option<&'a NotRunReason>,
    attempts: Vec<AttemptRow<'a>>,
}

#[derive(Serialize)]
struct AttemptRow<'a> {
    attempt: usize,
    verdict: Verdict,
    started_at: Option<Timestamp>,
    duration_ms: Option<u64>,
    cause: Option<&'a str>,
    diagnostics: Option<&'a str>,
    findings: &'a [Finding],
    steps: Vec<StepRow<'a>>,
}

#[derive(Serialize)]
struct StepRow<'a> {
    index: Option<usize>,
    keyword: &'a str,
    text: &'a str,
    at: Timestamp,
    duration_ms: u64,
    outcome: &'a StepOutcome,
    checks: &'a [Check],
    measurements: &'a [Measurement],
    notes: &'a [String],
}

impl<'a> ScenarioRow<'a> {
    pub(super) fn new(judged: &'a JudgedScenario) -> Self {
        Self {
            scenario: judged.key().to_string(),
            verdict: judged.verdict,
            marks: &judged.marks,
            feature: &judged.planned.feature,
            name: &judged.planned.name,
            tags: &judged.planned.tags,
            criteria: &judged.links,
            findings: &judged.findings,
            not_run: judged.planned.not_run.as_ref(),
            attempts: judged.attempts.iter().map(attempt_row).collect(),
        }
    }
}

fn attempt_row(attempt: &JudgedAttempt) -> AttemptRow<'_> {
    AttemptRow {
        attempt: attempt.key.attempt,
        verdict: attempt.verdict,
        started_at: attempt.started_at,
        duration_ms: attempt.duration_ms,
        cause: attempt.cause.as_deref(),
        diagnostics: attempt.diagnostics.as_deref(),
        findings: &attempt.findings,
        steps: attempt.steps.iter().map(step_row).collect(),
    }
}

fn step_row(step: &StepRecord) -> StepRow<'_> {
    StepRow {
        index: step.index,
        keyword: &step.keyword,
        text: &step.text,
        at: step.at,
        duration_ms: step.duration_ms,
        outcome: &step.outcome,
        checks: &step.checks,
        measurements: &step.measurements,
        notes: &step.notes,
    }
}
