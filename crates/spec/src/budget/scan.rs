//! The budgets of a statement: [`read_budgets`] goes once over the tokens of its responses.

use std::ops::Range;

use crate::criterion::{Budget, Operator};
use crate::markdown::Folded;
use crate::token::{Tokens, is_ideograph};

use super::fit::{is_deadline, is_quality};
use super::guard::sorts;
use super::judge::Judge;
use super::load::drop_loads;
use super::percentile::read_quantiles;
use super::pick::notification;
use super::quantity::quantity_at;
use super::quotation::quotations;
use super::settle::{
    attach_quantiles, drop_bands, drop_classes, inherit_limits, share_units, tell_apart, without_lists, without_repeats,
};
use super::unit::{behind_unit, is_time};

/// A budget and the tokens it takes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Found {
    pub(crate) budget: Budget,
    pub(crate) tokens: Range<usize>,
    /// Whether a comparison stands in the words, rather than being implied by them.
    pub(crate) explicit: bool,
}

/// Reads the budgets in a range of tokens; `forbidden` says that a negation governs it (`SHALL NOT …`).
pub(crate) fn read_budgets(tokens: &Tokens<'_>, content: &Folded, limit: &Range<usize>, forbidden: bool) -> Vec<Found> {
    let quantiles = read_quantiles(tokens, limit);
    let judge = Judge {
        tokens,
        content,
        limit,
        forbidden: forbidden || tokens.is_any(limit.start, &["prevent", "avoid", "prevents", "avoids"]),
        notification: notification(tokens, limit),
    };
    let passed = quantiles.iter().map(|quantile| quantile.tokens.clone());
    let mut passed: Vec<Range<usize>> = passed.chain(quotations(tokens, limit)).collect();
    passed.sort_by_key(|range| range.start);
    let found = judged_quantities(&judge, &passed);
    let mut found = without_lists(tokens, &without_repeats(tokens, found));
    share_units(tokens, &mut found);
    inherit_limits(tokens, &mut found);
    drop_loads(tokens, limit.start, &mut found);
    drop_bands(&mut found);
    drop_classes(tokens, &mut found);
    attach_quantiles(&mut found, &quantiles);
    tell_apart(tokens, limit.end, &mut found);
    found
}

/// The quantities that are limits, from left to right; what stands in the ranges that are `passed` is not read.
fn judged_quantities(judge: &Judge<'_>, passed: &[Range<usize>]) -> Vec<Found> {
    let (tokens, limit) = (judge.tokens, judge.limit);
    let sorted = sorts(tokens, limit);
    let mut passed = passed.iter().peekable();
    let mut found: Vec<Found> = Vec::new();
    let mut at = limit.start;
    let mut floor = limit.start;
    while at < limit.end {
        while passed.next_if(|range| range.end <= at).is_some() {}
        if let Some(range) = passed.peek().filter(|range| range.contains(&at)) {
            at = range.end;
            continue;
        }
        let Some(quantity) = quantity_at(tokens, at, limit.end) else {
            at += 1;
            continue;
        };
        let end = quantity.tokens.end.max(at + 1);
        if sorted && !is_quality(tokens, &quantity) && !is_deadline(tokens, &quantity) {
            at = end;
            continue;
        }
        let read = judge.judge(&quantity, floor);
        let is_bare = read.iter().all(|found| !found.explicit);
        let last = found.last().filter(|_| is_bare);
        let same = last.and_then(|last| judge.same_thing(&quantity, last));
        let read = same.map_or(read, |same| vec![same]);
        at = read.last().map_or(end, |found| found.tokens.end.max(end));
        // `1件の容量を最大2GB`: the letters behind a thing counted may compare the next number.
        // … and `8 个字符且不超过 32` compares the next one.
        let letters = tokens.written(at - 1).starts_with(is_ideograph);
        let runs_on = letters && (read.is_empty() || !behind_unit(tokens, at - 1).is_empty());
        floor = at - usize::from(runs_on);
        found.extend(read);
    }
    found
}

/// Gives the quantiles of the subject (`response time p95 SHALL …`) to the budgets of its responses that have none.
pub(crate) fn attach_subject_quantile(tokens: &Tokens<'_>, subject: &Range<usize>, found: &mut [Found]) {
    if found.iter().all(|found| found.budget.percentile.is_none()) {
        attach_quantiles(found, &read_quantiles(tokens, subject));
    }
}

/// A limit that opens the subject: `No more than 3 retries SHALL be made.`
pub(crate) fn read_opening_limit(tokens: &Tokens<'_>, content: &Folded, subject: &Range<usize>) -> Vec<Found> {
    // More than words of comparison, number, unit and rate can take; a long subject is not read for it.
    const LONGEST: usize = 40;
    let opening = subject.start..subject.end.min(subject.start + LONGEST);
    let mut found = read_budgets(tokens, content, &opening, false);
    let Some(first) = found.first().cloned() else {
        return found;
    };
    // `A clearance of 15 m or more shall be kept`.
    let bound = matches!(first.budget.op, Operator::AtLeast | Operator::AtMost);
    let of = first
        .tokens
        .start
        .checked_sub(1)
        .filter(|of| *of > subject.start && tokens.is(*of, "of"));
    let named = of.is_some_and(|of| of < subject.start + 5) && tokens.is_any(subject.start, &["a", "an", "the"]);
    // `The nickname (3-20 characters) SHALL be unique.`
    let start = first.tokens.start;
    let bracketed = start > subject.start && tokens.is(start - 1, "(");
    let opens = first.explicit && (start == subject.start || named && bound || bracketed);
    // Both ends of a range have the same words.
    found.retain(|one| opens && one.tokens == first.tokens);
    found
}

/// A time limit that closes a condition behind the response: `… when the node fails within 60 seconds`.
pub(crate) fn read_closing_limit(tokens: &Tokens<'_>, content: &Folded, condition: &Range<usize>) -> Option<Found> {
    let last = read_budgets(tokens, content, condition, false)
        .into_iter()
        .next_back()?;
    let is_state = last.tokens.start > 0 && tokens.is_any(last.tokens.start - 1, &["is", "are", "falls", "be"]);
    // `when the rain exceeds 10 mm within 48 hours` tells how long is looked at.
    let compares = [
        "exceeds", "exceed", "reaches", "drops", "falls", "rises", "expires", "expire",
    ];
    let is_state = is_state || condition.clone().any(|at| tokens.is_any(at, &compares));
    let ends = last.tokens.end >= condition.end || tokens.is_any(last.tokens.end, &["after", "of", "following"]);
    let closes = !is_state && ends && last.explicit && is_time(last.budget.unit);
    (closes && tokens.is_any(last.tokens.start, &["within"])).then_some(last)
}
