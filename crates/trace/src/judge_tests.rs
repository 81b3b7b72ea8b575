//! What the verdict function keeps, on cases by hand.

use shall_spec::AcceptanceCriterion;

use crate::{
    BudgetVerdict, JudgedRun, Mark, RunOutcome, Verdict,
    evidence::{Record, RunFinished, StandIn, StepRecord},
    fixture::{attempt, budget, check, criterion, finished, key, measurement, planned, run, run_started, step},
    judge::judge,
    planned::{NotRunReason, Pin, Plan, PlannedScenario, Proof, Review, Waiver},
};

fn limited(id: &str) -> AcceptanceCriterion {
    let mut criterion = criterion(id, 1);
    criterion.budgets = vec![budget("bind", 1, &criterion)];
    criterion
}

fn good(line: usize) -> StepRecord {
    step(line, vec![check(true, 1)], vec![measurement("bind", 1.0, 2.0)])
}

fn bad(line: usize) -> StepRecord {
    step(line, vec![check(false, 1)], vec![])
}

fn verdict(criteria: Vec<AcceptanceCriterion>, scenarios: Vec<PlannedScenario>, middle: Vec<Record>) -> Verdict {
    judge(&run(criteria, scenarios, middle)).criteria[0].verdict
}

/// The run's plan and stand-ins after a change.
fn changed(mut records: Vec<Record>, change: impl Fn(&mut Plan, &mut Vec<StandIn>)) -> JudgedRun {
    let mut stand_ins = Vec::new();
    for record in &mut records {
        if let Record::Plan(plan) = record {
            change(plan, &mut stand_ins);
        }
    }
    records[0] = Record::RunStarted(run_started(stand_ins));
    judge(&records)
}

fn passing_run() -> Vec<Record> {
    run(vec![limited("A")], vec![planned(1, &["A"])], attempt(0, vec![good(1)]))
}

#[test]
fn every_response_needs_a_passing_scenario() {
    let one = || vec![planned(1, &["A.1"])];
    assert_eq!(
        verdict(vec![criterion("A", 2)], one(), attempt(0, vec![good(1)])),
        Verdict::Uncovered
    );
    let both = vec![planned(1, &["A.1"]), planned(2, &["A.2"])];
    let records = [attempt(0, vec![good(1)]), attempt(0, vec![good(2)])].concat();
    assert_eq!(verdict(vec![criterion("A", 2)], both, records), Verdict::Passed);
    assert_eq!(
        verdict(
            vec![criterion("A", 2)],
            vec![planned(1, &["A"])],
            attempt(0, vec![good(1)])
        ),
        Verdict::Passed
    );
}

#[test]
fn a_failing_scenario_beside_a_passing_one_fails_the_criterion() {
    let both = vec![planned(1, &["A"]), planned(2, &["A"])];
    let records = [attempt(0, vec![good(1)]), attempt(0, vec![bad(2)])].concat();
    assert_eq!(verdict(vec![criterion("A", 1)], both, records), Verdict::Failed);
}

#[test]
fn a_budget_that_nothing_measured_is_hollow() {
    let unmeasured = attempt(0, vec![step(1, vec![check(true, 1)], vec![])]);
    let judged = judge(&run(vec![limited("A")], vec![planned(1, &["A"])], unmeasured));
    assert_eq!(judged.scenarios[0].verdict, Verdict::Passed);
    assert_eq!(
        (judged.criteria[0].verdict, judged.criteria[0].budgets[0].verdict),
        (Verdict::Errored, BudgetVerdict::Unmeasured)
    );
    assert_eq!(judged.exit_code(false), 3);
}

#[test]
fn a_budget_of_another_response_is_not_asked_of_a_scenario() {
    let mut two = criterion("A", 2);
    two.budgets = vec![budget("bind", 2, &two)];
    let scenarios = vec![planned(1, &["A.1"]), planned(2, &["A.2"])];
    let unmeasured = |line| attempt(0, vec![step(line, vec![check(true, 1)], vec![])]);
    let records = [unmeasured(1), attempt(0, vec![good(2)])].concat();
    assert_eq!(verdict(vec![two], scenarios, records), Verdict::Passed);
}

#[test]
fn a_missing_capability_leaves_the_criterion_not_run_and_the_exit_code_zero() {
    let mut lacking = planned(1, &["A", "needs-three-nodes"]);
    lacking.not_run = Some(NotRunReason::MissingCapability {
        capability: "three-nodes".into(),
        reason: "1 node".into(),
    });
    let judged = judge(&run(vec![criterion("A", 1), criterion("B", 1)], vec![lacking], vec![]));
    assert_eq!(judged.criteria[0].verdict, Verdict::NotRun);
    assert_eq!(
        judged.criteria[0].findings[0].text,
        "`A claim is bound 1`: the cluster lacks `three-nodes`: 1 node"
    );
    assert_eq!((judged.exit_code(false), judged.exit_code(true)), (0, 1));
}

#[test]
fn a_criterion_on_a_stand_in_is_marked_and_counted_apart() {
    let judged = changed(passing_run(), |_, stand_ins| {
        let (subject, component, reason) = ("openebs-localpv".into(), "local-path".into(), "no image".into());
        stand_ins.push(StandIn {
            subject,
            component,
            reason,
        });
    });
    assert_eq!(judged.criteria[0].marks, [Mark::StandIn]);
    let passed = judged.counts.of(Verdict::Passed);
    assert_eq!((passed.direct, passed.on_stand_ins), (0, 1));
    assert_eq!(
        judged.counts.sentence(),
        "1 of 1 criteria judged, 1 of them on stand-ins: 1 passed (1 on stand-ins)"
    );
    assert_eq!(judged.exit_code(false), 0);
}

#[test]
fn what_nothing_looked_at_is_not_on_a_stand_in() {
    let judged = changed(run(vec![criterion("A", 1)], vec![], vec![]), |_, stand_ins| {
        let (subject, component, reason) = ("openebs-localpv".into(), "local-path".into(), "no image".into());
        stand_ins.push(StandIn {
            subject,
            component,
            reason,
        });
    });
    assert_eq!(
        (judged.criteria[0].marks.len(), judged.criteria[0].stand_ins.len()),
        (0, 1)
    );
    assert_eq!(judged.counts.of(Verdict::Uncovered).on_stand_ins, 0);
}

#[test]
fn a_changed_sentence_is_suspect_and_red() {
    let judged = changed(passing_run(), |plan, _| {
        plan.review.pins = vec![Pin {
            criterion: plan.criteria[0].id.clone(),
            hash: "another".into(),
        }];
    });
    assert_eq!(
        (judged.criteria[0].marks.as_slice(), judged.exit_code(false)),
        ([Mark::Suspect].as_slice(), 1)
    );
}

#[test]
fn shown_to_fail_asks_for_a_proof_of_each_passing_scenario_on_the_same_sentence() {
    let proof = |plan: &Plan, hash: &str| Proof {
        file: key(1).file,
        scenario: "A claim is bound 1".into(),
        pin: Pin {
            criterion: plan.criteria[0].id.clone(),
            hash: hash.into(),
        },
    };
    let marks = |hash: &str| {
        let judged = changed(passing_run(), |plan, _| plan.review.proofs = vec![proof(plan, hash)]);
        judged.criteria[0].marks.clone()
    };
    assert_eq!(marks("hash of A"), [Mark::ShownToFail]);
    assert_eq!(marks("hash of a former sentence"), []);
}

#[test]
fn a_waiver_speaks_only_where_nothing_was_judged_and_until_it_expires() {
    let waived = |records: Vec<Record>, expires: &str| {
        let judged = changed(records, |plan, _| {
            let (reason, owner) = ("no beam cluster here".into(), "storage team".into());
            let criterion = plan.criteria[0].id.clone();
            plan.review = Review {
                waivers: vec![Waiver {
                    criterion,
                    reason,
                    owner,
                    expires: expires.parse().unwrap(),
                }],
                ..Review::default()
            };
        });
        judged.criteria[0].verdict
    };
    let uncovered = || run(vec![criterion("A", 1)], vec![], vec![]);
    assert_eq!(waived(uncovered(), "2027-01-01T00:00:00Z"), Verdict::Waived);
    assert_eq!(waived(uncovered(), "2026-01-01T00:00:00Z"), Verdict::Uncovered);
    let failing = run(
        vec![criterion("A", 1)],
        vec![planned(1, &["A"])],
        attempt(0, vec![bad(1)]),
    );
    assert_eq!(waived(failing, "2027-01-01T00:00:00Z"), Verdict::Failed);
}

#[test]
fn exit_codes_are_those_of_the_design() {
    let of = |steps: Vec<StepRecord>| judge(&run(vec![], vec![planned(1, &[])], attempt(0, steps))).exit_code(false);
    assert_eq!(of(vec![good(1)]), 0);
    assert_eq!(of(vec![bad(1)]), 1);
    assert_eq!(of(vec![step(1, vec![], vec![])]), 3);
    assert_eq!(judge(&run(vec![], vec![], vec![])).exit_code(false), 4);
    let mut out = planned(1, &[]);
    out.not_run = Some(NotRunReason::NotSelected);
    assert_eq!(
        judge(&run(vec![], vec![out], vec![])).outcome(false),
        RunOutcome::NothingSelected
    );
}

#[test]
fn leaks_errors_and_signals_show_in_the_exit_code() {
    let ends = |end: RunFinished| {
        let mut records = passing_run();
        *records.last_mut().unwrap() = Record::RunFinished(end);
        judge(&records).exit_code(false)
    };
    let leak = crate::Leak {
        what: "Namespace shall-1".into(),
        why: None,
    };
    assert_eq!(
        ends(RunFinished {
            leaks: vec![leak],
            ..finished()
        }),
        3
    );
    assert_eq!(
        ends(RunFinished {
            errors: vec!["no engine".into()],
            ..finished()
        }),
        3
    );
    assert_eq!(
        ends(RunFinished {
            interrupted: true,
            ..finished()
        }),
        130
    );
}

#[test]
fn failed_wins_over_errored_and_leaks() {
    let scenarios = vec![planned(1, &[]), planned(2, &[])];
    let records = [attempt(0, vec![bad(1)]), attempt(0, vec![step(2, vec![], vec![])])].concat();
    assert_eq!(judge(&run(vec![], scenarios, records)).exit_code(false), 1);
}

#[test]
fn a_killed_run_is_reported_with_what_it_saw() {
    let mut records = run(
        vec![limited("A"), limited("B"), limited("C")],
        vec![planned(1, &["A"]), planned(2, &["B"]), planned(3, &["C"])],
        [attempt(0, vec![good(1)]), attempt(0, vec![good(2)])].concat(),
    );
    records.truncate(records.len() - 2);
    let judged = judge(&records);
    let verdicts: Vec<_> = judged.criteria.iter().map(|one| one.verdict).collect();
    assert_eq!(verdicts, [Verdict::Passed, Verdict::Errored, Verdict::NotRun]);
    assert_eq!((judged.errors.len(), judged.exit_code(false)), (2, 3));
}

#[test]
fn records_without_a_plan_are_shown_and_prove_nothing() {
    let judged = judge(&attempt(0, vec![good(1)]));
    assert_eq!(
        (judged.scenarios.len(), judged.criteria.len(), judged.exit_code(false)),
        (1, 0, 3)
    );
    assert_eq!(judge(&[]).exit_code(true), 3);
}

#[test]
fn the_matrix_reads_in_both_directions() {
    let records = [attempt(0, vec![good(1)]), attempt(0, vec![good(2)])].concat();
    let scenarios = vec![planned(1, &["A", "B"]), planned(2, &["B"]), planned(3, &[])];
    let judged = judge(&run(vec![limited("A"), limited("B"), limited("C")], scenarios, records));
    let lines = |id: &str| {
        let cells = judged.matrix.of_criterion(&shall_spec::CriterionId(id.into()));
        cells.iter().map(|cell| cell.scenario.line).collect::<Vec<_>>()
    };
    assert_eq!([lines("A"), lines("B"), lines("C")], [vec![1], vec![1, 2], vec![]]);
    let first = key(1);
    let of_first = judged
        .matrix
        .of_scenario(&first)
        .map(|cell| cell.criterion.as_str())
        .collect::<Vec<_>>();
    assert_eq!(of_first, ["A", "B"]);
    assert_eq!(judged.matrix.untraced, [key(3)]);
    assert_eq!((judged.coverage.covered, judged.coverage.criteria), (2, 3));
}

#[test]
fn a_negative_scenario_proves_no_response_alone_and_a_failed_one_counts() {
    let criterion = || criterion("AC-1", 1);
    let negative = || planned(9, &["AC-1", "negative"]);
    let plain = |line: usize, met: bool| attempt(0, vec![step(line, vec![check(met, 1)], vec![])]);
    let alone = verdict(vec![criterion()], vec![negative()], plain(9, true));
    assert_eq!(alone, Verdict::Uncovered);
    let scenarios = || vec![planned(3, &["AC-1"]), negative()];
    let both = |met| verdict(vec![criterion()], scenarios(), [plain(3, true), plain(9, met)].concat());
    assert_eq!(both(true), Verdict::Passed);
    assert_eq!(both(false), Verdict::Failed);
}

#[test]
fn a_negative_scenario_owes_no_measurement() {
    let plain = attempt(0, vec![step(9, vec![check(true, 1)], vec![])]);
    let scenarios = vec![planned(3, &["AC-1"]), planned(9, &["AC-1", "negative"])];
    let measured = attempt(0, vec![good(3)]);
    let judged = verdict(
        vec![limited("AC-1")],
        scenarios.clone(),
        [measured, plain.clone()].concat(),
    );
    assert_eq!(judged, Verdict::Passed);
    let alone = verdict(vec![limited("AC-1")], scenarios[1..].to_vec(), plain);
    assert_eq!(alone, Verdict::Uncovered);
}
