//! Quantities without a comparison: words around them can still make them a budget.

use std::ops::Range;

use crate::criterion::{Operator, Unit};
use crate::token::{Kind, Tokens, is_ideograph};

use super::bare_words::{
    BEARING, BEFORE_NO_COUNT, BEHIND_TIME, CAPACITY, COUNTED, COUNTED_LETTERS, CUTTING, FAULTS, JOINTS, KEEPING,
    KNOWN_LETTERS, LIMITING, MEASURED, NO_COUNT_LETTERS, NO_THINGS, PERIODS, RATES, REACHING, REPEATING, SHOWING,
    THROTTLING, WAITING,
};
use super::symbol::MEASURES;
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
            Unit::Percent if self.is_quantile_of_things() => None,
            Unit::Percent if self.limited_to() && self.opens_with(CUTTING) => Some(Operator::AtMost),
            Unit::Percent if self.is_action() => None,
            Unit::Percent if self.previous() == "±" => Some(Operator::AtMost),
            Unit::Percent if self.near(RATES, 5, 6) || self.is_share_of_subject() => Some(Operator::AtLeast),
            // `sample 10 % of the traces`.
            Unit::Percent if self.is_share_of_things() => Some(Operator::Exactly),
            Unit::Percent => {
                (REACHING.contains(&self.previous()) || self.near(&["target"], 2, 0)).then_some(Operator::Exactly)
            }
            // `once per day` is a schedule.
            Unit::PerMinute if self.tokens.is_any(self.quantity.start, &["once", "twice"]) => None,
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
        let other = self
            .tokens
            .is_any(end, &["before", "ago", "prior", "earlier", "old", "older"])
            && !matches!(self.previous(), "for" | "by")
            && !(self.tokens.is(end, "before") && self.near(WAITING, 6, 0))
            || self.tokens.is(end, "of") && !kept && !timed && !matches!(self.previous(), "after" | "for")
            || self.is_adjective && !kept && !timed && !self.is_period();
        match self.previous() {
            // `24 hours a day`: always.
            _ if self.tokens.is_any(end, &["a", "per"]) && self.tokens.is_any(end + 1, &["day", "week", "year"]) => {
                None
            }
            // `be refused for the next 15 minutes`.
            "next" if self.tokens.is(start.wrapping_sub(2), "the") && self.tokens.is(start.wrapping_sub(3), "for") => {
                Some(Operator::Exactly)
            }
            "last" | "past" | "previous" | "next" | "per" | "than" | "every" | "each" | "/" | "first" => None,
            _ if other || self.is_date() || self.describes_word() => None,
            _ if self.tokens.is_any(end, &["downtime", "outage"]) => Some(Operator::AtMost),
            // `1日1シフト`: one for each day.
            _ if self.tokens.written(end - 1) == "日" && self.tokens.kind(end) == Some(Kind::Number) => None,
            "in" | "inside" if !kept => Some(Operator::AtMost),
            _ if self.is_spacing() => None,
            "at" if self.near(&["cap", "caps", "capped", "capping"], 6, 0) => Some(Operator::AtMost),
            _ if timed || self.limited_to() => Some(Operator::AtMost),
            _ if start >= self.limit.start => Some(Operator::Exactly),
            _ => None,
        }
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
    fn opens_with(&self, words: &[&str]) -> bool {
        let start = self.limit.start;
        (start..start + 3).any(|at| self.tokens.is_any(at, words))
    }

    /// `reducing by 50 % when the queue is full`: what is done, and under which condition.
    fn is_action(&self) -> bool {
        let end = self.quantity.end;
        matches!(self.previous(), "by" | "to")
            && (end..end + 4)
                .take_while(|at| self.tokens.kind(*at) == Some(Kind::Word))
                .any(|at| self.tokens.is_any(at, &["when", "if", "under", "while"]))
    }

    /// `System uptime SHALL be 99.9 %`.
    fn is_share_of_subject(&self) -> bool {
        let at_start = self.quantity.start <= self.limit.start + 2;
        let subject = self.limit.start.saturating_sub(8)..self.limit.start;
        at_start && subject.into_iter().any(|at| self.tokens.is_any(at, RATES))
    }

    /// `sample 10 % of the traces`: so much of something, right behind the verb.
    fn is_share_of_things(&self) -> bool {
        let Range { start, end } = self.quantity;
        let first = (start <= self.limit.start + 3 || self.previous() == "only") && start > self.limit.start;
        first && self.tokens.is_any(end, &["of", "dos", "das", "de", "des", "der"]) && self.previous() != "by"
    }

    /// `95 % of the requests within 300 ms`: how many of them keep the limit.
    fn is_quantile_of_things(&self) -> bool {
        let end = self.quantity.end;
        let limits = ["within", "under", "below", "faster", "less"];
        self.tokens.is(end, "of") && (end + 1..end + 9).any(|at| self.tokens.is_any(at, &limits))
    }

    /// `a step of 900 s`, `initial: 1 s`, `5초 간격으로`: how far apart, or the first of several.
    fn is_spacing(&self) -> bool {
        let end = self.quantity.end;
        let spaced = |at: usize| {
            let written = self.tokens.written(at);
            ["간격", "間隔", "间隔"].iter().any(|word| written.contains(word))
        };
        self.near(&["step", "steps", "initial", "initially"], 2, 0) || spaced(end) || spaced(end - 1)
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
        let lasts = unit.ends_with(['間', '钟', '鐘']) && unit != "時間";
        let each = self.previous_written().ends_with(['每', '毎'])
            || ["ごと", "毎", "おき", "每"]
                .iter()
                .any(|letters| behind.starts_with(letters));
        each || !lasts && !behind.is_empty() && !BEHIND_TIME.iter().any(|letters| behind.starts_with(letters))
    }

    /// Whether none of the thing counted is the limit: `0 critical violations`, `zero real calls`.
    pub(super) fn counts_faults(&self) -> bool {
        let end = self.quantity.end;
        let set = [
            "to", "from", "of", "is", "code", "status", "level", "or", "than", "below", "above", "at", "value", "where",
        ];
        let counts = self.unit == Unit::Count && !set.contains(&self.previous());
        (end..(end + 3).min(self.limit.end))
            .take_while(|at| self.tokens.kind(*at) != Some(Kind::Sign) && !self.tokens.is_any(*at, JOINTS))
            .any(|at| {
                !self.tokens.is_any(at, &["values", "bytes"]) && self.tokens.is_any(at, FAULTS)
                    || counts && is_plural(self.tokens.word(at))
            })
    }

    /// `2026年`, `7日` behind a month.
    fn is_date(&self) -> bool {
        let Range { start, end } = self.quantity;
        let year = self.tokens.written(end - 1).starts_with('年') && self.tokens.written(start).len() == 4;
        year || self.previous().ends_with('月')
    }

    fn implied_count(&self) -> Option<Operator> {
        let end = self.quantity.end;
        let capped = self.previous() == "at" && self.near(&["cap", "capped", "limit", "limited"], 8, 0);
        if capped || self.limited_to() {
            return Some(Operator::AtMost);
        }
        let large = self.value >= 100.0 && self.tokens.kind(end) == Some(Kind::Word);
        if large && BEARING.contains(&self.previous()) {
            return Some(Operator::AtLeast);
        }
        let is_factor = self.previous() == "factor" || self.previous() == "of" && self.near(&["factor"], 2, 0);
        if is_factor || self.is_recent() || self.is_repeated() {
            return Some(Operator::Exactly);
        }
        if self.is_allowed() {
            return Some(Operator::AtMost);
        }
        if self.near(CAPACITY, 3, 0)
            && self.tokens.is_any(
                end,
                &[
                    "concurrent",
                    "simultaneous",
                    "users",
                    "connections",
                    "requests",
                    "sessions",
                    "nodes",
                    "clients",
                ],
            )
        {
            return Some(Operator::AtLeast);
        }
        if self.previous() == "after" && self.opens_with(&["give", "stop", "abort"]) && self.tokens.is_any(end, COUNTED)
        {
            return Some(Operator::AtMost);
        }
        if self.previous() == "±" && end <= self.limit.end {
            return Some(Operator::AtMost);
        }
        let named = self.is_subject(&["status", "code", "version", "port", "default", "id", "priority"]);
        if self.previous() == "be" && self.stands_last() && !named {
            return Some(self.of_subject());
        }
        let shade = self.near(&["opacity", "opacidad", "opacidade", "opacité"], 6, 0) && self.value <= 1.0;
        let frequency = shade || self.is_physical();
        if frequency || self.is_plain_count() || self.is_length_of_code() || self.is_first_letters() || self.is_width()
        {
            return Some(Operator::Exactly);
        }
        let threshold = matches!(
            self.previous(),
            "after"
                | "of"
                | "than"
                | "on"
                | "the"
                | "last"
                | "first"
                | "all"
                | "these"
                | "those"
                | "both"
                | "#"
                | "per"
        );
        (self.tokens.is_any(end, COUNTED) && !threshold).then_some(Operator::Exactly)
    }

    /// `present 18 panels`, `用 3 个分区`: so many things are required.
    fn is_plain_count(&self) -> bool {
        let Range { start, end } = self.quantity;
        let last = self.tokens.written(end - 1);
        if end > start + 1 && last.starts_with(is_ideograph) {
            let before = self.previous_written();
            let behind = COUNTED_LETTERS.iter().find_map(|letters| last.strip_prefix(letters));
            let goes_on = |behind: &str| NO_COUNT_LETTERS.iter().any(|letters| behind.starts_with(letters));
            // `見積と請求の 3 種を含む` counts what was named; `の 3 種の…` says which.
            let named = before.ends_with('の') && behind.is_some_and(|behind| behind.starts_with('を'));
            let known = !named && KNOWN_LETTERS.iter().any(|letters| before.ends_with(letters));
            let stands = matches!(before, "、" | "，")
                || before.starts_with(is_ideograph)
                || before.eq_ignore_ascii_case("shall");
            return self.value > 1.0 && stands && !known && behind.is_some_and(|behind| !goes_on(behind));
        }
        // `3D` and `36px` are no numbers of things.
        let joined = self.tokens.touches(start);
        let spelled = self.tokens.kind(start) == Some(Kind::Word) && self.value > 2.0;
        let number = self.tokens.kind(start) == Some(Kind::Number) && self.value > 1.0;
        let plain = !joined && (number || spelled) && end == start + 1;
        let thing = |at: usize| self.tokens.kind(at) == Some(Kind::Word) && at < self.limit.end;
        let things = |at: usize| thing(at) && is_plural(self.tokens.word(at)) && !self.tokens.is_any(at, NO_THINGS);
        let describes = |at: usize| thing(at) && !self.tokens.is_any(at, JOINTS) && !self.tokens.is_any(at, NO_THINGS);
        let with_words = describes(end) && (things(end + 1) || describes(end + 1) && things(end + 2));
        let counted = things(end) || with_words;
        // `500 coins and 3 heroes`: the list of numbers goes on.
        let goes_on = self.tokens.is_any(start.wrapping_sub(1), &["and", ","])
            && (3..=5).any(|back| self.tokens.kind(start.wrapping_sub(back)) == Some(Kind::Number))
            && start > self.limit.start + 3
            && !(start.saturating_sub(12)..start).any(|at| self.tokens.is(at, "("));
        plain
            && counted
            && start > self.limit.start
            && (goes_on
                || self.is_in_groups()
                || !self.tokens.is_any(start - 1, BEFORE_NO_COUNT)
                    && matches!(self.tokens.kind(start - 1), Some(Kind::Word)))
    }

    /// `a 5-minute window`, `a 5-minute queue cooldown`.
    fn is_period(&self) -> bool {
        let end = self.quantity.end;
        let named = |at: usize| self.tokens.is_any(at, PERIODS);
        named(end) || self.tokens.kind(end) == Some(Kind::Word) && named(end + 1) && self.previous() != "the"
    }

    /// `in batches of 500 orders`, `pagination de 50 entrées`.
    fn is_in_groups(&self) -> bool {
        let groups = [
            "batches",
            "batch",
            "groups",
            "pages",
            "pagination",
            "lots",
            "lotes",
            "páginas",
            "paginação",
            "paginación",
            "blocks",
            "chunks",
            "sets",
        ];
        let start = self.quantity.start;
        start > 1 && self.tokens.is_any(start - 1, &["of", "de"]) && self.tokens.is_any(start - 2, &groups)
    }

    /// `6.0 V`, `at 30 Hz`, `a 5 kg sack`.
    fn is_physical(&self) -> bool {
        let Range { start, end } = self.quantity;
        let led = start > self.limit.start
            && (self.tokens.is(start - 1, ":") || self.tokens.kind(start - 1) == Some(Kind::Word))
            && !self.tokens.is_any(start - 1, BEFORE_NO_COUNT);
        let unit = |at: usize| MEASURES.contains(&self.tokens.written(at));
        // `from 40 mg/dL to 400 mg/dL` is the end of a range.
        let ends = start > 0
            && self.tokens.is(start - 1, "to")
            && (start.saturating_sub(6)..start).any(|at| self.tokens.kind(at) == Some(Kind::Number));
        led && !ends && self.tokens.kind(start) == Some(Kind::Number) && (unit(end) || end > start + 1 && unit(end - 1))
    }

    /// Whether nothing but a remark follows: `SHALL be 8 (default: 4)`.
    fn stands_last(&self) -> bool {
        let end = self.quantity.end;
        end >= self.limit.end || self.tokens.is_any(end, &["(", ",", ";"])
    }

    /// Whether one of the words stands in what the response is required of.
    fn is_subject(&self, words: &[&str]) -> bool {
        let start = self.limit.start;
        (start.saturating_sub(14)..start).any(|at| self.tokens.is_any(at, words))
    }

    /// `The maximum number of calls SHALL be 8`: the subject says how it is meant.
    fn of_subject(&self) -> Operator {
        if self.is_subject(&["maximum", "max", "limit"]) {
            Operator::AtMost
        } else if self.is_subject(&["minimum", "min"]) {
            Operator::AtLeast
        } else {
            Operator::Exactly
        }
    }

    /// `a 6-digit code`, `a 10-column grid`.
    fn is_length_of_code(&self) -> bool {
        let Range { start, end } = self.quantity;
        let joined = self.tokens.is_any(end, &["-", "‑"]) && self.tokens.touches(end);
        self.tokens.kind(start) == Some(Kind::Number) && joined && self.tokens.is_any(end + 1, MEASURED)
    }

    /// `the first 50 characters of the note`.
    fn is_first_letters(&self) -> bool {
        let Range { start, end } = self.quantity;
        let number = self.tokens.kind(start) == Some(Kind::Number);
        number
            && self.previous() == "first"
            && self
                .tokens
                .is_any(end, &["characters", "chars", "letters", "digits", "lines"])
    }

    /// `16px from the left edge`.
    fn is_width(&self) -> bool {
        let Range { start, end } = self.quantity;
        let led = start > self.limit.start
            && (self.tokens.is(start - 1, "(") || self.tokens.kind(start - 1) == Some(Kind::Word));
        let listed = (end..end + 3).any(|at| self.tokens.is(at, ",") && self.tokens.word(at + 2).starts_with("px"));
        let screens = [
            "mobile",
            "phone",
            "phones",
            "tablet",
            "tablets",
            "desktop",
            "devices",
            "screens",
            "viewport",
            "viewports",
        ];
        let on_screen = start > 0 && self.tokens.is(start - 1, "(") && self.near(&screens, 4, 3);
        led && !listed
            && !on_screen
            && (self.tokens.word(end).starts_with("px")
                || self.tokens.is(end, "pixels")
                || self.tokens.word(start).ends_with("px"))
    }

    fn previous_written(&self) -> &str {
        let before = self.quantity.start.checked_sub(1);
        before.map(|at| self.tokens.written(at)).unwrap_or_default()
    }

    /// `retain the 20 most recent records`, `show the last 5 orders`.
    fn is_recent(&self) -> bool {
        let end = self.quantity.end;
        let behind = [
            "most",
            "latest",
            "newest",
            "previous",
            "dernières",
            "derniers",
            "últimas",
            "últimos",
        ];
        let before = ["last", "latest", "últimas", "últimos"];
        let recent = self.tokens.is_any(end, &behind) || before.contains(&self.previous());
        recent && self.near(SHOWING, 5, 0)
    }

    /// `allow 3 wrong code attempts`.
    fn is_allowed(&self) -> bool {
        let end = self.quantity.end;
        let mut things = (end..end + 5).take_while(|at| self.tokens.kind(*at) != Some(Kind::Sign));
        matches!(self.previous(), "allow" | "permit") && things.any(|at| self.tokens.is_any(at, COUNTED))
    }

    /// `重试 3 次`: a number of times in a script without spaces.
    fn is_repeated(&self) -> bool {
        let Range { start, end } = self.quantity;
        let counted = ["次", "回", "회"]
            .iter()
            .any(|word| self.tokens.written(end - 1).starts_with(word));
        let kept = start > self.limit.start && self.tokens.written(start - 1).contains("保留");
        kept || counted
            && (start.saturating_sub(2).max(self.limit.start)..(end + 2).min(self.limit.end))
                .any(|at| REPEATING.iter().any(|word| self.tokens.written(at).contains(word)))
    }

    /// `limit results to 20 items`.
    fn limited_to(&self) -> bool {
        let start = self.quantity.start;
        let first = start > 2 && self.previous() == "first" && self.tokens.is_any(start - 3, &["to"]);
        let to = ["to", "a", "à", "em", "auf"].contains(&self.previous());
        (to || first) && self.near(CUTTING, 9, 0)
    }

    fn previous(&self) -> &str {
        self.quantity
            .start
            .checked_sub(1)
            .filter(|at| *at >= self.limit.start)
            .map(|at| self.tokens.word(at))
            .unwrap_or_default()
    }

    fn near(&self, words: &[&str], back: usize, ahead: usize) -> bool {
        let Range { start, end } = self.quantity;
        let from = start.saturating_sub(back).max(self.limit.start);
        (from..start)
            .chain(end..(end + ahead).min(self.limit.end))
            .any(|at| self.tokens.is_any(at, words))
    }
}
