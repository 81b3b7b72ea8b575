//! A scenario over all its attempts: [`judge_scenario`], in which a pass on retry is flaky.

use std::num::NonZeroUsize;

use serde::Serialize;
use shall_spec::{AcceptanceCriterion, Budget, CriterionId};

use crate::{
    attempt::{AttemptRecords, Finding, JudgedAttempt, judge_attempt},
    evidence::Check,
    planned::{NotRunReason, Plan, PlannedScenario, ScenarioKey},
    tag::{ById, Link, NEGATIVE, ScenarioTag},
    verdict::{Mark, Verdict},
};

/// A scenario of the plan, judged.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct JudgedScenario {
    /// As it was planned.
    pub planned: PlannedScenario,
    /// What its attempts show together.
    pub verdict: Verdict,
    /// What qualifies it: suspect, where a sentence that it proves changed since it was accepted.
    pub marks: Vec<Mark>,
    /// Everything that keeps it from being passed.
    pub findings: Vec<Finding>,
    /// What it proves.
    pub links: Vec<Link>,
    /// Its attempts, first to last; empty where it did not run.
    pub attempts: Vec<JudgedAttempt>,
}

impl JudgedScenario {
    /// Which one (attempt 0).
    #[must_use]
    pub fn key(&self) -> &ScenarioKey {
        &self.planned.key
    }

    /// The attempt that counts: the last.
    #[must_use]
    pub fn last_attempt(&self) -> Option<&JudgedAttempt> {
        self.attempts.last()
    }

    /// The comparisons of the attempt that counts.
    pub fn checks(&self) -> impl Iterator<Item = &Check> {
        self.last_attempt().into_iter().flat_map(JudgedAttempt::checks)
    }

    /// Whether a filter left it out.
    #[must_use]
    pub fn is_selected(&self) -> bool {
        !matches!(self.planned.not_run, Some(NotRunReason::NotSelected))
    }

    /// Whether it shows that the response does not come where its condition does not hold; such a scenario alone
    /// proves no response.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        self.planned.tags.iter().any(|tag| tag == NEGATIVE)
    }

    /// Whether the plan meant it to run and the run has no record of it.
    #[must_use]
    pub fn never_began(&self) -> bool {
        self.planned.not_run.is_none() && self.attempts.is_empty()
    }
}

impl PlannedScenario {
    /// Whether one of its tags names a criterion: all of it, or one response.
    #[must_use]
    pub fn names(&self, id: &CriterionId) -> bool {
        let id = id.as_str();
        self.tags
            .iter()
            .any(|tag| tag == id || tag.rsplit_once('.').is_some_and(|(head, _)| head == id))
    }
}

/// The links of a scenario, in the order of its tags, each once.
pub(crate) fn links_of(planned: &PlannedScenario, by_id: &ById<'_>) -> Vec<Link> {
    let mut links = Vec::new();
    for tag in &planned.tags {
        if let ScenarioTag::Link(link) = ScenarioTag::parse_among(tag, by_id)
            && !links.contains(&link)
        {
            links.push(link);
        }
    }
    links
}

impl Plan {
    /// The plan with each scenario that runs as often as this, each repetition a scenario of its own; once changes
    /// nothing.
    #[must_use]
    pub fn repeated(mut self, times: NonZeroUsize) -> Self {
        if times.get() == 1 {
            return self;
        }
        let repetitions = |scenario: PlannedScenario| {
            let numbers = if scenario.not_run.is_some() {
                0..=0
            } else {
                1..=times.get()
            };
            numbers.map(move |repetition| {
                let mut scenario = scenario.clone();
                scenario.key.repetition = repetition;
                scenario
            })
        };
        self.scenarios = self.scenarios.into_iter().flat_map(repetitions).collect();
        self
    }

    /// What each scenario proves, in the order of the scenarios.
    #[must_use]
    pub fn links(&self) -> Vec<Vec<Link>> {
        let criteria = self.criteria.iter();
        let by_id: ById<'_> = criteria.map(|criterion| (criterion.id.as_str(), criterion)).collect();
        let scenarios = self.scenarios.iter();
        scenarios.map(|scenario| links_of(scenario, &by_id)).collect()
    }
}

/// The budgets that a scenario's links answer for.
pub(crate) fn budgets_of<'a>(
    links: &[Link],
    find: impl Fn(&Link) -> Option<&'a AcceptanceCriterion>,
) -> Vec<&'a Budget> {
    links
        .iter()
        .filter_map(|link| find(link).map(|criterion| link.budgets(criterion)))
        .flatten()
        .collect()
}

/// Judges a scenario by its attempts, in order.
pub(crate) fn judge_scenario(
    planned: PlannedScenario,
    links: Vec<Link>,
    budgets: &[&Budget],
    attempts: Vec<(ScenarioKey, AttemptRecords)>,
) -> JudgedScenario {
    let attempts: Vec<_> = attempts
        .into_iter()
        .map(|(key, records)| judge_attempt(key, &planned, budgets, records))
        .collect();
    let (verdict, findings) = match attempts.last() {
        None => (
            Verdict::NotRun,
            vec![Finding::new(Verdict::NotRun, not_run_text(planned.not_run.as_ref()))],
        ),
        Some(last) if last.verdict != Verdict::Passed => attempts_findings(&attempts),
        Some(last) if last.key.attempt > 0 || attempts.len() > 1 => {
            let text = format!("passed only at attempt {}", last.key.attempt + 1);
            (Verdict::Flaky, vec![Finding::new(Verdict::Flaky, text)])
        }
        Some(_) => (Verdict::Passed, Vec::new()),
    };
    JudgedScenario {
        planned,
        verdict,
        marks: Vec::new(),
        findings,
        links,
        attempts,
    }
}

fn attempts_findings(attempts: &[JudgedAttempt]) -> (Verdict, Vec<Finding>) {
    let verdict = attempts
        .iter()
        .map(|attempt| attempt.verdict)
        .max()
        .unwrap_or(Verdict::Errored);
    let findings = attempts.iter().rfind(|attempt| attempt.verdict == verdict);
    (
        verdict,
        findings.map(|attempt| attempt.findings.clone()).unwrap_or_default(),
    )
}

fn not_run_text(reason: Option<&NotRunReason>) -> String {
    match reason {
        None => "the run ended before it began".to_owned(),
        Some(NotRunReason::NotSelected) => "not selected".to_owned(),
        Some(NotRunReason::MissingCapability { capability, reason }) => {
            format!("the cluster lacks `{capability}`: {reason}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        evidence::{Record, StepOutcome},
        fixture::{attempt, budget, check, criterion, measurement, planned, run, step},
        judge::judge,
    };

    /// The verdict and first finding of the one scenario, linked to a criterion with a 30 s budget.
    fn judged(middle: Vec<Record>) -> (Verdict, String) {
        let mut limited = criterion("AC-1", 1);
        limited.budgets = vec![budget("bind", 1, &limited)];
        let judged = judge(&run(vec![limited], vec![planned(3, &["AC-1"])], middle));
        let scenario = &judged.scenarios[0];
        (
            scenario.verdict,
            scenario
                .findings
                .first()
                .map(|finding| finding.text.clone())
                .unwrap_or_default(),
        )
    }

    fn verdict(middle: Vec<Record>) -> Verdict {
        judged(middle).0
    }

    #[test]
    fn a_met_check_passes_and_an_unmet_one_fails() {
        let inside = || vec![measurement("bind", 1.0, 2.0)];
        assert_eq!(
            verdict(attempt(0, vec![step(3, vec![check(true, 12)], inside())])),
            Verdict::Passed
        );
        assert_eq!(
            verdict(attempt(0, vec![step(3, vec![check(false, 12)], inside())])),
            Verdict::Failed
        );
    }

    #[test]
    fn a_then_without_check_or_with_nothing_examined_is_hollow() {
        let (none, text) = judged(attempt(0, vec![step(3, vec![], vec![])]));
        assert_eq!(
            (none, text.starts_with("hollow: step")),
            (Verdict::Errored, true),
            "{text}"
        );
        let (zero, text) = judged(attempt(0, vec![step(3, vec![check(true, 0)], vec![])]));
        assert_eq!(
            (zero, text.starts_with("hollow: files")),
            (Verdict::Errored, true),
            "{text}"
        );
    }

    #[test]
    fn an_unmet_check_on_nothing_is_failed_not_hollow() {
        assert_eq!(
            verdict(attempt(0, vec![step(3, vec![check(false, 0)], vec![])])),
            Verdict::Failed
        );
    }

    #[test]
    fn a_measured_budget_decides() {
        let measured = |lower, upper| {
            attempt(
                0,
                vec![step(3, vec![check(true, 1)], vec![measurement("bind", lower, upper)])],
            )
        };
        assert_eq!(verdict(measured(1.0, 30.0)), Verdict::Passed);
        assert_eq!(verdict(measured(29.0, 31.0)), Verdict::Inconclusive);
        assert_eq!(
            judged(measured(31.0, 32.0)).1,
            "bind: expected at most 30 s, observed 31 to 32 s"
        );
    }

    #[test]
    fn a_budget_broken_fails_although_the_check_was_met() {
        let broken = step(3, vec![check(true, 1)], vec![measurement("bind", 31.0, 32.0)]);
        assert_eq!(verdict(attempt(0, vec![broken])), Verdict::Failed);
    }

    #[test]
    fn a_measured_value_without_a_check_is_hollow() {
        let unchecked = step(3, vec![], vec![measurement("bind", 1.0, 2.0)]);
        assert_eq!(verdict(attempt(0, vec![unchecked])), Verdict::Errored);
    }

    #[test]
    fn a_start_without_an_end_is_interrupted() {
        let mut records = attempt(
            0,
            vec![step(3, vec![check(true, 1)], vec![measurement("bind", 1.0, 2.0)])],
        );
        records.pop();
        assert_eq!(
            judged(records),
            (Verdict::Errored, "interrupted: it began and never ended".into())
        );
    }

    #[test]
    fn a_step_without_record_or_definition_is_errored() {
        let mut other = step(3, vec![check(true, 1)], vec![]);
        other.index = Some(7);
        assert_eq!(verdict(attempt(0, vec![other])), Verdict::Errored);
        let mut skipped = step(3, vec![], vec![]);
        skipped.outcome = StepOutcome::Skipped;
        assert_eq!(verdict(attempt(0, vec![skipped])), Verdict::Errored);
    }

    #[test]
    fn failed_wins_over_errored_in_one_step() {
        let mut both = step(3, vec![check(false, 1)], vec![]);
        both.outcome = StepOutcome::Errored {
            message: "connection reset".into(),
            cause: None,
        };
        assert_eq!(verdict(attempt(0, vec![both])), Verdict::Failed);
    }

    #[test]
    fn a_pass_on_retry_is_flaky_and_a_worse_first_attempt_is_kept() {
        let good = || step(3, vec![check(true, 1)], vec![measurement("bind", 1.0, 2.0)]);
        let failed = || attempt(0, vec![step(3, vec![check(false, 1)], vec![])]);
        assert_eq!(verdict([failed(), attempt(1, vec![good()])].concat()), Verdict::Flaky);
        assert_eq!(
            verdict(attempt(1, vec![good()])),
            Verdict::Flaky,
            "the first attempt's records are lost"
        );
        let hollow = attempt(1, vec![step(3, vec![], vec![])]);
        assert_eq!(verdict([failed(), hollow].concat()), Verdict::Failed);
    }

    #[test]
    fn a_planned_scenario_without_records_never_began() {
        assert_eq!(
            judged(vec![]),
            (Verdict::NotRun, "the run ended before it began".into())
        );
    }
}
