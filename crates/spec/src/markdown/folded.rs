//! Running text with its places: [`Folded`] is what a reader sees, white space folded and emphasis gone.

use std::ops::Range;

use crate::criterion::Span;
use crate::language::Wording;

/// Text of one block, each byte of it traceable to the document.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Folded {
    text: String,
    runs: Vec<Run>,
    /// Parts that stand in code spans: mentions, never statements.
    code: Vec<Range<usize>>,
    /// Where a source line begins inside the text; `true` for a hard break.
    breaks: Vec<(usize, bool)>,
    /// Where strong or emphasised text begins.
    emphasis: Vec<Range<usize>>,
    end: usize,
    /// The language of the keywords, where it is not English.
    wording: Option<Wording>,
}

/// A part of the text that was copied from the document as it stands, or (`fixed`) replaced one range of it.
#[derive(Debug, Clone, PartialEq)]
struct Run {
    at: usize,
    source: usize,
    fixed: Option<usize>,
}

impl Folded {
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn wording(&self) -> Option<Wording> {
        self.wording
    }

    /// Has the keywords read in another language.
    pub(crate) fn set_wording(&mut self, wording: Wording) {
        self.wording = Some(wording);
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    pub(crate) fn code(&self) -> &[Range<usize>] {
        &self.code
    }

    pub(crate) fn breaks(&self) -> &[(usize, bool)] {
        &self.breaks
    }

    pub(crate) fn emphasis(&self) -> &[Range<usize>] {
        &self.emphasis
    }

    /// Marks what was pushed since `start` as emphasised.
    pub(crate) fn mark_emphasis(&mut self, start: usize) {
        if start < self.text.len() {
            self.emphasis.push(start..self.text.len());
        }
    }

    /// Adds text that stands at `source` in the document; white space is folded.
    pub(crate) fn push(&mut self, content: &str, source: Range<usize>) {
        if content.len() == source.len() {
            for (at, character) in content.char_indices() {
                self.push_char(character, source.start + at, None);
            }
        } else {
            for character in content.chars() {
                self.push_char(character, source.start, Some(source.end));
            }
        }
        self.end = source.end;
    }

    /// Adds a code span; `source` is its content without the backticks where that is known.
    pub(crate) fn push_code(&mut self, content: &str, source: Range<usize>) {
        let start = self.text.len();
        self.push(content, source);
        if start < self.text.len() {
            self.code.push(start..self.text.len());
        }
    }

    /// Adds a line break; it reads as one space.
    pub(crate) fn push_break(&mut self, source: Range<usize>, hard: bool) {
        self.push_char(' ', source.start, Some(source.end));
        self.breaks.push((self.text.len(), hard));
    }

    fn push_char(&mut self, character: char, source: usize, fixed: Option<usize>) {
        if character.is_whitespace() {
            if self.text.is_empty() || self.text.ends_with(' ') {
                return;
            }
            self.start_run(source, fixed);
            self.text.push(' ');
        } else if !matches!(character, '\u{feff}' | '\u{200b}') {
            self.start_run(source, fixed);
            self.text.push(character);
        }
    }

    fn start_run(&mut self, source: usize, fixed: Option<usize>) {
        let continues = self.runs.last().is_some_and(|run| {
            run.fixed == fixed
                && (fixed.is_some() && run.source == source
                    || fixed.is_none() && run.source + (self.text.len() - run.at) == source)
        });
        if !continues {
            self.runs.push(Run {
                at: self.text.len(),
                source,
                fixed,
            });
        }
    }

    /// The place in the document of a range of the text.
    pub(crate) fn span(&self, range: Range<usize>) -> Span {
        let start = self.source_of(range.start).0;
        let end = if range.end > range.start {
            self.source_of(self.last_char(range.end)).1
        } else {
            start
        };
        Span {
            start,
            end: end.max(start),
        }
    }

    fn last_char(&self, end: usize) -> usize {
        self.text
            .get(..end)
            .and_then(|head| head.char_indices().next_back())
            .map_or(0, |(at, _)| at)
    }

    /// Source range of the character at a byte of the text.
    fn source_of(&self, at: usize) -> (usize, usize) {
        let Some(run) = self
            .runs
            .partition_point(|run| run.at <= at)
            .checked_sub(1)
            .and_then(|i| self.runs.get(i))
        else {
            return (self.end, self.end);
        };
        if at >= self.text.len() {
            return (self.end, self.end);
        }
        let width = self
            .text
            .get(at..)
            .and_then(|rest| rest.chars().next())
            .map_or(1, char::len_utf8);
        match run.fixed {
            Some(end) => (run.source, end),
            None => (run.source + (at - run.at), run.source + (at - run.at) + width),
        }
    }

    /// Joins another text behind this one with a separator, as a statement that goes on in a list does.
    pub(crate) fn append(&mut self, separator: &str, other: &Self) {
        let anchor = self.end;
        for character in separator.chars() {
            self.push_char(character, anchor, Some(anchor));
        }
        let shift = self.text.len();
        self.text.push_str(&other.text);
        self.runs.extend(other.runs.iter().map(|run| Run {
            at: run.at + shift,
            ..run.clone()
        }));
        self.code
            .extend(other.code.iter().map(|r| r.start + shift..r.end + shift));
        self.emphasis
            .extend(other.emphasis.iter().map(|r| r.start + shift..r.end + shift));
        self.breaks
            .extend(other.breaks.iter().map(|(at, hard)| (at + shift, *hard)));
        self.end = other.end;
    }

    /// Words that stand elsewhere (a table's header), placed where this text starts or ends.
    pub(crate) fn anchored(&self, words: &str, at_start: bool) -> Self {
        let span = self.span(0..self.text.len());
        let at = if at_start { span.start } else { span.end };
        let mut anchored = Self::default();
        for character in words.chars() {
            anchored.push_char(character, at, Some(at));
        }
        anchored.end = at;
        anchored
    }

    /// The text without some parts (sorted, disjoint), with the place where each was.
    pub(crate) fn without(&self, parts: &[Range<usize>]) -> (Self, Vec<usize>) {
        let mut kept = Self::default();
        let mut places = Vec::new();
        let mut from = 0;
        for part in parts {
            kept.copy(self, from..part.start);
            places.push(kept.text.len());
            from = part.end;
        }
        kept.copy(self, from..self.text.len());
        kept.end = self.end;
        (kept, places)
    }

    /// A part of the text as a text of its own.
    pub(crate) fn part(&self, range: Range<usize>) -> Self {
        let mut part = Self::default();
        part.copy(self, range);
        part
    }

    fn copy(&mut self, from: &Self, range: Range<usize>) {
        let Some(text) = from.text.get(range.clone()) else {
            return;
        };
        let shift = |at: usize| at.clamp(range.start, range.end) - range.start + self.text.len();
        let within = |r: &&Range<usize>| r.start < range.end && r.end > range.start;
        let code: Vec<_> = from
            .code
            .iter()
            .filter(within)
            .map(|r| shift(r.start)..shift(r.end))
            .collect();
        let emphasis: Vec<_> = from
            .emphasis
            .iter()
            .filter(within)
            .map(|r| shift(r.start)..shift(r.end))
            .collect();
        let inside = |at: usize| at >= range.start && at < range.end;
        let breaks: Vec<_> = from
            .breaks
            .iter()
            .filter(|(at, _)| inside(*at))
            .map(|(at, h)| (shift(*at), *h))
            .collect();
        for (at, character) in text.char_indices() {
            let (source, end) = from.source_of(range.start + at);
            let fixed = (end - source != character.len_utf8()).then_some(end);
            self.start_run(source, fixed);
            self.text.push(character);
        }
        self.code.extend(code);
        self.emphasis.extend(emphasis);
        self.breaks.extend(breaks);
        self.end = from.span(range).end;
        self.wording = self.wording.or(from.wording);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_survive_folding_entities_and_cuts() {
        let source = "ab  cd &lt;5";
        let mut folded = Folded::default();
        folded.push("ab  cd ", 0..7);
        folded.push("<", 7..11);
        folded.push("5", 11..12);
        assert_eq!(folded.text(), "ab cd <5");
        assert_eq!(folded.span(3..5), Span { start: 4, end: 6 });
        assert_eq!(folded.span(6..8), Span { start: 7, end: 12 });
        let (cut, places) = folded.without(std::slice::from_ref(&(2..5)));
        assert_eq!((cut.text(), places), ("ab <5", vec![2]));
        assert_eq!(cut.span(3..5), Span { start: 7, end: 12 });
        assert_eq!(&source[cut.span(3..4).start..cut.span(3..4).end], "&lt;");
    }
}
