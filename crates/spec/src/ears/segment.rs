//! A block's text to sentences: [`segments`].

use std::{collections::BTreeMap, ops::Range};

use crate::identity::{LeadingId, leading_id};
use crate::markdown::Folded;
use crate::token::{Kind, Tokens, is_ideograph};

use super::dialect::{Modals, is_capitalised, is_shouted, keyword};
use super::mention::modal_uses;

/// One sentence: its tokens without the sign that ends it, and that sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) tokens: Range<usize>,
    pub(crate) asks: bool,
}

/// Abbreviations whose full stop ends no sentence.
const ABBREVIATIONS: &[&str] = &[
    "e.g", "i.e", "vs", "cf", "approx", "no", "fig", "min", "max", "sec", "incl", "resp", "eg", "ie", "al", "st", "ca",
    "z.b", "art",
];

/// The tokens that open a line, and whether the line before ends for certain.
fn line_breaks(tokens: &Tokens<'_>, content: &Folded) -> BTreeMap<usize, bool> {
    let mut breaks = content.breaks().iter().peekable();
    let mut found = BTreeMap::new();
    for at in 0..tokens.len() {
        while let Some((_, hard)) = breaks.next_if(|(byte, _)| *byte <= tokens.start_of(at)) {
            *found.entry(at).or_default() |= *hard;
        }
    }
    found
}

/// Cuts a text at full stops, at semicolons before another statement, and at lines that start another statement.
pub(crate) fn segments(tokens: &Tokens<'_>, content: &Folded, modals: Modals) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    let mut start = 0;
    let mut depth = 0_usize;
    let mut quoted = false;
    // A full stop in a quotation ends no sentence, where quotation marks are in pairs.
    let balanced = content.text().matches('"').count().is_multiple_of(2);
    let mut quote = 0;
    let breaks = line_breaks(tokens, content);
    let uses = modal_uses(tokens, &(0..tokens.len()), modals);
    let stated_before = |end: usize| uses.partition_point(|modal| modal.at < end);
    let requires = |range: Range<usize>| stated_before(range.start) < stated_before(range.end);
    let opens_line = |at: usize, start: usize| {
        let opens = |hard: &bool| is_list_number(tokens, at) || opens_item(tokens, at, *hard, || requires(start..at));
        at > start && breaks.get(&at).is_some_and(opens)
    };
    let ends_statement = |at: usize, start: usize| {
        requires(start..at) && stands_alone(tokens, at, modals) && requires(at..clause_end(tokens, at + 1))
    };
    for at in 0..tokens.len() {
        if opens_line(at, start) {
            push(&mut segments, start..at, false);
            (start, depth, quoted) = (at, 0, false);
        }
        depth = super::condition::nesting(tokens, at, depth);
        let was_quoted = quoted;
        quoted = quotation(tokens, at, quoted);
        if quoted && !was_quoted {
            quote = at;
        }
        match stop_at(tokens, at, depth, quoted) {
            Stop::Sentence if quoted && balanced && quote > start && !ends_with_quotation(tokens, at) => {}
            Stop::Sentence => {
                let asks = tokens.is_any(at, &["?", "？"]) && asks(tokens, start, modals);
                push(&mut segments, start..at, asks);
                (start, depth, quoted) = (at + 1, 0, false);
            }
            Stop::Semicolon if ends_statement(at, start) => {
                push(&mut segments, start..at, false);
                start = at + 1;
            }
            Stop::Semicolon | Stop::None => {}
        }
    }
    push(&mut segments, start..tokens.len(), false);
    segments
}

fn push(segments: &mut Vec<Segment>, tokens: Range<usize>, asks: bool) {
    if !tokens.is_empty() {
        segments.push(Segment { tokens, asks });
    }
}

/// Words that open a question.
const ASKING: &[&str] = &[
    "what", "which", "how", "who", "why", "does", "do", "is", "are", "can", "could", "would", "will", "should",
    "shall", "did", "has", "have", "quel", "quelle", "qué", "wie", "wer", "qual",
];

/// Whether a sentence with a question mark asks: `shall it be blue?`, but not `shall be shorter than 5 m?`.
fn asks(tokens: &Tokens<'_>, start: usize, modals: Modals) -> bool {
    let open = tokens.is_any(start, &["when", "where", "if"]) && modals.reads(tokens, start + 1);
    open || tokens.is_any(start, ASKING) || tokens.written(start).starts_with(is_ideograph)
}

enum Stop {
    None,
    Sentence,
    /// Or a dash between spaces, before a keyword or an article in capitals.
    Semicolon,
}

/// Whether a token stands inside quotation marks; straight ones open and close in turn.
fn quotation(tokens: &Tokens<'_>, at: usize, quoted: bool) -> bool {
    match tokens.word(at) {
        "\"" => !quoted,
        "“" | "「" | "«" => true,
        "”" | "」" | "»" => false,
        _ => quoted,
    }
}

fn stop_at(tokens: &Tokens<'_>, at: usize, depth: usize, quoted: bool) -> Stop {
    if tokens.kind(at) != Some(Kind::Sign) {
        return Stop::None;
    }
    match tokens.word(at) {
        "！" | "？" | "!" | "?" if quoted => Stop::None,
        "。" | "！" | "？" | "｡" | "．" => Stop::Sentence,
        "；" | ";" if depth == 0 => Stop::Semicolon,
        "—" | "–" if depth == 0 && opens_clause(tokens, at) => Stop::Semicolon,
        // `shorter than ?1.5 m? and brown` doubts a number.
        "?" if tokens.written(at + 1).starts_with(char::is_lowercase) => Stop::None,
        "." | "!" | "?" if !tokens.touches(at) || closes(tokens, at + 1) => {
            let abbreviated = at
                .checked_sub(1)
                .is_some_and(|before| tokens.is_any(before, ABBREVIATIONS));
            let goes_on = abbreviated && !is_capitalised(tokens, at + 1)
                || tokens.is_any(at.wrapping_sub(1), &["etc", "e.g", "i.e"]) && depth > 0
                || tokens.is_any(at.wrapping_sub(1), &["e.g", "i.e", "vs", "no"]);
            // `shall: a. send …, b. hold …`
            let marker = at > 1
                && tokens.written(at - 1).len() == 1
                && tokens.written(at - 1).bytes().all(|b| b.is_ascii_lowercase())
                && tokens.is_any(at - 2, &[":", "：", ",", ";", "and", "or"]);
            let dots = marker || tokens.is(at + 1, ".") || tokens.is(at.wrapping_sub(1), ".");
            if goes_on || dots || depth > 0 {
                Stop::None
            } else {
                Stop::Sentence
            }
        }
        "." if ideograph_follows(tokens, at) => Stop::Sentence,
        _ => Stop::None,
    }
}

/// Whether a full stop ends a quotation and the sentence with it: a capital follows, and no keyword that goes on.
fn ends_with_quotation(tokens: &Tokens<'_>, at: usize) -> bool {
    let next = at + 2;
    tokens.is_any(at + 1, &["\"", "”", "」", "»"])
        && is_capitalised(tokens, next)
        && !tokens.is_any(next, &["and", "or", "so", "then", "unless", "within"])
}

fn closes(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.is_any(at, &["\"", "”", ")", "'", "’", "*", "]", "」"])
}

fn ideograph_follows(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens
        .written(at + 1)
        .chars()
        .next()
        .is_some_and(crate::token::is_ideograph)
}

/// Whether a line starts as an item of a numbered list; Markdown sees no list where it does not start with 1.
fn is_list_number(tokens: &Tokens<'_>, at: usize) -> bool {
    let digits = tokens.written(at);
    let number = digits.len() <= 3 && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    number && tokens.is_any(at + 1, &[".", ")"]) && tokens.touches(at) && !tokens.touches(at + 1)
}

/// What a line ends with whose sentence goes on in the next one.
const OPEN_ENDS: &[&str] = &[
    ":", "：", ",", "and", "or", "at", "of", "to", "than", "within", "least", "most", "by", "with", "below", "above",
    "under",
];

/// Whether the text before a line goes on in it: `the pump shall:`, `…, and`.
fn ends_open(tokens: &Tokens<'_>, at: usize) -> bool {
    let leads = leading_id(tokens, at, false).is_some_and(|id| !id.is_number);
    let goes_on = keyword(tokens, at).is_none() && !leads;
    let listed = tokens.is(at, "(") && tokens.is(at + 2, ")");
    (goes_on || listed) && at > 0 && tokens.is_any(at - 1, OPEN_ENDS)
}

/// Whether the token at a line's start opens another statement: `REQ-2.1: The mill SHALL …` always, a sign of a list, a
/// keyword, another identifier or a line that ends for certain only where the text before it `requires` something.
fn opens_item(tokens: &Tokens<'_>, at: usize, hard: bool, requires: impl Fn() -> bool) -> bool {
    if ends_open(tokens, at) {
        return false;
    }
    let leading = leading_id(tokens, at, false);
    let is_labelled = |id: &LeadingId| !id.is_number && tokens.is_any(id.next - 1, &[":", "："]);
    let list_sign = tokens.is_any(at, &["•", "-", "–", "·"]);
    let keyword = || keyword(tokens, at).is_some() && is_capitalised(tokens, at);
    leading.as_ref().is_some_and(is_labelled) || (hard || list_sign || leading.is_some() || keyword()) && requires()
}

/// `… 30 seconds — IF the tool goes on, THEN THE mill SHALL …`: a dash between spaces before another statement.
fn opens_clause(tokens: &Tokens<'_>, dash: usize) -> bool {
    let spaced = dash > 0 && !tokens.touches(dash - 1) && !tokens.touches(dash);
    let shouted = keyword(tokens, dash + 1).is_some() && is_shouted(tokens, dash + 1);
    spaced && (shouted || tokens.written(dash + 1) == "THE")
}

/// Whether what follows a semicolon does not lean on what stands before it.
fn stands_alone(tokens: &Tokens<'_>, at: usize, modals: Modals) -> bool {
    !tokens.is_any(at + 1, &["and", "or", "but", "nor"]) && !modals.reads(tokens, at + 1)
}

/// Where the clause that starts at a token ends.
fn clause_end(tokens: &Tokens<'_>, start: usize) -> usize {
    let ends = |at: &usize| tokens.is_any(*at, &[";", "；", "。"]) || tokens.is(*at, ".") && !tokens.touches(*at);
    (start..tokens.len()).find(ends).unwrap_or(tokens.len())
}
