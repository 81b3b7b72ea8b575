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
}

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
        Self {
            inner: Arc::new(Inner {
                path: path.replace('\\', "/"),
                text,
                line_starts,
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
        let before = self.text().get(start..offset).unwrap_or_default();
        Position {
            line,
            column: before.chars().filter(|c| *c != '\u{feff}').count() + 1,
        }
    }

    /// The text of a span; empty where the span does not lie on character boundaries.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text().get(span.start..span.end).unwrap_or_default()
    }
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
