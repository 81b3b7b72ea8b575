//! Quantities without a comparison: words around them can still make them a budget.

use std::ops::Range;

use crate::criterion::{Operator, Unit};
use crate::token::{Kind, Tokens};

use super::unit::{behind_unit, is_time};

/// Words behind or before a bare quantity that tell how long something is kept.
const KEEPING: &[&str] = &[
    "retention",
    "retain",
    "retains",
    "retained",
    "ttl",
    "keep",
    "keeps",
    "kept",
    "expiry",
    "expire",
    "expires",
    "lifetime",
    "validity",
    "valid",
    "store",
    "stored",
    "preserve",
    "preserved",
    "rétention",
    "retenção",
    "conserver",
    "保留",
    "history",
];

/// Things that a bare number counts: `3 replicas` is a limit though no comparison stands there.
pub(super) const COUNTED: &[&str] = &[
    "replicas",
    "replica",
    "attempts",
    "retries",
    "times",
    "instances",
    "members",
    "workers",
    "tentativas",
    "tentatives",
];

/// Verbs whose number is the least that must be borne.
pub(super) const CAPACITY: &[&str] = &[
    "support",
    "sustain",
    "handle",
    "serve",
    "process",
    "accept",
    "ingest",
    "accommodate",
];

/// Words whose number is the most that may be used.
const LIMITING: &[&str] = &["limit", "limits", "cap", "quota", "ceiling", "capped", "limited"];

/// Words that a time with a hyphen makes a limit: `5-minute window`.
const PERIODS: &[&str] = &[
    "retention",
    "ttl",
    "timeout",
    "expiration",
    "expiry",
    "lifetime",
    "deadline",
    "limit",
    "delay",
    "cooldown",
    "lockout",
    "grace",
    "validity",
    "target",
    "sla",
    "slo",
    "time-to-live",
    "stale",
    "window",
    "debounce",
    "cache",
    "intervals",
];

/// Words behind a number of faults: none of them is a limit.
const FAULTS: &[&str] = &[
    "downtime",
    "loss",
    "error",
    "errors",
    "failures",
    "violations",
    "warnings",
    "duplicates",
    "leaks",
];

/// Words before a percentage that is a target and no setting.
const REACHING: &[&str] = &[
    "be",
    "equal",
    "is",
    "to",
    "by",
    "maintain",
    "achieve",
    "reach",
    "keep",
    "retain",
    "target",
    "guarantee",
    "ensure",
];

/// Letters that may follow a unit of time inside its word; others make it describe the word behind it.
const BEHIND_TIME: &[&str] = &[
    "后", "後", "的", "之", "间", "間", "毎", "ご", "に", "で", "の", "を", "は", "が", "経", "。",
];

/// Words that lead from a percentage to what should be high.
pub(super) const RATES: &[&str] = &[
    "availability",
    "available",
    "uptime",
    "success",
    "coverage",
    "accuracy",
    "precision",
    "recall",
    "durability",
    "reliability",
    "sla",
    "slo",
];

/// What stands around a quantity that no comparison is beside.
pub(super) struct Bare<'a> {
    pub(super) tokens: &'a Tokens<'a>,
    pub(super) limit: &'a Range<usize>,
    pub(super) quantity: Range<usize>,
    pub(super) unit: Unit,
    /// Whether a hyphen joins number and unit, so that they describe the word behind them.
    pub(super) is_adjective: bool,
}

impl Bare<'_> {
    /// The operator that the words imply; `None` where it is no budget.
    pub(super) fn implied(&self) -> Option<Operator> {
        if is_time(self.unit) {
            return self.implied_time();
        }
        match self.unit {
            Unit::Percent if self.near(RATES, 5, 6) => Some(Operator::AtLeast),
            Unit::Percent => {
                (REACHING.contains(&self.previous()) || self.near(&["target"], 2, 0)).then_some(Operator::Exactly)
            }
            Unit::PerMinute if self.is_frame_rate() => Some(Operator::AtLeast),
            Unit::PerMinute if self.near(CAPACITY, 4, 0) => Some(Operator::AtLeast),
            Unit::PerMinute if self.near(&["limit", "throttle", "allow", "most"], 6, 2) => Some(Operator::AtMost),
            Unit::Count => self.implied_count(),
            Unit::Millisecond
            | Unit::Second
            | Unit::Minute
            | Unit::Hour
            | Unit::Day
            | Unit::Kilobyte
            | Unit::Megabyte
            | Unit::Gigabyte
            | Unit::Kibibyte
            | Unit::Mebibyte
            | Unit::Gibibyte
            | Unit::MilliCpu
            | Unit::MegabytePerSecond
            | Unit::PerMinute => Some(if self.near(LIMITING, 5, 2) {
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
            || self.tokens.is(end, "of") && !kept && !timed && !matches!(self.previous(), "after" | "for")
            || self.is_adjective && !kept && !timed && !self.tokens.is_any(end, PERIODS);
        match self.previous() {
            "last" | "past" | "previous" | "next" | "per" | "than" | "every" | "each" | "/" | "first" => None,
            _ if other || self.is_date() || self.describes_word() => None,
            "in" | "inside" if !kept => Some(Operator::AtMost),
            _ if timed || self.limited_to() => Some(Operator::AtMost),
            _ if start >= self.limit.start => Some(Operator::Exactly),
            _ => None,
        }
    }

    /// `60 frames per second`, `60fps`.
    fn is_frame_rate(&self) -> bool {
        self.quantity
            .clone()
            .any(|at| self.tokens.is_any(at, &["fps", "frames", "frame"]))
    }

    /// `60天试点`: a time joined to the word that it describes.
    fn describes_word(&self) -> bool {
        let behind = behind_unit(self.tokens, self.quantity.end - 1);
        !behind.is_empty() && !BEHIND_TIME.iter().any(|letters| behind.starts_with(letters))
    }

    /// Whether the thing counted is a fault, so that none of them is the limit: `0 critical violations`.
    pub(super) fn counts_faults(&self) -> bool {
        let end = self.quantity.end;
        (end..(end + 3).min(self.limit.end))
            .take_while(|at| self.tokens.kind(*at) == Some(Kind::Word))
            .any(|at| self.tokens.is_any(at, FAULTS))
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

    /// `limit results to 20 items`.
    fn limited_to(&self) -> bool {
        self.previous() == "to"
            && self.near(
                &[
                    "limit",
                    "limits",
                    "limited",
                    "restrict",
                    "restricts",
                    "restricted",
                    "truncate",
                    "cap",
                    "caps",
                ],
                9,
                0,
            )
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
