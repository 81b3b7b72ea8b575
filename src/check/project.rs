//! [`check_project`]: specification, features and steps of a project, every fault at once.

use std::collections::{BTreeMap, BTreeSet};

use shall_spec::{Diagnostic, SourceText, Span, lint_document, read_sources};
use shall_trace::Capabilities;

use super::Checked;
use crate::{
    config::Config,
    project::{ProjectError, Reviewed, join, read_features},
    review::review_findings,
    rules::{Selection, UNMATCHED},
    select::SelectArgs,
};

/// Rules of the general reader that the project's own reader says better, or that are none of a project's documents:
/// prose may stand beside the criteria.
const OF_ANY_DOCUMENT: [&str; 4] = ["READ-001", "READ-002", "READ-003", "TRACE-002"];

/// Finds everything that is wrong with a project, of which the specification was read. A stage whose input has errors
/// is left out, so that no finding follows from another: links need a specification, steps need features.
///
/// # Errors
///
/// When something else than documents and features is at fault: lock, mutants or proofs.
pub fn check_project(
    config: &Config,
    read: Result<Reviewed, ProjectError>,
    capabilities: &Capabilities,
    selection: &Selection,
) -> Result<Checked, ProjectError> {
    let mut checked = match read {
        Ok(read) => joined(config, &read, capabilities, selection)?,
        Err(error) => unread(config, error, selection)?,
    };
    checked.findings.retain(|finding| selection.takes_id(finding.rule));
    drop_repeated(&mut checked.findings);
    Ok(checked)
}

/// The findings about a specification that can be used, and about its features.
fn joined(
    config: &Config,
    read: &Reviewed,
    capabilities: &Capabilities,
    selection: &Selection,
) -> Result<Checked, ProjectError> {
    let specification = &read.specification;
    let features = read_features(config, read);
    let mut findings: Vec<Diagnostic> = sentences(&read.sources, selection).collect();
    let mut scenarios = 0;
    match join(config, read, &features, &SelectArgs::default(), capabilities) {
        Ok((plan, warnings)) => {
            scenarios = plan.scenarios.len();
            findings.extend(warnings);
            findings.extend(review_findings(config, read, &plan));
        }
        Err(ProjectError::Features(faults)) => findings.extend(read.warnings.iter().cloned().chain(faults)),
        Err(ProjectError::Unmatched(unmatched)) => {
            findings.extend(read.warnings.iter().cloned());
            findings.extend(features.lint(specification, capabilities));
            findings.extend(steps(config, unmatched));
        }
        Err(error) => return Err(error),
    }
    findings.extend(features.lint_translation(specification, |rule| selection.takes(rule)));
    Ok(Checked {
        findings,
        criteria: specification.criteria.len(),
        scenarios,
    })
}

/// The findings about a specification that cannot be used. Of the features only what needs no specification is looked at.
fn unread(config: &Config, error: ProjectError, selection: &Selection) -> Result<Checked, ProjectError> {
    let faults = match error {
        ProjectError::Specification(errors) => errors.diagnostics,
        ProjectError::Decisions(faults) => faults,
        ProjectError::Lock(_)
        | ProjectError::Features(_)
        | ProjectError::Mutants(_)
        | ProjectError::Proofs(_)
        | ProjectError::Filter(_)
        | ProjectError::Runner(_)
        | ProjectError::Unmatched(_) => return Err(error),
    };
    let paths = [config.spec_paths(), config.document_paths()].concat();
    // What cannot be read is among the faults.
    let (sources, _unreadable) = read_sources(&paths, &config.root);
    let features = shall_trace::Features::read(&config.root, &config.features.to_string_lossy());
    let criteria = sources.iter().map(|source| {
        let document = shall_spec::read_document(source.path(), source.text());
        document.statements.len()
    });
    Ok(Checked {
        criteria: criteria.sum(),
        scenarios: 0,
        findings: faults
            .into_iter()
            .chain(sentences(&sources, selection))
            .chain(features.faults().iter().cloned())
            .collect(),
    })
}

/// What the sentence rules find in documents.
fn sentences<'a>(sources: &'a [SourceText], selection: &'a Selection) -> impl Iterator<Item = Diagnostic> + 'a {
    let found = sources
        .iter()
        .flat_map(|source| lint_document(source.path(), source.text(), |rule| selection.takes(rule)));
    found.filter(|finding| !OF_ANY_DOCUMENT.contains(&finding.rule))
}

/// Keeps the first of findings of one rule at one place: readers and rules may see the same.
fn drop_repeated(findings: &mut Vec<Diagnostic>) {
    let mut seen = BTreeSet::new();
    findings.retain(|finding| {
        let place = finding.place.as_ref();
        let place = place.map(|place| (place.source.path().to_owned(), place.span.start, place.span.end));
        seen.insert((finding.rule, place, finding.message.clone()))
    });
}

/// Steps without a definition, or with several, as findings at their places.
fn steps(config: &Config, unmatched: Vec<(String, usize, String)>) -> Vec<Diagnostic> {
    let mut sources: BTreeMap<String, SourceText> = BTreeMap::new();
    let mut findings = Vec::new();
    for (file, line, text) in unmatched {
        let read = || {
            SourceText::new(
                &file,
                std::fs::read_to_string(config.root.join(&file)).unwrap_or_default(),
            )
        };
        let source = sources.entry(file.clone()).or_insert_with(read);
        let message = format!("no step definition, or more than one, matches `{text}`");
        findings.push(Diagnostic::of(&UNMATCHED, message).at(source, step_span(source, line, &text), ""));
    }
    findings
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
