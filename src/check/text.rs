//! Findings for people: excerpts with carets.

use shall_spec::{Diagnostic, Severity};

use super::Checked;

/// Every finding with its excerpt, an empty line between two; empty where nothing was found.
#[must_use]
pub fn render_text(checked: &Checked) -> String {
    let shown: Vec<String> = checked.findings.iter().map(Diagnostic::rendered).collect();
    shown.join("\n\n")
}

/// The numbers in one line: `12 criteria, 9 scenarios: no errors, 1 warning`.
#[must_use]
pub fn summary(checked: &Checked) -> String {
    let errors = match checked.count(Severity::Error) {
        0 if checked.criteria == 0 => "nothing to judge".to_owned(),
        0 => "no errors".to_owned(),
        number => counted(number, "error"),
    };
    format!(
        "{} criteria, {} scenarios: {errors}, {}",
        checked.criteria,
        checked.scenarios,
        counted(checked.count(Severity::Warning), "warning")
    )
}

fn counted(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
