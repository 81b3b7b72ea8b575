//! Exit codes of every command: an interface for scripts, kept by all (DESIGN §4).

use std::process::ExitCode;

use shall_trace::RunOutcome;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Every selected scenario passed, or the command did its work.
    Green,
    /// A criterion is failed, flaky or suspect.
    Red,
    /// The command line, the configuration, a specification or a feature is wrong.
    Usage,
    /// Nothing could be judged: errored, inconclusive, cluster or harness fault, leak.
    NotJudged,
    /// Nothing was selected.
    Nothing,
    /// Stopped by a signal.
    Interrupted,
}

impl Exit {
    /// How a run with this outcome ends.
    #[must_use]
    pub fn of(outcome: RunOutcome) -> Self {
        match outcome {
            RunOutcome::Passed => Self::Green,
            RunOutcome::Failed | RunOutcome::Incomplete => Self::Red,
            RunOutcome::Undecided => Self::NotJudged,
            RunOutcome::NothingSelected => Self::Nothing,
            RunOutcome::Interrupted => Self::Interrupted,
        }
    }

    /// The code that the process ends with.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Green => 0,
            Self::Red => 1,
            Self::Usage => 2,
            Self::NotJudged => 3,
            Self::Nothing => 4,
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
