//! What a document says about criteria without stating them: [`mentions`] of identifiers, and [`ticks`].

use std::ops::Range;

use crate::criterion::Span;
use crate::identity::is_identifier;
use crate::markdown::{Block, BlockKind, Folded, Outline, read_blocks};
use crate::source::SourceText;
use crate::token::{Kind, Tokens};

/// An identifier in a document's text, code apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The identifier as written: `AC-001-01`, or `Requirement 1.2` for a number behind `Requirements:`.
    pub id: String,
    /// Its place.
    pub span: Span,
}

/// Something that a document ticks: a list item, or a heading with all below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tick {
    /// The words beside the box.
    pub span: Span,
    /// The identifiers that it names, also in what stands below it.
    pub mentions: Vec<Mention>,
    /// The lines that it takes, counted from 1: criteria that start in these are ticked, too.
    pub lines: Range<usize>,
}

/// The identifiers with a hyphen, a digit and a first part in capitals that a document's text holds, in order.
#[must_use]
pub fn mentions(source: &SourceText) -> Vec<Mention> {
    mentions_of(&read_blocks(source.text()))
}

/// As [`mentions`], of a document whose blocks were read.
pub(crate) fn mentions_of(outline: &Outline) -> Vec<Mention> {
    outline
        .blocks
        .iter()
        .flat_map(|block| mentions_in(&block.content))
        .collect()
}

/// Everything that a document ticks, in order; an item within a ticked item is a tick of its own.
#[must_use]
pub fn ticks(source: &SourceText) -> Vec<Tick> {
    let outline = read_blocks(source.text());
    let mut found = Vec::new();
    let mut seen = None;
    for (at, block) in outline.blocks.iter().enumerate() {
        let is_first = block.item.is_none() || block.item != seen;
        seen = block.item;
        let length = match (block.kind, block.item) {
            (BlockKind::Heading(level), _) if is_ticked_heading(block) => section_length(&outline, at, level),
            (BlockKind::Paragraph, Some(item)) if is_first && is_ticked(&outline, item) => {
                item_length(&outline, at, item)
            }
            (BlockKind::Heading(_) | BlockKind::Paragraph | BlockKind::Cell { .. } | BlockKind::Opaque, _) => continue,
        };
        let blocks = outline.blocks.get(at..at + length).unwrap_or_default();
        found.push(tick(source, block, blocks));
    }
    found
}

fn tick(source: &SourceText, head: &Block, blocks: &[Block]) -> Tick {
    let whole = |content: &Folded| content.span(0..content.text().trim_end().len());
    let span = whole(&head.content);
    let end = blocks
        .iter()
        .map(|block| whole(&block.content).end)
        .max()
        .unwrap_or(span.end);
    let lines = source.position(span.start).line..source.position(end).line + 1;
    Tick {
        span,
        mentions: blocks.iter().flat_map(|block| mentions_in(&block.content)).collect(),
        lines,
    }
}

/// Whether a heading starts with a sign of being done.
pub(crate) fn is_ticked_heading(block: &Block) -> bool {
    let text = block.content.text();
    ["[x]", "[X]", "✅", "☑"].iter().any(|mark| text.starts_with(mark))
}

fn is_ticked(outline: &Outline, item: usize) -> bool {
    outline.items.get(item).is_some_and(|item| item.checked == Some(true))
}

/// Number of blocks from a heading to the next of its level or above.
fn section_length(outline: &Outline, at: usize, level: u8) -> usize {
    let below = outline.blocks.get(at + 1..).unwrap_or_default().iter();
    let inside = below.take_while(|next| !matches!(next.kind, BlockKind::Heading(other) if other <= level));
    1 + inside.count()
}

/// Number of blocks from an item's first to its last, those of open or ticked items inside it included.
fn item_length(outline: &Outline, at: usize, item: usize) -> usize {
    let inside = |block: &&Block| {
        let mut next = block.item;
        while let Some(own) = next {
            if own == item {
                return true;
            }
            next = outline.items.get(own).and_then(|own| own.parent);
        }
        false
    };
    outline
        .blocks
        .get(at..)
        .unwrap_or_default()
        .iter()
        .take_while(inside)
        .count()
}

fn mentions_in(content: &Folded) -> Vec<Mention> {
    let tokens = Tokens::new(content.text(), content.code());
    let mut listed = false;
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        let written = tokens.written(at);
        // A list of numbers goes on over commas, `and` and emphasis.
        listed = match tokens.word(at) {
            "requirements" | "requirement" => tokens.is(at + 1, ":"),
            ":" | "," | "and" | "_" | "*" => listed,
            _ => listed && is_number(written),
        };
        let id = if is_reference(&tokens, at) {
            written.to_owned()
        } else if listed && is_number(written) {
            format!("Requirement {}", written.trim_end_matches('.'))
        } else {
            continue;
        };
        found.push(Mention {
            id,
            span: content.span(tokens.bytes(&(at..at + 1))),
        });
    }
    found
}

fn is_number(written: &str) -> bool {
    written.starts_with(|c: char| c.is_ascii_digit()) && written.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

/// An identifier with a hyphen whose first part is written in capitals.
pub(crate) fn is_reference(tokens: &Tokens<'_>, at: usize) -> bool {
    let written = tokens.written(at);
    let stem = written.split('-').next().unwrap_or_default();
    let shouted = stem.len() >= 2 && stem.bytes().all(|b| b.is_ascii_uppercase());
    tokens.kind(at) == Some(Kind::Ident) && shouted && written.contains('-') && is_identifier(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> SourceText {
        SourceText::new("a.md", text)
    }

    fn ids(mentions: &[Mention]) -> Vec<&str> {
        mentions.iter().map(|mention| mention.id.as_str()).collect()
    }

    #[test]
    fn identifiers_are_mentioned_in_text_and_not_in_code() {
        let text = "See AC-001-01 and **NFR-PERF-001**, not `AC-001-02` nor p95.\n\n_Requirements: 1.2, 3.4_\n";
        let found = mentions(&source(text));
        assert_eq!(
            ids(&found),
            ["AC-001-01", "NFR-PERF-001", "Requirement 1.2", "Requirement 3.4"]
        );
        assert_eq!(&text[found[0].span.start..found[0].span.end], "AC-001-01");
    }

    #[test]
    fn a_tick_takes_what_stands_below_it() {
        let text = "- [x] Claims\n  - Trace: AC-1-1\n- [ ] Snapshots AC-1-2\n\n## [x] Backups\n\nAC-1-3\n\n## Logs\n\nAC-1-4\n";
        let found = ticks(&source(text));
        let seen: Vec<_> = found
            .iter()
            .map(|tick| (ids(&tick.mentions), tick.lines.clone()))
            .collect();
        assert_eq!(seen, [(vec!["AC-1-1"], 1..3), (vec!["AC-1-3"], 5..8)]);
        assert_eq!(&text[found[0].span.start..found[0].span.end], "Claims");
    }
}
