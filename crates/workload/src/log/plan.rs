//! What `log` is asked to write: [`LogPlan`].

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::fault::Fault;

/// Longest line of a plan, in bytes; far above the 16 KiB at which a container runtime splits one.
pub const MAX_LINE_BYTES: u32 = 256 * 1024;

/// Lines of one multi-line event.
const PARTS: u32 = 3;

/// How the lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Text, one line for each number.
    Plain,
    /// One JSON object for each number.
    Json,
    /// Text, three lines for each number, the second and third indented like a stack trace.
    Multi,
}

impl Shape {
    /// Lines for each number.
    #[must_use]
    pub fn parts(self) -> u32 {
        match self {
            Self::Plain | Self::Json => 1,
            Self::Multi => PARTS,
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain => "plain",
            Self::Json => "json",
            Self::Multi => "multi",
        })
    }
}

impl FromStr for Shape {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "plain" => Ok(Self::Plain),
            "json" => Ok(Self::Json),
            "multi" => Ok(Self::Multi),
            other => Err(format!("expected plain, json or multi, observed `{other}`")),
        }
    }
}

/// Which lines are written, and how fast.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogPlan {
    /// Unique text, such as a run id with a counter; without blanks and quotes.
    pub nonce: String,
    /// How the lines look.
    pub shape: Shape,
    /// The first number.
    pub first: u64,
    /// How many numbers.
    pub count: u64,
    /// Numbers in a second; 0 writes as fast as it can be done.
    pub per_second: u32,
    /// Length of each line in bytes, without its end; a line that is longer by itself stays so.
    pub bytes: u32,
}

impl LogPlan {
    /// A plan of `count` plain lines from 1, as fast as it can be done.
    #[must_use]
    pub fn plain(nonce: impl Into<String>, count: u64) -> Self {
        Self {
            nonce: nonce.into(),
            shape: Shape::Plain,
            first: 1,
            count,
            per_second: 0,
            bytes: 0,
        }
    }

    /// Arguments that write the plan's lines, program name not included.
    #[must_use]
    pub fn arguments(&self) -> Vec<String> {
        vec![
            "log".to_owned(),
            format!("--nonce={}", self.nonce),
            format!("--shape={}", self.shape),
            format!("--first={}", self.first),
            format!("--count={}", self.count),
            format!("--per-second={}", self.per_second),
            format!("--bytes={}", self.bytes),
        ]
    }

    /// Says whether the plan can be carried out.
    ///
    /// # Errors
    ///
    /// [`Fault::Plan`] where the nonce cannot be told from its neighbours in a line, or a line would be too long.
    pub fn validate(&self) -> Result<(), Fault> {
        let refuse = |what: &'static str, expected: String, observed: String| {
            Err(Fault::Plan {
                what,
                expected,
                observed,
            })
        };
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        if self.nonce.is_empty() || !self.nonce.chars().all(plain) {
            let expected = "letters, digits, `-`, `_` and `.`".to_owned();
            return refuse("nonce", expected, format!("`{}`", self.nonce));
        }
        if self.bytes > MAX_LINE_BYTES {
            return refuse("bytes", format!("at most {MAX_LINE_BYTES}"), self.bytes.to_string());
        }
        Ok(())
    }
}

/// Answer of `log --to`: what was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogReport {
    /// Numbers written in full; fewer than asked for where it was told to stop.
    pub written: u64,
    /// Node's clock before the first line, in milliseconds since the Unix epoch.
    pub began_unix_ms: u64,
    /// Node's clock after the last line, in milliseconds since the Unix epoch.
    pub ended_unix_ms: u64,
}
