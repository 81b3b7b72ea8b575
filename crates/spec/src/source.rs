//! One document's text and the places in it: [`SourceText`] turns byte offsets into lines and columns.

use std::sync::Arc;

use crate::criterion::Span;

/// A document as it was read; cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceText {
    inner: Arc<Inner>,
}

#[derive(Debug, PartialEq, Eq)]
struct Inner {
    path: String,
    text: String,
    line_starts: Vec<usize>,
    /// Characters before every [`STEP`]th byte, so that a column is found without reading a long line.
    characters: Vec<usize>,
}

/// Bytes between two counts.
const STEP: usize = 256;

/// A place in a document as people count: both numbers start at 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line.
    pub line: usize,
    /// Column in characters; a byte-order mark has no column.
    pub column: usize,
}

impl SourceText {
    /// Takes the text of a document; `path` is printed with `/` separators.
    #[must_use]
    pub fn new(path: &str, text: impl Into<String>) -> Self {
        let text = text.into();
        let line_starts = line_starts(&text);
        let characters = characters(&text);
        Self {
            inner: Arc::new(Inner {
                path: path.replace('\\', "/"),
                text,
                line_starts,
                characters,
            }),
        }
    }

    /// The document's path, as given.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.inner.path
    }

    /// The document's text, unchanged.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.inner.text
    }

    /// Line and column of a byte offset; an offset past the end is the end.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.text().len());
        let line = self.inner.line_starts.partition_point(|start| *start <= offset);
        let start = self.inner.line_starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let mark = usize::from(line == 1 && self.text().starts_with('\u{feff}') && offset > 0);
        Position {
            line,
            column: self.characters_before(offset) - self.characters_before(start) - mark + 1,
        }
    }

    /// Number of characters that start before a byte.
    fn characters_before(&self, offset: usize) -> usize {
        let step = offset / STEP;
        let counted = self.inner.characters.get(step).copied().unwrap_or_default();
        counted + count_starts(self.text().as_bytes().get(step * STEP..offset).unwrap_or_default())
    }

    /// The text of a span; empty where the span does not lie on character boundaries.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text().get(span.start..span.end).unwrap_or_default()
    }
}

/// Characters before every [`STEP`]th byte.
fn characters(text: &str) -> Vec<usize> {
    let mut total = 0;
    let mut before = vec![0];
    for chunk in text.as_bytes().chunks(STEP) {
        total += count_starts(chunk);
        before.push(total);
    }
    before
}

/// Number of bytes that start a character of UTF-8.
fn count_starts(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}

/// Offsets of the first byte of each line; `\n`, `\r\n` and a lone `\r` end a line.
fn line_starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let mut starts = vec![0];
    for (index, byte) in bytes.iter().enumerate() {
        let lone_return = *byte == b'\r' && bytes.get(index + 1) != Some(&b'\n');
        if *byte == b'\n' || lone_return {
            starts.push(index + 1);
        }
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_end_three_ways() {
        let source = SourceText::new("a\\b.md", "\u{feff}é1\r\n2\n3\r4");
        assert_eq!(source.path(), "a/b.md");
        let at = |needle: char| source.position(source.text().find(needle).unwrap());
        assert_eq!(at('1'), Position { line: 1, column: 2 });
        assert_eq!(at('2'), Position { line: 2, column: 1 });
        assert_eq!(at('3'), Position { line: 3, column: 1 });
        assert_eq!(at('4'), Position { line: 4, column: 1 });
        assert_eq!(source.position(999).line, 4);
    }
}
