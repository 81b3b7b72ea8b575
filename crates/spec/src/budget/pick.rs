//! Comparisons that pick, prevent or announce something instead of limiting the response.

use std::ops::Range;

use crate::criterion::{Operator, Unit};
use crate::token::{Kind, Tokens};

use super::bare_words::RATES;
use super::number::read_number;
use super::operator::ReadOperator;
use super::quantity::Quantity;
use super::unit::{behind_unit, is_plural};

/// Verbs that act on the things a comparison picks, and limit nothing by it: `compress responses larger than 1 KB`.
const PICKING: &[&str] = &[
    "reject",
    "refuse",
    "deny",
    "block",
    "decline",
    "disallow",
    "prohibit",
    "forbid",
    "compress",
    "split",
    "chunk",
    "archive",
    "delete",
    "remove",
    "purge",
    "evict",
    "discard",
    "flag",
    "highlight",
    "skip",
    "ignore",
    "exclude",
    "filter",
    "mark",
];

/// Verbs of taking away what is kept for a time only.
const CLEANING: &[&str] = &[
    "delete", "remove", "purge", "clear", "clean", "prune", "archive", "evict", "discard", "expire", "drop",
];

/// Verbs that look for the things a comparison tells: `identify stocks with a ratio above 3.0`.
const LOOKING: &[&str] = &["identify", "detect", "find", "select", "flag", "highlight", "filter"];

/// Comparisons that may follow the thing that they pick.
const PICKED: &[&str] = &[
    "larger", "bigger", "longer", "shorter", "smaller", "greater", "older", "higher", "lower",
];

/// Words behind which conditions of a notification stand: `alerts for …`, `an alarm when …`, `warnings at …`.
const NOTIFICATIONS: &[&str] = &["alarm", "alarms", "alert", "alerts", "warning", "warnings"];

/// Whether a comparison picks the things that something is done with: `reject passwords shorter than 10 characters`,
/// `use LFS for files larger than 100 MB`.
pub(super) fn picks(tokens: &Tokens<'_>, limit: &Range<usize>, op: ReadOperator) -> bool {
    let verb = limit.start..(limit.start + 3).min(op.at);
    let is_picking = verb.clone().any(|at| tokens.is_any(at, PICKING));
    let looks = verb.into_iter().any(|at| tokens.is_any(at, LOOKING));
    let rated = (op.at.saturating_sub(3).max(limit.start)..op.at).any(|at| tokens.is_any(at, RATES));
    let lead = op.at.saturating_sub(4).max(limit.start)..op.at.saturating_sub(1);
    let for_thing = lead.into_iter().any(|at| tokens.is(at, "for"));
    let thing = op.at > limit.start && matches!(tokens.kind(op.at - 1), Some(Kind::Word))
        || tokens.is(op.at.saturating_sub(1), ",");
    let verbs = [
        "be", "is", "are", "remain", "stay", "last", "take", "takes", "to", "in", "within", "for", "each", "not",
    ];
    // `reject readings that differ by more than 40 %`, `for data with fewer than 1,000 rows`.
    let refused = is_picking && matches!(op.op, Operator::Above);
    let of_case = for_thing && op.at > 0 && tokens.is(op.at - 1, "with");
    // `delete events older than 30 days` tells how long they are kept.
    if tokens.is(op.at, "older") {
        return !limit.clone().take(5).any(|at| tokens.is_any(at, CLEANING));
    }
    refused
        || of_case
        || tokens.is_any(op.at, PICKED)
            && thing
            && !tokens.is_any(op.at.saturating_sub(1), &verbs)
            && (is_picking || for_thing || looks && !rated)
}

/// Whether a comparison tells what is looked for: `identify stocks with a ratio above 3.0`, `screens (below 640px width)`.
pub(super) fn is_found_by(tokens: &Tokens<'_>, limit: &Range<usize>, op: ReadOperator) -> bool {
    let verb = limit.start..(limit.start + 2).min(op.at);
    let looks = verb.into_iter().any(|at| tokens.is_any(at, LOOKING));
    let mut lead = op.at.saturating_sub(8).max(limit.start)..op.at;
    let with = lead.clone().any(|at| tokens.is(at, "with"));
    let rated = lead.any(|at| tokens.is_any(at, RATES) || tokens.is_any(at, &["within", "rate", "error"]));
    let near = op.at.saturating_sub(3).max(limit.start)..op.at;
    let on_screens = near
        .into_iter()
        .any(|at| tokens.is_any(at, &["screens", "devices", "viewports", "displays"]));
    let of_width = (op.at + 1..op.at + 5).any(|at| tokens.is_any(at, &["width", "wide"]));
    let sign = tokens.is_any(op.at, &[">", "＞", "<", "≥", "≤"]);
    // `monitoring that detects anomalies: stops lasting > 3 minutes`
    let listed = sign
        && limit.clone().take_while(|at| *at < op.at).any(|at| {
            tokens.is_any(at, &["detects", "detect", "detecting", "identifies"])
                && (at + 1..at + 4).any(|colon| tokens.is(colon, ":"))
        });
    looks && (with || sign) && !rated || on_screens && of_width || listed
}

/// `prevent the voltage from exceeding 4 V`, `keep it from falling below 3 V`: the other side of the comparison is required.
pub(super) fn is_prevented(tokens: &Tokens<'_>, op: ReadOperator) -> bool {
    let moves = ["falling", "dropping", "rising", "going", "growing"];
    let at = op
        .at
        .saturating_sub(usize::from(op.at > 0 && tokens.is_any(op.at - 1, &moves)));
    let exceeds = at < op.at || tokens.is_any(op.at, &["exceeding", "surpassing"]);
    exceeds && at > 0 && tokens.is(at - 1, "from") && !op.turned
}

/// Whether a comparison stands for something else than a limit: `大于 0.5 的`, `alpha = 0.1`.
pub(super) fn is_aside_comparison(tokens: &Tokens<'_>, quantity: &Quantity, op: ReadOperator) -> bool {
    let is_strict = matches!(op.op, Operator::Above | Operator::Below);
    let end = quantity.tokens.end;
    let picks = is_strict
        && op.turned
        && ["的", "时", "時"]
            .iter()
            .any(|word| tokens.written(end).starts_with(word) || behind_unit(tokens, end - 1).starts_with(word));
    let lead = tokens.written(op.at);
    let picks = picks
        && !["接受", "支持", "允许", "受け付け", "体积", "大小"]
            .iter()
            .any(|verb| lead.contains(verb));
    let supposed = is_strict && op.turned && ["若", "如果", "もし"].iter().any(|word| lead.contains(word));
    let before = op.at.checked_sub(1);
    let aged = before.is_some_and(|before| tokens.is_any(before, &["há", "hace"]));
    // `where rowCount = 0`
    let variable = before.is_some_and(|before| {
        let name = tokens.written(before);
        name.contains('_') || name.chars().skip(1).any(char::is_uppercase) && name.chars().any(char::is_lowercase)
    });
    if tokens.is(op.at, "=") && variable && !quantity.has_unit {
        return true;
    }
    let assigned = tokens.is(op.at, "=")
        && !quantity.has_unit
        && quantity.value.fract().abs() > f64::EPSILON
        && before.is_some_and(|before| tokens.kind(before) != Some(Kind::Sign));
    // `campaigns (>10k guests)` tells which.
    let described = op.op == Operator::Above
        && before.is_some_and(|before| tokens.is(before, "(") && before > 0 && is_plural(tokens.word(before - 1)))
        && quantity.unit != Unit::Percent
        && !op.turned;
    described || supposed || aged || picks || assigned
}

/// Where what a notification is about begins: `alarms for CPU utilization exceeding 80 %`.
pub(super) fn notification(tokens: &Tokens<'_>, limit: &Range<usize>) -> Option<usize> {
    let about = ["for", "on", "when", "if", "at", ":"];
    if tokens.is_any(limit.start, &["fire", "trigger", "alert"]) && tokens.is_any(limit.start + 1, &about) {
        return Some(limit.start);
    }
    limit.clone().find(|at| {
        let lasts = tokens.is(at + 1, "for") && read_number(tokens, at + 2).is_some();
        let passed = tokens.phrase(at + 1, "on to") > 0;
        tokens.is_any(*at, NOTIFICATIONS) && tokens.is_any(at + 1, &about) && !lasts && !passed
    })
}

/// Whether a sign compares what a choice is made by: `0.7 for hit rate < 50 %`, `under load > 0.8`.
pub(super) fn is_case(tokens: &Tokens<'_>, limit: &Range<usize>, at: usize) -> bool {
    if !tokens.is_any(at, &[">", "<", "≥", "≤", "=", "＞", "＜", "≧", "≦"]) {
        return false;
    }
    let lead = at.saturating_sub(4).max(limit.start)..at;
    let word = |at: &usize| tokens.kind(*at) == Some(Kind::Word);
    let Some(case) = lead
        .rev()
        .take_while(word)
        .find(|at| tokens.is_any(*at, &["for", "under"]))
    else {
        return false;
    };
    let rated = case.saturating_sub(3).max(limit.start)..case;
    !rated.into_iter().any(|at| tokens.is_any(at, RATES))
}
