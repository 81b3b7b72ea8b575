//! A criterion over the scenarios linked to it: [`judge_criterion`].

use serde::Serialize;
use shall_spec::{AcceptanceCriterion, Budget};

use crate::{
    attempt::{Finding, answers, worst},
    evidence::{Measurement, RunStarted, StandIn},
    interval::{BudgetVerdict, judge_budget},
    planned::ScenarioKey,
    review::Reviewed,
    scenario::JudgedScenario,
    tag::Link,
    verdict::{Mark, Verdict},
};

/// A criterion of the specification, judged.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct JudgedCriterion {
    /// As it stood when the run began.
    pub criterion: AcceptanceCriterion,
    /// What the evidence shows.
    pub verdict: Verdict,
    /// What qualifies it, sorted.
    pub marks: Vec<Mark>,
    /// The products that run in the place of its subjects, also where no scenario looked at it.
    pub stand_ins: Vec<StandIn>,
    /// Everything that keeps it from being passed.
    pub findings: Vec<Finding>,
    /// Its budgets with what was measured, in the order they are written.
    pub budgets: Vec<JudgedBudget>,
    /// The scenarios linked to it, by place.
    pub scenarios: Vec<LinkedScenario>,
    /// Number of comparisons that its scenarios recorded.
    pub checks: usize,
}

impl JudgedCriterion {
    /// Whether the criterion carries this mark.
    #[must_use]
    pub fn has_mark(&self, mark: Mark) -> bool {
        self.marks.contains(&mark)
    }

    /// Whether another product ran in the place of one that it is about.
    #[must_use]
    pub fn is_on_stand_in(&self) -> bool {
        self.has_mark(Mark::StandIn)
    }
}

/// A scenario as seen from a criterion.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LinkedScenario {
    /// Which one.
    pub key: ScenarioKey,
    /// The response that it proves, counted from 1; `None` for all.
    pub response: Option<usize>,
    /// What it shows.
    pub verdict: Verdict,
}

/// A budget with what was measured for it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct JudgedBudget {
    /// As it stands in the specification.
    pub budget: Budget,
    /// Where the measurements lie, the worst of them.
    pub verdict: BudgetVerdict,
    /// What the linked scenarios measured, each in its last attempt.
    pub measurements: Vec<BudgetMeasurement>,
}

/// One measurement of a budget.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BudgetMeasurement {
    /// The scenario that measured.
    pub scenario: ScenarioKey,
    /// What it measured.
    pub measurement: Measurement,
    /// Where it lies.
    pub verdict: BudgetVerdict,
}

type Linked<'a> = (&'a Link, &'a JudgedScenario);

/// Judges a criterion by the scenarios that are linked to it.
pub(crate) fn judge_criterion(
    criterion: AcceptanceCriterion,
    linked: &[Linked<'_>],
    run: Option<&RunStarted>,
    review: &Reviewed<'_>,
) -> JudgedCriterion {
    let budgets: Vec<_> = criterion
        .budgets
        .iter()
        .map(|budget| measured(&criterion, budget, linked))
        .collect();
    let mut findings = scenario_findings(linked);
    let shown = worst(&findings);
    findings.extend(response_gaps(&criterion, linked));
    let gaps = budgets
        .iter()
        .filter_map(|judged| budget_gap(&criterion, judged, linked));
    findings.extend(gaps.filter(|gap| gap.verdict > shown));
    let verdict = waive(worst(&findings), &criterion, run, review, &mut findings);
    let stand_ins = stand_ins_of(&criterion, run);
    let marks = marks_of(&criterion, verdict, linked, &stand_ins, review);
    let scenarios = linked.iter().map(|(link, scenario)| LinkedScenario {
        key: scenario.key().clone(),
        response: link.response,
        verdict: scenario.verdict,
    });
    let checks = linked.iter().map(|(_, scenario)| scenario.checks().count()).sum();
    let scenarios = scenarios.collect();
    JudgedCriterion {
        criterion,
        verdict,
        marks,
        stand_ins,
        findings,
        budgets,
        scenarios,
        checks,
    }
}

fn measured(criterion: &AcceptanceCriterion, budget: &Budget, linked: &[Linked<'_>]) -> JudgedBudget {
    let mut measurements = Vec::new();
    for (_, scenario) in linked.iter().filter(|(link, _)| covers(link, criterion, budget)) {
        let values = scenario
            .last_attempt()
            .into_iter()
            .flat_map(super::attempt::JudgedAttempt::measurements);
        measurements.extend(
            values
                .filter(|value| answers(budget, value))
                .map(|value| BudgetMeasurement {
                    scenario: scenario.key().clone(),
                    measurement: value.clone(),
                    verdict: judge_budget(budget, value),
                }),
        );
    }
    let verdict = measurements
        .iter()
        .map(|value| value.verdict)
        .max()
        .unwrap_or(BudgetVerdict::Unmeasured);
    JudgedBudget {
        budget: budget.clone(),
        verdict,
        measurements,
    }
}

fn covers(link: &Link, criterion: &AcceptanceCriterion, budget: &Budget) -> bool {
    link.budgets(criterion).contains(&budget)
}

/// What scenarios show against the criterion. One that did not run shows nothing; the gap that it leaves is
/// found where no other scenario proves the same response.
fn scenario_findings(linked: &[Linked<'_>]) -> Vec<Finding> {
    let against = |verdict| match verdict {
        Verdict::Failed | Verdict::Errored | Verdict::Inconclusive | Verdict::Flaky => true,
        Verdict::Passed | Verdict::NotRun | Verdict::Uncovered | Verdict::Waived => false,
    };
    let against = linked.iter().filter(|(_, scenario)| against(scenario.verdict));
    against.flat_map(|(_, scenario)| scenario.findings.clone()).collect()
}

fn response_gaps(criterion: &AcceptanceCriterion, linked: &[Linked<'_>]) -> Vec<Finding> {
    let count = criterion.responses.len().max(1);
    (1..=count)
        .filter_map(|number| response_gap(number, count, linked))
        .collect()
}

fn response_gap(number: usize, count: usize, linked: &[Linked<'_>]) -> Option<Finding> {
    let proving: Vec<_> = linked
        .iter()
        .filter(|(link, scenario)| link.proves(number) && !scenario.is_negative())
        .collect();
    if proving.iter().any(|(_, scenario)| scenario.verdict == Verdict::Passed) {
        return None;
    }
    let of = if count == 1 {
        String::new()
    } else {
        format!("response {number} of {count}: ")
    };
    match proving.first() {
        None => Some(Finding::new(Verdict::Uncovered, format!("{of}no scenario proves it"))),
        Some((_, scenario)) => {
            let not_run = proving.iter().all(|(_, scenario)| scenario.verdict == Verdict::NotRun);
            let reason = scenario.findings.first().map_or("did not run", |finding| &finding.text);
            not_run.then(|| Finding::new(Verdict::NotRun, format!("{of}`{}`: {reason}", scenario.planned.name)))
        }
    }
}

/// Why a budget is not shown to be kept. What was measured on its limit or beyond is a finding of the scenario
/// that measured, too.
fn budget_gap(criterion: &AcceptanceCriterion, judged: &JudgedBudget, linked: &[Linked<'_>]) -> Option<Finding> {
    match judged.verdict {
        BudgetVerdict::Inside => None,
        BudgetVerdict::Straddling => Some((Verdict::Inconclusive, "the limit lies within what was measured")),
        BudgetVerdict::Malformed => Some((Verdict::Errored, "what was measured is no interval of its kind")),
        BudgetVerdict::Outside => Some((Verdict::Failed, "what was measured lies outside")),
        BudgetVerdict::Unmeasured => {
            let covering = linked
                .iter()
                .filter(|(link, scenario)| covers(link, criterion, &judged.budget) && !scenario.is_negative());
            match covering.map(|(_, scenario)| scenario.verdict).max() {
                None => Some((Verdict::Uncovered, "no scenario measures it")),
                Some(Verdict::Passed | Verdict::Waived | Verdict::Uncovered) => {
                    Some((Verdict::Errored, "hollow: nothing was measured"))
                }
                Some(Verdict::NotRun) => Some((Verdict::NotRun, "not measured: its scenario did not run")),
                Some(Verdict::Flaky) => Some((Verdict::Errored, "hollow: nothing was measured")),
                Some(Verdict::Inconclusive | Verdict::Errored | Verdict::Failed) => None,
            }
        }
    }
    .map(|(verdict, text)| Finding::new(verdict, format!("budget `{}`: {text}", judged.budget.text)))
}

/// A waiver speaks only where nothing was judged, and only until it expires.
fn waive(
    verdict: Verdict,
    criterion: &AcceptanceCriterion,
    run: Option<&RunStarted>,
    review: &Reviewed<'_>,
    findings: &mut Vec<Finding>,
) -> Verdict {
    let holds = |expires| run.is_some_and(|run| run.at <= expires);
    let waivers = review.waivers(&criterion.id).iter();
    let waiver = waivers.copied().find(|waiver| holds(waiver.expires));
    match (verdict, waiver) {
        (Verdict::NotRun | Verdict::Uncovered, Some(waiver)) => {
            let until = waiver.expires.strftime("%Y-%m-%d");
            let text = format!("waived by {} until {until}: {}", waiver.owner, waiver.reason);
            findings.insert(0, Finding::new(Verdict::Waived, text));
            Verdict::Waived
        }
        (verdict, _) => verdict,
    }
}

fn stand_ins_of(criterion: &AcceptanceCriterion, run: Option<&RunStarted>) -> Vec<StandIn> {
    let stand_ins = run.into_iter().flat_map(|run| &run.stand_ins);
    stand_ins
        .filter(|stand_in| criterion.subjects.contains(&stand_in.subject))
        .cloned()
        .collect()
}

fn marks_of(
    criterion: &AcceptanceCriterion,
    verdict: Verdict,
    linked: &[Linked<'_>],
    stand_ins: &[StandIn],
    review: &Reviewed<'_>,
) -> Vec<Mark> {
    let marks = [
        (Mark::StandIn, !stand_ins.is_empty() && was_looked_at(verdict)),
        (Mark::ShownToFail, is_shown_to_fail(criterion, linked, review)),
        (Mark::Suspect, review.is_changed(criterion) && !linked.is_empty()),
        (Mark::Contradicted, criterion.contradicted.is_some()),
        (Mark::Unsatisfiable, criterion.unsatisfiable.is_some()),
    ];
    marks
        .into_iter()
        .filter(|(_, holds)| *holds)
        .map(|(mark, _)| mark)
        .collect()
}

/// A product stands in only for what was looked at; where nothing ran, nothing stood in.
fn was_looked_at(verdict: Verdict) -> bool {
    match verdict {
        Verdict::Passed | Verdict::Failed | Verdict::Errored | Verdict::Inconclusive | Verdict::Flaky => true,
        Verdict::NotRun | Verdict::Uncovered | Verdict::Waived => false,
    }
}

/// Every passing scenario went red under a mutant, and did so for the sentence as it stands now.
fn is_shown_to_fail(criterion: &AcceptanceCriterion, linked: &[Linked<'_>], review: &Reviewed<'_>) -> bool {
    let proven = |scenario: &JudgedScenario| {
        review.proofs(&criterion.id).iter().any(|proof| {
            proof.file == scenario.key().file
                && proof.scenario == scenario.planned.name
                && proof.pin.hash == criterion.hash
        })
    };
    let passing: Vec<_> = linked
        .iter()
        .filter(|(_, scenario)| scenario.verdict == Verdict::Passed)
        .collect();
    !passing.is_empty() && passing.iter().all(|(_, scenario)| proven(scenario))
}
