//! Numbers that tell on what, and under which load, other limits hold: `for files under 5 MB`, `on a 32 GB card`.

use std::ops::Range;

use crate::criterion::{Operator, Unit};
use crate::token::{Tokens, is_ideograph};

use super::count_words::{COUNTED, GROUPS};
use super::scan::Found;
use super::unit::{is_plural, is_time, megabytes};

/// Drops the numbers that tell under which load a time limit of the same response holds.
pub(super) fn drop_loads(tokens: &Tokens<'_>, floor: usize, found: &mut Vec<Found>) {
    let timed = |found: &&Found| found.explicit && is_time(found.budget.unit);
    found.retain(|found| !is_concurrent(tokens, found) && !is_of_device(tokens, floor, found));
    if !found.iter().any(|found| timed(&found)) {
        return;
    }
    let limits = TimeLimits {
        tokens,
        floor,
        ends: found.iter().filter(timed).map(|found| found.tokens.end).collect(),
    };
    let mut load_end = None;
    found.retain(|found| {
        let kept = !limits.holds_under(found, load_end);
        if !kept {
            load_end = Some(found.tokens.end);
        }
        kept
    });
}

/// `under 1,000 concurrent guests`.
fn is_concurrent(tokens: &Tokens<'_>, found: &Found) -> bool {
    let at_once = ["concurrent", "simultaneous", "parallel", "users", "guests"];
    found.budget.unit == Unit::Count
        && tokens.is(found.tokens.start, "under")
        && tokens.is_any(found.tokens.end, &at_once)
}

/// Whether a size is what the limits are kept on: `on phones with 3 GB of memory`, `on a 32 GB card`.
fn is_of_device(tokens: &Tokens<'_>, floor: usize, found: &Found) -> bool {
    let Range { start, end } = found.tokens;
    let near = start.saturating_sub(8).max(floor)..start;
    let on = |at: usize| (1..4).any(|back| at >= back && tokens.is_any(at - back, &["on", "auf", "em", "en", "sur"]));
    let devices = [
        "hardware", "phone", "phones", "laptop", "laptops", "tablet", "tablets", "handset", "handsets",
    ];
    let is_size = megabytes(found.budget.unit).is_some() || found.budget.unit == Unit::MegabytePerSecond;
    let size = !found.explicit && is_size;
    // `a bar for files of 10 MB`
    if size && start > 2 && tokens.is(start - 1, "of") && tokens.is(start - 3, "for") {
        return true;
    }
    let media = ["card", "disk", "drive", "stick", "link", "line", "connection"];
    let medium = tokens.is_any(end, &media) && tokens.is_any(start.max(1) - 1, &["a", "an", "each"])
        || start > 2 && tokens.is(start - 1, "of") && tokens.is_any(start - 2, &media) && on(start - 2);
    near.into_iter()
        .any(|at| (tokens.is(at, "hardware") || size && tokens.is_any(at, &devices)) && on(at))
        || size && medium
}

/// The time limits of a response: where they end, in order.
struct TimeLimits<'a> {
    tokens: &'a Tokens<'a>,
    floor: usize,
    ends: Vec<usize>,
}

impl TimeLimits<'_> {
    /// Whether a number tells under which load they hold; `load_end` is where the last load ends.
    fn holds_under(&self, found: &Found, load_end: Option<usize>) -> bool {
        if self.continues(found, load_end) || self.is_size_of_work(found) {
            return true;
        }
        let Range { start, end } = found.tokens;
        if !found.explicit && (found.budget.unit != Unit::Count || found.budget.value == 0.0) {
            return false;
        }
        let follows = found.budget.unit == Unit::Count
            && self
                .before(start)
                .is_some_and(|limit_end| follows_limit(self.tokens, limit_end, start, end));
        follows || self.is_load_told(start) || self.is_length(found) || self.is_scope(found)
    }

    /// `with up to 100 guests and 2,000 rooms`: a load goes on.
    fn continues(&self, found: &Found, load_end: Option<usize>) -> bool {
        let start = found.tokens.start;
        !found.explicit
            && found.budget.unit == Unit::Count
            && load_end.is_some_and(|end| start > end && start - end <= 3)
            && self.tokens.is_any(start - 1, &["and", ",", "or"])
    }

    /// `a 50 KB file in under 5 seconds`, `a shop with 50 orders and 100 GB of pictures in under 20 minutes`, `images up to
    /// 5 MB within 60 seconds`: the size of what is worked on.
    fn is_size_of_work(&self, found: &Found) -> bool {
        // `1000件のタスクを3秒以内に`
        let letters = self.tokens.written(found.tokens.end - 1).starts_with(is_ideograph);
        let timed = self
            .behind(found.tokens.end)
            .is_some_and(|end| end < found.tokens.end + 4);
        if letters && !found.explicit && found.budget.unit == Unit::Count && timed {
            return true;
        }
        if megabytes(found.budget.unit).is_none() || found.tokens.start <= self.floor {
            return false;
        }
        let start = found.tokens.start;
        let timed_behind = |near: usize| {
            self.behind(found.tokens.end)
                .is_some_and(|end| end < found.tokens.end + near)
        };
        let with = (start.saturating_sub(6).max(self.floor)..start).any(|at| self.tokens.is(at, "with"));
        let of = self.tokens.is(start - 1, "of") && start > 2 && self.tokens.is_any(start - 3, &["a", "an"]);
        let article = of || self.tokens.is_any(start - 1, &["a", "an", "each", "every", "one"]);
        let taken = self.tokens.phrase(start, "up to") > 0 && is_plural(self.tokens.word(start - 1));
        !found.explicit && (with || article) && timed_behind(10) || taken && timed_behind(8)
    }

    /// `under normal load (up to 100 users)`, `at any load up to 1,200 requests per second`.
    fn is_load_told(&self, start: usize) -> bool {
        let at = |back: usize, words: &[&str]| start >= self.floor + back && self.tokens.is_any(start - back, words);
        at(1, &["("]) && at(2, &["load"]) || at(1, &["load", "loads"]) && self.tokens.phrase(start, "up to") > 0
    }

    /// `within 5 s for recordings under 60 s`.
    fn is_length(&self, found: &Found) -> bool {
        let start = found.tokens.start;
        let compares = ["under", "below", "up", "over", "shorter", "longer"];
        let opens = |at: usize| {
            let comma = usize::from(at > 0 && self.tokens.is(at - 1, ","));
            self.tokens.is(at, "for") && self.ends.binary_search(&(at - comma)).is_ok()
        };
        is_time(found.budget.unit)
            && self.tokens.is_any(start, &compares)
            && !self.tokens.is_any(start - usize::from(start > 0), &["and", ","])
            && (start.saturating_sub(4)..start).any(opens)
    }

    /// `within 2 s for baskets of 50 loaves`; not `a file of no more than 50 MB in at most 5 minutes`, where a size before the
    /// time is a limit of its own.
    fn is_scope(&self, found: &Found) -> bool {
        const FAR: usize = 16;
        let Range { start, end } = found.tokens;
        let last = self.before(start);
        let leads = (megabytes(found.budget.unit).is_some() || found.budget.unit == Unit::PerMinute) && last.is_none();
        let tries = self.tokens.is_any(end, &["attempts", "retries", "times", "tries"]);
        let capped = self.tokens.is(start, "no") || self.tokens.phrase(start, "at most") > 0;
        let led = start > self.floor && self.tokens.is(start - 1, "with") && last.is_none();
        let made = capped || found.budget.op == Operator::AtLeast && led;
        let counted = found.explicit && found.budget.op == Operator::Exactly || tries || made;
        let near = self.ends.iter().any(|limit_end| limit_end.abs_diff(start) <= FAR);
        // `in batches of up to 20 pods`.
        let of = start > self.floor + 1 && self.tokens.is(start - 1, "of");
        let grouped = of && self.tokens.is_any(start - 2, GROUPS);
        // `within 800 ms (p95, at 150 concurrent sessions)`, `by no more than 0.5 s per day at 23 °C`.
        let behind = last.is_some_and(|limit_end| start < limit_end + 6);
        let at = !found.explicit && behind && self.tokens.is(start - 1, "at");
        near && !leads && !counted && !grouped && (at || is_load(self.tokens, self.floor, start, found.budget.unit))
    }

    /// Where the last time limit before a token ends.
    fn before(&self, start: usize) -> Option<usize> {
        let count = self.ends.partition_point(|limit_end| *limit_end <= start);
        count.checked_sub(1).and_then(|at| self.ends.get(at)).copied()
    }

    /// Where the first time limit behind a token ends.
    fn behind(&self, end: usize) -> Option<usize> {
        self.ends
            .get(self.ends.partition_point(|limit_end| *limit_end < end))
            .copied()
    }
}

/// Whether `up to` and a number of things goes on right behind a time limit: `within 2 s up to 1,000 rows`.
fn follows_limit(tokens: &Tokens<'_>, limit_end: usize, start: usize, end: usize) -> bool {
    let between = limit_end..start;
    tokens.phrase(start, "up to") > 0
        && !tokens.is_any(end, COUNTED)
        && between.len() < 8
        && !between
            .into_iter()
            .any(|at| tokens.is_any(at, &["and", "or", ",", ";", "."]))
}

/// Whether a number of things or a size tells under which load another limit holds: `for files under 5 MB`.
fn is_load(tokens: &Tokens<'_>, floor: usize, start: usize, unit: Unit) -> bool {
    if is_time(unit) || unit == Unit::Percent {
        return false;
    }
    if start > floor && tokens.is(start - 1, "(") {
        return false;
    }
    let at = |n: usize| start.checked_sub(n).filter(|at| *at >= floor);
    let with = [
        "with",
        "containing",
        "for",
        "of",
        "con",
        "com",
        "avec",
        "mit",
        "de",
        "para",
        "pour",
        "für",
        "bei",
    ];
    at(1).is_some_and(|at| tokens.is_any(at, &with))
        || (2..=3)
            .filter_map(at)
            .any(|at| tokens.is_any(at, &["for", "para", "pour", "für", "bei"]))
}
