//! The budgets of a statement: [`read_budgets`] goes once over the tokens of its responses.

use std::ops::Range;

use crate::criterion::{Budget, Operator, Unit};
use crate::markdown::Folded;
use crate::token::{Kind, Tokens};

use super::context::{implied, is_aside, is_label, is_schedule};
use super::number::{ReadNumber, read_number};
use super::operator::{ReadOperator, operator_before, operator_behind, operator_in_word, turned};
use super::percentile::{Quantile, read_quantiles};
use super::unit::{is_time, per_time, read_unit, seconds};

/// A budget and the tokens it takes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Found {
    pub(crate) budget: Budget,
    pub(crate) tokens: Range<usize>,
    /// Whether a comparison stands in the words, rather than being implied by them.
    pub(crate) explicit: bool,
}

/// A number with its unit, before it is known what is compared.
#[derive(Debug, Clone, PartialEq)]
struct Quantity {
    value: f64,
    /// The upper end where it is a range.
    upper: Option<f64>,
    unit: Unit,
    has_unit: bool,
    is_word: bool,
    tokens: Range<usize>,
    /// A comparison inside the unit's word.
    inner: Option<ReadOperator>,
}

/// Reads the budgets in a range of tokens; `forbidden` says that a negation governs it (`SHALL NOT …`).
pub(crate) fn read_budgets(tokens: &Tokens<'_>, content: &Folded, limit: &Range<usize>, forbidden: bool) -> Vec<Found> {
    let quantiles = read_quantiles(tokens, limit);
    let mut found = Vec::new();
    let mut at = limit.start;
    let mut floor = limit.start;
    while at < limit.end {
        if let Some(quantile) = quantiles.iter().find(|quantile| quantile.tokens.contains(&at)) {
            at = quantile.tokens.end;
            continue;
        }
        match quantity_at(tokens, at, limit.end) {
            Some(quantity) => {
                let end = quantity.tokens.end;
                let read = judge(tokens, content, limit, floor, &quantity, forbidden);
                at = read.last().map_or(end, |found| found.tokens.end.max(end));
                floor = at;
                found.extend(read);
            }
            None => at += 1,
        }
    }
    attach_quantiles(&mut found, &quantiles);
    found
}

/// A time limit that closes a condition behind the response: `… when the node fails within 60 seconds`.
pub(crate) fn read_closing_limit(tokens: &Tokens<'_>, content: &Folded, condition: &Range<usize>) -> Option<Found> {
    let last = read_budgets(tokens, content, condition, false)
        .into_iter()
        .next_back()?;
    let closes = last.tokens.end >= condition.end && last.explicit && is_time(last.budget.unit);
    (closes && tokens.is_any(last.tokens.start, &["within"])).then_some(last)
}

/// Reads number, range and unit at a token.
fn quantity_at(tokens: &Tokens<'_>, at: usize, end: usize) -> Option<Quantity> {
    if let Some(quantity) = compound(tokens, at) {
        return Some(quantity);
    }
    let first = article(tokens, at).or_else(|| read_number(tokens, at))?;
    let mut next = at + first.tokens;
    let early = read_unit(tokens, next, tokens.touches(next - 1)).filter(|_| is_range_joint(tokens, next + 1));
    let joint = next + early.map_or(0, |unit| unit.tokens);
    let upper = range_end(tokens, at, joint, end);
    if let Some((_, behind)) = upper {
        next = behind;
    }
    let hyphen = usize::from(
        tokens.is_any(next, &["-", "‑"]) && tokens.touches(next) && tokens.kind(next + 1) == Some(Kind::Word),
    );
    let unit = read_unit(tokens, next + hyphen, tokens.touches(next - 1) && hyphen == 0).filter(|_| next < end);
    let mut quantity = Quantity {
        value: first.value,
        upper: upper.map(|(value, _)| value),
        unit: Unit::Count,
        has_unit: unit.is_some(),
        is_word: first.is_word,
        tokens: at..next,
        inner: None,
    };
    if let Some(unit) = unit {
        let factor = early
            .filter(|early| early.unit != unit.unit)
            .map_or(unit.factor, |early| {
                early.factor * seconds(early.unit) / seconds(unit.unit)
            });
        quantity.tokens.end = next + hyphen + unit.tokens;
        quantity.value = rounded(quantity.value * factor);
        quantity.upper = quantity.upper.map(|value| rounded(value * unit.factor));
        quantity.unit = unit.unit;
        quantity.inner = operator_in_word(tokens.written(next + hyphen), quantity.tokens.end);
        add_smaller_time(tokens, &mut quantity);
    }
    if !is_time(quantity.unit) && matches!(quantity.unit, Unit::Count) {
        read_rate(tokens, &mut quantity, end);
    }
    Some(quantity)
}

/// `within a minute`: an article that counts one.
fn article(tokens: &Tokens<'_>, at: usize) -> Option<ReadNumber> {
    let is_article = tokens.is_any(at, &["a", "an"]) && at > 0 && tokens.is_any(at - 1, &["within", "under", "than"]);
    let unit = read_unit(tokens, at + 1, false).filter(|unit| is_time(unit.unit) && tokens.word(at + 1).len() > 2);
    (is_article && unit.is_some()).then_some(ReadNumber {
        value: 1.0,
        tokens: 1,
        is_word: true,
    })
}

/// `1h30m` written as one word.
fn compound(tokens: &Tokens<'_>, at: usize) -> Option<Quantity> {
    let written = tokens.written(at);
    if tokens.kind(at) != Some(Kind::Ident) || !written.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (mut total, mut digits, mut smallest) = (0.0, String::new(), None);
    for c in written.chars() {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        let unit = match c {
            'd' => Unit::Day,
            'h' => Unit::Hour,
            'm' => Unit::Minute,
            's' => Unit::Second,
            _ => return None,
        };
        total += digits.parse::<f64>().ok()? * seconds(unit);
        digits.clear();
        smallest = Some(unit);
    }
    let unit = smallest.filter(|_| digits.is_empty())?;
    let value = rounded(total / seconds(unit));
    Some(Quantity {
        value,
        upper: None,
        unit,
        has_unit: true,
        is_word: false,
        tokens: at..at + 1,
        inner: None,
    })
}

fn is_range_joint(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.is_any(at, &["-", "–", "—", "to", "and", "~", "à", "bis", "a"])
}

/// The upper end of `5-10`, `5 to 10`, `between 5 and 10`, and the token behind it.
fn range_end(tokens: &Tokens<'_>, start: usize, joint: usize, end: usize) -> Option<(f64, usize)> {
    let back = |n: usize| start.checked_sub(n).map(|at| tokens.word(at)).unwrap_or_default();
    let between = matches!(back(1), "between" | "entre" | "zwischen" | "from");
    let joins = tokens.is_any(joint, &["-", "–", "—", "to", "~", "à", "bis"])
        || between && tokens.is_any(joint, &["and", "e", "et", "und", "y", "to"]);
    if !joins || joint + 1 >= end {
        return None;
    }
    let upper = read_number(tokens, joint + 1)?;
    Some((upper.value, joint + 1 + upper.tokens))
}

/// `1 minute 30 seconds`: a smaller time behind a larger one.
fn add_smaller_time(tokens: &Tokens<'_>, quantity: &mut Quantity) {
    if !is_time(quantity.unit) || quantity.upper.is_some() {
        return;
    }
    let next = quantity.tokens.end;
    let Some(number) = read_number(tokens, next).filter(|number| !number.is_word) else {
        return;
    };
    let at = next + number.tokens;
    let Some(unit) = read_unit(tokens, at, tokens.touches(at - 1)) else {
        return;
    };
    if is_time(unit.unit) && seconds(unit.unit) < seconds(quantity.unit) {
        let total = quantity.value * seconds(quantity.unit) + number.value * unit.factor * seconds(unit.unit);
        quantity.value = rounded(total / seconds(unit.unit));
        quantity.unit = unit.unit;
        quantity.tokens.end = at + unit.tokens;
    }
}

/// `100 requests per second`, `5/min`: a count in a time.
fn read_rate(tokens: &Tokens<'_>, quantity: &mut Quantity, end: usize) {
    let from = quantity.tokens.end;
    for at in from..(from + 4).min(end) {
        if let Some((factor, length)) = per_time(tokens, at) {
            quantity.value = rounded(quantity.value * factor);
            quantity.upper = quantity.upper.map(|value| rounded(value * factor));
            quantity.unit = Unit::PerMinute;
            quantity.has_unit = true;
            quantity.tokens.end = at + length;
            return;
        }
        if !matches!(tokens.kind(at), Some(Kind::Word)) && !tokens.is_any(at, &["(", ")"]) {
            return;
        }
    }
}

/// Decides whether a quantity is a budget, and which; a range gives two.
fn judge(
    tokens: &Tokens<'_>,
    content: &Folded,
    limit: &Range<usize>,
    floor: usize,
    quantity: &Quantity,
    forbidden: bool,
) -> Vec<Found> {
    let Range { start, end } = quantity.tokens;
    let before = operator_before(tokens, start, floor);
    let behind = quantity
        .inner
        .or_else(|| operator_behind_noun(tokens, quantity, limit.end));
    if is_label(tokens, start, quantity.has_unit) && before.is_none()
        || is_aside(tokens, limit, before.map_or(start, |op| op.at), end)
        || is_schedule(tokens, before.map_or(start, |op| op.at), before.is_some())
    {
        return Vec::new();
    }
    let found = |op: Operator, value: f64, range: Range<usize>, explicit: bool| {
        let bytes = tokens.bytes(&range);
        let text = tokens
            .text()
            .get(bytes.clone())
            .unwrap_or_default()
            .trim_end_matches([',', ';'])
            .to_owned();
        let budget = Budget {
            metric: None,
            op,
            value,
            unit: quantity.unit,
            percentile: None,
            text,
            span: content.span(bytes),
        };
        Found {
            budget,
            tokens: range,
            explicit,
        }
    };
    if let Some(upper) = quantity.upper {
        let start = before.map_or(start, |op| op.at);
        return vec![
            found(Operator::AtLeast, quantity.value, start..end, true),
            found(Operator::AtMost, upper, start..end, true),
        ];
    }
    if let Some(op) = before.filter(|op| is_plausible(tokens, quantity, *op, limit.end)) {
        let operator = if forbidden && !op.turned { turned(op.op) } else { op.op };
        let (operator, last) = match behind {
            Some(behind) if operator == Operator::Exactly => (behind.op, behind.at),
            Some(_) | None => (operator, end),
        };
        return vec![found(operator, quantity.value, op.at..last, true)];
    }
    if let Some(op) = behind {
        return if quantity.is_word && !quantity.has_unit {
            Vec::new()
        } else {
            vec![found(op.op, quantity.value, start..op.at, true)]
        };
    }
    bare(tokens, limit, quantity)
        .map(|op| found(op, quantity.value, start..end, false))
        .into_iter()
        .collect()
}

/// The operator of a quantity without comparison; number words count only with a unit, a lone number never.
fn bare(tokens: &Tokens<'_>, limit: &Range<usize>, quantity: &Quantity) -> Option<Operator> {
    let Range { start, end } = quantity.tokens;
    if quantity.is_word && quantity.value == 0.0 {
        return tokens
            .is_any(end, &["downtime", "loss", "errors", "failures"])
            .then_some(Operator::Exactly);
    }
    implied(tokens, limit, start, end, quantity.unit)
}

/// Whether a comparison fits: `in` and its kind compare only times, `over` and `under` need a unit or a thing.
fn is_plausible(tokens: &Tokens<'_>, quantity: &Quantity, op: ReadOperator, end: usize) -> bool {
    let word = tokens.word(op.at);
    match word {
        "em" | "en" | "within" => is_time(quantity.unit) || word == "within",
        "over" | "under" | "above" | "below" | "beyond" if !quantity.has_unit => {
            tokens.kind(quantity.tokens.end) == Some(Kind::Word) && quantity.tokens.end < end || !quantity.is_word
        }
        _ => true,
    }
}

/// A comparison behind the quantity, perhaps behind the thing it counts: `3 replicas or more`, `10 minimum`.
fn operator_behind_noun(tokens: &Tokens<'_>, quantity: &Quantity, limit: usize) -> Option<ReadOperator> {
    let end = quantity.tokens.end;
    let bracket = usize::from(tokens.is(end, "("));
    let direct = operator_behind(tokens, end).or_else(|| operator_behind(tokens, end + bracket));
    let noun = (tokens.kind(end) == Some(Kind::Word) && tokens.is(end + 1, "or"))
        .then(|| operator_behind(tokens, end + 1))
        .flatten();
    direct.or(noun).filter(|op| op.at <= limit)
}

/// Gives each quantile to the nearest time or size in the same range.
fn attach_quantiles(found: &mut [Found], quantiles: &[Quantile]) {
    for quantile in quantiles {
        let distance = |found: &Found| {
            if found.tokens.start >= quantile.tokens.end {
                found.tokens.start - quantile.tokens.end
            } else {
                quantile.tokens.start.saturating_sub(found.tokens.end)
            }
        };
        let free = found
            .iter_mut()
            .filter(|found| found.budget.percentile.is_none() && found.budget.unit != Unit::Percent);
        if let Some(nearest) = free.min_by_key(|found| distance(found)) {
            nearest.budget.percentile = Some(quantile.percentile);
        }
    }
}

/// Takes the dust of binary fractions off a scaled number.
fn rounded(value: f64) -> f64 {
    let scaled = (value * 1e9).round() / 1e9;
    if scaled.is_finite() { scaled } else { value }
}
