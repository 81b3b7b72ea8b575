//! Numbers of physical units and of pixels: `6.0 V`, `a 5 kg sack`, `16px from the edge`.

use std::ops::Range;

use crate::token::Kind;

use super::bare::Bare;
use super::count_words::SCREENS;
use super::symbol::MEASURES;

/// Words behind a number of metres that tell where.
const PLACES: &[&str] = &[
    "above", "ahead", "in", "from", "behind", "below", "away", "apart", "long", "wide", "high", "deep", "tall",
    "forward", "back",
];

/// What metres measure.
const LENGTHS: &[&str] = &[
    "altitude",
    "height",
    "depth",
    "distance",
    "width",
    "length",
    "radius",
    "diameter",
    "clearance",
];

/// Names of physical units.
const MEASURE_NAMES: &[&str] = &["degrees", "metres", "meters", "volts", "amperes", "ampere", "watts"];

impl Bare<'_> {
    /// `6.0 V`, `at 30 Hz`, `a 5 kg sack`.
    pub(super) fn is_physical(&self) -> bool {
        let Range { start, end } = self.quantity;
        // `1 Hz in A, 5 Hz flash in B`
        let listed = start > 0
            && self.tokens.is(start - 1, ",")
            && self.tokens.kind(end + 1) == Some(Kind::Word)
            && !(start.saturating_sub(12)..start).any(|at| self.tokens.is(at, "("));
        let led = start > self.limit.start
            && (self.tokens.is(start - 1, ":") || listed || self.tokens.kind(start - 1) == Some(Kind::Word))
            && !self.tokens.is_any(
                start - 1,
                &["the", "all", "these", "than", "per", "every", "each", "after"],
            );
        let unit = |at: usize| MEASURES.contains(&self.tokens.written(at)) || at == end && self.is_measured(end);
        // `from 40 mg/dL to 400 mg/dL` is the end of a range.
        let ends = start > 0
            && self.tokens.is(start - 1, "to")
            && (start.saturating_sub(6)..start).any(|at| self.tokens.kind(at) == Some(Kind::Number));
        led && !ends && self.tokens.kind(start) == Some(Kind::Number) && (unit(end) || end > start + 1 && unit(end - 1))
    }

    /// `8 m/s`, `5 m ahead`, `180 degrees`, `15 g of sugar`: units that are written as other words are, too.
    fn is_measured(&self, end: usize) -> bool {
        let placed = self.tokens.is_any(end + 1, PLACES) || self.near(LENGTHS, 3, 0);
        let metres = self.tokens.is_any(end, &["m", "km"]) && (placed || self.tokens.is(end + 1, "/"));
        let grams = self.tokens.written(end) == "g" && self.tokens.is(end + 1, "of");
        metres || grams || self.tokens.is_any(end, MEASURE_NAMES)
    }

    /// `16px from the left edge`.
    pub(super) fn is_width(&self) -> bool {
        let Range { start, end } = self.quantity;
        let led = start > self.limit.start
            && (self.tokens.is_any(start - 1, &["(", "（"]) || self.tokens.kind(start - 1) == Some(Kind::Word));
        let listed = (end..end + 3).any(|at| self.tokens.is(at, ",") && self.tokens.word(at + 2).starts_with("px"));
        let on_screen = start > 0 && self.tokens.is(start - 1, "(") && self.near(SCREENS, 4, 3);
        // `icons in sizes 192x192 and 512x512`
        let sized = !self.tokens.is(start.max(1) - 1, "(")
            && self.tokens.written(start).contains('x')
            && self.near(&["size", "sizes", "resolution"], 4, 0);
        if led && sized {
            return true;
        }
        led && !listed
            && !on_screen
            && (self.tokens.word(end).starts_with("px")
                || self.tokens.is_any(end, &["pixels", "dp", "sp"])
                || self.tokens.word(start).ends_with("px"))
    }
}
