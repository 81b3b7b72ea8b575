//! Where conditions stand in a statement: keywords told from the same words in prose.

use std::ops::Range;

use crate::quotation::{CLOSING_QUOTES, marked_quotations};
use crate::token::{Kind, Tokens};

use super::dialect::{ASKING, ASKING_NOUNS, ESCAPES, is_capitalised, is_shouted, keyword};
use super::sentence::ConditionKind;

/// A keyword that opens a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Opening {
    pub(super) kind: ConditionKind,
    pub(super) at: usize,
}

/// The openings before the modal verb: the first word, then keywords written in the same manner or after a comma.
pub(super) fn leading_openings(tokens: &Tokens<'_>, range: Range<usize>) -> Vec<Opening> {
    let mut openings: Vec<Opening> = Vec::new();
    let mut depth = 0_usize;
    let mut shouting = false;
    for at in range.clone() {
        depth = nesting(tokens, at, depth);
        let Some(kind) = keyword(tokens, at).filter(|_| depth == 0) else {
            continue;
        };
        let opens = if at == range.start {
            true
        } else if is_shouted(tokens, at) {
            at > 0 && !tokens.is_any(at - 1, &["if", "when", "where", "while"]) || openings.is_empty()
        } else if openings.is_empty() {
            introduces(tokens, range.start) && tokens.is(at - 1, ",") && kind != ConditionKind::Where
        } else {
            !shouting
                && (tokens.is_any(at - 1, &[",", "，", "、"])
                    || tokens.is(at - 1, "and") && kind != ConditionKind::Where)
        };
        let in_prose =
            at > range.start && tokens.is(at, "during") && !is_shouted(tokens, at) && !tokens.is(at - 1, ",");
        if opens && !in_prose {
            shouting |= openings.is_empty() && is_shouted(tokens, at);
            openings.push(Opening { kind, at });
        }
    }
    openings
}

/// Whether a statement starts with a phrase that another clause follows: `For any section, if …`.
pub(super) fn introduces(tokens: &Tokens<'_>, start: usize) -> bool {
    tokens.is_any(
        start,
        &[
            "for", "in", "on", "after", "before", "upon", "once", "within", "at", "by", "under", "as",
        ],
    )
}

/// The openings behind the modal verb. Lower-case keywords count only where the statement has no other condition.
pub(super) fn trailing_openings(tokens: &Tokens<'_>, range: Range<usize>, has_leading: bool) -> Vec<Opening> {
    let mut openings = Vec::new();
    let mut depth = 0_usize;
    let quoted = marked_quotations(tokens, &range);
    let mut quoted = quoted
        .iter()
        .filter(|quoted| CLOSING_QUOTES.contains(&tokens.word(quoted.end - 1)))
        .peekable();
    for at in range.clone() {
        depth = nesting(tokens, at, depth);
        while quoted.next_if(|quoted| quoted.end <= at).is_some() {}
        let is_quoted = quoted.peek().is_some_and(|quoted| quoted.contains(&at));
        let Some(kind) = keyword(tokens, at).filter(|_| depth == 0 && !is_quoted) else {
            continue;
        };
        let opens = is_shouted(tokens, at) && kind != ConditionKind::Given
            || !has_leading && opens_in_prose(tokens, at, kind, range.start);
        if opens && at + 1 < range.end {
            openings.push(Opening { kind, at });
        }
    }
    openings
}

/// Whether a lower-case keyword in running text opens a condition.
fn opens_in_prose(tokens: &Tokens<'_>, at: usize, kind: ConditionKind, start: usize) -> bool {
    let before = at.checked_sub(1);
    let asked = before
        .is_some_and(|before| before >= start && tokens.is_any(before, ASKING) && !is_thing(tokens, before, start));
    let escape = tokens.is_any(at + 1, ESCAPES) && tokens.word(at + 2).chars().all(|c| !c.is_alphanumeric());
    let infinitive = tokens.is_any(at + 1, &["to", ",", ")", ":"]);
    let after_comma = before.is_some_and(|before| tokens.is_any(before, &[",", "，"]));
    let interjected = after_comma && at == start + 1;
    match kind {
        ConditionKind::When | ConditionKind::If => !asked && !escape && !infinitive,
        ConditionKind::While => {
            let adverb = usize::from(tokens.is_any(at + 1, &["still", "also", "always", "not", "never"]));
            !asked
                && !escape
                && (!is_participle(tokens.word(at + 1 + adverb)) || interjected)
                && !tokens.is(at, "during")
        }
        ConditionKind::Given => false,
        ConditionKind::Where => interjected || after_comma && is_capitalised(tokens, at),
    }
}

/// Whether a word that asks or names a thing names one here: the word before it belongs to it.
fn is_thing(tokens: &Tokens<'_>, at: usize, start: usize) -> bool {
    let Some(before) = at.checked_sub(1).filter(|before| *before >= start) else {
        return false;
    };
    let verbal = [
        "shall", "must", "should", "not", "to", "and", "or", "then", "also", "only", "will", "that", "which", "who",
    ];
    let word = tokens.word(before);
    tokens.is_any(at, ASKING_NOUNS)
        && tokens.kind(before) == Some(Kind::Word)
        && !tokens.is_any(before, &verbal)
        && !word.ends_with("ly")
}

/// `while keeping …` says how, not when.
fn is_participle(word: &str) -> bool {
    word.len() > 4 && word.ends_with("ing")
}

/// Depth of brackets behind a token.
pub(super) fn nesting(tokens: &Tokens<'_>, at: usize, depth: usize) -> usize {
    match tokens.word(at) {
        "(" | "（" | "[" => depth + 1,
        ")" | "）" | "]" => depth.saturating_sub(1),
        _ => depth,
    }
}
