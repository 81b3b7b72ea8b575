//! Numbers with their units, before it is known what is compared: [`Quantity`].

use std::ops::Range;

use crate::criterion::Unit;
use crate::token::{Kind, Tokens, is_ideograph};

use super::number::{ReadNumber, read_number};
use super::operator::{ReadOperator, operator_in_word};
use super::range::{bounds, is_range_joint, joined_range, physical_length, range_end};
use super::rate::{read_each_time, read_rate, read_throughput};
use super::symbol::OTHERS;
use super::unit::{ReadUnit, behind_unit, is_time, read_unit, seconds};
use super::whole::read_whole;

/// Words between a number and a time that leave it a time: `2 consecutive seconds`, `5 business days`.
const BEFORE_TIME: &[&str] = &[
    "consecutive",
    "continuous",
    "successive",
    "business",
    "working",
    "calendar",
    "full",
    "whole",
    "additional",
    "further",
    "elapsed",
    "more",
];

/// Signs of money before the numbers of a range.
pub(super) const CURRENCIES: &[&str] = &["$", "€", "£", "₹", "eur", "usd", "gbp", "brl", "chf", "inr"];

/// A number with its unit, before it is known what is compared.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Quantity {
    pub(super) value: f64,
    /// The upper end where it is a range.
    pub(super) upper: Option<f64>,
    pub(super) unit: Unit,
    pub(super) has_unit: bool,
    pub(super) is_word: bool,
    /// Whether a hyphen joins number and unit.
    pub(super) is_adjective: bool,
    pub(super) tokens: Range<usize>,
    /// A comparison inside the unit's word.
    pub(super) inner: Option<ReadOperator>,
}

impl Quantity {
    /// A number that is read whole, with its unit.
    pub(super) fn single(value: f64, unit: Unit, tokens: Range<usize>) -> Self {
        Self {
            value,
            upper: None,
            unit,
            has_unit: true,
            is_word: false,
            is_adjective: false,
            tokens,
            inner: None,
        }
    }

    /// A range that is read whole, with its unit.
    pub(super) fn range(lower: f64, upper: f64, unit: Unit, tokens: Range<usize>) -> Self {
        Self {
            upper: Some(rounded(upper)),
            ..Self::single(rounded(lower), unit, tokens)
        }
    }

    /// Whether it counts one.
    pub(super) fn is_one(&self) -> bool {
        (self.value - 1.0).abs() < f64::EPSILON
    }
}

/// Reads number, range and unit at a token.
pub(super) fn quantity_at(tokens: &Tokens<'_>, at: usize, end: usize) -> Option<Quantity> {
    if let Some(quantity) = read_whole(tokens, at) {
        return Some(quantity);
    }
    let first = article(tokens, at).or_else(|| read_number(tokens, at))?;
    let mut next = at + first.tokens;
    if let Some(behind) = second_side(tokens, next, first.value) {
        return Some(Quantity::single(first.value, Unit::Count, at..behind));
    }
    let early =
        read_unit(tokens, next, tokens.touches(next - 1)).filter(|unit| is_range_joint(tokens, next + unit.tokens));
    let physical = physical_length(tokens, next);
    let joint = next + early.map_or(physical, |unit| unit.tokens);
    let negative = is_negative(tokens, at);
    let start = at - usize::from(negative);
    let upper = range_end(tokens, start, joint, end);
    if let Some((_, behind)) = upper {
        next = behind;
    } else if let Some(range) = joined_range(tokens, at, next, end).or_else(|| bounds(tokens, at, next, end)) {
        return Some(range);
    }
    let mut quantity = Quantity {
        value: if negative { -first.value } else { first.value },
        upper: upper.map(|(value, _)| value),
        unit: Unit::Count,
        has_unit: false,
        is_word: first.is_word,
        is_adjective: false,
        tokens: start..next,
        inner: None,
    };
    read_own_unit(tokens, &mut quantity, end, early);
    quantity.tokens.end += suffix(tokens, quantity.tokens.end);
    if matches!(quantity.unit, Unit::Count) && !tokens.is_any(quantity.tokens.end, OTHERS) {
        read_rate(tokens, &mut quantity, end);
        read_each_time(tokens, &mut quantity);
    }
    Some(quantity)
}

/// How many tokens the ending of a case takes behind a number: `400'den`.
pub(super) fn suffix(tokens: &Tokens<'_>, end: usize) -> usize {
    let ending = tokens.is_any(end, &["'", "’"]) && tokens.touches(end - 1) && tokens.touches(end);
    let short = tokens.kind(end + 1) == Some(Kind::Word) && tokens.written(end + 1).chars().count() <= 4;
    if ending && short { 2 } else { 0 }
}

/// Takes the unit behind a number, a hyphen or a word such as *consecutive* between them passed over; `early` is the one
/// behind the lower end of a range.
fn read_own_unit(tokens: &Tokens<'_>, quantity: &mut Quantity, end: usize, early: Option<ReadUnit>) {
    let next = quantity.tokens.end;
    let touches = tokens.touches(next - 1);
    let hyphen = tokens.is_any(next, &["-", "‑"]) && tokens.touches(next) && tokens.kind(next + 1) == Some(Kind::Word);
    let described = !hyphen && tokens.is_any(next, BEFORE_TIME);
    let at = next + usize::from(hyphen || described);
    let unit = read_unit(tokens, at, touches && !hyphen);
    match unit.filter(|unit| next < end && (!described || is_time(unit.unit))) {
        Some(unit) => {
            quantity.has_unit = true;
            quantity.is_adjective = hyphen;
            take_unit(tokens, quantity, at, unit, early);
        }
        // `80以上`: no unit between number and comparison.
        None if tokens.written(next).starts_with(is_ideograph) => {
            quantity.inner = operator_in_word(tokens.written(next), next + 1);
        }
        None => {}
    }
}

/// Gives a number its unit, that stands at a token; `early` is the one behind the lower end of a range.
fn take_unit(tokens: &Tokens<'_>, quantity: &mut Quantity, at: usize, unit: ReadUnit, early: Option<ReadUnit>) {
    let other = early.filter(|early| early.unit != unit.unit);
    let factor = other.map_or(unit.factor, |early| {
        early.factor * seconds(early.unit) / seconds(unit.unit)
    });
    let end = at + unit.tokens;
    quantity.tokens.end = end;
    quantity.value = rounded(quantity.value * factor);
    quantity.upper = quantity.upper.map(|value| rounded(value * unit.factor));
    quantity.unit = unit.unit;
    let inside = operator_in_word(behind_unit(tokens, at), end);
    // `10MB를 초과하지`: a particle between.
    let particle = usize::from(["를", "을", "가", "이"].contains(&tokens.written(end)));
    quantity.inner = inside.or_else(|| operator_in_word(tokens.written(end + particle), end + particle + 1));
    add_smaller_time(tokens, quantity);
    read_throughput(tokens, quantity);
}

/// `within a minute`, `half an hour`: an article that counts one, or what is left of one.
fn article(tokens: &Tokens<'_>, at: usize) -> Option<ReadNumber> {
    let is_unit = |at: usize| read_unit(tokens, at, false).is_some_and(|unit| is_time(unit.unit));
    if tokens.is(at, "half") && tokens.is_any(at + 1, &["a", "an"]) && is_unit(at + 2) {
        return Some(ReadNumber {
            value: 0.5,
            tokens: 2,
            is_word: true,
        });
    }
    // `a quarter of an hour`
    if tokens.phrase(at, "a quarter of an") > 0 && is_unit(at + 4) {
        return Some(ReadNumber {
            value: 0.25,
            tokens: 4,
            is_word: true,
        });
    }
    let is_article = tokens.is_any(at, &["a", "an"]) && at > 0 && tokens.is_any(at - 1, &["within", "under", "than"]);
    let counts = is_article
        && read_unit(tokens, at + 1, false).is_some_and(|unit| is_time(unit.unit) && tokens.word(at + 1).len() > 2);
    counts.then_some(ReadNumber {
        value: 1.0,
        tokens: 1,
        is_word: true,
    })
}

/// The token behind the height of `390 x 400 pixels`, of which the width is read.
fn second_side(tokens: &Tokens<'_>, sign: usize, width: f64) -> Option<usize> {
    const LEAST_PIXELS: f64 = 100.0;
    let height = read_number(tokens, sign + 1).filter(|_| tokens.is_any(sign, &["x", "×"]))?;
    let behind = sign + 1 + height.tokens;
    let drawn = tokens.is_any(behind, &["px", "pixel", "pixels", "píxeles", "dp", "pt", "mm", "cm"]);
    let large = width >= LEAST_PIXELS && height.value >= LEAST_PIXELS;
    (drawn || large).then_some(behind + usize::from(drawn))
}

/// `-90`: a minus sign behind a space or a bracket and right before the number.
fn is_negative(tokens: &Tokens<'_>, at: usize) -> bool {
    let Some(sign) = at.checked_sub(1) else { return false };
    let free = sign == 0 || !tokens.touches(sign - 1) || tokens.is_any(sign - 1, &["(", "["]);
    tokens.is_any(sign, &["-", "−"]) && tokens.touches(sign) && free
}

/// `1 minute 30 seconds`: a smaller time behind a larger one.
fn add_smaller_time(tokens: &Tokens<'_>, quantity: &mut Quantity) {
    let goes_on = !behind_unit(tokens, quantity.tokens.end - 1).is_empty();
    if !is_time(quantity.unit) || quantity.upper.is_some() || goes_on {
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

/// Takes the dust of binary fractions off a scaled number.
pub(super) fn rounded(value: f64) -> f64 {
    let scaled = (value * 1e9).round() / 1e9;
    if scaled.is_finite() { scaled } else { value }
}
