//! Scenarios as the page shows them: [`FeatureView`] and its [`ScenarioView`]s.

use serde::Serialize;
use shall_trace::{
    Check, JudgedAttempt, JudgedRun, JudgedScenario, Measurement, NotRunReason, StepOutcome, StepRecord, Verdict,
    format_interval,
};

use super::shape::{Chip, FindingView, MarkView, anchor};
use crate::{
    format::{clock, duration},
    summary::needs_attention,
};

/// The scenarios of one feature file.
#[derive(Serialize)]
pub(super) struct FeatureView<'a> {
    file: &'a str,
    title: &'a str,
    scenarios: Vec<ScenarioView<'a>>,
}

/// One scenario.
#[derive(Serialize)]
pub(super) struct ScenarioView<'a> {
    anchor: String,
    line: usize,
    name: &'a str,
    chip: Chip,
    marks: Vec<MarkView>,
    open: bool,
    tags: Vec<&'a str>,
    links: Vec<LinkView<'a>>,
    findings: Vec<FindingView<'a>>,
    cause: Option<&'a str>,
    diagnostics: Option<String>,
    took: Option<String>,
    began: Option<String>,
    attempts: Vec<AttemptView<'a>>,
    /// The steps as written, where none was recorded.
    written: &'a [String],
}

#[derive(Serialize)]
struct LinkView<'a> {
    id: &'a str,
    response: Option<usize>,
}

#[derive(Serialize)]
struct AttemptView<'a> {
    /// Counted from 1; `None` where there was only one.
    number: Option<usize>,
    chip: Chip,
    steps: Vec<StepView<'a>>,
}

#[derive(Serialize)]
struct StepView<'a> {
    keyword: &'a str,
    text: &'a str,
    took: String,
    outcome: &'static str,
    message: Option<&'a str>,
    checks: &'a [Check],
    measurements: Vec<MeasurementView<'a>>,
    notes: &'a [String],
}

#[derive(Serialize)]
struct MeasurementView<'a> {
    metric: &'a str,
    value: String,
    from: &'a str,
    to: &'a str,
    bound: &'a str,
}

/// The scenarios by feature file, in the order of place.
pub(super) fn features(judged: &JudgedRun) -> Vec<FeatureView<'_>> {
    let same_file = |a: &JudgedScenario, b: &JudgedScenario| a.key().file == b.key().file;
    let chunks = judged.scenarios.chunk_by(same_file);
    chunks
        .map(|scenarios| FeatureView {
            file: scenarios.first().map_or("", |scenario| &scenario.key().file),
            title: scenarios.first().map_or("", |scenario| &scenario.planned.feature),
            scenarios: scenarios.iter().map(view).collect(),
        })
        .collect()
}

/// The scenarios that someone has to look at, worst first.
pub(super) fn attention(judged: &JudgedRun) -> Vec<ScenarioView<'_>> {
    let mut scenarios: Vec<_> = judged
        .scenarios
        .iter()
        .filter(|scenario| needs_attention(scenario.verdict))
        .collect();
    scenarios.sort_by_key(|scenario| std::cmp::Reverse(scenario.verdict));
    scenarios.into_iter().map(view).collect()
}

fn view(scenario: &JudgedScenario) -> ScenarioView<'_> {
    let last = scenario.last_attempt();
    let single = scenario.attempts.len() == 1;
    let attempt = |attempt: &'_ JudgedAttempt| (!single).then_some(attempt.key.attempt + 1);
    ScenarioView {
        anchor: anchor(scenario.key()),
        line: scenario.key().line,
        name: &scenario.planned.name,
        chip: scenario.verdict.into(),
        marks: scenario.marks.iter().copied().map(MarkView::from).collect(),
        open: needs_attention(scenario.verdict),
        tags: own_tags(scenario),
        links: scenario
            .links
            .iter()
            .map(|l| LinkView {
                id: l.criterion.as_str(),
                response: l.response,
            })
            .collect(),
        findings: scenario.findings.iter().map(FindingView::from).collect(),
        cause: last.and_then(|last| last.cause.as_deref()),
        diagnostics: last.and_then(|last| last.diagnostics.as_deref()).map(relative_link),
        took: last.and_then(|last| last.duration_ms).map(duration),
        began: last.and_then(|last| last.started_at).map(clock),
        attempts: scenario
            .attempts
            .iter()
            .map(|judged| AttemptView {
                number: attempt(judged),
                chip: judged.verdict.into(),
                steps: judged.steps.iter().map(step_view).collect(),
            })
            .collect(),
        written: if scenario.attempts.is_empty() {
            &scenario.planned.steps
        } else {
            &[]
        },
    }
}

/// Tags other than the links, which stand beside them.
fn own_tags(scenario: &JudgedScenario) -> Vec<&str> {
    let is_link = |tag: &str| {
        scenario.links.iter().any(|link| {
            let rest = tag.strip_prefix(link.criterion.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    };
    scenario
        .planned
        .tags
        .iter()
        .map(String::as_str)
        .filter(|tag| !is_link(tag))
        .collect()
}

/// A folder below the report as a link that cannot leave it for another scheme.
fn relative_link(folder: &str) -> String {
    let mut link = String::from("./");
    for character in folder.trim_start_matches('/').chars() {
        match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '/' | '-' | '_' | '.' | '~' => link.push(character),
            other => {
                let mut bytes = [0; 4];
                link.extend(other.encode_utf8(&mut bytes).bytes().map(|byte| format!("%{byte:02X}")));
            }
        }
    }
    link
}

fn step_view(step: &StepRecord) -> StepView<'_> {
    let (outcome, message) = match &step.outcome {
        StepOutcome::Passed => (Verdict::Passed.key(), None),
        StepOutcome::Failed { message, .. } => (Verdict::Failed.key(), Some(message.as_str())),
        StepOutcome::Errored { message, .. } => (Verdict::Errored.key(), Some(message.as_str())),
        StepOutcome::Skipped => (
            Verdict::NotRun.key(),
            Some("no step definition matches, or it was skipped"),
        ),
    };
    StepView {
        keyword: &step.keyword,
        text: &step.text,
        took: duration(step.duration_ms),
        outcome,
        message,
        checks: &step.checks,
        measurements: step.measurements.iter().map(measurement_view).collect(),
        notes: &step.notes,
    }
}

fn measurement_view(measurement: &Measurement) -> MeasurementView<'_> {
    MeasurementView {
        metric: &measurement.metric,
        value: format_interval(measurement.lower, measurement.upper, measurement.unit),
        from: &measurement.from,
        to: &measurement.to,
        bound: &measurement.bound,
    }
}

/// The words of a reason for which scenarios did not run, and how many there are of it.
pub(super) fn missing_capabilities(judged: &JudgedRun) -> usize {
    let missing = |scenario: &&JudgedScenario| match scenario.planned.not_run {
        Some(NotRunReason::MissingCapability { .. }) => true,
        Some(NotRunReason::NotSelected) | None => false,
    };
    judged.scenarios.iter().filter(missing).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagnostics_link_stays_below_the_report() {
        assert_eq!(relative_link("diagnostics/restore 12"), "./diagnostics/restore%2012");
        assert_eq!(relative_link("javascript:alert(1)"), "./javascript%3Aalert%281%29");
        assert_eq!(relative_link("//evil.example/x"), "./evil.example/x");
    }
}
