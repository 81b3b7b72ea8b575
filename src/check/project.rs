//! [`check_project`]: specification, features and steps of a project, every fault at once.

use std::{collections::BTreeSet, panic::resume_unwind};

use shall_spec::{Diagnostic, LOCK_FILE, Linted, Lock, ReadOptions, SourceText, lint_source, read_sources};
use shall_trace::Capabilities;

use super::Checked;
use crate::{
    config::{Config, ConfigError},
    project::{ProjectError, Reviewed, file_faults, join, read_features},
    review::review_findings,
    rules::{Selection, UNREAD_CONFIG},
    select::SelectArgs,
};

/// Rules of the general reader that the project's own reader says better, or that are none of a project's documents:
/// prose may stand beside the criteria.
const OF_ANY_DOCUMENT: [&str; 4] = ["READ-001", "READ-002", "READ-003", "TRACE-002"];

/// Finds everything that is wrong with a project, of which the specification was read. A stage whose input has errors
/// is left out, so that no finding follows from another: links need a specification, mutants and steps need features.
#[must_use]
pub fn check_project(
    config: &Config,
    read: Result<Reviewed, ProjectError>,
    capabilities: &Capabilities,
    selection: &Selection,
) -> Checked {
    let checked = match read {
        Ok(read) => joined(config, &read, capabilities, selection),
        Err(error) => unread(config, error, selection),
    };
    selected(checked, selection)
}

/// Finds what is wrong with a project whose configuration cannot be used: what stands where no configuration moves it.
#[must_use]
pub fn check_unconfigured(error: ConfigError, selection: &Selection) -> Checked {
    let beside = match &error {
        ConfigError::Content { root, .. } => {
            let lock = Lock::read(&root.join(LOCK_FILE)).err();
            let lock = lock.map(|error| error.diagnostic());
            lock.into_iter().chain(file_faults(root)).collect()
        }
        ConfigError::NoRoot { .. } => Vec::new(),
    };
    let checked = Checked {
        findings: error.diagnostics().into_iter().chain(beside).collect(),
        ..Checked::default()
    };
    selected(checked, selection)
}

fn selected(mut checked: Checked, selection: &Selection) -> Checked {
    checked.findings.retain(|finding| selection.takes_id(finding.rule));
    drop_repeated(&mut checked.findings);
    checked
}

/// The findings about a specification that can be used, and about its features.
fn joined(config: &Config, read: &Reviewed, capabilities: &Capabilities, selection: &Selection) -> Checked {
    // Sentences and features know nothing of each other, and both take their time.
    let (linted, (scenarios, found)) = std::thread::scope(|scope| {
        let linting = scope.spawn(|| lint(&read.sources, read.own, config.modals.into(), selection));
        let found = linked(config, read, capabilities, selection);
        (linting.join().unwrap_or_else(|panic| resume_unwind(panic)), found)
    });
    Checked {
        findings: linted.findings.into_iter().chain(found).collect(),
        criteria: read.specification.criteria.len(),
        scenarios,
    }
}

/// The number of scenarios, and what is wrong with features, what links them, and everything that is joined with them.
fn linked(
    config: &Config,
    read: &Reviewed,
    capabilities: &Capabilities,
    selection: &Selection,
) -> (usize, Vec<Diagnostic>) {
    let features = read_features(config, read);
    let mut findings = Vec::new();
    let scenarios = match join(config, read, &features, &SelectArgs::default(), capabilities) {
        Ok((plan, warnings)) => {
            findings.extend(warnings);
            findings.extend(review_findings(config, read, &plan));
            plan.scenarios.len()
        }
        Err(ProjectError::Faults(faults)) => {
            findings.extend(faults.findings);
            faults.scenarios
        }
        Err(ProjectError::Filter(error)) => {
            findings.push(Diagnostic::of(&UNREAD_CONFIG, error.to_string()));
            0
        }
    };
    findings.extend(features.lint_translation(&read.specification, |rule| selection.takes(rule)));
    (scenarios, findings)
}

/// The findings about a project of which the specification or what people decided about it cannot be used.
fn unread(config: &Config, error: ProjectError, selection: &Selection) -> Checked {
    let faults = match error {
        ProjectError::Faults(faults) => faults.findings,
        ProjectError::Filter(error) => vec![Diagnostic::of(&UNREAD_CONFIG, error.to_string())],
    };
    // What cannot be read is among the faults.
    let (mut sources, _unreadable) = read_sources(&config.spec_paths(), &config.root);
    let own = sources.len();
    if !config.documents.is_empty() {
        sources.extend(read_sources(&config.document_paths(), &config.root).0);
    }
    let linted = lint(&sources, own, config.modals.into(), selection);
    Checked {
        criteria: linted.statements,
        scenarios: 0,
        findings: faults.into_iter().chain(linted.findings).collect(),
    }
}

/// What the sentence rules find in documents, of which the first `own` are in our own format.
fn lint(sources: &[SourceText], own: usize, options: ReadOptions, selection: &Selection) -> Linted {
    let mut all = Linted {
        statements: 0,
        findings: Vec::new(),
    };
    for (at, source) in sources.iter().enumerate() {
        let options = if at < own { ReadOptions::default() } else { options };
        let linted = lint_source(source, options, |rule| selection.takes(rule));
        all.statements += linted.statements;
        let found = linted.findings.into_iter();
        all.findings
            .extend(found.filter(|finding| !OF_ANY_DOCUMENT.contains(&finding.rule)));
    }
    all
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
