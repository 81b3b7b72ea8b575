//! [`Checked`]: every finding, with the numbers of what was looked at.

use shall_spec::{Diagnostic, Severity};

use crate::Exit;

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

    /// How the command ends: an error is a fault of the specification or of a feature, and where nothing is required
    /// nothing can be in order.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match (self.count(Severity::Error), self.criteria) {
            (0, 0) => Exit::Nothing,
            (0, _) => Exit::Green,
            (_, _) => Exit::Usage,
        }
    }
}
