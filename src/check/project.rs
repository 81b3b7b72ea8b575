//! [`check_project`]: specification, features and steps of a project, every fault at once.

use std::collections::BTreeMap;

use shall_spec::{Diagnostic, Loaded, Severity, SourceText, Span, lint_document, read_specification};
use shall_steps::{RunnerError, unmatched_steps};
use shall_trace::{Capabilities, Features, Filter, plan};

use super::Checked;
use crate::{
    config::Config,
    rules::{Selection, UNMATCHED},
};

/// Rules of the general reader that the project's own reader says better, or that are none of a project's documents:
/// prose may stand beside the criteria.
const OF_ANY_DOCUMENT: [&str; 4] = ["READ-001", "READ-002", "READ-003", "TRACE-002"];

/// Reads a project and finds everything that is wrong with it. A stage whose input has errors is left out, so that
/// no finding follows from another: links need a specification, steps need features.
///
/// # Errors
///
/// When a feature that was read a moment ago cannot be read again.
pub fn check_project(
    config: &Config,
    capabilities: &Capabilities,
    selection: &Selection,
) -> Result<Checked, RunnerError> {
    let Loaded {
        specification,
        diagnostics: mut findings,
        sources,
    } = read_specification(&[config.root.join(&config.spec)], &config.root);
    let is_sound = !has_error(&findings);
    findings.extend(sources.iter().flat_map(|source| sentences(source, selection)));
    let features = Features::read(&config.root, &config.features.to_string_lossy());
    let mut scenarios = 0;
    if is_sound {
        match plan(&specification, &features, &Filter::default(), capabilities) {
            Ok(plan) => {
                scenarios = plan.scenarios.len();
                findings.extend(features.lint(&specification, capabilities));
                findings.extend(steps(config, &plan.scenarios)?);
            }
            Err(faults) => findings.extend(faults),
        }
        findings.extend(features.lint_translation(&specification, |rule| selection.takes(rule)));
    } else {
        findings.extend(features.faults().iter().cloned());
    }
    findings.retain(|finding| finding.severity == Severity::Error || selection.takes_id(finding.rule));
    Ok(Checked {
        findings,
        criteria: specification.criteria.len(),
        scenarios,
    })
}

fn has_error(findings: &[Diagnostic]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Error)
}

/// What the sentence rules find in one document.
fn sentences(source: &SourceText, selection: &Selection) -> Vec<Diagnostic> {
    let found = lint_document(source.path(), source.text(), |rule| selection.takes(rule));
    let own = found.into_iter();
    own.filter(|finding| !OF_ANY_DOCUMENT.contains(&finding.rule)).collect()
}

/// Steps without a definition, or with several, as findings at their places.
fn steps(config: &Config, scenarios: &[shall_trace::PlannedScenario]) -> Result<Vec<Diagnostic>, RunnerError> {
    let mut sources: BTreeMap<String, SourceText> = BTreeMap::new();
    let mut findings = Vec::new();
    for (file, line, text) in unmatched_steps(&config.root, scenarios)? {
        let read = || {
            SourceText::new(
                &file,
                std::fs::read_to_string(config.root.join(&file)).unwrap_or_default(),
            )
        };
        let source = sources.entry(file.clone()).or_insert_with(read);
        let message = format!("no step definition, or more than one, matches `{text}`");
        let span = step_span(source, line, &text);
        findings.push(
            Diagnostic::error(UNMATCHED.id, message)
                .at(source, span, "")
                .hint(UNMATCHED.hint),
        );
    }
    Ok(findings)
}

/// Where a step's words stand on a line.
fn step_span(source: &SourceText, line: usize, words: &str) -> Span {
    let before = source.text().split_inclusive('\n').take(line.saturating_sub(1));
    let start: usize = before.map(str::len).sum();
    let rest = source.text().get(start..).unwrap_or_default();
    let text = rest.lines().next().unwrap_or_default();
    let indent = text.len() - text.trim_start().len();
    match text.find(words) {
        Some(at) => Span {
            start: start + at,
            end: start + at + words.len(),
        },
        // An outline's step is written with placeholders: the whole line is meant.
        None => Span {
            start: start + indent,
            end: start + text.trim_end().len(),
        },
    }
}
