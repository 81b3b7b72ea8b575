//! Where the conditions end and the system's name begins.

use std::ops::Range;

use crate::token::Tokens;

use super::condition::nesting;
use super::dialect::{DETERMINERS, is_shouted};

/// End of the conditions and start of the system's name, both as tokens; what lies between is `then` or a comma.
pub(super) fn split_system(tokens: &Tokens<'_>, range: &Range<usize>) -> (usize, usize) {
    split_at_sign(tokens, range).unwrap_or_else(|| match last_system_phrase(tokens, range) {
        Some(at) => (at, at),
        None => (range.end, range.end),
    })
}

/// As [`split_system`], but only where `then`, a comma or a system in capitals marks the place.
pub(super) fn split_at_sign(tokens: &Tokens<'_>, range: &Range<usize>) -> Option<(usize, usize)> {
    if let Some(at) = last_then(tokens, range) {
        return Some((
            without_commas(tokens, range.start, at),
            at + 1 + usize::from(is_comma(tokens, at + 1)),
        ));
    }
    if let Some(at) = shouted_system(tokens, range) {
        return Some((without_commas(tokens, range.start, at), at));
    }
    let comma = system_comma(tokens, range, &commas(tokens, range))?;
    Some((without_commas(tokens, range.start, comma), comma + 1))
}

/// `THE SYSTEM` right before the modal verb, or the last `THE` in capitals: where EARS is written with keywords in
/// capitals, the article is one of them.
fn shouted_system(tokens: &Tokens<'_>, range: &Range<usize>) -> Option<usize> {
    let last = range
        .end
        .checked_sub(2)
        .filter(|at| *at > range.start && tokens.phrase(*at, "the system") > 0);
    last.or_else(|| {
        (range.start + 1..range.end)
            .rev()
            .find(|at| tokens.written(*at) == "THE")
    })
}

/// The last `then` that separates: in capitals, behind a comma, or before a noun phrase.
fn last_then(tokens: &Tokens<'_>, range: &Range<usize>) -> Option<usize> {
    range.clone().rev().find(|at| {
        let separates =
            is_shouted(tokens, *at) || is_comma(tokens, at.wrapping_sub(1)) || tokens.is_any(at + 1, DETERMINERS);
        tokens.is(*at, "then") && separates && !tokens.is(at.wrapping_sub(1), "and")
    })
}

/// The comma behind which the system's name stands: the last one, or the first of a list of names.
fn system_comma(tokens: &Tokens<'_>, range: &Range<usize>, commas: &[usize]) -> Option<usize> {
    let mut chosen = commas.len().checked_sub(1)?;
    if commas.get(chosen).is_some_and(|comma| comma + 1 >= range.end) {
        // `WHEN x, SHALL y`, or an insertion before the modal verb: `the system, once up, SHALL`.
        return match commas.get(chosen.wrapping_sub(1)) {
            Some(earlier) if tokens.is_any(earlier + 1, &["which", "that", "who"]) => {
                system_comma(tokens, range, commas.get(..chosen - 1)?)
            }
            Some(_) | None => commas.get(chosen).copied(),
        };
    }
    while chosen > 0
        && commas
            .get(chosen)
            .is_some_and(|comma| tokens.is_any(comma + 1, &["and", "or"]))
        && commas
            .get(chosen - 1)
            .is_some_and(|comma| tokens.is_any(comma + 1, DETERMINERS))
    {
        chosen -= 1;
    }
    commas.get(chosen).copied()
}

/// Commas outside brackets.
fn commas(tokens: &Tokens<'_>, range: &Range<usize>) -> Vec<usize> {
    let mut depth = 0;
    let mut commas = Vec::new();
    for at in range.clone() {
        depth = nesting(tokens, at, depth);
        if depth == 0 && is_comma(tokens, at) {
            commas.push(at);
        }
    }
    commas
}

/// The last `the system`, or failing that the last noun phrase that starts with `the`.
fn last_system_phrase(tokens: &Tokens<'_>, range: &Range<usize>) -> Option<usize> {
    let phrases = [
        "the system",
        "the application",
        "the service",
        "the platform",
        "the app",
    ];
    let named = range
        .clone()
        .rev()
        .find(|at| phrases.iter().any(|phrase| tokens.phrase(*at, phrase) > 0));
    let the = |at: &usize| tokens.is(*at, "the") && *at > range.start + 1;
    named
        .filter(|at| at + 2 <= range.end)
        .or_else(|| range.clone().rev().find(|at| the(at)))
}

fn is_comma(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.is_any(at, &[",", "，", ":", "："])
}

/// The end of a range, moved before the commas that stand there.
fn without_commas(tokens: &Tokens<'_>, start: usize, mut end: usize) -> usize {
    while end > start && is_comma(tokens, end - 1) {
        end -= 1;
    }
    end
}
