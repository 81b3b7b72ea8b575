//! Small values for this crate's tests.

use jiff::Timestamp;
use shall_spec::{
    AcceptanceCriterion, Budget, Clause, ClauseRole, CriterionId, Operator, Pattern, SourceNote, Span, Specification,
    Unit,
};

use crate::{
    evidence::{
        Check, Measurement, Record, RunFinished, RunStarted, SCHEMA, ScenarioFinished, ScenarioStarted, StandIn,
        StepOutcome, StepRecord,
    },
    planned::{Plan, PlannedScenario, Review, ScenarioKey},
};

pub(crate) fn at() -> Timestamp {
    "2026-11-20T10:00:00Z".parse().unwrap()
}

/// A criterion with this many responses, each a clause of ten bytes.
pub(crate) fn criterion(id: &str, responses: usize) -> AcceptanceCriterion {
    let clause = |index: usize| Clause {
        role: ClauseRole::Response,
        text: format!("response {index}"),
        span: Span {
            start: index * 10,
            end: index * 10 + 10,
        },
    };
    AcceptanceCriterion {
        id: CriterionId(id.into()),
        file: "spec/storage.md".into(),
        line: 8,
        column: 1,
        area: "storage".into(),
        platform: None,
        subjects: vec!["openebs-localpv".into()],
        text: format!("The platform SHALL keep {id}."),
        hash: format!("hash of {id}"),
        pattern: Pattern::Ubiquitous,
        clauses: (1..=responses).map(clause).collect(),
        responses: (1..=responses).map(|index| format!("response {index}")).collect(),
        budgets: Vec::new(),
        sources: vec![SourceNote {
            document: "foundry".into(),
            section: "Storage".into(),
            line: 12,
        }],
        contradicted: None,
        unsatisfiable: None,
    }
}

/// A budget of 30 seconds within a response.
pub(crate) fn budget(metric: &str, response: usize, criterion: &AcceptanceCriterion) -> Budget {
    let mut budget = limit(criterion, Operator::AtMost, 30.0, Unit::Second);
    budget.metric = Some(metric.into());
    budget.span = Span {
        start: response * 10 + 1,
        end: response * 10 + 9,
    };
    budget
}

/// A budget without a key in the first response.
pub(crate) fn limit(criterion: &AcceptanceCriterion, op: Operator, value: f64, unit: Unit) -> Budget {
    let span = criterion.clauses[0].span;
    Budget {
        metric: None,
        op,
        value,
        unit,
        percentile: None,
        text: "within its limit".into(),
        about: None,
        span,
    }
}

pub(crate) fn specification(criteria: Vec<AcceptanceCriterion>) -> Specification {
    Specification { criteria }
}

pub(crate) fn measurement(metric: &str, lower: f64, upper: f64) -> Measurement {
    Measurement {
        metric: metric.into(),
        lower,
        upper,
        unit: Unit::Second,
        from: "claim created, client clock".into(),
        to: "claim bound, client clock".into(),
        bound: "watch latency".into(),
    }
}

pub(crate) fn check(met: bool, examined: u64) -> Check {
    Check {
        subject: "files".into(),
        expected: "12".into(),
        observed: "12".into(),
        met,
        examined,
    }
}

pub(crate) fn key(line: usize) -> ScenarioKey {
    ScenarioKey::new("features/storage/claim.feature", line)
}

pub(crate) fn planned(line: usize, tags: &[&str]) -> PlannedScenario {
    PlannedScenario {
        key: key(line),
        feature: "Claims".into(),
        name: format!("A claim is bound {line}"),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        steps: vec!["Then its volume holds the same data".into()],
        not_run: None,
    }
}

/// One `Then` of the scenario on this line.
pub(crate) fn step(line: usize, checks: Vec<Check>, measurements: Vec<Measurement>) -> StepRecord {
    let outcome = if checks.iter().all(|check| check.met) {
        StepOutcome::Passed
    } else {
        StepOutcome::Failed {
            message: "not met".into(),
            cause: None,
        }
    };
    StepRecord {
        scenario: key(line),
        index: Some(0),
        keyword: "Then".into(),
        text: "its volume holds the same data".into(),
        at: at(),
        duration_ms: 40,
        outcome,
        checks,
        measurements,
        notes: Vec::new(),
    }
}

/// The records of one attempt that begins, does these steps and ends.
pub(crate) fn attempt(number: usize, mut steps: Vec<StepRecord>) -> Vec<Record> {
    let mut scenario = steps[0].scenario.clone();
    scenario.attempt = number;
    for step in &mut steps {
        step.scenario = scenario.clone();
    }
    let started = Record::ScenarioStarted(ScenarioStarted {
        scenario: scenario.clone(),
        at: at(),
    });
    let finished = ScenarioFinished {
        scenario,
        at: at(),
        duration_ms: 90,
        diagnostics: None,
        interrupted: false,
    };
    let mut records = vec![started];
    records.extend(steps.into_iter().map(Record::Step));
    records.push(Record::ScenarioFinished(finished));
    records
}

pub(crate) fn run_started(stand_ins: Vec<StandIn>) -> RunStarted {
    RunStarted {
        schema: SCHEMA,
        run: "01HX".into(),
        at: at(),
        shall: "0.1.0".into(),
        commit: None,
        backend: "kind".into(),
        engine: Some("podman".into()),
        cluster: "shall".into(),
        kubernetes: "v1.34.2".into(),
        nodes: 1,
        profile: "reference".into(),
        components: Vec::new(),
        stand_ins,
        clock_offset_s: None,
    }
}

/// A whole run: these criteria and scenarios, then these records between the first and the last.
pub(crate) fn run(
    criteria: Vec<AcceptanceCriterion>,
    scenarios: Vec<PlannedScenario>,
    middle: Vec<Record>,
) -> Vec<Record> {
    let plan = Plan {
        criteria,
        scenarios,
        filtered: false,
        review: Review::default(),
    };
    let mut records = vec![Record::RunStarted(run_started(Vec::new())), Record::Plan(plan)];
    records.extend(middle);
    records.push(Record::RunFinished(finished()));
    records
}

pub(crate) fn finished() -> RunFinished {
    RunFinished {
        at: at(),
        leaks: Vec::new(),
        interrupted: false,
        errors: Vec::new(),
    }
}
