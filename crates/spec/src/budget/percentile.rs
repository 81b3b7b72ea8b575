//! Quantiles: `p95`, `99th percentile`, `for 95 % of requests`. The number of a quantile is no budget.

use std::ops::Range;

use crate::token::Tokens;

/// A quantile and the tokens it takes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Quantile {
    pub(super) percentile: f64,
    pub(super) tokens: Range<usize>,
}

/// The quantiles of a range, in order.
pub(super) fn read_quantiles(tokens: &Tokens<'_>, range: &Range<usize>) -> Vec<Quantile> {
    range
        .clone()
        .filter_map(|at| {
            short(tokens, at)
                .or_else(|| spelled(tokens, at))
                .or_else(|| share(tokens, at))
        })
        .collect()
}

/// `p95`, `P99.9`.
fn short(tokens: &Tokens<'_>, at: usize) -> Option<Quantile> {
    let digits = tokens.word(at).strip_prefix('p')?;
    let percentile: f64 = digits.parse().ok().filter(|value| (1.0..1000.0).contains(value))?;
    let percentile = if percentile > 100.0 {
        percentile / 10.0
    } else {
        percentile
    };
    Some(Quantile {
        percentile,
        tokens: at..at + 1,
    })
}

/// `95th percentile`, `percentile 95`.
fn spelled(tokens: &Tokens<'_>, at: usize) -> Option<Quantile> {
    let value = |index: usize| tokens.word(index).parse::<f64>().ok().filter(|value| *value <= 100.0);
    if tokens.is(at, "percentile") && value(at + 1).is_some() {
        return value(at + 1).map(|percentile| Quantile {
            percentile,
            tokens: at..at + 2,
        });
    }
    if tokens.is(at, "median") {
        return Some(Quantile {
            percentile: 50.0,
            tokens: at..at + 1,
        });
    }
    let percentile = value(at)?;
    let ordinal = usize::from(tokens.is_any(at + 1, &["th", "st", "nd", "rd", "%"]));
    let hyphen = usize::from(tokens.is(at + 1 + ordinal, "-"));
    let word = at + 1 + ordinal + hyphen;
    let joined = tokens.is_any(
        at + 1,
        &["th-percentile", "st-percentile", "nd-percentile", "rd-percentile"],
    );
    if joined {
        return Some(Quantile {
            percentile,
            tokens: at..at + 2,
        });
    }
    tokens
        .is_any(word, &["percentile", "percentil", "quantile"])
        .then(|| Quantile {
            percentile,
            tokens: at..word + 1,
        })
}

/// `for 95 % of requests`, `in 99 percent of cases`.
fn share(tokens: &Tokens<'_>, at: usize) -> Option<Quantile> {
    if !tokens.is_any(at, &["for", "in", "on", "across"]) {
        return None;
    }
    let lead = [("at least", 2), ("", 0)]
        .iter()
        .find_map(|(phrase, n)| (*n == 0 || tokens.phrase(at + 1, phrase) > 0).then_some(*n))
        .unwrap_or(0);
    let percentile: f64 = tokens.word(at + 1 + lead).parse().ok()?;
    let sign = at + 2 + lead;
    let percent = tokens.is_any(sign, &["%", "percent"]);
    let of = tokens.is(sign + 1, "of") && !tokens.is_any(sign + 2, &["the"])
        || tokens.phrase(sign + 1, "of the requests") > 0;
    (percent && of).then(|| Quantile {
        percentile,
        tokens: at..sign + 1,
    })
}
