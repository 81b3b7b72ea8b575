//! A judged run in a few numbers, as `run` and `report` print it: [`Rendered`].

use std::path::Path;

use serde::Serialize;
use shall_trace::{JudgedRun, Verdict};

use crate::Exit;

/// What a run came to, and where its page is. `report.json` beside the page holds everything.
#[derive(Debug, Serialize)]
pub(crate) struct Rendered {
    /// The result in one sentence.
    pub(crate) sentence: String,
    /// Exit code of the run.
    exit_code: u8,
    /// Scenarios that passed.
    pub(crate) passed: usize,
    /// Scenarios that ran and did not pass.
    pub(crate) failed: usize,
    /// Scenarios that did not run.
    pub(crate) skipped: usize,
    /// The page.
    pub(crate) page: String,
}

impl Rendered {
    /// Takes the numbers from a judged run.
    pub(crate) fn new(judged: &JudgedRun, page: &Path, require_all: bool) -> Self {
        let count = |wanted: fn(Verdict) -> bool| {
            let same = judged.scenarios.iter().filter(|scenario| wanted(scenario.verdict));
            same.count()
        };
        let (passed, failed) = (count(|verdict| verdict == Verdict::Passed), count(is_trouble));
        Self {
            sentence: judged.counts.sentence(),
            exit_code: Exit::of(judged.outcome(require_all)).code(),
            passed,
            failed,
            skipped: judged.scenarios.len() - passed - failed,
            page: page.display().to_string(),
        }
    }
}

/// Whether a scenario of this verdict ran and did not pass.
pub(crate) fn is_trouble(verdict: Verdict) -> bool {
    match verdict {
        Verdict::Failed | Verdict::Errored | Verdict::Inconclusive | Verdict::Flaky => true,
        Verdict::Passed | Verdict::NotRun | Verdict::Uncovered | Verdict::Waived => false,
    }
}
