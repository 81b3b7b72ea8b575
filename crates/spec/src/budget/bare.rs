//! Quantities without a comparison: words around them can still make them a budget.

use std::ops::Range;

use crate::criterion::{Operator, Unit};
use crate::token::{Kind, Tokens};

use super::bare_words::{
    BEHIND_TIME, CAPACITY, CUTTING, FAULTS, ITALIAN_TIMES, JOINTS, KEEPING, LIMITING, PERIODS, TELLING, THROTTLING,
    WAITING,
};
use super::unit::{behind_unit, is_plural, is_time};

/// What stands around a quantity that no comparison is beside.
pub(super) struct Bare<'a> {
    pub(super) tokens: &'a Tokens<'a>,
    pub(super) limit: &'a Range<usize>,
    pub(super) quantity: Range<usize>,
    pub(super) unit: Unit,
    pub(super) value: f64,
    /// Whether a hyphen joins number and unit, so that they describe the word behind them.
    pub(super) is_adjective: bool,
}

impl Bare<'_> {
    /// The operator that the words imply; `None` where it is no budget.
    pub(super) fn implied(&self) -> Option<Operator> {
        if self.is_part_or_choice() || self.is_field() {
            return None;
        }
        if is_time(self.unit) {
            return self.implied_time();
        }
        match self.unit {
            Unit::Percent => self.implied_share(),
            // `once per day` is a schedule.
            Unit::PerMinute if self.tokens.is_any(self.quantity.start, &["once", "twice"]) => None,
            Unit::PerMinute if self.limited_to() => Some(Operator::AtMost),
            Unit::PerMinute if self.is_frame_rate() => Some(Operator::AtLeast),
            Unit::PerMinute if self.near(CAPACITY, 4, 0) => Some(Operator::AtLeast),
            Unit::PerMinute if self.near(THROTTLING, 40, 2) => Some(Operator::AtMost),
            Unit::Count => self.implied_count(),
            Unit::Kilobyte
            | Unit::Megabyte
            | Unit::Gigabyte
            | Unit::Kibibyte
            | Unit::Mebibyte
            | Unit::Gibibyte
            | Unit::MilliCpu
            | Unit::MegabytePerSecond
            | Unit::Millisecond
            | Unit::Second
            | Unit::Minute
            | Unit::Hour
            | Unit::Day
            | Unit::PerMinute => Some(if self.near(LIMITING, 10, 2) {
                Operator::AtMost
            } else {
                Operator::Exactly
            }),
        }
    }

    fn implied_time(&self) -> Option<Operator> {
        let Range { start, end } = self.quantity;
        let kept = self.near(KEEPING, 6, 3);
        let timed = self.near(&["timeout", "timeouts", "time-out", "deadline", "limit"], 5, 3);
        let lasts = self.previous() == "per" && self.tokens.is_any(end - 1, ITALIAN_TIMES);
        match self.previous() {
            _ if lasts => Some(Operator::Exactly),
            // `vào lúc 2 giờ`: a time of the day.
            "lúc" | "format" | "formato" | "plus" | "minus" => None,
            // `24 hours a day`: always.
            _ if self.tokens.is_any(end, &["a", "per"]) && self.tokens.is_any(end + 1, &["day", "week", "year"]) => {
                None
            }
            // `be refused for the next 15 minutes`.
            "next" if start >= 3 && self.tokens.phrase(start - 3, "for the next") > 0 => Some(Operator::Exactly),
            "last" | "past" | "previous" | "next" | "per" | "than" | "every" | "each" | "/" | "first" => None,
            _ if self.is_before_or_of(kept, timed) || self.is_date() || self.describes_word() => None,
            _ if self.tokens.is_any(end, &["downtime", "outage"]) => Some(Operator::AtMost),
            // `1日1シフト`: one for each day.
            _ if self.tokens.written(end - 1) == "日" && self.tokens.kind(end) == Some(Kind::Number) => None,
            "in" | "inside" if !kept => Some(Operator::AtMost),
            "before" if self.near(&["elapsed", "passed", "out", "over", "up"], 0, 4) => Some(Operator::AtMost),
            _ if self.is_spacing() => None,
            "at" if self.near(&["cap", "caps", "capped", "capping"], 6, 0) => Some(Operator::AtMost),
            _ if timed || self.limited_to() => Some(Operator::AtMost),
            _ if start >= self.limit.start => Some(Operator::Exactly),
            _ => None,
        }
    }

    /// `5 minutes before closing`, `an hour of music`, `a 5-minute walk`: a time that only describes.
    fn is_before_or_of(&self, kept: bool, timed: bool) -> bool {
        let end = self.quantity.end;
        let earlier = ["before", "ago", "prior", "earlier", "old", "older"];
        let told = self.near(WAITING, 6, 0) || self.near(TELLING, 16, 0);
        let lead = matches!(self.previous(), "for" | "by" | "as" | "from") || kept;
        let limits = self.tokens.is(end, "before") && told;
        let before = self.tokens.is_any(end, &earlier) && !lead && !limits;
        let lasting = matches!(self.previous(), "after" | "for" | "another" | "wait" | "waits");
        let of = self.tokens.is(end, "of") && !kept && !timed && !lasting;
        before || of || self.is_adjective && !kept && !timed && !self.is_period()
    }

    /// `(87.5 % of 16 KB)`, `1d/7d/permanent`, `1, 2 and 4 s`: the whole that a share is of, one of several values.
    fn is_part_or_choice(&self) -> bool {
        let Range { start, end } = self.quantity;
        let listed = start >= 3
            && self
                .tokens
                .is_any(start - 1, &["and", "or", "und", "y", "e", "et", "ou"])
            && (self.tokens.kind(start - 2) == Some(Kind::Number) && self.tokens.is_any(start - 3, &[",", "、"])
                || self.tokens.kind(start - 3) == Some(Kind::Number) && self.tokens.is(start - 2, ","));
        let share = start >= 2 && self.tokens.is(start - 1, "of") && self.tokens.is_any(start - 2, &["%", "percent"]);
        let slash = |at: usize| self.tokens.is(at, "/") && self.tokens.touches(at);
        let choice = slash(end) && self.tokens.touches(end - 1) && self.tokens.kind(end + 1) != Some(Kind::Code);
        share || listed || choice && self.unit != Unit::PerMinute
    }

    /// `a 12-byte nonce`, `starting address (2 bytes)`: how a thing is made.
    fn is_field(&self) -> bool {
        self.unit == Unit::Kilobyte && self.value < 1.0 && self.previous() != "be" && !self.near(LIMITING, 10, 2)
    }

    /// Whether one of the words is the verb of the response.
    pub(super) fn opens_with(&self, words: &[&str]) -> bool {
        let start = self.limit.start;
        (start..start + 3).any(|at| self.tokens.is_any(at, words))
    }

    /// `a step of 900 s`, `initial: 1 s`, `5초 간격으로`: how far apart, or the first of several.
    fn is_spacing(&self) -> bool {
        let end = self.quantity.end;
        let spaced = |at: usize| {
            let written = self.tokens.written(at);
            ["간격", "間隔", "间隔"].iter().any(|word| written.contains(word))
        };
        // `wait an initial 15 seconds` tells how long.
        let start = self.quantity.start;
        let first = start > 1 && self.tokens.is(start - 1, "initial") && self.tokens.is(start - 2, "an");
        !first && self.near(&["step", "steps", "initial", "initially"], 2, 0) || spaced(end) || spaced(end - 1)
    }

    /// `60 frames per second`, `60fps`.
    fn is_frame_rate(&self) -> bool {
        self.quantity
            .clone()
            .any(|at| self.tokens.is_any(at, &["fps", "frames", "frame"]))
    }

    /// `60天试点`: a time joined to the word that it describes.
    fn describes_word(&self) -> bool {
        let last = self.quantity.end - 1;
        let behind = behind_unit(self.tokens, last);
        let unit = self.tokens.written(last).strip_suffix(behind).unwrap_or_default();
        // `15分間ロックする` tells how long something is done, `24時間体制` describes.
        let done = ["する", "した", "して", "され", "ロック", "遮断", "保持"];
        let lasts =
            unit.ends_with(['間', '钟', '鐘']) && (unit != "時間" || done.iter().any(|verb| behind.contains(verb)));
        // `失効の 14 日前に通知する`.
        let told = behind.starts_with('前')
            && (last..(last + 3).min(self.limit.end)).any(|at| self.tokens.written(at).contains("通知"));
        let lasts = lasts || told;
        let each = self.previous_written().ends_with(['每', '毎'])
            || ["ごと", "毎", "おき", "每"]
                .iter()
                .any(|letters| behind.starts_with(letters));
        each || !lasts && !behind.is_empty() && !BEHIND_TIME.iter().any(|letters| behind.starts_with(letters))
    }

    /// `a balance of 0`, `set the counter to 0.`: the number ends what is required.
    pub(super) fn is_told_last(&self) -> bool {
        let end = self.quantity.end;
        let led =
            self.previous() == "of" || self.previous() == "to" && self.near(&["set", "sets", "reset", "resets"], 8, 0);
        self.unit == Unit::Count && led && end >= self.limit.end
    }

    /// Whether none of the thing counted is the limit: `0 critical violations`, `zero real calls`.
    pub(super) fn counts_faults(&self) -> bool {
        let end = self.quantity.end;
        let set = [
            "to", "from", "of", "is", "code", "status", "level", "or", "than", "below", "above", "at", "value",
            "where", "valor", "valores",
        ];
        let counts = self.unit == Unit::Count && !set.contains(&self.previous());
        let describes = [
            "with",
            "returned",
            "returning",
            "contains",
            "containing",
            "having",
            "com",
            "includes",
        ];
        let makes = !describes.contains(&self.previous());
        (end..(end + 3).min(self.limit.end))
            .take_while(|at| self.tokens.kind(*at) != Some(Kind::Sign) && !self.tokens.is_any(*at, JOINTS))
            .any(|at| {
                !self.tokens.is_any(at, &["values", "bytes"]) && self.tokens.is_any(at, FAULTS)
                    || counts && makes && is_plural(self.tokens.word(at))
            })
    }

    /// `2026年`, `7日` behind a month.
    fn is_date(&self) -> bool {
        let Range { start, end } = self.quantity;
        let year = self.tokens.written(end - 1).starts_with('年') && self.tokens.written(start).len() == 4;
        year || self.previous().ends_with('月')
    }

    /// `a 5-minute window`, `a 5-minute queue cooldown`.
    fn is_period(&self) -> bool {
        let end = self.quantity.end;
        let named = |at: usize| self.tokens.is_any(at, PERIODS);
        named(end) || self.tokens.kind(end) == Some(Kind::Word) && named(end + 1) && self.previous() != "the"
    }

    pub(super) fn previous_written(&self) -> &str {
        let before = self.quantity.start.checked_sub(1);
        before.map(|at| self.tokens.written(at)).unwrap_or_default()
    }

    /// `limit results to 20 items`.
    pub(super) fn limited_to(&self) -> bool {
        let start = self.quantity.start;
        let first = start > 2 && self.previous() == "first" && self.tokens.is_any(start - 3, &["to"]);
        let to = ["to", "a", "à", "em", "auf"].contains(&self.previous());
        let far = self.unit == Unit::Count && ["to", "à"].contains(&self.previous());
        // `limit the total time that an order waits to 30 seconds`.
        let verb = self.previous() == "to" && self.tokens.is_any(self.limit.start, &["limit", "cap", "restrict"]);
        verb || (to || first) && self.near(CUTTING, if far { 13 } else { 9 }, 0)
    }

    pub(super) fn previous(&self) -> &str {
        let start = self.quantity.start;
        // `a R$ 1.000,00`, `be $5`
        let sign = usize::from(start > 0 && self.tokens.is_any(start - 1, &["$", "€", "£"]));
        let real = usize::from(sign > 0 && start > 1 && self.tokens.is(start - 2, "r"));
        start
            .checked_sub(1 + sign + real)
            .filter(|at| *at >= self.limit.start)
            .map(|at| self.tokens.word(at))
            .unwrap_or_default()
    }

    pub(super) fn near(&self, words: &[&str], back: usize, ahead: usize) -> bool {
        let Range { start, end } = self.quantity;
        let from = start.saturating_sub(back).max(self.limit.start);
        (from..start)
            .chain(end..(end + ahead).min(self.limit.end))
            .any(|at| self.tokens.is_any(at, words))
    }
}
