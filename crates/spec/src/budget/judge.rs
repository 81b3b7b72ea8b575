//! Which quantities of a response are budgets: [`Judge`].

use std::ops::Range;

use crate::criterion::{Budget, Operator, Unit};
use crate::markdown::Folded;
use crate::token::{Kind, Tokens};

use super::bare::Bare;
use super::bare_words::CUTTING;
use super::context::{
    describes_thing, is_aside, is_baseline, is_multiple, is_resolution, is_sample, is_schedule, is_subordinate,
    is_window,
};
use super::count_words::LETTERS;
use super::fit::{is_function, is_plausible, is_quality, lasts, lasts_for, operator_behind_noun};
use super::guard::{
    describes, in_default_brackets, is_breakpoint, is_clock, is_described_range, is_group, is_hour_and_minutes,
    is_numbering, is_of_letters, is_scale, is_tolerance, only_exists,
};
use super::label::{is_label, is_platform};
use super::operator::{ReadOperator, operator_before, superlative_of, turned};
use super::pick::{is_aside_comparison, is_case, is_prevented};
use super::quantity::{CURRENCIES, Quantity};
use super::scan::Found;
use super::unit::{is_time, read_unit};

/// Comparisons that are written as one sign.
const COMPARISON_SIGNS: &[&str] = &[">", "<", "≥", "≤", "＞", "＜"];

/// Decides which quantities of a response are budgets.
pub(super) struct Judge<'a> {
    pub(super) tokens: &'a Tokens<'a>,
    pub(super) content: &'a Folded,
    pub(super) limit: &'a Range<usize>,
    pub(super) forbidden: bool,
    /// Where what a notification is about begins.
    pub(super) notification: Option<usize>,
}

impl Judge<'_> {
    /// The budgets of a quantity: none, one, or two for a range. Nothing before `floor` belongs to it.
    pub(super) fn judge(&self, quantity: &Quantity, floor: usize) -> Vec<Found> {
        let Range { start, end } = quantity.tokens;
        let superlative = || {
            let found = superlative_of(self.tokens, start, floor)?;
            (is_time(quantity.unit) || !self.tokens.is(found.at, "within")).then_some(found)
        };
        let before = operator_before(self.tokens, start, floor).or_else(superlative);
        let behind = quantity
            .inner
            .or_else(|| operator_behind_noun(self.tokens, quantity, self.limit.end));
        let first = before.map_or(start, |op| op.at);
        let is_told = self.is_notified(before.or(behind), first)
            || is_case(self.tokens, self.limit, first)
            || quantity.unit != Unit::Percent && is_tolerance(self.tokens, floor, start);
        if is_told || self.is_no_limit(quantity, before, first, before.is_some() || behind.is_some()) {
            return Vec::new();
        }
        if let Some(upper) = quantity.upper {
            return self.range(quantity, upper, before);
        }
        let found = if let Some(op) = before.filter(|op| is_plausible(self.tokens, quantity, *op, self.limit.end)) {
            self.compared(quantity, op, behind)
        } else if let Some(op) = behind {
            self.followed(quantity, op)
        } else {
            let implied = self.implied(quantity);
            implied.map(|op| self.found(op, quantity.value, quantity.unit, start..end, false))
        };
        found.into_iter().collect()
    }

    /// Whether a comparison is what a notification is about.
    fn is_notified(&self, op: Option<ReadOperator>, first: usize) -> bool {
        let is_threshold = op.is_none_or(|op| matches!(op.op, Operator::Above | Operator::Below));
        is_threshold && self.notification.is_some_and(|at| at < first)
    }

    /// Both ends of a range, unless it is a scale, a numbering or a time of the day.
    fn range(&self, quantity: &Quantity, upper: f64, before: Option<ReadOperator>) -> Vec<Found> {
        // `0-0` is a result of a game.
        if upper <= quantity.value || self.is_no_range(quantity, upper, before) {
            return Vec::new();
        }
        let Range { start, end } = quantity.tokens;
        let range = before.map_or(start, |op| op.at)..end;
        // `from 100 to 750+`: as much, or more.
        if self.tokens.is(end, "+") {
            return vec![self.found(Operator::AtLeast, upper, quantity.unit, range, true)];
        }
        vec![
            self.found(Operator::AtLeast, quantity.value, quantity.unit, range.clone(), true),
            self.found(Operator::AtMost, upper, quantity.unit, range, true),
        ]
    }

    /// Whether a range is a scale, a numbering, a time of the day, or one of ports.
    fn is_no_range(&self, quantity: &Quantity, upper: f64, before: Option<ReadOperator>) -> bool {
        let Range { start, end } = quantity.tokens;
        let described =
            before.is_none() && (is_described_range(self.tokens, quantity) || is_numbering(self.tokens, quantity));
        let from_zero = quantity.value == 0.0 && (upper - 100.0).abs() < f64::EPSILON;
        let joints = ["for", "of", "to", "and", "in", "on"];
        let is_thing = self.tokens.kind(end) == Some(Kind::Word) && !self.tokens.is_any(end, &joints);
        let from = start > 0 && self.tokens.is(start - 1, "from");
        let dashed = from && self.tokens.is_any(start + 1, &["-", "–", "—"]);
        let is_count = quantity.unit == Unit::Count;
        let whole = from_zero && matches!(quantity.unit, Unit::Percent | Unit::Minute);
        let scale = (is_count || whole) && is_scale(self.tokens, self.limit.start, quantity);
        let is_port = |at: usize| {
            let written = self.tokens.written(at);
            self.tokens.is_any(at, &["port", "ports"]) || ["ポート", "端口"].iter().any(|word| written.ends_with(word))
        };
        let ports = is_count && (start.saturating_sub(8).max(self.limit.start)..start).any(is_port);
        is_of_letters(self.tokens, quantity)
            || from_zero && is_count && dashed && !is_thing
            || ports
            || described
            || scale
            || is_clock(self.tokens, quantity)
    }

    /// A quantity with a comparison before it, perhaps another one behind it.
    fn compared(&self, quantity: &Quantity, op: ReadOperator, behind: Option<ReadOperator>) -> Option<Found> {
        let denied = self.is_denied(op);
        let picks = is_aside_comparison(self.tokens, quantity, op)
            || !denied && describes(self.tokens, self.limit, quantity.unit, op);
        let window = self.tokens.is(op.at, "over") && quantity.unit == Unit::Day && !lasts_for(self.tokens, op);
        // `exactly one month at a time` counts one.
        if self.tokens.is(quantity.tokens.start, "one") && op.op == Operator::Exactly && is_time(quantity.unit) {
            return None;
        }
        let picks = picks && !is_quality(self.tokens, quantity);
        if (picks || window) && !self.forbidden
            || is_function(self.tokens, op)
            || only_exists(self.tokens, quantity, op)
        {
            return None;
        }
        let end = quantity.tokens.end;
        if lasts(self.tokens, quantity, op) {
            return Some(self.found(Operator::Exactly, quantity.value, quantity.unit, op.at..end, false));
        }
        let op = self.by_kind(quantity, op);
        let is_strict = matches!(op.op, Operator::Above | Operator::Below);
        // `sous 75 %` is below, `sous 15 minutes` within.
        let below = self.tokens.is(op.at, "sous") && !is_time(quantity.unit);
        let op = if below { op.of(Operator::Below) } else { op };
        let operator = if denied
            || self.forbidden && !self.is_in_brackets(op.at) && (is_strict || !op.turned)
            || is_prevented(self.tokens, op)
        {
            turned(op.op)
        } else {
            op.op
        };
        let (operator, last) = match behind {
            Some(behind) if operator == Operator::Exactly => (behind.op, behind.at),
            Some(_) | None => (operator, end),
        };
        Some(self.found(operator, quantity.value, quantity.unit, op.at..last, true))
    }

    /// `none of them longer than 60 s`, `sans mise en cache supérieure à 60 secondes`: a negation some words before.
    fn is_denied(&self, op: ReadOperator) -> bool {
        let words = (op.at.saturating_sub(8).max(self.limit.start)..op.at)
            .rev()
            .take_while(|at| self.tokens.kind(*at) == Some(Kind::Word));
        let mut words = words;
        op.op == Operator::Above
            && !op.turned
            && words.any(|at| {
                self.tokens
                    .is_any(at, &["none", "never", "without", "no", "sans", "ohne", "sem", "sin"])
            })
    }

    /// Whether a bracket that is open at a token began within the response.
    fn is_in_brackets(&self, at: usize) -> bool {
        const LONGEST: usize = 30;
        let before = at.saturating_sub(LONGEST).max(self.limit.start)..at;
        let opened = before.clone().filter(|at| self.tokens.is(*at, "(")).count();
        opened > before.filter(|at| self.tokens.is(*at, ")")).count()
    }

    /// A quantity with a comparison behind it only.
    fn followed(&self, quantity: &Quantity, op: ReadOperator) -> Option<Found> {
        let Range { start, end } = quantity.tokens;
        let known = self.tokens.is(end, "+") && start > 0 && self.tokens.is_any(start - 1, &["all", "the", "its"]);
        let counts = !quantity.is_word || quantity.has_unit || quantity.value > 2.0;
        let is_strict = matches!(op.op, Operator::Above | Operator::Below);
        let operator = if self.forbidden && is_strict {
            turned(op.op)
        } else if self.is_better_below(quantity, op) {
            Operator::AtMost
        } else {
            op.op
        };
        (counts && !known).then(|| self.found(operator, quantity.value, quantity.unit, start..op.at, true))
    }

    /// `faster than 250 mm/s` is more of it, `faster than 2 s` less; `better than 30 cm` is less.
    fn by_kind(&self, quantity: &Quantity, op: ReadOperator) -> ReadOperator {
        let said = |words: &[&str]| (op.at..quantity.tokens.start).any(|at| self.tokens.is_any(at, words));
        let speed = !is_time(quantity.unit) && said(&["faster", "slower"]);
        let error = quantity.unit != Unit::Percent && said(&["better", "worse"]);
        if !speed && !error {
            return op;
        }
        op.of(match op.op {
            Operator::Above => Operator::Below,
            Operator::Below => Operator::Above,
            Operator::AtMost => Operator::AtLeast,
            Operator::AtLeast => Operator::AtMost,
            Operator::Exactly => Operator::Exactly,
        })
    }

    /// `2.5 s or better`, `an accuracy of 15 m or better`: less of it is better.
    fn is_better_below(&self, quantity: &Quantity, op: ReadOperator) -> bool {
        let better = op.at > 0
            && self
                .tokens
                .is_any(op.at - 1, &["better", "melhor", "mejor", "mieux", "besser"]);
        let start = quantity.tokens.start;
        let errs = [
            "accuracy",
            "precision",
            "precisão",
            "precisión",
            "précision",
            "genauigkeit",
            "error",
            "latency",
            "accurate",
        ];
        let mut near = start.saturating_sub(6).max(self.limit.start)..start;
        let is_error = quantity.unit != Unit::Percent && near.any(|at| self.tokens.is_any(at, &errs));
        better && (is_time(quantity.unit) || is_error)
    }

    /// Whether the context says that a quantity is a label, a default, a schedule or a condition.
    fn is_no_limit(&self, quantity: &Quantity, before: Option<ReadOperator>, first: usize, is_compared: bool) -> bool {
        let Range { start, end } = quantity.tokens;
        let behind_bracket = first > 0 && self.tokens.is(first - 1, "(");
        let is_sign = self.tokens.is_any(first, COMPARISON_SIGNS);
        self.is_name(quantity, before, first)
            || self.is_place(quantity)
            || before.is_none() && self.is_of_network_or_free(quantity)
            || is_aside(self.tokens, self.limit, first, end, before.is_some())
            || in_default_brackets(self.tokens, self.limit.start, first, is_compared)
            || is_window(self.tokens, first)
            || is_multiple(self.tokens, start)
            || is_sample(self.tokens, end, before)
            // `within 5 minutes of each other` tells how far apart, `for 3 or more:` which case.
            || self.tokens.phrase(end, "of each other") > 0
            || self.tokens.phrase(end, "of one another") > 0
            || is_group(self.tokens, quantity, before)
            || is_breakpoint(self.tokens, self.limit.start, quantity)
            // `new accounts (< 7 days old)` tells which.
            || self.tokens.is(end, "old") && (is_sign || behind_bracket)
            || self.tokens.is(end, "ago")
            || is_baseline(self.tokens, first, end)
            || is_hour_and_minutes(self.tokens, quantity)
            || self.is_trigger_of_limit(first)
            || is_schedule(self.tokens, first, is_compared)
            || is_subordinate(self.tokens, self.limit, first, before.map(|op| op.op))
            || describes_thing(self.tokens, first, is_time(quantity.unit))
                && !before.is_some_and(|op| is_prevented(self.tokens, op))
    }

    /// Whether a number names something: a version, a code, a size of pictures, a power.
    fn is_name(&self, quantity: &Quantity, before: Option<ReadOperator>, first: usize) -> bool {
        let Range { start, end } = quantity.tokens;
        let money = quantity.upper.is_some() && self.tokens.is_any(start.max(1) - 1, CURRENCIES);
        let label =
            before.is_none() && is_label(self.tokens, start, quantity.has_unit) && !money && !self.is_score(start, end);
        // `on iOS (≥ 16)`
        let version = self.tokens.is_any(first, COMPARISON_SIGNS)
            && first > 1
            && self.tokens.is(first - 1, "(")
            && is_platform(self.tokens, first - 2)
            && !quantity.has_unit;
        let written = self.tokens.written(end);
        let release = ["版本", "バージョン"].iter().any(|word| written.starts_with(word));
        let resolution = before.is_none() && is_resolution(self.tokens, start);
        label || version || release || resolution || self.tokens.is(start + 1, "^")
    }

    /// `within the first two sentences` tells a place, `the first 10 orders` how many.
    fn is_place(&self, quantity: &Quantity) -> bool {
        let Range { start, end } = quantity.tokens;
        let cut = (start.saturating_sub(8)..start).any(|at| self.tokens.is_any(at, CUTTING));
        let letters = self.tokens.is_any(end, LETTERS) && !quantity.is_word;
        let within = start > 2 && self.tokens.is(start - 3, "within") && !self.tokens.is_any(end, &["px", "pixels"]);
        let several = !quantity.is_word && quantity.value > 2.0 && !within;
        let first = start > 0 && self.tokens.is(start - 1, "first");
        quantity.unit == Unit::Count && first && !cut && !letters && !several
    }

    /// `on a 10 Mbit/s link`, `25 GB free`; but not `25 GB free space`.
    fn is_of_network_or_free(&self, quantity: &Quantity) -> bool {
        let end = quantity.tokens.end;
        let room = ["space", "disk", "memory", "storage", "trial", "tier", "plan"];
        let free = self.tokens.is(end, "free") && !self.tokens.is_any(end + 1, &room);
        let network = ["connection", "connections", "network", "link"];
        free || quantity.unit != Unit::Count && self.tokens.is_any(end, &network)
    }

    /// `within 60 seconds of a queue depth > 100`: what the time is counted from.
    fn is_trigger_of_limit(&self, first: usize) -> bool {
        let near = first.saturating_sub(9).max(self.limit.start)..first;
        // `within 10 ms of detecting that the current stays high for 5 ms`.
        let far = first.saturating_sub(30).max(self.limit.start)..first;
        let detected = far.into_iter().any(|at| {
            self.tokens.phrase(at, "of detecting that") > 0 || self.tokens.phrase(at, "after detecting that") > 0
        });
        let is_sign = self.tokens.is_any(first, COMPARISON_SIGNS);
        let timed = |at: usize| {
            self.tokens.is(at, "of")
                && at > 0
                && read_unit(self.tokens, at - 1, false).is_some_and(|unit| is_time(unit.unit))
        };
        detected || is_sign && near.into_iter().any(timed)
    }

    /// The operator of a quantity without comparison; a number word alone never has one.
    fn implied(&self, quantity: &Quantity) -> Option<Operator> {
        let Quantity { unit, is_adjective, .. } = *quantity;
        let bare = Bare {
            tokens: self.tokens,
            limit: self.limit,
            quantity: quantity.tokens.clone(),
            unit,
            value: quantity.value,
            is_adjective,
        };
        if quantity.is_word && quantity.is_one() && !quantity.has_unit && self.tokens.is(quantity.tokens.end, "or") {
            return None;
        }
        // `um registro por mês`
        if quantity.is_word && quantity.is_one() && unit == Unit::PerMinute {
            return None;
        }
        // `output 0 % duty`, `set it to 0 %`, `a balance of 0`
        let set = unit == Unit::Percent && !bare.is_nothing_told();
        let charged = unit == Unit::Percent && bare.is_charge();
        if quantity.value == 0.0 && (set || charged || bare.is_told_last()) {
            return Some(Operator::Exactly);
        }
        if quantity.value == 0.0 {
            return bare.counts_faults().then_some(Operator::Exactly);
        }
        bare.implied()
    }

    /// `Accessibility 90+` where a score is spoken of: no version.
    fn is_score(&self, start: usize, end: usize) -> bool {
        let near = start.saturating_sub(10)..start;
        self.tokens.is(end, "+")
            && near
                .into_iter()
                .any(|at| self.tokens.is_any(at, &["score", "scores", "rating"]))
    }

    pub(super) fn found(&self, op: Operator, value: f64, unit: Unit, range: Range<usize>, explicit: bool) -> Found {
        let named = if unit == Unit::Count && self.names_thing(range.end) {
            range.start..range.end + 1
        } else {
            range.clone()
        };
        let bytes = self.tokens.bytes(&named);
        let text = self.tokens.text().get(bytes.clone()).unwrap_or_default().to_owned();
        let budget = Budget {
            metric: None,
            op,
            value,
            unit,
            percentile: None,
            text,
            about: None,
            span: self.content.span(bytes),
        };
        Found {
            budget,
            tokens: range,
            explicit,
        }
    }

    /// Whether the token behind a count is the thing counted, so that it belongs to the budget's words.
    fn names_thing(&self, at: usize) -> bool {
        let stops = [
            "and", "or", "in", "of", "for", "to", "per", "with", "on", "at", "by", "is", "are", "as", "from", "before",
            "after", "then", "when",
        ];
        at < self.limit.end && self.tokens.kind(at) == Some(Kind::Word) && !self.tokens.is_any(at, &stops)
    }
}
