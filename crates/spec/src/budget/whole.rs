//! Quantities in one word, or with the sign before the number: `1h30m`, `sub-second`, `%70`.

use crate::criterion::{Operator, Unit};
use crate::token::{Kind, Tokens};

use super::number::read_number;
use super::operator::ReadOperator;
use super::quantity::{Quantity, rounded, suffix};
use super::unit::{read_symbol, read_unit, seconds};

/// Reads such a quantity at a token.
pub(super) fn read_whole(tokens: &Tokens<'_>, at: usize) -> Option<Quantity> {
    compound(tokens, at)
        .or_else(|| below_unit(tokens, at))
        .or_else(|| percent_first(tokens, at))
}

/// `%70'in`: the sign stands before the number in Turkish.
fn percent_first(tokens: &Tokens<'_>, at: usize) -> Option<Quantity> {
    let leads = tokens.is(at, "%") && tokens.touches(at) && tokens.kind(at + 1) == Some(Kind::Number);
    let number = read_number(tokens, at + 1).filter(|_| leads)?;
    let end = at + 1 + number.tokens;
    Some(Quantity::single(
        number.value,
        Unit::Percent,
        at..end + suffix(tokens, end),
    ))
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
    Some(Quantity::single(value, unit, at..at + 1))
}

/// `sub-second`, `sub-100ms`, `sub-2 second`: less than one, or less than so many.
fn below_unit(tokens: &Tokens<'_>, at: usize) -> Option<Quantity> {
    let written = tokens.written(at);
    let rest = written.strip_prefix("sub-").or_else(|| written.strip_prefix("Sub-"))?;
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (number, symbol) = rest.split_at_checked(digits)?;
    let value = if number.is_empty() { 1.0 } else { number.parse().ok()? };
    let symbol = symbol.strip_prefix('-').unwrap_or(symbol);
    let (unit, end) = if symbol.is_empty() {
        let unit = read_unit(tokens, at + 1, false)?;
        (unit, at + 1 + unit.tokens)
    } else {
        (read_symbol(symbol)?, at + 1)
    };
    let op = ReadOperator {
        op: Operator::Below,
        at: end,
        turned: true,
    };
    Some(Quantity {
        value: rounded(value * unit.factor),
        upper: None,
        unit: unit.unit,
        has_unit: true,
        is_word: false,
        is_adjective: true,
        tokens: at..end,
        inner: Some(op),
    })
}
