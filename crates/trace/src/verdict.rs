//! [`Verdict`] and [`Mark`]: the only words in which a run is judged.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What the evidence says of a scenario or a criterion. The order is from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Shown to hold: every response by a passing scenario, every budget by a measurement inside it.
    Passed,
    /// Need not be shown for now, by someone's decision.
    Waived,
    /// No scenario proves it, or one of its responses.
    Uncovered,
    /// A scenario would prove it and did not run.
    NotRun,
    /// A scenario passed only when it was tried again.
    Flaky,
    /// A limit lies inside the interval of a measurement.
    Inconclusive,
    /// The run could not judge it: a fault of cluster or harness, an interruption, a hollow pass.
    Errored,
    /// Shown not to hold.
    Failed,
}

impl Verdict {
    /// Every verdict, best first.
    pub const ALL: [Self; 8] = [
        Self::Passed,
        Self::Waived,
        Self::Uncovered,
        Self::NotRun,
        Self::Flaky,
        Self::Inconclusive,
        Self::Errored,
        Self::Failed,
    ];

    /// Whether the run looked at the system and came to an answer.
    #[must_use]
    pub fn is_judged(self) -> bool {
        match self {
            Self::Passed | Self::Failed | Self::Flaky | Self::Inconclusive => true,
            Self::Errored | Self::NotRun | Self::Uncovered | Self::Waived => false,
        }
    }

    /// The verdict's name as in JSON: `not_run`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Errored => "errored",
            Self::Inconclusive => "inconclusive",
            Self::Flaky => "flaky",
            Self::NotRun => "not_run",
            Self::Uncovered => "uncovered",
            Self::Waived => "waived",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::NotRun => "not run",
            Self::Passed
            | Self::Failed
            | Self::Errored
            | Self::Inconclusive
            | Self::Flaky
            | Self::Uncovered
            | Self::Waived => self.key(),
        })
    }
}

/// What qualifies a criterion's verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Another product ran in the place of the one it is about.
    StandIn,
    /// Each of its passing scenarios went red under a mutant.
    ShownToFail,
    /// Its sentence changed since a scenario was linked to it.
    Suspect,
    /// A fact contradicts it.
    Contradicted,
    /// Nothing can satisfy it as it is written.
    Unsatisfiable,
}

impl Mark {
    /// The mark's name as in JSON: `stand_in`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::StandIn => "stand_in",
            Self::ShownToFail => "shown_to_fail",
            Self::Suspect => "suspect",
            Self::Contradicted => "contradicted",
            Self::Unsatisfiable => "unsatisfiable",
        }
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::StandIn => "on a stand-in",
            Self::ShownToFail => "shown to fail",
            Self::Suspect | Self::Contradicted | Self::Unsatisfiable => self.key(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worst_wins_as_the_design_orders_them() {
        let order = [
            Verdict::Failed,
            Verdict::Errored,
            Verdict::Inconclusive,
            Verdict::Flaky,
            Verdict::NotRun,
            Verdict::Uncovered,
        ];
        assert!(order.is_sorted_by(|worse, better| worse > better));
    }

    #[test]
    fn json_spells_verdicts_and_marks_by_their_keys() {
        for verdict in Verdict::ALL {
            assert_eq!(serde_json::to_value(verdict).unwrap(), verdict.key());
        }
        assert_eq!(
            serde_json::to_value(Mark::ShownToFail).unwrap(),
            Mark::ShownToFail.key()
        );
    }
}
