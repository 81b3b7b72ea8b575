//! One line of a [`LogPlan`](super::LogPlan), written and read back: [`LogLine`].

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::plan::Shape;

/// First word of a text line.
const MARK: &str = "shall";
/// Last word of a text line: a line that was cut lacks it.
const END: &str = "end";
/// How the second and later lines of an event begin.
const INDENT: &str = "    ";

/// What a line says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// The plan's nonce.
    pub nonce: String,
    /// Its number.
    pub n: u64,
    /// Which of the event's lines it is, counted from 1.
    pub part: u32,
    /// How many lines the event has.
    pub parts: u32,
    /// Node's clock when it was written, in milliseconds since the Unix epoch.
    pub at_unix_ms: u64,
}

/// A JSON line's fields.
#[derive(Serialize, Deserialize)]
struct Fields {
    shall: String,
    n: u64,
    at_unix_ms: u64,
    level: String,
    user: String,
    pad: String,
    end: bool,
}

impl LogLine {
    /// The line's text, padded to `bytes`.
    ///
    /// # Errors
    ///
    /// Never in practice: the fields of a JSON line are plain.
    pub fn text(&self, shape: Shape, bytes: u32) -> Result<String, serde_json::Error> {
        match shape {
            Shape::Plain | Shape::Multi => Ok(self.plain(bytes as usize)),
            Shape::Json => self.json(bytes as usize),
        }
    }

    fn plain(&self, bytes: usize) -> String {
        let mut text = if self.part > 1 {
            INDENT.to_owned()
        } else {
            String::new()
        };
        let Self {
            nonce,
            n,
            part,
            parts,
            at_unix_ms,
        } = self;
        let written = write!(text, "{MARK} nonce={nonce} n={n} part={part}/{parts} at={at_unix_ms} ");
        debug_assert!(written.is_ok(), "a string takes everything");
        let padding = bytes.saturating_sub(text.len() + END.len() + 1);
        if padding > 0 {
            text.extend(pattern(*n).take(padding));
            text.push(' ');
        }
        text.push_str(END);
        text
    }

    fn json(&self, bytes: usize) -> Result<String, serde_json::Error> {
        let mut fields = Fields {
            shall: self.nonce.clone(),
            n: self.n,
            at_unix_ms: self.at_unix_ms,
            level: level(self.n).to_owned(),
            user: user(self.n),
            pad: String::new(),
            end: true,
        };
        let bare = serde_json::to_string(&fields)?;
        if bare.len() >= bytes {
            return Ok(bare);
        }
        fields.pad = pattern(self.n).take(bytes - bare.len()).collect();
        serde_json::to_string(&fields)
    }

    /// Reads a line back; `None` where it is none of ours, or was cut or changed.
    ///
    /// Padding is compared letter by letter with what that number's line holds.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let line = if text.starts_with('{') {
            Self::parse_json(text)?
        } else {
            Self::parse_plain(text)?
        };
        let shape = if text.starts_with('{') {
            Shape::Json
        } else {
            Shape::Plain
        };
        let bytes = u32::try_from(text.len()).ok()?;
        (line.text(shape, bytes).ok()? == text).then_some(line)
    }

    fn parse_plain(text: &str) -> Option<Self> {
        let mut words = text.trim_start().split(' ');
        if words.next() != Some(MARK) {
            return None;
        }
        let nonce = words.next()?.strip_prefix("nonce=")?.to_owned();
        let n = words.next()?.strip_prefix("n=")?.parse().ok()?;
        let (part, parts) = words.next()?.strip_prefix("part=")?.split_once('/')?;
        let at_unix_ms = words.next()?.strip_prefix("at=")?.parse().ok()?;
        Some(Self {
            nonce,
            n,
            part: part.parse().ok()?,
            parts: parts.parse().ok()?,
            at_unix_ms,
        })
    }

    fn parse_json(text: &str) -> Option<Self> {
        let fields: Fields = serde_json::from_str(text).ok()?;
        Some(Self {
            nonce: fields.shall,
            n: fields.n,
            part: 1,
            parts: 1,
            at_unix_ms: fields.at_unix_ms,
        })
    }

    /// The field `user` of the JSON line with this number.
    #[must_use]
    pub fn user_of(n: u64) -> String {
        user(n)
    }

    /// The field `level` of the JSON line with this number.
    #[must_use]
    pub fn level_of(n: u64) -> &'static str {
        level(n)
    }
}

fn user(n: u64) -> String {
    format!("user-{:03}", n % 1000)
}

fn level(n: u64) -> &'static str {
    if n.is_multiple_of(10) { "error" } else { "info" }
}

/// Letters without blanks that differ between neighbouring numbers.
fn pattern(n: u64) -> impl Iterator<Item = char> {
    let letters = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let offset = usize::try_from(n % 36).unwrap_or(0);
    letters.iter().cycle().skip(offset).map(|byte| char::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(part: u32, parts: u32) -> LogLine {
        LogLine {
            nonce: "run-7.a_b".to_owned(),
            n: 41,
            part,
            parts,
            at_unix_ms: 1_763_706_000_123,
        }
    }

    #[test]
    fn a_line_of_each_shape_and_length_is_read_back() {
        for (shape, parts) in [(Shape::Plain, 1), (Shape::Json, 1), (Shape::Multi, 3)] {
            for bytes in [0, 200, 40_000] {
                for part in 1..=parts {
                    let line = line(part, parts);
                    let text = line.text(shape, bytes).unwrap();
                    assert!(text.len() >= bytes as usize, "{shape} {bytes}");
                    assert!(
                        bytes == 0 || text.len() == bytes as usize,
                        "{shape} {bytes} {}",
                        text.len()
                    );
                    assert_eq!(LogLine::parse(&text), Some(line), "{shape} {bytes}");
                }
            }
        }
    }

    #[test]
    fn a_line_that_was_cut_or_changed_is_not_read() {
        for shape in [Shape::Plain, Shape::Json] {
            let text = line(1, 1).text(shape, 20_000).unwrap();
            assert_eq!(LogLine::parse(&text[..16_384]), None, "{shape}");
            let changed = text.replacen("uvw", "uvx", 1);
            assert_ne!(changed, text);
            assert_eq!(LogLine::parse(&changed), None, "{shape}");
        }
        assert_eq!(LogLine::parse("shall we dance"), None);
        let text = line(2, 3).text(Shape::Multi, 0).unwrap();
        assert_eq!(
            LogLine::parse(text.trim_start()),
            None,
            "the indentation is part of the line"
        );
    }

    #[test]
    fn json_fields_are_those_of_the_number() {
        let text = line(1, 1).text(Shape::Json, 0).unwrap();
        let fields: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            (&fields["user"], &fields["level"]),
            (&"user-041".into(), &"info".into())
        );
        assert_eq!(LogLine::level_of(50), "error");
    }
}
