//! Words of comparison before and behind a quantity.

use crate::criterion::Operator;
use crate::token::Tokens;

use Operator::{Above, AtLeast, AtMost, Below, Exactly};

/// Phrases before a quantity.
const BEFORE: &[(&str, Operator)] = &[
    ("within", AtMost),
    ("at most", AtMost),
    ("at maximum", AtMost),
    ("at least every", AtMost),
    ("at least once every", AtMost),
    ("up to", AtMost),
    ("maximum", AtMost),
    ("maximum of", AtMost),
    ("max", AtMost),
    ("max .", AtMost),
    ("max of", AtMost),
    ("limit of", AtMost),
    ("limit to", AtMost),
    ("limits of", AtMost),
    ("limited to", AtMost),
    ("capped at", AtMost),
    ("cap of", AtMost),
    ("bounded by", AtMost),
    ("bounded to", AtMost),
    ("no later than", AtMost),
    ("not later than", AtMost),
    ("timeout of", AtMost),
    ("timeouts of", AtMost),
    ("time-out of", AtMost),
    ("deadline of", AtMost),
    ("budget of", AtMost),
    ("quota of", AtMost),
    ("time out after", AtMost),
    ("times out after", AtMost),
    ("timeout after", AtMost),
    ("less than or equal to", AtMost),
    ("lower than or equal to", AtMost),
    ("equal to or less than", AtMost),
    ("no slower than", AtMost),
    ("no worse than", AtMost),
    ("≤", AtMost),
    ("⩽", AtMost),
    ("≦", AtMost),
    ("< =", AtMost),
    ("= <", AtMost),
    ("at least", AtLeast),
    ("at minimum", AtLeast),
    ("a minimum of", AtLeast),
    ("minimum", AtLeast),
    ("minimum of", AtLeast),
    ("min", AtLeast),
    ("min .", AtLeast),
    ("greater than or equal to", AtLeast),
    ("higher than or equal to", AtLeast),
    ("more than or equal to", AtLeast),
    ("equal to or greater than", AtLeast),
    ("no earlier than", AtLeast),
    ("≥", AtLeast),
    ("⩾", AtLeast),
    ("≧", AtLeast),
    ("> =", AtLeast),
    ("less than", Below),
    ("fewer than", Below),
    ("lower than", Below),
    ("shorter than", Below),
    ("smaller than", Below),
    ("faster than", Below),
    ("sooner than", Below),
    ("under", Below),
    ("below", Below),
    ("beneath", Below),
    ("earlier than", Below),
    ("<", Below),
    ("＜", Below),
    ("more than", Above),
    ("greater than", Above),
    ("longer than", Above),
    ("later than", Above),
    ("higher than", Above),
    ("larger than", Above),
    ("bigger than", Above),
    ("slower than", Above),
    ("over", Above),
    ("above", Above),
    ("beyond", Above),
    ("exceed", Above),
    ("exceeding", Above),
    ("surpass", Above),
    (">", Above),
    ("＞", Above),
    ("exactly", Exactly),
    ("precisely", Exactly),
    ("equal to", Exactly),
    ("equals", Exactly),
    ("= =", Exactly),
    ("=", Exactly),
    // Portuguese and Spanish.
    ("dentro de", AtMost),
    ("em até", AtMost),
    ("até", AtMost),
    ("no máximo", AtMost),
    ("máximo de", AtMost),
    ("como máximo", AtMost),
    ("hasta", AtMost),
    ("no mínimo", AtLeast),
    ("mínimo de", AtLeast),
    ("como mínimo", AtLeast),
    ("pelo menos", AtLeast),
    ("ao menos", AtLeast),
    ("al menos", AtLeast),
    ("por lo menos", AtLeast),
    ("menos de", Below),
    ("inferior a", Below),
    ("mais de", Above),
    ("más de", Above),
    ("superior a", Above),
    ("em", AtMost),
    ("exceder", Above),
    ("ultrapassar", Above),
    // French.
    ("moins de", Below),
    ("inférieur à", Below),
    ("inférieure à", Below),
    ("au moins", AtLeast),
    ("d'au moins", AtLeast),
    ("au plus", AtMost),
    ("au maximum", AtMost),
    ("au minimum", AtLeast),
    ("jusqu'à", AtMost),
    ("plus de", Above),
    ("supérieur à", Above),
    ("dans les", AtMost),
    ("en", AtMost),
    ("dépasser", Above),
    // German.
    ("innerhalb von", AtMost),
    ("innerhalb", AtMost),
    ("binnen", AtMost),
    ("höchstens", AtMost),
    ("maximal", AtMost),
    ("bis zu", AtMost),
    ("mindestens", AtLeast),
    ("weniger als", Below),
    ("mehr als", Above),
    ("unter", Below),
    ("über", Above),
];

/// The closing letters of a word in Chinese or Japanese that compares with the number behind it.
const IDEOGRAPHS_BEFORE: &[(&str, Operator)] = &[
    ("不超过", AtMost),
    ("不得超过", AtMost),
    ("不超過", AtMost),
    ("不大于", AtMost),
    ("最多", AtMost),
    ("最大", AtMost),
    ("至多", AtMost),
    ("不少于", AtLeast),
    ("不低于", AtLeast),
    ("不小于", AtLeast),
    ("至少", AtLeast),
    ("最少", AtLeast),
    ("最低", AtLeast),
    ("最小", AtLeast),
    ("小于", Below),
    ("少于", Below),
    ("低于", Below),
    ("大于", Above),
    ("超过", Above),
    ("超過", Above),
    ("高于", Above),
    ("最長", AtMost),
    ("最长", AtMost),
];

/// The opening letters of what follows a number and its unit in Chinese, Japanese or Korean.
const IDEOGRAPHS_BEHIND: &[(&str, Operator)] = &[
    ("以内", AtMost),
    ("以內", AtMost),
    ("之内", AtMost),
    ("以下", AtMost),
    ("内", AtMost),
    ("內", AtMost),
    ("を超えない", AtMost),
    ("を超えて", Above),
    ("以上", AtLeast),
    ("未満", Below),
    ("未满", Below),
    ("이내", AtMost),
    ("이상", AtLeast),
    ("이하", AtMost),
    ("미만", Below),
];

/// Phrases behind a quantity.
const BEHIND: &[(&str, Operator)] = &[
    ("or less", AtMost),
    ("or fewer", AtMost),
    ("or lower", AtMost),
    ("or below", AtMost),
    ("or shorter", AtMost),
    ("or faster", AtMost),
    ("or smaller", AtMost),
    ("or under", AtMost),
    ("or sooner", AtMost),
    ("or earlier", AtMost),
    ("or more", AtLeast),
    ("or higher", AtLeast),
    ("or greater", AtLeast),
    ("or above", AtLeast),
    ("or longer", AtLeast),
    ("or better", AtLeast),
    ("or larger", AtLeast),
    ("or over", AtLeast),
    ("and above", AtLeast),
    ("maximum", AtMost),
    ("max", AtMost),
    ("at most", AtMost),
    ("at maximum", AtMost),
    ("tops", AtMost),
    ("limit", AtMost),
    ("cap", AtMost),
    ("timeout", AtMost),
    ("time-out", AtMost),
    ("deadline", AtMost),
    ("ceiling", AtMost),
    ("minimum", AtLeast),
    ("at minimum", AtLeast),
    ("at least", AtLeast),
    ("( max )", AtMost),
    ("( maximum )", AtMost),
    ("( minimum )", AtLeast),
    ("( min )", AtLeast),
    ("no máximo", AtMost),
    ("no mínimo", AtLeast),
    ("maximum ou moins", AtMost),
    ("ou moins", AtMost),
    ("ou plus", AtLeast),
    ("ou mais", AtLeast),
    ("oder weniger", AtMost),
    ("oder mehr", AtLeast),
    ("+", AtLeast),
];

/// Words that may stand between a comparison and its number.
const FILLERS: &[&str] = &[
    "a",
    "an",
    "the",
    "of",
    "about",
    "approximately",
    "around",
    "total",
    "~",
    "to",
    "is",
    "(",
    ":",
    "than",
    "first",
    "next",
    "roughly",
    "some",
    "be",
    "les",
    "um",
    "uma",
    "von",
];

/// Words that turn a comparison round.
const NEGATIONS: &[&str] = &[
    "no", "not", "never", "without", "n't", "cannot", "nor", "não", "pas", "nicht", "neither", "ne",
];

/// An operator and the token it starts (before) or ends (behind) at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ReadOperator {
    pub(super) op: Operator,
    pub(super) at: usize,
    /// Whether a negation right before it is already in `op`.
    pub(super) turned: bool,
}

/// The comparison that stands before a number, not farther back than `floor`.
pub(super) fn operator_before(tokens: &Tokens<'_>, number: usize, floor: usize) -> Option<ReadOperator> {
    let mut end = number;
    for _ in 0..4 {
        if let Some(found) = ends_at(tokens, end, floor) {
            return Some(found);
        }
        if end <= floor || !tokens.is_any(end - 1, FILLERS) {
            return None;
        }
        end -= 1;
    }
    ends_at(tokens, end, floor)
}

/// The longest comparison whose last token is the one before `end`.
fn ends_at(tokens: &Tokens<'_>, end: usize, floor: usize) -> Option<ReadOperator> {
    if end <= floor {
        return None;
    }
    let last = tokens.written(end - 1);
    if let Some((_, op)) = IDEOGRAPHS_BEFORE.iter().find(|(word, _)| last.ends_with(word)) {
        return Some(ReadOperator {
            op: *op,
            at: end - 1,
            turned: true,
        });
    }
    let best = BEFORE
        .iter()
        .filter_map(|(phrase, op)| {
            let length = phrase.split(' ').count();
            let at = end.checked_sub(length).filter(|at| *at >= floor)?;
            (tokens.phrase(at, phrase) == length).then_some((length, at, *op))
        })
        .max_by_key(|(length, ..)| *length)?;
    let (_, at, op) = best;
    let before = at.checked_sub(1).filter(|before| *before >= floor);
    let negated = before.is_some_and(|before| {
        tokens.is_any(before, NEGATIONS)
            || tokens.is(before, "be") && before > floor && tokens.is_any(before - 1, NEGATIONS)
    });
    let prefix = before
        .filter(|_| !negated && op == Below)
        .filter(|before| tokens.is_any(*before, &["in", "within", "by", "em", "en"]));
    if negated {
        return Some(ReadOperator {
            op: turned(op),
            at: at - 1,
            turned: true,
        });
    }
    Some(ReadOperator {
        op,
        at: prefix.unwrap_or(at),
        turned: false,
    })
}

/// The comparison that stands behind a quantity, with the token behind it.
pub(super) fn operator_behind(tokens: &Tokens<'_>, at: usize) -> Option<ReadOperator> {
    let (length, op) = tokens.longest(at, BEHIND)?;
    let phrase_goes_on = length == 1 && tokens.is(at, "+") && at > 0 && !tokens.touches(at - 1);
    (!phrase_goes_on).then_some(ReadOperator {
        op: *op,
        at: at + length,
        turned: true,
    })
}

/// The comparison in the letters behind a unit, as in `30秒以内`.
pub(super) fn operator_in_word(written: &str, at: usize) -> Option<ReadOperator> {
    let (_, op) = IDEOGRAPHS_BEHIND
        .iter()
        .filter(|(word, _)| written.contains(word))
        .max_by_key(|(word, _)| word.len())?;
    Some(ReadOperator {
        op: *op,
        at,
        turned: true,
    })
}

/// What is left of a comparison that is denied: not more than is at most.
pub(super) fn turned(op: Operator) -> Operator {
    match op {
        Above | AtMost => AtMost,
        Below | AtLeast => AtLeast,
        Exactly => Exactly,
    }
}
