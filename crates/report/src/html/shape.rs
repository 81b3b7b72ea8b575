//! A verdict as word and shape: [`Chip`], so that colour never carries the meaning alone.

use serde::Serialize;
use shall_trace::{Finding, Mark, ScenarioKey, Verdict};

/// What a template needs to draw a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Chip {
    /// Also the name of the shape and of the colour.
    key: &'static str,
    word: &'static str,
}

impl From<Verdict> for Chip {
    fn from(verdict: Verdict) -> Self {
        let word = match verdict {
            Verdict::NotRun => "not run",
            Verdict::Passed
            | Verdict::Failed
            | Verdict::Errored
            | Verdict::Inconclusive
            | Verdict::Flaky
            | Verdict::Uncovered
            | Verdict::Waived => verdict.key(),
        };
        Self {
            key: verdict.key(),
            word,
        }
    }
}

/// A mark as class and word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct MarkView {
    key: &'static str,
    word: String,
}

impl From<Mark> for MarkView {
    fn from(mark: Mark) -> Self {
        Self {
            key: mark.key(),
            word: mark.to_string(),
        }
    }
}

/// A finding with its shape.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct FindingView<'a> {
    chip: Chip,
    text: &'a str,
}

impl<'a> From<&'a Finding> for FindingView<'a> {
    fn from(finding: &'a Finding) -> Self {
        Self {
            chip: finding.verdict.into(),
            text: &finding.text,
        }
    }
}

/// The name under which the page can be opened at a scenario, such as `storage/claim:12`.
pub(super) fn anchor(key: &ScenarioKey) -> String {
    let file = key.file.strip_prefix("features/").unwrap_or(&key.file);
    let anchor = format!("{}:{}", file.strip_suffix(".feature").unwrap_or(file), key.line);
    match key.repetition {
        0 => anchor,
        repetition => format!("{anchor}.{repetition}"),
    }
}
