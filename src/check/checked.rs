//! [`Checked`]: every finding, with the numbers of what was looked at.

use shall_spec::{Diagnostic, Severity};

use crate::Exit;

/// Rules whose errors say of a project what a run would say: suspect, or claimed and not so. Every other error keeps the
/// project from being used.
const RED: [&str; 3] = ["LOCK-001", "STAT-401", "STAT-402"];

/// Everything that was found, faults first to last as they stand in their files.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Checked {
    /// The findings.
    pub findings: Vec<Diagnostic>,
    /// Number of criteria or statements that were read.
    pub criteria: usize,
    /// Number of scenarios that were read.
    pub scenarios: usize,
}

impl Checked {
    /// Number of findings of a weight.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        let same = self.findings.iter().filter(|finding| finding.severity == severity);
        same.count()
    }

    /// How the command ends: an error is a fault of the specification or of a feature, a changed sentence and a tick that
    /// is not true are red as in a run, and where nothing is required nothing can be in order.
    #[must_use]
    pub fn exit(&self) -> Exit {
        let mut errors = self
            .findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error);
        if errors.clone().any(|finding| !RED.contains(&finding.rule)) {
            Exit::Usage
        } else if errors.next().is_some() {
            Exit::Red
        } else if self.criteria == 0 {
            Exit::Nothing
        } else {
            Exit::Green
        }
    }
}
