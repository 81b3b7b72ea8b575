//! Places of tags, titles and steps in a feature's text: the parser keeps no place of a tag.

use shall_spec::{SourceText, Span};

/// The tag written last before an offset; the offset itself where it is not found.
pub(super) fn tag_span(source: &SourceText, before: usize, tag: &str) -> Span {
    let needle = format!("@{tag}");
    let text = source.text().get(..before).unwrap_or_default();
    let ends = |at: &usize| {
        let rest = text[at + needle.len()..].chars().next();
        rest.is_none_or(|next| next.is_whitespace() || next == '@')
    };
    let found = text.rmatch_indices(&needle).map(|(at, _)| at).find(ends);
    found.map_or_else(
        || line_span(source, before),
        |at| Span {
            start: at,
            end: at + needle.len(),
        },
    )
}

/// The rest of the line that an offset stands on.
pub(super) fn line_span(source: &SourceText, start: usize) -> Span {
    let rest = source.text().get(start..).unwrap_or_default();
    let length = rest.find(['\r', '\n']).unwrap_or(rest.len());
    Span {
        start,
        end: start + length,
    }
}

/// The rest of a line from a column, both counted from 1.
pub(super) fn position_span(source: &SourceText, line: usize, column: usize) -> Span {
    let text = source.text();
    let line_start = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum::<usize>();
    let rest = text.get(line_start..).unwrap_or_default();
    let columns = rest
        .char_indices()
        .nth(column.saturating_sub(1))
        .map_or(0, |(at, _)| at);
    line_span(source, line_start + columns)
}

/// The line above the one that an offset stands on.
pub(super) fn line_above(source: &SourceText, offset: usize) -> &str {
    let before = source.text().get(..offset).unwrap_or_default();
    let line_start = before.rfind('\n').unwrap_or(0);
    before
        .get(..line_start)
        .unwrap_or_default()
        .lines()
        .next_back()
        .unwrap_or_default()
}
