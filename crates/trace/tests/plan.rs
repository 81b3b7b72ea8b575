//! Features on disk to a plan, and every fault of them at once.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::{fs, path::Path};

use shall_spec::{
    AcceptanceCriterion, Budget, Clause, ClauseRole, CriterionId, Diagnostic, Operator, Pattern, Severity, Span,
    Specification, Unit,
};
use shall_trace::{Capabilities, Features, Filter, NotRunReason, Plan, plan};

/// Two responses with a budget in the first, one criterion with two budgets, one with none.
fn specification() -> Specification {
    let mut first = criterion("AC-001-01", 2);
    first.budgets = vec![budget("provisioning-duration", 0)];
    let mut two = criterion("AC-002-01", 1);
    two.budgets = vec![budget("backup-duration", 0), budget("upload-duration", 0)];
    Specification {
        criteria: vec![first, two, criterion("AC-003-01", 1)],
    }
}

fn criterion(id: &str, responses: usize) -> AcceptanceCriterion {
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
        file: "spec/a.md".into(),
        line: 1,
        column: 1,
        area: "a".into(),
        platform: None,
        subjects: vec![],
        text: id.into(),
        hash: id.into(),
        pattern: Pattern::Ubiquitous,
        clauses: (0..responses).map(clause).collect(),
        responses: (0..responses).map(|index| format!("response {index}")).collect(),
        budgets: vec![],
        sources: vec![],
        contradicted: None,
        unsatisfiable: None,
    }
}

fn budget(metric: &str, response: usize) -> Budget {
    let span = Span {
        start: response * 10 + 2,
        end: response * 10 + 8,
    };
    Budget {
        metric: Some(metric.into()),
        op: Operator::AtMost,
        value: 30.0,
        unit: Unit::Second,
        percentile: None,
        text: "within 30 seconds".into(),
        about: None,
        span,
    }
}

fn capabilities() -> Capabilities {
    Capabilities::default()
        .present("image-pull")
        .missing("three-nodes", "the cluster has 1 node")
}

fn plan_of(files: &[(&str, &str)], tags: Option<&str>, criteria: &[&str]) -> Result<Plan, Vec<Diagnostic>> {
    let root = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = root.path().join("features").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let criteria: Vec<_> = criteria.iter().map(|id| (*id).to_owned()).collect();
    let filter = Filter::parse(tags, &criteria, &specification()).unwrap();
    plan(
        &specification(),
        &Features::read(root.path(), "features"),
        &filter,
        &capabilities(),
    )
}

/// Each fault as `rule file:line message`.
fn faults(text: &str) -> Vec<String> {
    let faults = plan_of(&[("a.feature", text)], None, &[]).unwrap_err();
    let line = |fault: &Diagnostic| fault.position().map_or(0, |at| at.line);
    faults
        .iter()
        .map(|fault| {
            format!(
                "{} {}:{} {}",
                fault.rule,
                fault.path().unwrap_or("-"),
                line(fault),
                fault.message
            )
        })
        .collect()
}

const GOOD: &str = "@REQ-1
Feature: Claims
  Background:
    Given a namespace

  @AC-001-01.1
  Scenario: A claim is bound within its budget
    When a claim is made
    Then it is bound
    And provisioning stays within its budget

  @AC-001-01.2 @needs-three-nodes
  Scenario Outline: A claim of <size> is kept
    When a node is drained
    Then <size> is kept

    @slow
    Examples:
      | size |
      | 1Gi  |
      | 2Gi  |
";

#[test]
fn scenarios_come_with_tags_steps_and_reasons() {
    let plan = plan_of(&[("storage/claim.feature", GOOD)], None, &[]).unwrap();
    let seen: Vec<_> = plan
        .scenarios
        .iter()
        .map(|one| (one.key.file.as_str(), one.key.line, one.name.as_str()))
        .collect();
    let file = "features/storage/claim.feature";
    let expected = [
        (file, 7, "A claim is bound within its budget"),
        (file, 20, "A claim of 1Gi is kept"),
        (file, 21, "A claim of 2Gi is kept"),
    ];
    assert_eq!(seen, expected);
    assert_eq!(
        plan.scenarios[0].steps[..2],
        ["Given a namespace", "When a claim is made"]
    );
    assert_eq!(plan.scenarios[0].not_run, None);
    assert_eq!(
        plan.scenarios[1].tags,
        ["REQ-1", "AC-001-01.2", "needs-three-nodes", "slow"]
    );
    let reason = NotRunReason::MissingCapability {
        capability: "three-nodes".into(),
        reason: "the cluster has 1 node".into(),
    };
    assert_eq!(plan.scenarios[1].not_run, Some(reason));
    assert_eq!((plan.criteria.len(), plan.filtered), (3, false));
}

#[test]
fn a_filter_leaves_scenarios_out_and_says_so() {
    let selected = |tags, criteria: &[&str]| {
        let plan = plan_of(&[("a.feature", GOOD)], tags, criteria).unwrap();
        assert!(plan.filtered);
        let out = plan
            .scenarios
            .iter()
            .map(|one| one.not_run == Some(NotRunReason::NotSelected));
        out.map(|out| !out).collect::<Vec<_>>()
    };
    assert_eq!(selected(Some("not @slow"), &[]), [true, false, false]);
    assert_eq!(selected(None, &["AC-001-01.2"]), [false, true, true]);
    assert_eq!(selected(Some("@typo"), &[]), [false, false, false]);
}

#[test]
fn all_faults_are_told_at_once_with_file_and_line() {
    let text = "Feature: Claims
  @AC-001-10 @needs-four-nodes
  Scenario: One
    When a claim is made

  @AC-001-01 @wip
  Scenario: Two
    When a claim is made

  @AC-001-01.3
  Scenario: Two
    When a claim is made
";
    let expected = [
        "FEATURE-005 features/a.feature:2 tag `@AC-001-10` names no criterion and steers nothing",
        "FEATURE-007 features/a.feature:2 no capability `four-nodes` is defined",
        "FEATURE-008 features/a.feature:6 `@wip` has no issue number on the line above",
        "FEATURE-010 features/a.feature:7 scenario measures nothing, but `AC-001-01` has a budget",
        "FEATURE-006 features/a.feature:10 criterion `AC-001-01`: expected a response from 1 to 2, observed `@AC-001-01.3`",
        "FEATURE-004 features/a.feature:11 scenario `Two` has the title of the one at line 7",
    ];
    assert_eq!(faults(text), expected);
}

#[test]
fn a_fault_shows_the_tag_and_what_is_near() {
    let text = "Feature: F\n  @AC-001-10\n  Scenario: S\n    When x\n";
    let faults = plan_of(&[("a.feature", text)], None, &[]).unwrap_err();
    let shown = faults[0].rendered();
    assert!(
        shown.contains("@AC-001-10\n") && shown.contains("^^^^^^^^^^"),
        "{shown}"
    );
    assert!(shown.contains("did you mean `@AC-001-01`?"), "{shown}");
}

#[test]
fn a_step_names_the_metric_where_there_are_several() {
    let scenario = |step: &str| format!("Feature: F\n  @AC-002-01\n  Scenario: S\n    When x\n    Then {step}\n");
    let faults_of = |step| faults(&scenario(step));
    assert_eq!(
        faults_of("it stays within its budget"),
        ["FEATURE-011 features/a.feature:5 step names none of the budgets `backup-duration`, `upload-duration`"]
    );
    assert_eq!(
        faults_of("it stays within the budget \"backup-time\""),
        ["FEATURE-011 features/a.feature:5 budget `backup-time`: expected one of `backup-duration`, `upload-duration`"]
    );
    assert!(
        plan_of(
            &[("a.feature", &scenario("it stays within the budget \"backup-duration\""))],
            None,
            &[]
        )
        .is_ok()
    );
}

#[test]
fn a_budget_step_without_a_budget_is_a_fault() {
    let text = "Feature: F\n  @AC-003-01\n  Scenario: S\n    Then it stays within its budget\n";
    assert_eq!(
        faults(text),
        ["FEATURE-012 features/a.feature:4 step is about a budget, but no criterion of the scenario has one"]
    );
}

#[test]
fn a_response_without_a_budget_asks_for_no_measurement() {
    let text = "Feature: F\n  @AC-001-01.2\n  Scenario: S\n    Then it is kept\n";
    assert!(plan_of(&[("a.feature", text)], None, &[]).is_ok());
}

#[test]
fn an_unknown_placeholder_and_an_outline_without_rows_are_faults() {
    let text = "Feature: F\n  @AC-003-01\n  Scenario Outline: S <size>\n    When <what>\n    Examples:\n      | size |\n      | 1 |\n  @AC-003-01\n  Scenario Outline: T\n    When x\n    Examples:\n      | size |\n";
    let expected = [
        "FEATURE-009 features/a.feature:3 placeholder `<what>` is no column of the examples",
        "FEATURE-003 features/a.feature:9 outline `T` has no example row, so it never runs",
    ];
    assert_eq!(faults(text), expected);
}

#[test]
fn a_file_that_does_not_parse_is_told_beside_the_faults_of_others() {
    let broken = "Feature: F\n  Scenario: S\n    When x\n    Whenever y\n";
    let unknown = "Feature: G\n  @AC-009-09\n  Scenario: S\n    When x\n";
    let faults = plan_of(&[("a.feature", broken), ("b.feature", unknown)], None, &[]).unwrap_err();
    let seen: Vec<_> = faults.iter().map(|fault| (fault.rule, fault.path().unwrap())).collect();
    assert_eq!(
        seen,
        [
            ("FEATURE-002", "features/a.feature"),
            ("FEATURE-005", "features/b.feature")
        ]
    );
    assert!(faults[0].position().unwrap().line >= 3, "{}", faults[0].rendered());
}

#[test]
fn a_missing_folder_is_a_fault() {
    let features = Features::read(Path::new("/nonexistent-root"), "features");
    let filter = Filter::default();
    assert!(plan(&specification(), &features, &filter, &capabilities()).is_err());
}

#[test]
fn a_scenario_without_criterion_is_a_warning() {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join("features")).unwrap();
    fs::write(
        root.path().join("features/a.feature"),
        "Feature: F\n  Scenario: S\n    When x\n",
    )
    .unwrap();
    let features = Features::read(root.path(), "features");
    let findings = features.lint(&specification(), &capabilities());
    assert_eq!(
        findings.iter().map(|one| (one.rule, one.severity)).collect::<Vec<_>>(),
        [("FEATURE-013", Severity::Warning)]
    );
    assert!(plan(&specification(), &features, &Filter::default(), &capabilities()).is_ok());
}

#[test]
fn a_budget_that_no_scenario_measures_is_told_where_another_one_is_measured() {
    let text = "Feature: F\n\n  @AC-002-01\n  Scenario: One of two\n    Given a\n    Then it stays within its budget \"backup-duration\"\n";
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("features")).unwrap();
    fs::write(folder.path().join("features/a.feature"), text).unwrap();
    let found = Features::read(folder.path(), "features").lint(&specification(), &Capabilities::default());
    let seen: Vec<_> = found
        .iter()
        .map(|one| (one.rule, one.severity, one.message.as_str()))
        .collect();
    let message = "budget `upload-duration` (`within 30 seconds`) of `AC-002-01` is measured by no scenario";
    assert_eq!(seen, [("FEATURE-014", Severity::Warning, message)]);
}
