//! [`check_documents`]: documents of any style, read as they are.

use std::path::{Path, PathBuf};

use shall_spec::{Diagnostic, Document, lint_document, read_document, read_sources};

use super::Checked;
use crate::rules::Selection;

/// Reads and lints documents: files, or folders of Markdown. No feature and no configuration is needed.
#[must_use]
pub fn check_documents(paths: &[PathBuf], here: &Path, selection: &Selection) -> Checked {
    let (sources, mut findings) = read_sources(paths, here);
    let mut statements = 0;
    for source in &sources {
        statements += read_document(source.path(), source.text()).statements.len();
        let found = lint_document(source.path(), source.text(), |rule| selection.takes(rule));
        findings.extend(found.into_iter().filter(|finding| selection.takes_id(finding.rule)));
    }
    Checked {
        findings,
        criteria: statements,
        scenarios: 0,
    }
}

/// Reads documents without linting them; faults of files come beside what could be read.
#[must_use]
pub fn read_documents(paths: &[PathBuf], here: &Path) -> (Vec<Document>, Vec<Diagnostic>) {
    let (sources, faults) = read_sources(paths, here);
    let documents = sources
        .iter()
        .map(|source| read_document(source.path(), source.text()))
        .collect();
    (documents, faults)
}
