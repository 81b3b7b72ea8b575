//! `junit.xml`: one suite of criteria, then one suite of scenarios for each feature file.
//!
//! A failed, flaky or suspect one is a `failure`; what could not be judged is an `error`; what was not looked at is
//! `skipped`. The exact verdict stands in the property `verdict`.

use std::{collections::BTreeMap, time::Duration};

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};
use shall_trace::{
    Finding, JudgedBudget, JudgedCriterion, JudgedRun, JudgedScenario, Mark, Verdict, format_interval, format_value,
};

use crate::ReportError;

/// Name of the suite that holds the criteria.
const CRITERIA: &str = "criteria";

/// The judged run as `JUnit` XML.
///
/// # Errors
///
/// Where the encoder refuses a value.
pub fn render_junit(judged: &JudgedRun) -> Result<String, ReportError> {
    let mut report = Report::new(judged.run.as_ref().map_or("shall", |run| &run.run));
    let mut criteria = TestSuite::new(CRITERIA);
    criteria.add_test_cases(judged.criteria.iter().map(criterion_case));
    report.add_test_suite(criteria);
    let mut by_file: BTreeMap<&str, Vec<&JudgedScenario>> = BTreeMap::new();
    for scenario in &judged.scenarios {
        by_file.entry(&scenario.key().file).or_default().push(scenario);
    }
    for (file, scenarios) in by_file {
        let mut suite = TestSuite::new(file);
        suite.add_test_cases(scenarios.into_iter().map(scenario_case));
        report.add_test_suite(suite);
    }
    Ok(report.to_string()?)
}

fn criterion_case(judged: &JudgedCriterion) -> TestCase {
    let criterion = &judged.criterion;
    let status = status(judged.verdict, &judged.findings, &judged.marks);
    let mut case = TestCase::new(criterion.id.as_str(), status);
    case.set_classname(&*criterion.area);
    case.set_assertions(judged.checks);
    case.add_property(Property::new("verdict", judged.verdict.key()));
    case.add_property(Property::new("text", &*criterion.text));
    case.add_properties(judged.marks.iter().map(|mark| Property::new("mark", mark.key())));
    let facts = [
        ("contradicted", &criterion.contradicted),
        ("unsatisfiable", &criterion.unsatisfiable),
    ];
    let facts = facts
        .into_iter()
        .filter_map(|(name, fact)| Some((name, fact.as_deref()?)));
    case.add_properties(facts.map(|(name, fact)| Property::new(name, fact)));
    case.add_properties(judged.budgets.iter().map(budget_property));
    case
}

fn scenario_case(scenario: &JudgedScenario) -> TestCase {
    let status = status(scenario.verdict, &scenario.findings, &scenario.marks);
    let mut case = TestCase::new(&*scenario.planned.name, status);
    case.set_classname(&*scenario.planned.feature);
    case.set_assertions(scenario.checks().count());
    let duration = scenario.attempts.iter().filter_map(|attempt| attempt.duration_ms).sum();
    case.set_time(Duration::from_millis(duration));
    case.add_property(Property::new("verdict", scenario.verdict.key()));
    case.add_property(Property::new("place", scenario.key().to_string()));
    case.add_properties(scenario.marks.iter().map(|mark| Property::new("mark", mark.key())));
    case.add_properties(scenario.links.iter().map(|link| {
        let response = link.response.map(|number| format!(".{number}")).unwrap_or_default();
        Property::new("verifies", format!("{}{response}", link.criterion))
    }));
    if let Some(cause) = scenario.last_attempt().and_then(|attempt| attempt.cause.as_deref()) {
        case.set_system_err(format!("most likely cause: {cause}"));
    }
    case
}

/// `budget.provisioning-duration` = `inside: 2.41 to 2.43 s (<= 30 s)`.
fn budget_property(judged: &JudgedBudget) -> Property {
    let budget = &judged.budget;
    let name = format!("budget.{}", budget.metric.as_deref().unwrap_or(&budget.text));
    let limit = format!("{} {}", budget.op, format_value(budget.value, budget.unit));
    let read = |lower, upper, unit| format!(" {}", format_interval(lower, upper, unit));
    let measured = judged.measurements.iter().map(|measured| &measured.measurement);
    let measured: Vec<_> = measured
        .map(|value| read(value.lower, value.upper, value.unit))
        .collect();
    Property::new(name, format!("{}:{} ({limit})", judged.verdict, measured.join(",")))
}

/// What passed for a sentence that has changed since is a failure of type `suspect`: the run is red for it.
fn status(verdict: Verdict, findings: &[Finding], marks: &[Mark]) -> TestCaseStatus {
    let kind = match verdict {
        Verdict::Passed if marks.contains(&Mark::Suspect) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type(Mark::Suspect.key());
            status.set_message("the sentence changed since it was accepted");
            return status;
        }
        Verdict::Passed => return TestCaseStatus::success(),
        Verdict::Failed | Verdict::Flaky => Some(NonSuccessKind::Failure),
        Verdict::Errored | Verdict::Inconclusive => Some(NonSuccessKind::Error),
        Verdict::NotRun | Verdict::Uncovered | Verdict::Waived => None,
    };
    let mut status = kind.map_or_else(TestCaseStatus::skipped, TestCaseStatus::non_success);
    let mut lines = findings.iter().map(|finding| finding.text.as_str());
    status.set_type(verdict.key());
    status.set_message(lines.next().unwrap_or(verdict.key()));
    let rest = lines.collect::<Vec<_>>().join("\n");
    if !rest.is_empty() {
        status.set_description(rest);
    }
    status
}
