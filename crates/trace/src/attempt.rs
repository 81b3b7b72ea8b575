//! One attempt at a scenario: [`judge_attempt`] derives its verdict from what its steps recorded.

use jiff::Timestamp;
use serde::Serialize;
use shall_spec::{Budget, Operator};

use crate::{
    evidence::{Check, Measurement, ScenarioFinished, StepOutcome, StepRecord},
    interval::{BudgetVerdict, format_interval, format_value, judge_budget},
    planned::{PlannedScenario, ScenarioKey},
    verdict::Verdict,
};

/// One fact that keeps a verdict from being *passed*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The verdict that it leads to.
    pub verdict: Verdict,
    /// What was found, in one line.
    pub text: String,
}

impl Finding {
    pub(crate) fn new(verdict: Verdict, text: impl Into<String>) -> Self {
        Self {
            verdict,
            text: text.into(),
        }
    }
}

/// The worst verdict among findings; passed where there are none.
pub(crate) fn worst(findings: &[Finding]) -> Verdict {
    findings
        .iter()
        .map(|finding| finding.verdict)
        .max()
        .unwrap_or(Verdict::Passed)
}

/// What is known of one attempt before it is judged.
#[derive(Debug, Clone, Default)]
pub(crate) struct AttemptRecords {
    pub(crate) started_at: Option<Timestamp>,
    pub(crate) steps: Vec<StepRecord>,
    pub(crate) finished: Option<ScenarioFinished>,
}

/// One attempt at a scenario, judged.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct JudgedAttempt {
    /// Which scenario and which attempt.
    pub key: ScenarioKey,
    /// What the attempt shows.
    pub verdict: Verdict,
    /// Everything that keeps it from being passed, in the order of the steps.
    pub findings: Vec<Finding>,
    /// The most likely cause of what went wrong, where diagnostics found one.
    pub cause: Option<String>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// From start to end, clean-up included; `None` where it never ended.
    pub duration_ms: Option<u64>,
    /// Its steps and the hooks that recorded something, in the order they ended.
    pub steps: Vec<StepRecord>,
    /// Folder of its diagnostics, relative to the run's report folder.
    pub diagnostics: Option<String>,
}

impl JudgedAttempt {
    /// Every comparison that its steps recorded.
    pub fn checks(&self) -> impl Iterator<Item = &Check> {
        self.steps.iter().flat_map(|step| &step.checks)
    }

    /// Every value that its steps measured.
    pub fn measurements(&self) -> impl Iterator<Item = &Measurement> {
        self.steps.iter().flat_map(|step| &step.measurements)
    }
}

/// Whether a measured value answers a budget. A budget without a key is its criterion's only one and takes
/// any value of its kind.
pub(crate) fn answers(budget: &Budget, measurement: &Measurement) -> bool {
    match &budget.metric {
        Some(key) => *key == measurement.metric,
        None => judge_budget(budget, measurement) != BudgetVerdict::Malformed,
    }
}

/// Judges an attempt against the budgets of the criteria that its scenario is linked to.
pub(crate) fn judge_attempt(
    key: ScenarioKey,
    planned: &PlannedScenario,
    budgets: &[&Budget],
    records: AttemptRecords,
) -> JudgedAttempt {
    let AttemptRecords {
        started_at,
        steps,
        finished,
    } = records;
    let mut findings: Vec<Finding> = steps.iter().flat_map(|step| step_findings(step, budgets)).collect();
    findings.extend(end_finding(finished.as_ref()));
    if findings.is_empty() {
        findings.extend(gap_finding(planned, &steps));
    }
    let cause = steps.iter().find_map(|step| match &step.outcome {
        StepOutcome::Failed { cause, .. } | StepOutcome::Errored { cause, .. } => cause.clone(),
        StepOutcome::Passed | StepOutcome::Skipped => None,
    });
    JudgedAttempt {
        key,
        verdict: worst(&findings),
        findings,
        cause,
        started_at,
        duration_ms: finished.as_ref().map(|finished| finished.duration_ms),
        steps,
        diagnostics: finished.and_then(|finished| finished.diagnostics),
    }
}

fn step_findings(step: &StepRecord, budgets: &[&Budget]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = step.checks.iter().filter_map(check_finding).collect();
    for measurement in &step.measurements {
        let answered = budgets.iter().filter(|budget| answers(budget, measurement));
        findings.extend(answered.filter_map(|budget| budget_finding(budget, measurement)));
    }
    let unmet = findings.iter().any(|finding| finding.verdict == Verdict::Failed);
    match &step.outcome {
        StepOutcome::Passed => findings.extend(hollow_finding(step)),
        StepOutcome::Failed { .. } if unmet => {}
        StepOutcome::Failed { message, .. } => findings.push(Finding::new(Verdict::Failed, message)),
        StepOutcome::Errored { message, .. } => findings.push(Finding::new(Verdict::Errored, message)),
        StepOutcome::Skipped => {
            let text = format!("step `{} {}` did not run", step.keyword, step.text);
            findings.push(Finding::new(Verdict::Errored, text));
        }
    }
    findings
}

fn check_finding(check: &Check) -> Option<Finding> {
    let Check {
        subject,
        expected,
        observed,
        met,
        examined,
    } = check;
    match (met, examined) {
        (false, _) => {
            let text = format!("{subject}: expected {expected}, observed {observed}");
            Some(Finding::new(Verdict::Failed, text))
        }
        (true, 0) => Some(Finding::new(
            Verdict::Errored,
            format!("hollow: {subject}: nothing was examined"),
        )),
        (true, _) => None,
    }
}

fn budget_finding(budget: &Budget, measurement: &Measurement) -> Option<Finding> {
    let expected = format!("{} {}", words(budget.op), format_value(budget.value, budget.unit));
    let observed = format_interval(measurement.lower, measurement.upper, measurement.unit);
    let line = |what| format!("{}: expected {expected}, observed {observed}{what}", measurement.metric);
    match judge_budget(budget, measurement) {
        BudgetVerdict::Inside | BudgetVerdict::Unmeasured => None,
        BudgetVerdict::Straddling => Some(Finding::new(Verdict::Inconclusive, line(": the limit lies between"))),
        BudgetVerdict::Malformed => Some(Finding::new(Verdict::Errored, line(": not an interval of that kind"))),
        BudgetVerdict::Outside => Some(Finding::new(Verdict::Failed, line(""))),
    }
}

fn words(op: Operator) -> &'static str {
    match op {
        Operator::AtMost => "at most",
        Operator::Below => "below",
        Operator::AtLeast => "at least",
        Operator::Above => "above",
        Operator::Exactly => "exactly",
    }
}

/// A `Then` compares something and says so in a check, also where it measures what a budget limits.
fn hollow_finding(step: &StepRecord) -> Option<Finding> {
    let hollow = step.keyword == "Then" && step.index.is_some() && step.checks.is_empty();
    hollow.then(|| {
        Finding::new(
            Verdict::Errored,
            format!("hollow: step `Then {}` recorded no check", step.text),
        )
    })
}

fn end_finding(finished: Option<&ScenarioFinished>) -> Option<Finding> {
    match finished {
        None => Some(Finding::new(Verdict::Errored, "interrupted: it began and never ended")),
        Some(finished) if finished.interrupted => Some(Finding::new(
            Verdict::Errored,
            "interrupted: the run was stopped before its last step",
        )),
        Some(_) => None,
    }
}

/// What is missing from an attempt in which nothing went wrong.
fn gap_finding(planned: &PlannedScenario, steps: &[StepRecord]) -> Option<Finding> {
    let recorded = |index| steps.iter().any(|step| step.index == Some(index));
    if let Some((_, step)) = planned.steps.iter().enumerate().find(|(index, _)| !recorded(*index)) {
        return Some(Finding::new(Verdict::Errored, format!("step `{step}` has no record")));
    }
    let compared = steps.iter().any(|step| !step.checks.is_empty());
    (!compared).then(|| Finding::new(Verdict::Errored, "hollow: no step recorded a check"))
}
