//! Whether a comparison and a quantity belong together: the words between and behind them.

use crate::criterion::Unit;
use crate::token::{Kind, Tokens};

use super::bare_words::RATES;
use super::number::read_number;
use super::operator::{ReadOperator, operator_behind, operator_in_word};
use super::quantity::Quantity;
use super::symbol::PHYSICAL;
use super::unit::{is_plural, is_time};

/// `classify … with ≥ 90 % accuracy`: how well it is sorted, no band.
pub(super) fn is_quality(tokens: &Tokens<'_>, quantity: &Quantity) -> bool {
    let end = quantity.tokens.end;
    quantity.unit == Unit::Percent && (end..end + 2).any(|at| tokens.is_any(at, RATES))
}

/// `red within 5 s`, `grey, 12sp`: a time by which something happens or a size on the screen, no band of what is sorted.
pub(super) fn is_deadline(tokens: &Tokens<'_>, quantity: &Quantity) -> bool {
    let before = quantity.tokens.start.checked_sub(1);
    // `a grey label of 12sp`
    let drawn = tokens.is_any(quantity.tokens.end, &["px", "dp", "sp"]);
    drawn || is_time(quantity.unit) && before.is_some_and(|before| tokens.is(before, "within"))
}

/// `min(60, 2^n)`: a function of a formula.
pub(super) fn is_function(tokens: &Tokens<'_>, op: ReadOperator) -> bool {
    tokens.is_any(op.at, &["min", "max"]) && tokens.touches(op.at) && tokens.is(op.at + 1, "(")
}

/// `stay up for over 30 days`.
pub(super) fn lasts_for(tokens: &Tokens<'_>, op: ReadOperator) -> bool {
    op.at > 0 && tokens.is_any(op.at - 1, &["for", "be", "stay", "remain", "just", "well"])
}

/// `animate over 1 second`: the time that something takes, no comparison.
pub(super) fn lasts(tokens: &Tokens<'_>, quantity: &Quantity, op: ReadOperator) -> bool {
    tokens.is(op.at, "over")
        && is_time(quantity.unit)
        && quantity.unit != Unit::Day
        && !op.turned
        && !lasts_for(tokens, op)
}

/// Whether a comparison fits: `over` and its kind need a unit or a thing, `en` compares only times.
pub(super) fn is_plausible(tokens: &Tokens<'_>, quantity: &Quantity, op: ReadOperator, end: usize) -> bool {
    match tokens.word(op.at) {
        "sous" => quantity.has_unit,
        "em" | "en" | "trong" | "dalam" | "за" if op.at + 1 == quantity.tokens.start => is_time(quantity.unit),
        "older" | "antes" => is_time(quantity.unit),
        "bis" | "tot" if op.at + 1 == quantity.tokens.start => {
            quantity.has_unit || PHYSICAL.contains(&tokens.written(quantity.tokens.end))
        }
        "do" if op.at + 1 == quantity.tokens.start => quantity.has_unit && quantity.unit != Unit::Percent,
        "over" | "under" | "above" | "below" | "beyond" if !quantity.has_unit => {
            let thing = tokens.kind(quantity.tokens.end) == Some(Kind::Word) && quantity.tokens.end < end;
            thing || !quantity.is_word
        }
        _ => true,
    }
}

/// A comparison behind the quantity, perhaps behind the thing it counts: `3 replicas or more`, `10 minimum`.
pub(super) fn operator_behind_noun(tokens: &Tokens<'_>, quantity: &Quantity, limit: usize) -> Option<ReadOperator> {
    let end = quantity.tokens.end;
    let bracket = usize::from(tokens.is(end, "("));
    let direct = operator_behind(tokens, end).or_else(|| operator_behind(tokens, end + bracket));
    let word = |at: usize| tokens.kind(at) == Some(Kind::Word);
    let currency = tokens.is_any(end, &["€", "$", "£", "¥"]);
    let noun = if currency || word(end) {
        // `8 daily quests minimum`
        let named = || operator_behind(tokens, end + 2).filter(|_| word(end + 1) && is_plural(tokens.word(end + 1)));
        operator_behind(tokens, end + 1).or_else(named)
    } else {
        None
    };
    let resource = tokens.is_any(end, &["cpu", "cpus", "memory", "ram", "disk"]);
    let noun = noun.filter(|_| !tokens.is(end + 1, "+") && (quantity.unit == Unit::Count || resource));
    // `at 2 Hz for at least 10 s`: the comparison belongs to the number behind it.
    let leads = |op: &ReadOperator| read_number(tokens, op.at).is_some();
    let apart = || operator_apart(tokens, quantity);
    direct.or(noun).or_else(apart).filter(|op| op.at <= limit && !leads(op))
}

/// A comparison that closes a phrase or the sentence: `280 characters, tops`, `75 network requests or fewer`, `4 GiB per pod
/// at the most`.
fn operator_closing(tokens: &Tokens<'_>, end: usize) -> Option<ReadOperator> {
    const FAR: usize = 6;
    let joints = [
        "and", "but", "then", "while", "when", "if", "that", "which", "so", "with", "before", "after", "until", "to",
    ];
    let closing = [
        "minimum", "maximum", "tops", "more", "less", "fewer", "higher", "better", "latest", "most", "lower",
        "shorter", "mínimo", "máximo",
    ];
    let mut commas = 0;
    for at in end..end + FAR {
        if tokens.is(at, ",") {
            commas += 1;
        } else if tokens.kind(at) != Some(Kind::Word) || tokens.is_any(at, &joints) {
            return None;
        }
        if commas > 1 {
            return None;
        }
        if let Some(found) = operator_behind(tokens, at)
            && tokens.is_any(found.at - 1, &closing)
            && tokens.kind(found.at) != Some(Kind::Number)
            && (tokens.kind(found.at) != Some(Kind::Word)
                || tokens.is_any(found.at, &["and", "et", "y", "e", "per", "in", "on", "of"]))
        {
            return Some(found);
        }
    }
    None
}

/// A comparison with more than a thing between: `99.95 % of each month or better`, `4 GiB per pod at the most`.
fn operator_apart(tokens: &Tokens<'_>, quantity: &Quantity) -> Option<ReadOperator> {
    let end = quantity.tokens.end;
    let word = |at: usize| tokens.kind(at) == Some(Kind::Word);
    let is_count = quantity.unit == Unit::Count;
    if quantity.unit == Unit::Percent {
        let mut words = (end..end + 5).take_while(|at| word(*at));
        if let Some(found) = words.find_map(|at| operator_behind(tokens, at)) {
            return Some(found);
        }
    }
    if let Some(found) = operator_closing(tokens, end) {
        return Some(found);
    }
    // `45 mm wide or wider`.
    if is_count && tokens.is_any(end + 1, &["wide", "long", "high", "deep", "tall", "thick"]) {
        return operator_behind(tokens, end + 2);
    }
    // `0.7 m/s or slower`.
    if is_count && tokens.is(end + 1, "/") && word(end) && word(end + 2) {
        return operator_behind(tokens, end + 3);
    }
    // `14 px 以上`.
    let measured = is_count && PHYSICAL.contains(&tokens.written(end));
    operator_in_word(tokens.written(end + 1), end + 2).filter(|_| measured)
}
