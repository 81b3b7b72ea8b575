//! Percentages without a comparison: which of them are required.

use std::ops::Range;

use crate::criterion::Operator;
use crate::token::Kind;

use super::bare::Bare;
use super::bare_words::{CUTTING, RATES, REACHING, SHARES};

/// What is charged as a share of a sum, or scored by one.
const CHARGES: &[&str] = &[
    "fee",
    "fees",
    "commission",
    "discount",
    "tax",
    "penalty",
    "multa",
    "juros",
    "taxa",
    "frais",
    "gebühr",
    "alíquota",
    "taux",
    "threshold",
    "score",
    "aliquota",
    "un'aliquota",
    "iva",
    "tva",
    "tasa",
    "tarief",
    "btw-tarief",
    "mehrwertsteuersatz",
    "steuersatz",
    "desconto",
    "descuento",
    "sconto",
    "rabatt",
    "korting",
    "remise",
];

/// What is set to a share: `start at 80 % volume`.
const SETTINGS: &[&str] = &[
    "volume",
    "opacity",
    "brightness",
    "power",
    "scale",
    "size",
    "speed",
    "zoom",
    "quality",
    "strength",
    "width",
    "height",
];

impl Bare<'_> {
    /// The operator that the words around a percentage imply.
    pub(super) fn implied_share(&self) -> Option<Operator> {
        if self.is_quantile_of_things() {
            return None;
        }
        let capped = self.previous() == "at" && self.near(&["cap", "caps", "capped"], 6, 0);
        if self.limited_to() && self.opens_with(CUTTING) || capped {
            return Some(Operator::AtMost);
        }
        if self.is_charge() {
            return Some(Operator::Exactly);
        }
        if self.is_action() {
            return None;
        }
        if self.previous() == "±" {
            return Some(Operator::AtMost);
        }
        if self.near(RATES, 5, 6) || self.near(&["hit"], 0, 2) || self.is_share_of_subject() {
            return Some(Operator::AtLeast);
        }
        // `adjustable with 1 % resolution`, `a 20 % discount`; `sample 10 % of the traces`.
        let set = self.tokens.is_any(self.quantity.end, SHARES) || self.is_share_of_things();
        let reached = REACHING.contains(&self.previous()) || self.near(&["target"], 2, 0);
        (set || reached).then_some(Operator::Exactly)
    }

    /// `a fee of approximately 3 %`, `deduct fees (5%)`, `be sampled at 5 %`: what is charged or set.
    pub(super) fn is_charge(&self) -> bool {
        let set = ["sampled", "sample", "fixed", "set", "charged"];
        let before = self.previous_written();
        if ["手数料", "料率", "税率", "割引"]
            .iter()
            .any(|word| before.ends_with(word))
        {
            return true;
        }
        // `start at 80 % volume`
        if self.previous() == "at" && self.tokens.is_any(self.quantity.end, SETTINGS) {
            return true;
        }
        let led = [
            "of",
            "(",
            "approximately",
            "about",
            "de",
            "del",
            "di",
            "da",
            "von",
            "van",
        ]
        .contains(&self.previous());
        led && self.near(CHARGES, 4, 0)
            || ["a", "an"].contains(&self.previous()) && self.near(CHARGES, 0, 2)
            || self.previous() == "at" && self.near(&set, 2, 0)
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
        let before = self.previous_written();
        let rates = [
            "稼働率",
            "可用性",
            "成功率",
            "可用率",
            "准确率",
            "覆盖率",
            "命中率",
            "カバレッジ",
        ];
        if rates.iter().any(|rate| before.ends_with(rate)) {
            return true;
        }
        let at_start = self.quantity.start <= self.limit.start + 2;
        let subject = self.limit.start.saturating_sub(8)..self.limit.start;
        at_start && subject.into_iter().any(|at| self.tokens.is_any(at, RATES))
    }

    /// `sample 10 % of the traces`: so much of something, right behind the verb.
    fn is_share_of_things(&self) -> bool {
        let Range { start, end } = self.quantity;
        let first = (start <= self.limit.start + 3 || self.previous() == "only") && start > self.limit.start;
        first
            && self
                .tokens
                .is_any(end, &["of", "dos", "das", "de", "des", "der", "del", "dei", "della"])
            && self.previous() != "by"
    }

    /// `95 % of the requests within 300 ms`: how many of them keep the limit.
    fn is_quantile_of_things(&self) -> bool {
        let end = self.quantity.end;
        let limits = ["within", "under", "below", "faster", "less"];
        self.tokens.is(end, "of") && (end + 1..end + 9).any(|at| self.tokens.is_any(at, &limits))
    }

    /// Whether neither a verb of setting nor a thing set stands around a percentage.
    pub(super) fn is_nothing_told(&self) -> bool {
        let set = ["to", "at", "be", "output", "with"].contains(&self.previous());
        !set && !self.tokens.is_any(self.quantity.end, SHARES)
    }
}
