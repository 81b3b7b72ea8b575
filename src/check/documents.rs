//! [`check_documents`]: documents of any style, read as they are.

use std::path::{Path, PathBuf};

use shall_spec::{Diagnostic, Document, ReadOptions, lint_source, read_document_with, read_sources};

use super::Checked;
use crate::rules::Selection;

/// Reads and lints documents: files, or folders of Markdown. No feature and no configuration is needed.
#[must_use]
pub fn check_documents(paths: &[PathBuf], here: &Path, options: ReadOptions, selection: &Selection) -> Checked {
    let (sources, mut findings) = read_sources(paths, here);
    let mut statements = 0;
    for source in &sources {
        let linted = lint_source(source, options, |rule| selection.takes(rule));
        statements += linted.statements;
        let found = linted.findings.into_iter();
        findings.extend(found.filter(|finding| selection.takes_id(finding.rule)));
    }
    Checked {
        findings,
        criteria: statements,
        scenarios: 0,
    }
}

/// Reads documents without linting them; faults of files come beside what could be read.
#[must_use]
pub fn read_documents(paths: &[PathBuf], here: &Path, options: ReadOptions) -> (Vec<Document>, Vec<Diagnostic>) {
    let (sources, faults) = read_sources(paths, here);
    let documents = sources
        .iter()
        .map(|source| read_document_with(source.path(), source.text(), options))
        .collect();
    (documents, faults)
}
