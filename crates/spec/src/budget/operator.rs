//! Words of comparison before and behind a quantity.

use std::{collections::HashMap, sync::LazyLock};

use crate::criterion::Operator;
use crate::token::{Kind, Tokens};

use super::comparison::{BEFORE, BEHIND, FILLERS, NEGATIONS};
use super::comparison_other::BEFORE_OTHER;
use super::ideograph::{IDEOGRAPHS_BEFORE, IDEOGRAPHS_BEHIND};

use Operator::{Above, AtLeast, AtMost, Below, Exactly};

/// An operator and the token it starts (before) or ends (behind) at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ReadOperator {
    pub(super) op: Operator,
    pub(super) at: usize,
    /// Whether a negation right before it is already in `op`.
    pub(super) turned: bool,
}

impl ReadOperator {
    /// The same place with another operator.
    pub(super) fn of(self, op: Operator) -> Self {
        Self { op, ..self }
    }
}

/// The comparison that stands before a number, not farther back than `floor`.
pub(super) fn operator_before(tokens: &Tokens<'_>, number: usize, floor: usize) -> Option<ReadOperator> {
    let mut end = number;
    for _ in 0..4 {
        // `em, no máximo, 20 MB`: the comparison between commas.
        if end > floor + 1 && tokens.is(end - 1, ",") {
            return ends_at(tokens, end - 1, floor).filter(|found| found.at > floor && tokens.is(found.at - 1, ","));
        }
        if let Some(found) = ends_at(tokens, end, floor) {
            return Some(found);
        }
        // `for at least the past 24 hours`.
        let past = end > floor + 2 && tokens.is_any(end - 1, &["past", "last"]) && tokens.is(end - 2, "the");
        if past && tokens.is(end - 3, "least") {
            return ends_at(tokens, end - 2, floor);
        }
        if end <= floor || !tokens.is_any(end - 1, FILLERS) {
            return None;
        }
        end -= 1;
    }
    ends_at(tokens, end, floor)
}

/// `a minimum length of 8 characters`: the comparison stands before the thing that is compared.
pub(super) fn superlative_of(tokens: &Tokens<'_>, number: usize, floor: usize) -> Option<ReadOperator> {
    let about = usize::from(number > 1 && tokens.is_any(number - 1, &["approximately", "about", "roughly"]));
    let joint = number.checked_sub(1 + about).filter(|at| *at > floor)?;
    // `max score 110`, `minimum length 8`.
    let named = tokens.kind(joint) == Some(Kind::Word)
        && !tokens.is_any(joint, FILLERS)
        && !tokens.written(joint).starts_with(char::is_uppercase)
        && about == 0;
    let lead = match tokens.word(joint - 1) {
        "max" | "maximum" => Some(AtMost),
        "min" | "minimum" => Some(AtLeast),
        _ => None,
    };
    if let Some(op) = lead.filter(|_| named && joint > floor) {
        let at = joint - 1;
        return Some(ReadOperator { op, at, turned: true });
    }
    if !tokens.is_any(joint, &["of", "is", "be", ":", "de", "von", "("]) {
        return None;
    }
    let word =
        |at: &usize| tokens.kind(*at) == Some(Kind::Word) && !tokens.is_any(*at, &["and", "or", "default", "to"]);
    let bracket = tokens.is(joint, "(");
    let mut found = None;
    for at in (floor.max(number.saturating_sub(7))..joint).rev().take_while(word) {
        found = match tokens.word(at) {
            "minimum" | "min" | "mínimo" | "mínima" | "minimale" => Some((at, AtLeast)),
            "maximum" | "max" | "máximo" | "máxima" | "maximale" => Some((at, AtMost)),
            // `never exceed a duty cycle of 1 %`.
            "exceed" if at > floor && tokens.is_any(at - 1, NEGATIONS) => Some((at - 1, AtMost)),
            "exceed" => Some((at, Above)),
            // `up to a buffer of 10 MB`.
            "a" if at > floor + 1 && tokens.phrase(at - 2, "up to") > 0 => Some((at - 2, AtMost)),
            // `within a short time (24 hours)`.
            "within" if bracket => Some((at, AtMost)),
            _ => found,
        };
    }
    found.map(|(at, op)| ReadOperator { op, at, turned: true })
}

/// Verbs between a negation and its comparison: `not be more than`, `no puede superar`, `não pode exceder`.
const DENIED_VERBS: &[&str] = &[
    "be", "by", "puede", "pueden", "debe", "deben", "pode", "podem", "deve", "devem", "peut", "doit", "être", "ser",
    "sein", "may", "can",
];

/// A phrase of comparison, its number of words and what it says.
type Phrase = (&'static str, usize, Operator);

/// The phrases before a quantity by their last word.
static ENDINGS: LazyLock<HashMap<&str, Vec<Phrase>>> = LazyLock::new(|| {
    let mut endings: HashMap<&str, Vec<Phrase>> = HashMap::new();
    for (phrase, op) in BEFORE.iter().chain(BEFORE_OTHER) {
        let last = phrase.rsplit(' ').next().unwrap_or(phrase);
        let words = phrase.split(' ').count();
        endings.entry(last).or_default().push((phrase, words, *op));
    }
    endings
});

/// The longest comparison whose last token is the one before `end`.
fn ends_at(tokens: &Tokens<'_>, end: usize, floor: usize) -> Option<ReadOperator> {
    if end <= floor {
        return None;
    }
    if let Some(op) = ideographic(tokens.written(end - 1)) {
        return Some(ReadOperator {
            op,
            at: end - 1,
            turned: true,
        });
    }
    let last_word = tokens.word(end - 1);
    let best = ENDINGS
        .get(last_word)?
        .iter()
        .filter_map(|(phrase, length, op)| {
            let at = end.checked_sub(*length).filter(|at| *at >= floor)?;
            (tokens.phrase(at, phrase) == *length).then_some((*length, at, *op))
        })
        .max_by_key(|(length, ..)| *length)?;
    let (_, at, op) = best;
    let before = at.checked_sub(1).filter(|before| *before >= floor);
    let prefix = before
        .filter(|_| op == Below)
        .filter(|before| tokens.is_any(*before, &["in", "within", "by", "em", "en"]));
    if before.is_some_and(|before| is_denial(tokens, before, floor)) {
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

/// Whether a negation stands at a token, perhaps with verbs behind it: `ne peut être inférieur à`.
fn is_denial(tokens: &Tokens<'_>, mut at: usize, floor: usize) -> bool {
    for _ in 0..2 {
        at -= usize::from(at > floor && tokens.is_any(at, DENIED_VERBS));
    }
    tokens.is_any(at, NEGATIONS)
}

/// The comparison that a run of letters right before a number says.
fn ideographic(written: &str) -> Option<Operator> {
    let table = IDEOGRAPHS_BEFORE.iter().find(|(word, _)| closes_with(written, word));
    let negations = ["不得", "不能", "不可", "不应", "不應", "不会", "不會", "不许"];
    let denied = |word: &str| {
        let before = written.rsplit_once(word).map_or("", |(before, _)| before);
        negations.iter().any(|negation| before.ends_with(negation))
    };
    let said = table.map(|(word, op)| if denied(word) { turned(*op) } else { *op });
    said.or_else(|| superlative_run(written))
}

/// `最小点击区域高度为 56`: what is least or most stands before the thing that is compared.
fn superlative_run(written: &str) -> Option<Operator> {
    const LONGEST: usize = 14;
    let run = written.strip_suffix('为').or_else(|| written.strip_suffix('為'))?;
    if run.chars().count() > LONGEST {
        return None;
    }
    let says = |words: &[&str]| words.iter().any(|word| run.contains(word));
    if says(&["最小", "最低", "最少", "最短"]) {
        Some(AtLeast)
    } else {
        says(&["最大", "最高", "最多", "最长", "最長"]).then_some(AtMost)
    }
}

/// Whether a run of letters ends with a comparison, perhaps with a short verb behind it, as in `最多重试`.
fn closes_with(written: &str, word: &str) -> bool {
    written
        .rsplit_once(word)
        .is_some_and(|(_, verb)| verb.chars().count() <= 4)
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

/// `50MB を超える場合`: the comparison is a condition.
fn opens_case(written: &str, word: &str) -> bool {
    let behind = written.split_once(word).map_or("", |(_, behind)| behind);
    ["場合", "とき", "時", "时"].iter().any(|case| behind.starts_with(case))
}

/// Whether letters between a number and its comparison are no more than a thing: `个字符`, `リクエスト`.
fn is_short_noun(letters: &str) -> bool {
    let letters = letters.trim_end_matches(['を', 'が', 'は']);
    letters.chars().count() <= 4 || letters.chars().all(|c| matches!(u32::from(c), 0x30A0..=0x30FF))
}

/// The comparison in the letters behind a unit, as in `30秒以内`.
pub(super) fn operator_in_word(written: &str, at: usize) -> Option<ReadOperator> {
    let (_, op) = IDEOGRAPHS_BEHIND
        .iter()
        .filter(|(word, _)| {
            written
                .split_once(word)
                .is_some_and(|(before, _)| is_short_noun(before) && (word.chars().count() > 1 || before.is_empty()))
        })
        .max_by_key(|(word, _)| word.len())
        .filter(|(word, op)| !matches!(op, Above | Below) || !opens_case(written, word))?;
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
