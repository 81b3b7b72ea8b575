//! Numbers of things and sizes in a time: `100 requests per second`, `20 MB/s`.

use crate::criterion::{Operator, Unit};
use crate::token::{Kind, Tokens};

use super::bare_words::EACH_TIME;
use super::operator::ReadOperator;
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
    let per = (from..from + 4).any(|at| tokens.is(at, "per"));
    for at in from..(from + if per { 12 } else { 4 }).min(end) {
        if let Some((factor, length)) = per_time(tokens, at) {
            quantity.value = rounded(quantity.value * factor);
            quantity.upper = quantity.upper.map(|value| rounded(value * factor));
            quantity.unit = Unit::PerMinute;
            quantity.has_unit = true;
            quantity.tokens.end = at + length;
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
    let Some(before) = quantity.tokens.start.checked_sub(1).map(|at| tokens.written(at)) else {
        return;
    };
    let far = |word: &str| {
        before
            .rsplit_once(word)
            .is_some_and(|(_, rest)| rest.chars().count() <= 10)
    };
    let found = EACH_TIME.iter().find(|(word, _)| far(word));
    if let Some((_, factor)) = found.filter(|_| quantity.unit == Unit::Count) {
        quantity.value = rounded(quantity.value * factor);
        quantity.upper = quantity.upper.map(|value| rounded(value * factor));
        quantity.unit = Unit::PerMinute;
        quantity.has_unit = true;
    }
}
