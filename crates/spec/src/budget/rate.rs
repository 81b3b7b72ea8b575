//! Numbers of things and sizes in a time: `100 requests per second`, `20 MB/s`.

use crate::criterion::{Operator, Unit};
use crate::token::{Kind, Tokens};

use super::bare_words::EACH_TIME;
use super::operator::{ReadOperator, operator_behind};
use super::quantity::{Quantity, rounded};
use super::unit::{megabytes, per_time};

/// `20 MB/s`, `1 GB per minute`: a size in a time.
pub(super) fn read_throughput(tokens: &Tokens<'_>, quantity: &mut Quantity) {
    let Some(size) = megabytes(quantity.unit) else { return };
    if tokens.is_any(quantity.tokens.end, &["a", "an", "each", "every"]) {
        return;
    }
    if let Some((factor, length)) = per_time(tokens, quantity.tokens.end) {
        let scale = size * factor / 60.0;
        quantity.value = rounded(quantity.value * scale);
        quantity.upper = quantity.upper.map(|value| rounded(value * scale));
        quantity.unit = Unit::MegabytePerSecond;
        quantity.tokens.end += length;
    }
}

/// `100 requests per second`, `5/min`: a count in a time.
pub(super) fn read_rate(tokens: &Tokens<'_>, quantity: &mut Quantity, end: usize) {
    let open = tokens.is(quantity.tokens.end, "+") && tokens.touches(quantity.tokens.end - 1);
    // `5-mal pro Sekunde`
    let times =
        usize::from(tokens.is(quantity.tokens.end, "-") && tokens.is_any(quantity.tokens.end + 1, &["mal", "times"]));
    let from = quantity.tokens.end + usize::from(open) + times;
    // `5 orders for each shop or mill per hour`: a longer way, where the thing that is counted for stands between.
    let per = (from..from + 4).any(|at| tokens.is(at, "per"))
        || (from..from + 6).any(|at| tokens.is(at, "within") && tokens.is(at + 1, "any"));
    for at in from..(from + if per { 12 } else { 4 }).min(end) {
        if let Some((factor, length)) = per_time(tokens, at) {
            quantity.value = rounded(quantity.value * factor);
            quantity.upper = quantity.upper.map(|value| rounded(value * factor));
            quantity.unit = Unit::PerMinute;
            quantity.has_unit = true;
            quantity.tokens.end = at + length;
            // `5,000 linhas ou mais por minuto`
            let inside = (from..at).find_map(|inner| operator_behind(tokens, inner).filter(|op| op.at == at));
            if let Some(inside) = inside {
                let at = quantity.tokens.end;
                quantity.inner = Some(ReadOperator { at, ..inside });
            }
            if open {
                let (op, at) = (Operator::AtLeast, quantity.tokens.end);
                quantity.inner = Some(ReadOperator { op, at, turned: true });
            }
            return;
        }
        if !matches!(tokens.kind(at), Some(Kind::Word)) && !tokens.is_any(at, &["(", ")"]) {
            return;
        }
    }
}

/// `每分钟最多 60 个`: the time stands before the number.
pub(super) fn read_each_time(tokens: &Tokens<'_>, quantity: &mut Quantity) {
    let start = quantity.tokens.start;
    let Some(before) = start.checked_sub(1).map(|at| tokens.written(at)) else {
        return;
    };
    // `毎日午前2時`: a time of the day.
    let clock = |at: usize| tokens.written(at).starts_with(['時', '点', '點', '시']);
    if clock(quantity.tokens.end) || clock(quantity.tokens.end - 1) {
        return;
    }
    // `dakikada en fazla 60`
    let turkish = [
        ("saniyede", 60.0),
        ("dakikada", 1.0),
        ("saatte", 1.0 / 60.0),
        ("günde", 1.0 / 1440.0),
    ];
    let spaced = turkish
        .iter()
        .find(|(word, _)| (start.saturating_sub(4)..start).any(|at| tokens.is(at, word)));
    let far = |word: &str| {
        before
            .rsplit_once(word)
            .is_some_and(|(_, rest)| rest.chars().count() <= 10)
    };
    let found = EACH_TIME.iter().find(|(word, _)| far(word)).or(spaced);
    if let Some((_, factor)) = found.filter(|_| quantity.unit == Unit::Count) {
        quantity.value = rounded(quantity.value * factor);
        quantity.upper = quantity.upper.map(|value| rounded(value * factor));
        quantity.unit = Unit::PerMinute;
        quantity.has_unit = true;
    }
}
