//! [`RunOutcome`]: a judged run as one word, and as the exit code of `DESIGN.md` §4.

use serde::Serialize;

use crate::{
    judged::JudgedRun,
    planned::NotRunReason,
    verdict::{Mark, Verdict},
};

/// How a run ended, as its caller sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RunOutcome {
    /// Every selected scenario passed, those on stand-ins included.
    Passed,
    /// Something was shown not to hold, passed only on retry, or is linked to a changed sentence.
    Failed,
    /// Something that everything must be shown for was not shown; only where all was required.
    Incomplete,
    /// Something could not be judged, or was left behind.
    Undecided,
    /// No scenario was selected.
    NothingSelected,
    /// A signal stopped it.
    Interrupted,
}

impl RunOutcome {
    /// The process's exit code.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::Failed | Self::Incomplete => 1,
            Self::Undecided => 3,
            Self::NothingSelected => 4,
            Self::Interrupted => 130,
        }
    }
}

impl JudgedRun {
    /// How the run ended. With `require_all`, what was not shown for a stated reason counts too.
    #[must_use]
    pub fn outcome(&self, require_all: bool) -> RunOutcome {
        if self.interrupted {
            RunOutcome::Interrupted
        } else if self.has(is_red) || self.criteria.iter().any(|judged| judged.has_mark(Mark::Suspect)) {
            RunOutcome::Failed
        } else if self.has(is_undecided) || !self.leaks.is_empty() || !self.errors.is_empty() {
            RunOutcome::Undecided
        } else if !self.scenarios.iter().any(super::scenario::JudgedScenario::is_selected) {
            RunOutcome::NothingSelected
        } else if require_all && self.is_incomplete() {
            RunOutcome::Incomplete
        } else {
            RunOutcome::Passed
        }
    }

    /// The process's exit code: 0, 1, 3, 4 or 130.
    #[must_use]
    pub fn exit_code(&self, require_all: bool) -> u8 {
        self.outcome(require_all).exit_code()
    }

    fn has(&self, wanted: fn(Verdict) -> bool) -> bool {
        self.scenarios.iter().any(|scenario| wanted(scenario.verdict))
            || self.criteria.iter().any(|judged| wanted(judged.verdict))
    }

    fn is_incomplete(&self) -> bool {
        let lacks = |reason: &Option<NotRunReason>| matches!(reason, Some(NotRunReason::MissingCapability { .. }));
        self.scenarios.iter().any(|scenario| lacks(&scenario.planned.not_run)) || self.has(is_left_out)
    }
}

fn is_red(verdict: Verdict) -> bool {
    match verdict {
        Verdict::Failed | Verdict::Flaky => true,
        Verdict::Errored
        | Verdict::Inconclusive
        | Verdict::Passed
        | Verdict::NotRun
        | Verdict::Uncovered
        | Verdict::Waived => false,
    }
}

fn is_undecided(verdict: Verdict) -> bool {
    match verdict {
        Verdict::Errored | Verdict::Inconclusive => true,
        Verdict::Failed | Verdict::Flaky | Verdict::Passed | Verdict::NotRun | Verdict::Uncovered | Verdict::Waived => {
            false
        }
    }
}

fn is_left_out(verdict: Verdict) -> bool {
    match verdict {
        Verdict::Uncovered | Verdict::Waived => true,
        Verdict::Failed
        | Verdict::Flaky
        | Verdict::Errored
        | Verdict::Inconclusive
        | Verdict::Passed
        | Verdict::NotRun => false,
    }
}
