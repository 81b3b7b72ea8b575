//! When something starts by the clock: a typed [`Schedule`], which is no budget.

use std::ops::Range;

use serde::Serialize;

use crate::criterion::Span;
use crate::markdown::Folded;
use crate::token::Tokens;

use super::unit::read_unit;

/// A point or period of the clock at which a response happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Schedule {
    /// `hourly`, `daily`, `weekly`, `monthly`, `nightly`, or `every` with the words that follow.
    pub period: String,
    /// Time of day as written, such as `02:00`.
    pub at: Option<String>,
    /// Time zone as written, such as `UTC`.
    pub zone: Option<String>,
    /// The words of the document.
    pub text: String,
    /// Its place in the document.
    pub span: Span,
}

const PERIODS: &[(&str, &str)] = &[
    ("hourly", "hourly"),
    ("daily", "daily"),
    ("nightly", "nightly"),
    ("weekly", "weekly"),
    ("monthly", "monthly"),
    ("every day", "daily"),
    ("each day", "daily"),
    ("once a day", "daily"),
    ("once per day", "daily"),
    ("every hour", "hourly"),
    ("each hour", "hourly"),
    ("every night", "nightly"),
    ("every week", "weekly"),
    ("each week", "weekly"),
    ("every month", "monthly"),
];

/// Reads the schedules of a statement.
pub(crate) fn read_schedules(tokens: &Tokens<'_>, content: &Folded, range: &Range<usize>) -> Vec<Schedule> {
    let mut found = Vec::new();
    let mut at = range.start;
    while at < range.end {
        match schedule_at(tokens, at) {
            Some((period, end)) if end <= range.end => {
                let (time, zone, end) = clock(tokens, end);
                let bytes = tokens.bytes(&(at..end));
                let text = tokens.text().get(bytes.clone()).unwrap_or_default().to_owned();
                found.push(Schedule {
                    period,
                    at: time,
                    zone,
                    text,
                    span: content.span(bytes),
                });
                at = end;
            }
            Some(_) | None => at += 1,
        }
    }
    found
}

/// The period that stands at a token, and the token behind it.
fn schedule_at(tokens: &Tokens<'_>, at: usize) -> Option<(String, usize)> {
    if let Some((length, period)) = tokens.longest(at, PERIODS) {
        let is_schedule = tokens.is_any(at + length, &["at", "backup", "backups"]) || length > 1;
        return is_schedule.then(|| ((*period).to_owned(), at + length));
    }
    if !tokens.is(at, "every") || tokens.word(at + 1).parse::<f64>().is_err() {
        return None;
    }
    let unit = read_unit(tokens, at + 2, tokens.touches(at + 1))?;
    let end = at + 2 + unit.tokens;
    let bytes = tokens.bytes(&(at..end));
    Some((tokens.text().get(bytes).unwrap_or_default().to_ascii_lowercase(), end))
}

/// `at 02:00 UTC` behind a period.
fn clock(tokens: &Tokens<'_>, at: usize) -> (Option<String>, Option<String>, usize) {
    if !tokens.is(at, "at") {
        return (None, None, at);
    }
    let time = tokens.written(at + 1);
    let is_time = time.contains(':') && time.bytes().all(|b| b.is_ascii_digit() || b == b':');
    if !is_time {
        return (None, None, at);
    }
    let zone = tokens.written(at + 2);
    let is_zone = zone.len() >= 2
        && zone.len() <= 5
        && zone.bytes().all(|b| b.is_ascii_uppercase())
        && !tokens.is_any(at + 2, &["shall", "and", "with"]);
    (
        Some(time.to_owned()),
        is_zone.then(|| zone.to_owned()),
        at + 2 + usize::from(is_zone),
    )
}
