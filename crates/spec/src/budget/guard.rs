//! Words around a quantity that make it part of what is quoted, classified or described, and no limit of the response.

use std::ops::Range;

use crate::criterion::{Operator, Unit};
use crate::token::{Kind, Tokens};

use super::bare_words::{CAPACITY, RATES};
use super::context::DEFAULTS;
use super::count_words::COUNTED;
use super::operator::ReadOperator;
use super::pick::{is_found_by, is_prevented, picks};
use super::quantity::Quantity;
use super::symbol::PHYSICAL;
use super::unit::read_unit;

/// Verbs whose response sorts values into bands; the bounds of the bands limit nothing.
const SORTING: &[&str] = &[
    "classify",
    "categorize",
    "categorise",
    "color",
    "colour",
    "color-code",
    "colour-code",
    "grade",
    "bucket",
    "weight",
];

/// Colours; two of them beside numbers are a legend.
const COLOURS: &[&str] = &[
    "green", "yellow", "orange", "red", "amber", "blue", "grey", "gray", "grün", "gelb", "rot", "verde", "amarelo",
    "rojo", "vert", "rouge",
];

const COLOUR_LETTERS: &[&str] = &["绿色", "黄色", "橙色", "红色", "灰色", "緑", "黄", "赤"];

/// Words before `more than 5` and its kind that make it describe the thing before: `claims with more than 5 pages`.
const DESCRIBING: &[&str] = &[
    "with",
    "for",
    "of",
    "by",
    "containing",
    "claimed",
    "taking",
    "takes",
    "having",
    "holding",
    "after",
    "from",
    "going",
    "pendant",
];

/// Whether a response sorts what it measures into bands: `classify … as`, `green (≥ 4), red (< 2)`.
pub(super) fn sorts(tokens: &Tokens<'_>, limit: &Range<usize>) -> bool {
    tokens.is_any(limit.start, SORTING)
        || tokens.word(limit.start).ends_with("ly") && tokens.is_any(limit.start + 1, SORTING)
        || colours(tokens, limit) >= 2
}

fn colours(tokens: &Tokens<'_>, limit: &Range<usize>) -> usize {
    let letters = |at: usize| {
        let written = tokens.written(at);
        COLOUR_LETTERS
            .iter()
            .filter(|colour| written.contains(**colour))
            .count()
    };
    limit
        .clone()
        .map(|at| usize::from(tokens.is_any(at, COLOURS)) + letters(at))
        .sum()
}

/// Whether a comparison upwards only tells which things are meant: `conversations with more than 50 messages`.
pub(super) fn describes(tokens: &Tokens<'_>, limit: &Range<usize>, unit: Unit, op: ReadOperator) -> bool {
    if is_prevented(tokens, op) {
        return false;
    }
    if op.turned || picks(tokens, limit, op) || is_found_by(tokens, limit, op) {
        return !op.turned;
    }
    if op.op != Operator::Above || unit == Unit::Percent {
        return false;
    }
    let Some(before) = op.at.checked_sub(1).filter(|before| *before >= limit.start) else {
        return false;
    };
    let rated = (before.saturating_sub(2)..=before).any(|at| tokens.is_any(at, RATES));
    if tokens.is(op.at, "exceeding") {
        return tokens.kind(before) == Some(Kind::Word) && !rated;
    }
    let capable = (before.saturating_sub(3)..before).any(|at| tokens.is_any(at, CAPACITY));
    tokens.is_any(before, DESCRIBING) && !capable && !rated
}

/// `at viewport widths of 768px and above`, `on tablets (640px to 1023px)`: where one layout ends and another begins.
pub(super) fn is_breakpoint(tokens: &Tokens<'_>, floor: usize, quantity: &Quantity) -> bool {
    let start = quantity.tokens.start;
    let near =
        |back: usize, words: &[&str]| (start.saturating_sub(back).max(floor)..start).any(|at| tokens.is_any(at, words));
    let screens = [
        "tablet",
        "tablets",
        "desktop",
        "mobile",
        "screen",
        "screens",
        "viewport",
        "viewports",
        "column",
        "layout",
        "responsive",
    ];
    let screen_letters = ["ビューポート", "タブレット", "モバイル", "画面", "屏幕", "移动端"];
    let width =
        start > floor + 1 && tokens.is_any(start - 1, &["（", "("]) && tokens.written(start - 2).ends_with('幅');
    let range = quantity.upper.is_some() && (start..=quantity.tokens.end).any(|at| tokens.is(at, "px"));
    width
        || near(5, &["viewport", "viewports", "breakpoint", "breakpoints"])
        || range && near(10, &screens)
        || range
            && (start.saturating_sub(3)..start)
                .any(|at| screen_letters.iter().any(|word| tokens.written(at).contains(word)))
}

/// Whether a quantity is how far the one before it may be off: `100 ms ± 50 ms`.
pub(super) fn is_tolerance(tokens: &Tokens<'_>, floor: usize, start: usize) -> bool {
    let behind_unit = start > 2 && floor + 2 == start && PHYSICAL.contains(&tokens.written(floor));
    start > 1 && tokens.is(start - 1, "±") && (floor + 1 == start || behind_unit) && floor > 0
}

/// Whether a number word counts what is only said to be: `exactly one row`, `more than one owner`.
pub(super) fn only_exists(tokens: &Tokens<'_>, quantity: &Quantity, op: ReadOperator) -> bool {
    let small = match op.op {
        Operator::Exactly => quantity.value < 3.0,
        Operator::Above => quantity.is_one(),
        // `messages that have at least one reply`.
        Operator::AtLeast
            if op.at > 1
                && tokens.is_any(op.at - 1, &["have", "has", "contain", "contains"])
                && tokens.is_any(op.at - 2, &["that", "which", "who"]) =>
        {
            quantity.is_one()
        }
        Operator::AtLeast | Operator::AtMost | Operator::Below => false,
    };
    quantity.is_word
        && !quantity.has_unit
        && small
        && !tokens.is_any(quantity.tokens.end, COUNTED)
        && !tokens.is_any(
            quantity.tokens.end,
            &["attempt", "retry", "instance", "member", "worker", "time"],
        )
}

/// `check the lengths: name (2-120), phone (7-30)`: what is told are lengths.
fn is_of_lengths(tokens: &Tokens<'_>, start: usize) -> bool {
    let lengths = [
        "length",
        "lengths",
        "longitud",
        "longitudes",
        "comprimento",
        "comprimentos",
        "longueur",
    ];
    (start.saturating_sub(14)..start).any(|at| tokens.is_any(at, &lengths))
}

/// `"month" (1-12)`: what a parameter may be.
fn is_of_parameter(tokens: &Tokens<'_>, floor: usize, start: usize) -> bool {
    let named = |at: usize| tokens.kind(at) == Some(Kind::Code) || tokens.written(at).ends_with(['"', '”', '»']);
    // `a "month" parameter (1-12)`
    let word = start > floor + 2 && tokens.is_any(start - 2, &["parameter", "field", "argument"]) && named(start - 3);
    start > floor + 1 && tokens.is_any(start - 1, &["(", "（"]) && (word || named(start - 2))
}

/// Whether a range is a scale of values rather than a limit: `on a scale of 1-5`.
pub(super) fn is_scale(tokens: &Tokens<'_>, floor: usize, quantity: &Quantity) -> bool {
    let range = &quantity.tokens;
    let before = range.start.saturating_sub(3).max(floor)..range.start;
    let scored = range.start.saturating_sub(6).max(floor)..range.start;
    let stars = [
        "stars",
        "star",
        "points",
        "estrelas",
        "estrellas",
        "étoiles",
        "sterne",
        "pontos",
        "puntos",
    ];
    let end = range.end + usize::from(tokens.is_any(range.end, &stars));
    let bare = !quantity.has_unit || quantity.unit != Unit::Count;
    let measured = is_of_lengths(tokens, range.start);
    let pointed = (range.start..range.end).any(|at| tokens.written(at).contains('.'));
    let whole = !pointed && quantity.value.fract() == 0.0 && quantity.upper.is_none_or(|upper| upper.fract() == 0.0);
    let bracketed =
        bare && whole && !measured && range.start > floor && tokens.is(range.start - 1, "(") && tokens.is(end, ")");
    let bracketed = bracketed && !is_of_parameter(tokens, floor, range.start);
    // `scale from 2 to 20 replicas` is no scale.
    let named = |at: usize| {
        tokens.is(at, "scale") && (tokens.is(at + 1, "of") || at > 0 && tokens.is_any(at - 1, &["a", "the", "point"]))
    };
    // `0-100 分`: points.
    let points = ["分", "점"]
        .iter()
        .any(|points| tokens.written(range.end - 1).starts_with(points));
    points
        || before.into_iter().any(named)
        || tokens.is(range.end, "scale")
        || bracketed
        || scored
            .into_iter()
            .any(|at| tokens.is_any(at, &["score", "scores", "rating", "ratings", "rated"]))
            && tokens.is_any(range.start.saturating_sub(1), &["from", "(", "of"])
}

/// `for users under 18`, `"…" for 3 or more`: a case of several, with no thing counted behind it.
pub(super) fn is_group(tokens: &Tokens<'_>, quantity: &Quantity, op: Option<ReadOperator>) -> bool {
    let people = [
        "users",
        "people",
        "children",
        "persons",
        "anyone",
        "those",
        "minors",
        "visitors",
        "customers",
    ];
    let start = quantity.tokens.start;
    let age = op.is_some_and(|op| {
        op.at > 0 && tokens.is_any(op.at, &["under", "over", "above", "below"]) && tokens.is_any(op.at - 1, &people)
    });
    let rest = start > 0 && tokens.is(start - 1, "for") && tokens.phrase(quantity.tokens.end, "or more") > 0;
    quantity.unit == Unit::Count && (age || rest && tokens.kind(quantity.tokens.end + 2) != Some(Kind::Word))
}

/// `6 h 00`: a time of the day.
pub(super) fn is_hour_and_minutes(tokens: &Tokens<'_>, quantity: &Quantity) -> bool {
    let end = quantity.tokens.end;
    let minutes = tokens.kind(end) == Some(Kind::Number) && tokens.written(end).len() == 2;
    // `毎朝8時30分`
    let start = quantity.tokens.start;
    let after_hour = start > 1
        && ["時", "点", "시", "點"].contains(&tokens.written(start - 1))
        && tokens.kind(start - 2) == Some(Kind::Number);
    after_hour && quantity.unit == Unit::Minute
        || minutes && quantity.unit == Unit::Hour && read_unit(tokens, end + 1, tokens.touches(end)).is_none()
}

/// `business hours (9h-20h)`: times of the day.
pub(super) fn is_clock(tokens: &Tokens<'_>, quantity: &Quantity) -> bool {
    let start = quantity.tokens.start;
    let near = start.saturating_sub(5)..start;
    let of_day = [
        "hours",
        "horário",
        "horario",
        "horaires",
        "öffnungszeiten",
        "schedule",
        "open",
    ];
    quantity.unit == Unit::Hour
        && quantity.upper.is_some_and(|upper| upper <= 24.0)
        && near.into_iter().any(|at| tokens.is_any(at, &of_day))
}

/// `modules 0–12`, `an integer 1-3`: numbers of things, where no thing is counted behind the range.
pub(super) fn is_numbering(tokens: &Tokens<'_>, quantity: &Quantity) -> bool {
    let Range { start, end } = quantity.tokens;
    let dashed = (start + 1..end).any(|at| tokens.is_any(at, &["-", "–", "—", "~"]));
    let between = start
        .checked_sub(1)
        .is_some_and(|before| tokens.is_any(before, &["between", "entre", "zwischen", "from"]))
        || start >= 2 && (tokens.phrase(start - 2, "the range") > 0 || tokens.phrase(start - 2, "to range") > 0)
        || start >= 1 && tokens.is_any(start - 1, &["deduct", "add", "award", "subtract", "grant"])
        || ["の範囲", "範囲", "范围", "的范围"]
            .iter()
            .any(|range| tokens.written(end).starts_with(range));
    let counted = tokens.kind(end) == Some(Kind::Word)
        && !tokens.is_any(
            end,
            &[
                "point", "points", "scale", "and", "or", "where", "in", "on", "for", "of", "to",
            ],
        );
    quantity.unit == Unit::Count
        && !quantity.has_unit
        && !is_of_lengths(tokens, start)
        && !is_of_parameter(tokens, 0, start)
        && dashed
        && !between
        && !counted
}

/// `the characters A-Z and 0-9`.
pub(super) fn is_of_letters(tokens: &Tokens<'_>, quantity: &Quantity) -> bool {
    let start = quantity.tokens.start;
    let digits = quantity.value == 0.0 && quantity.upper.is_some_and(|upper| (upper - 9.0).abs() < f64::EPSILON);
    digits && (start.saturating_sub(4)..start).any(|at| tokens.is_any(at, &["z", "a-z"]))
}

/// `a 1-3 month roadmap`: a range before the word that it describes.
pub(super) fn is_described_range(tokens: &Tokens<'_>, quantity: &Quantity) -> bool {
    let last = quantity.tokens.end - 1;
    let singular = tokens.is_any(last, &["second", "minute", "hour", "day", "week", "month", "year"]);
    singular && quantity.upper.is_some() && tokens.kind(quantity.tokens.end) == Some(Kind::Word)
}

/// Whether a default opens the brackets around a token, or stands right before them: `(default: 5 MB for images)`.
pub(super) fn in_default_brackets(tokens: &Tokens<'_>, floor: usize, at: usize, is_compared: bool) -> bool {
    let mut depth = 0_usize;
    for index in (floor.max(at.saturating_sub(16))..at).rev() {
        match tokens.word(index) {
            ")" | "）" => depth += 1,
            "(" | "（" if depth > 0 => depth -= 1,
            "(" | "（" => {
                let opens = |at: usize| tokens.is_any(at, DEFAULTS) || tokens.is_any(at, &["default:", "standard"]);
                // `on a 4G connection (1.6 Mbps, 150 ms RTT)` tells under which conditions.
                let settings = ["default", "defaults", "connection", "network"];
                let apart = (index..at).any(|between| tokens.is_any(between, &[",", ";", "，", "、"]));
                return !(is_compared && apart) && (opens(index + 1) || opens(index + 2))
                    || index > floor && tokens.is_any(index - 1, &settings);
            }
            _ => {}
        }
    }
    false
}
