//! Numbers that go on with the limit before them: `at most 10 orders of bread, 30 orders of cake`.

use std::ops::Range;

use crate::criterion::{Operator, Unit};
use crate::token::Kind;

use super::bare_words::JOINTS;
use super::count_words::NO_THINGS;
use super::judge::Judge;
use super::quantity::Quantity;
use super::scan::Found;

impl Judge<'_> {
    /// `at most 10 orders of bread, 30 orders of cake`: a limit goes on with another number of the same thing.
    pub(super) fn same_thing(&self, quantity: &Quantity, last: &Found) -> Option<Found> {
        if self.is_next_share(quantity, last) {
            return Some(self.found(
                last.budget.op,
                quantity.value,
                Unit::Percent,
                quantity.tokens.clone(),
                false,
            ));
        }
        let Range { start, end } = quantity.tokens;
        let thing = |at: usize| (self.tokens.kind(at) == Some(Kind::Word)).then(|| self.tokens.word(at));
        let things = |at: usize| [thing(at), thing(at + 1)];
        let named = things(end)
            .into_iter()
            .flatten()
            .any(|one| things(last.tokens.end).contains(&Some(one)));
        let joints = [",", "and", "or", "、", "，", "et", "y", "e", "und", "ou"];
        let joined = start > 0 && self.tokens.is_any(start - 1, &joints);
        let counts = quantity.unit == Unit::Count
            && last.budget.unit == Unit::Count
            && quantity.upper.is_none()
            && !quantity.is_word;
        // `at least 7 easy, 10 medium, 10 hard`.
        let next = last.tokens.end + 2 == start && thing(last.tokens.end).is_some() && joined;
        let led = self.tokens.kind(last.tokens.start) != Some(Kind::Number);
        let stops = |at: usize| self.tokens.is_any(at, JOINTS) || self.tokens.is_any(at, NO_THINGS);
        let next = next && led && thing(end).is_some() && !stops(end);
        // `at least 4.5:1 for text and 3:1 for buttons`.
        let ratio = |at: usize| self.tokens.written(at).ends_with(":1");
        let ratios =
            ratio(start) && ratio(last.tokens.end - 1) && last.explicit && start.saturating_sub(last.tokens.end) < 8;
        (counts && (named || next || ratios) && joined && last.budget.op != Operator::Exactly)
            .then(|| self.found(last.budget.op, quantity.value, Unit::Count, start..end, false))
    }

    /// `available 99.95 % of the time and the read path 99.5 %`.
    fn is_next_share(&self, quantity: &Quantity, last: &Found) -> bool {
        const FAR: usize = 9;
        let start = quantity.tokens.start;
        let mut between = last.tokens.end..start;
        quantity.unit == Unit::Percent
            && last.budget.unit == Unit::Percent
            && last.budget.op == Operator::AtLeast
            && between.len() < FAR
            && between.clone().any(|at| self.tokens.is(at, "and"))
            && between.all(|at| self.tokens.kind(at) == Some(Kind::Word))
            && !self.tokens.is_any(start - 1, &["by", "to", "of", "at", "or", "than"])
    }
}
