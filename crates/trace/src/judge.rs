//! [`judge`]: records in, verdicts out. The one place where a verdict is made.

use std::collections::{BTreeMap, HashMap};

use shall_spec::{CriterionId, Specification};

use crate::{
    attempt::AttemptRecords,
    counts::Counts,
    criterion::judge_criterion,
    evidence::{Phase, Record, RunFinished, RunStarted, ValidatedProfile},
    judged::JudgedRun,
    matrix::{Coverage, TraceMatrix},
    planned::{Plan, PlannedScenario, Review, ScenarioKey},
    review::Reviewed,
    scenario::{JudgedScenario, budgets_of, judge_scenario, links_of},
    tag::{Link, by_id},
    verdict::Mark,
};

/// The records of a run by what they are about.
#[derive(Default)]
struct Sorted {
    run: Option<RunStarted>,
    plan: Option<Plan>,
    phases: Vec<Phase>,
    validated: Vec<ValidatedProfile>,
    attempts: BTreeMap<ScenarioKey, AttemptRecords>,
    finished: Option<RunFinished>,
}

/// Judges a run by its evidence: every scenario, then every criterion of the specification.
#[must_use]
pub fn judge(records: &[Record]) -> JudgedRun {
    let Sorted {
        run,
        plan,
        phases,
        validated,
        attempts,
        finished,
    } = sort(records);
    let mut errors = cut_off_errors(run.is_some(), plan.is_some(), finished.is_some());
    let plan = plan.unwrap_or_else(no_plan);
    let specification = Specification {
        criteria: plan.criteria,
    };
    let reviewed = Reviewed::new(&plan.review);
    let scenarios = judge_scenarios(&specification, plan.scenarios, attempts, &reviewed);
    errors.extend(never_began_error(&scenarios));
    errors.extend(validated.iter().filter_map(refused_error));
    let criteria = judge_criteria(specification, &scenarios, run.as_ref(), &reviewed);
    let mut judged = JudgedRun {
        run,
        finished_at: None,
        interrupted: false,
        filtered: plan.filtered,
        phases,
        validated,
        matrix: TraceMatrix::new(&scenarios),
        coverage: Coverage::new(&criteria),
        counts: Counts::new(&criteria, &scenarios),
        criteria,
        scenarios,
        leaks: Vec::new(),
        errors,
    };
    if let Some(RunFinished {
        at,
        leaks,
        interrupted,
        errors,
    }) = finished
    {
        judged.finished_at = Some(at);
        judged.interrupted = interrupted;
        judged.leaks = leaks;
        judged.errors.extend(errors);
    }
    judged
}

fn no_plan() -> Plan {
    Plan {
        criteria: Vec::new(),
        scenarios: Vec::new(),
        filtered: false,
        review: Review::default(),
    }
}

fn never_began_error(scenarios: &[JudgedScenario]) -> Option<String> {
    let number = scenarios.iter().filter(|scenario| scenario.never_began()).count();
    let scenarios = if number == 1 {
        "1 scenario was"
    } else {
        &format!("{number} scenarios were")
    };
    (number > 0).then(|| format!("{scenarios} to run and never began"))
}

fn refused_error(validated: &ValidatedProfile) -> Option<String> {
    let (name, objects) = (&validated.profile, validated.objects());
    let number = validated.refused.len();
    (number > 0).then(|| format!("profile `{name}`: the API server refused {number} of {objects} objects"))
}

fn sort(records: &[Record]) -> Sorted {
    let mut sorted = Sorted::default();
    for record in records {
        match record {
            Record::RunStarted(run) => sorted.run = Some(run.clone()),
            Record::Phase(phase) => sorted.phases.push(phase.clone()),
            Record::Plan(plan) => sorted.plan = Some(plan.clone()),
            Record::ScenarioStarted(started) => {
                sorted.attempts.entry(started.scenario.clone()).or_default().started_at = Some(started.at);
            }
            Record::Step(step) => {
                sorted
                    .attempts
                    .entry(step.scenario.clone())
                    .or_default()
                    .steps
                    .push(step.clone());
            }
            Record::ScenarioFinished(finished) => {
                sorted.attempts.entry(finished.scenario.clone()).or_default().finished = Some(finished.clone());
            }
            Record::Validated(validated) => sorted.validated.push(validated.clone()),
            Record::RunFinished(finished) => sorted.finished = Some(finished.clone()),
        }
    }
    sorted
}

fn cut_off_errors(started: bool, planned: bool, finished: bool) -> Vec<String> {
    let missing = [
        (
            started,
            "the evidence does not say what ran: the run ended before the stack was up",
        ),
        (
            planned,
            "the evidence holds no plan: the run ended before its scenarios were known",
        ),
        (
            finished,
            "the evidence ends before the run does: it was killed, and its leaks are not known",
        ),
    ];
    missing
        .into_iter()
        .filter(|(present, _)| !present)
        .map(|(_, text)| text.to_owned())
        .collect()
}

fn judge_scenarios(
    specification: &Specification,
    planned: Vec<PlannedScenario>,
    attempts: BTreeMap<ScenarioKey, AttemptRecords>,
    review: &Reviewed<'_>,
) -> Vec<JudgedScenario> {
    let by_id = by_id(specification);
    let mut attempts_of: BTreeMap<ScenarioKey, Vec<(ScenarioKey, AttemptRecords)>> = BTreeMap::new();
    for (key, records) in attempts {
        attempts_of.entry(first_attempt(&key)).or_default().push((key, records));
    }
    let mut scenarios: Vec<_> = planned
        .into_iter()
        .map(|scenario| {
            let links = links_of(&scenario, &by_id);
            let budgets = budgets_of(&links, |link| by_id.get(link.criterion.as_str()).copied());
            let attempts = attempts_of.remove(&scenario.key).unwrap_or_default();
            let mut linked = links.iter().filter_map(|link| by_id.get(link.criterion.as_str()));
            let is_suspect = linked.any(|criterion| review.is_changed(criterion));
            let mut judged = judge_scenario(scenario, links, &budgets, attempts);
            judged.marks.extend(is_suspect.then_some(Mark::Suspect));
            judged
        })
        .collect();
    let unplanned = attempts_of.into_iter();
    scenarios.extend(unplanned.map(|(key, attempts)| judge_scenario(unplanned_scenario(key), vec![], &[], attempts)));
    scenarios.sort_by(|a, b| a.key().cmp(b.key()));
    scenarios
}

fn first_attempt(key: &ScenarioKey) -> ScenarioKey {
    ScenarioKey {
        attempt: 0,
        ..key.clone()
    }
}

/// A scenario that ran without being planned is shown by its place; it proves nothing.
fn unplanned_scenario(key: ScenarioKey) -> PlannedScenario {
    let name = format!("scenario at {key}, which the plan does not hold");
    PlannedScenario {
        key,
        feature: String::new(),
        name,
        tags: Vec::new(),
        steps: Vec::new(),
        not_run: None,
    }
}

fn judge_criteria(
    specification: Specification,
    scenarios: &[JudgedScenario],
    run: Option<&RunStarted>,
    review: &Reviewed<'_>,
) -> Vec<crate::JudgedCriterion> {
    let mut linked: HashMap<&CriterionId, Vec<(&Link, &JudgedScenario)>> = HashMap::new();
    for scenario in scenarios {
        for link in &scenario.links {
            linked.entry(&link.criterion).or_default().push((link, scenario));
        }
    }
    let mut criteria: Vec<_> = specification
        .criteria
        .into_iter()
        .map(|criterion| {
            let linked = linked.get(&criterion.id).map(Vec::as_slice).unwrap_or_default();
            judge_criterion(criterion, linked, run, review)
        })
        .collect();
    criteria.sort_by(|a, b| a.criterion.id.cmp(&b.criterion.id));
    criteria
}
