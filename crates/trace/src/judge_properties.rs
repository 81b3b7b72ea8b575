//! What the verdict function keeps on runs made at random.

use proptest::prelude::*;

use crate::{
    BudgetVerdict, Verdict,
    evidence::{Record, StepRecord},
    fixture::{attempt, budget, check, criterion, measurement, planned, run, step},
    judge::judge,
    planned::ScenarioKey,
};

fn limited(id: &str) -> shall_spec::AcceptanceCriterion {
    let mut criterion = criterion(id, 1);
    criterion.budgets = vec![budget("bind", 1, &criterion)];
    criterion
}

fn bad(line: usize) -> StepRecord {
    step(line, vec![check(false, 1)], vec![])
}

/// What one scenario of a random run records.
#[derive(Debug, Clone)]
struct Case {
    tags: Vec<&'static str>,
    begins: bool,
    ends: bool,
    retried: bool,
    outcome: u8,
    checks: Vec<(bool, u64)>,
    interval: Option<(f64, f64)>,
}

fn case() -> impl Strategy<Value = Case> {
    let tags = prop::collection::vec(prop::sample::select(vec!["A", "B", "B.1", "B.2"]), 0..3);
    let checks = prop::collection::vec((prop::bool::weighted(0.8), 0_u64..3), 0..3);
    let interval = prop::option::of((0.0..40.0, 0.0..20.0));
    (
        tags,
        prop::bool::weighted(0.9),
        prop::bool::weighted(0.9),
        prop::bool::weighted(0.1),
        0_u8..8,
        checks,
        interval,
    )
        .prop_map(|(tags, begins, ends, retried, outcome, checks, interval)| {
            let interval = interval.map(|(lower, width): (f64, f64)| (lower, lower + width));
            Case {
                tags,
                begins,
                ends,
                retried,
                outcome,
                checks,
                interval,
            }
        })
}

impl Case {
    fn step(&self, line: usize) -> StepRecord {
        let checks = self
            .checks
            .iter()
            .map(|(met, examined)| check(*met, *examined))
            .collect();
        let measured = self
            .interval
            .iter()
            .map(|(lower, upper)| measurement("bind", *lower, *upper))
            .collect();
        let mut step = step(line, checks, measured);
        let message = String::from("it went wrong");
        match self.outcome {
            0 => step.outcome = crate::StepOutcome::Skipped,
            1 => step.outcome = crate::StepOutcome::Errored { message, cause: None },
            _ => {}
        }
        step
    }

    fn records(&self, line: usize) -> Vec<Record> {
        let mut records = Vec::new();
        if self.begins {
            if self.retried {
                records.extend(attempt(0, vec![bad(line)]));
            }
            records.extend(attempt(usize::from(self.retried), vec![self.step(line)]));
            if !self.ends {
                records.pop();
            }
        }
        records
    }
}

fn random_run(cases: &[Case]) -> Vec<Record> {
    let mut two = criterion("B", 2);
    two.budgets = vec![budget("bind", 2, &two)];
    let line = |index: usize| index * 10 + 1;
    let scenarios = cases
        .iter()
        .enumerate()
        .map(|(index, case)| planned(line(index), &case.tags))
        .collect();
    let records = cases
        .iter()
        .enumerate()
        .flat_map(|(index, case)| case.records(line(index)))
        .collect();
    run(vec![limited("A"), two], scenarios, records)
}

proptest! {
    #[test]
    fn a_pass_always_rests_on_checks_and_measurements_inside(cases in prop::collection::vec(case(), 0..5)) {
        let judged = judge(&random_run(&cases));
        for scenario in judged.scenarios.iter().filter(|scenario| scenario.verdict == Verdict::Passed) {
            let last = scenario.last_attempt().unwrap();
            prop_assert!(last.checks().all(|check| check.met && check.examined > 0));
            prop_assert!(last.duration_ms.is_some(), "a passed scenario ended");
            prop_assert!(last.steps.iter().all(|step| step.outcome == crate::StepOutcome::Passed));
            prop_assert!(last.checks().count() > 0);
        }
        for passed in judged.criteria.iter().filter(|one| one.verdict == Verdict::Passed) {
            prop_assert!(passed.budgets.iter().all(|budget| budget.verdict == BudgetVerdict::Inside));
            prop_assert!(passed.scenarios.iter().any(|link| link.verdict == Verdict::Passed));
            let against = |verdict| verdict > Verdict::NotRun;
            prop_assert!(passed.scenarios.iter().all(|link| !against(link.verdict)));
        }
    }

    #[test]
    fn a_failing_scenario_never_improves_a_verdict(cases in prop::collection::vec(case(), 0..4), id in prop::sample::select(vec!["A", "B"])) {
        let before = judge(&random_run(&cases));
        let failing = Case { tags: vec![id], begins: true, ends: true, retried: false, outcome: 9, checks: vec![(false, 1)], interval: None };
        let after = judge(&random_run(&[cases, vec![failing]].concat()));
        for (before, after) in before.criteria.iter().zip(&after.criteria) {
            prop_assert!(after.verdict >= before.verdict, "{} became {}", before.verdict, after.verdict);
        }
        prop_assert_eq!(after.criteria[usize::from(id == "B")].verdict, Verdict::Failed);
        prop_assert_eq!(after.exit_code(false), 1);
    }

    #[test]
    fn a_limit_inside_the_interval_never_passes(lower in 0.0_f64..30.0, above in 0.001_f64..30.0) {
        let straddling = step(1, vec![check(true, 1)], vec![measurement("bind", lower, 30.0 + above)]);
        let judged = judge(&run(vec![limited("A")], vec![planned(1, &["A"])], attempt(0, vec![straddling])));
        prop_assert_eq!(judged.criteria[0].verdict, Verdict::Inconclusive);
        prop_assert_eq!(judged.exit_code(false), 3);
    }

    #[test]
    fn counts_add_up_and_zero_means_that_all_that_ran_passed(cases in prop::collection::vec(case(), 0..5)) {
        let judged = judge(&random_run(&cases));
        let total: usize = judged.counts.by_verdict.values().map(|tally| tally.total()).sum();
        prop_assert_eq!((total, judged.counts.scenarios.values().sum::<usize>()), (judged.criteria.len(), cases.len()));
        if judged.exit_code(false) == 0 {
            prop_assert!(judged.scenarios.iter().all(|scenario| scenario.verdict == Verdict::Passed));
        }
    }

    #[test]
    fn the_order_of_records_of_different_scenarios_does_not_matter(cases in prop::collection::vec(case(), 2..5)) {
        let records = random_run(&cases);
        let key_of = |record: &Record| match record {
            Record::ScenarioStarted(one) => Some(one.scenario.clone()),
            Record::Step(one) => Some(one.scenario.clone()),
            Record::ScenarioFinished(one) => Some(one.scenario.clone()),
            Record::RunStarted(_)
            | Record::Phase(_)
            | Record::Plan(_)
            | Record::Validated(_)
            | Record::RunFinished(_) => None,
        };
        let mut sorted = records.clone();
        let reversed = |record: &Record| key_of(record).map(|key: ScenarioKey| std::cmp::Reverse(key.line));
        let end = sorted.len() - 1;
        sorted[2..end].sort_by_key(reversed);
        prop_assert_eq!(judge(&records), judge(&sorted));
    }
}
