//! Both ends of a range: `5-10`, `between 5 and 10`, `5秒から60秒`, `[5, 20]`.

use crate::criterion::Unit;
use crate::token::{Kind, Tokens};

use super::number::read_number;
use super::quantity::{CURRENCIES, Quantity};
use super::symbol::PHYSICAL;
use super::unit::{behind_unit, is_time, read_unit, seconds};

/// How many tokens a physical unit before the joint of a range takes: `V`, `mg/dL`.
pub(super) fn physical_length(tokens: &Tokens<'_>, at: usize) -> usize {
    let is_unit = PHYSICAL.contains(&tokens.written(at));
    let per = tokens.is(at + 1, "/") && tokens.kind(at + 2) == Some(Kind::Word);
    match (is_unit, per) {
        (true, false) if is_range_joint(tokens, at + 1) => 1,
        (true, true) if is_range_joint(tokens, at + 3) => 3,
        _ => 0,
    }
}

pub(super) fn is_range_joint(tokens: &Tokens<'_>, at: usize) -> bool {
    let joints = [
        "-", "–", "—", "to", "and", "~", "～", "〜", "à", "bis", "a", "e", "et", "und", "y", "至", "到", "から",
        "through", "tot", "en",
    ];
    tokens.is_any(at, &joints)
}

/// The upper end of `5-10`, `5 to 10`, `between 5 and 10`, and the token behind it.
pub(super) fn range_end(tokens: &Tokens<'_>, start: usize, joint: usize, end: usize) -> Option<(f64, usize)> {
    let sign = usize::from(start > 0 && tokens.is_any(start - 1, CURRENCIES));
    let real = usize::from(sign > 0 && start > 1 && tokens.is(start - 2, "r"));
    let lead = start - sign - real;
    let back = |n: usize| lead.checked_sub(n).map(|at| tokens.word(at)).unwrap_or_default();
    let between = matches!(
        back(1),
        "between" | "entre" | "zwischen" | "from" | "tra" | "fra" | "antara" | "między" | "tussen"
    );
    let other = matches!(back(1), "от" | "od" | "từ") || tokens.is_any(joint + 2, &["arasında"]);
    let is_joined = tokens.is_any(
        joint,
        &[
            "-", "–", "—", "to", "~", "～", "〜", "à", "bis", "a", "至", "到", "から", "through", "tot",
        ],
    ) || between && tokens.is_any(joint, &["and", "e", "et", "und", "y", "to", "dan", "i", "en"])
        || other && tokens.is_any(joint, &["до", "do", "đến", "ile"]);
    if !is_joined || joint + 1 >= end {
        return None;
    }
    // `entre R$ 10.000 e R$ 500.000`
    let money = usize::from(tokens.is(joint + 1, "r")) + 1;
    let money = if tokens.is_any(joint + money, CURRENCIES) {
        money
    } else {
        0
    };
    let plus = money + usize::from(tokens.is(joint + 1, "+") && tokens.is_any(joint, &["to", "and"]));
    // `tot en met 25`
    let joint = joint + plus + if tokens.phrase(joint, "tot en met") > 0 { 2 } else { 0 };
    let upper = read_number(tokens, joint + 1)?;
    // `1 - 0.9995` is a difference.
    let spaced = tokens.is(joint, "-") && !tokens.touches(joint) && joint > 0 && !tokens.touches(joint - 1);
    let falls = spaced && read_number(tokens, joint - 1).is_some_and(|lower| lower.value > upper.value);
    (!falls).then_some((upper.value, joint + 1 + upper.tokens))
}

/// What joins the ends of a range behind the lower one's unit in scripts without spaces: `5초에서 60초`.
const JOINED: &[&str] = &["에서", "부터", "から", "到", "至", "~", "～"];

/// `5초에서 60초`, `0.2%에서 2%`, `5秒から60秒`, `256MB-1024MB`: a range with a unit at both ends.
pub(super) fn joined_range(tokens: &Tokens<'_>, at: usize, next: usize, end: usize) -> Option<Quantity> {
    let lower = read_number(tokens, at)?;
    let unit = read_unit(tokens, next, tokens.touches(next - 1))?;
    let behind = next + unit.tokens;
    let inside = JOINED.contains(&behind_unit(tokens, next));
    let beside =
        JOINED.contains(&tokens.written(behind)) || tokens.is_any(behind, &["-", "–"]) && tokens.touches(behind - 1);
    let second = behind + usize::from(!inside);
    if !inside && !beside || second >= end {
        return None;
    }
    let upper = read_number(tokens, second)?;
    let last = read_unit(tokens, second + upper.tokens, tokens.touches(second + upper.tokens - 1))?;
    let (from, to) = (lower.value * unit.factor, upper.value * last.factor);
    // `100 毫秒至 60 秒`.
    let timed = is_time(unit.unit) && is_time(last.unit);
    let from = if timed {
        from * seconds(unit.unit) / seconds(last.unit)
    } else {
        from
    };
    (timed || last.unit == unit.unit)
        .then(|| Quantity::range(from, to, last.unit, at..second + upper.tokens + last.tokens))
}

/// `within the bounds [5, 20]`: a range in brackets.
pub(super) fn bounds(tokens: &Tokens<'_>, at: usize, next: usize, end: usize) -> Option<Quantity> {
    let open = at.checked_sub(1).filter(|open| tokens.is(*open, "["))?;
    let named = open.saturating_sub(3)..open;
    let is_range = named
        .into_iter()
        .any(|at| tokens.is_any(at, &["range", "bounds", "between", "interval", "within"]));
    if !is_range {
        return None;
    }
    // `[10,40]` without a space is one number to the cutter.
    let joined = tokens.written(at).split_once(',').filter(|_| tokens.is(next, "]"));
    if let Some((lower, upper)) = joined.and_then(|(lower, upper)| Some((lower.parse().ok()?, upper.parse().ok()?))) {
        return Some(Quantity::range(lower, upper, Unit::Count, at..next + 1));
    }
    let lower = read_number(tokens, at)?.value;
    let unit = read_unit(tokens, next, tokens.touches(next - 1));
    let comma = next + unit.map_or(0, |unit| unit.tokens);
    let upper = read_number(tokens, comma + 1).filter(|_| tokens.is(comma, ","))?;
    let close = comma + 1 + upper.tokens + unit.map_or(0, |unit| unit.tokens);
    let (factor, unit) = unit.map_or((1.0, Unit::Count), |unit| (unit.factor, unit.unit));
    let range = || Quantity::range(lower * factor, upper.value * factor, unit, at..close + 1);
    (tokens.is(close, "]") && close < end).then(range)
}
