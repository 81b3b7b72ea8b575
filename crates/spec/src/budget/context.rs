//! What stands around a number: contexts in which it is no budget.

use std::ops::Range;

use crate::criterion::Operator;
use crate::token::Tokens;

use super::operator::ReadOperator;
use super::unit::is_plural;

/// Words of a default: a quantity behind them is only what is used when nothing is set.
pub(super) const DEFAULTS: &[&str] = &[
    "default",
    "defaults",
    "padrão",
    "défaut",
    "defecto",
    "既定値",
    "デフォルト",
    "默认",
];

/// Words of what holds mostly, or has held so far.
const USUAL: &[&str] = &[
    "defaulting",
    "currently",
    "originally",
    "previously",
    "formerly",
    "was",
    "recommended",
    "typically",
    "predeterminado",
    "standardwert",
    "standaardwaarde",
    "predefinito",
    "predefinita",
    "standardmäßig",
    "usually",
];

/// Words before a quantity that illustrates.
const EXAMPLES: &[&str] = &[
    "e.g",
    "eg",
    "for example",
    "such as",
    "for instance",
    "예",
    "例",
    "例如",
    "z.b",
    "por ejemplo",
    "par exemple",
    "zum beispiel",
    "like",
    "i.e",
];

/// `within 2x the time`: a multiple of something else.
pub(super) fn is_multiple(tokens: &Tokens<'_>, number: usize) -> bool {
    // `at least 2× faster`, `at least 2x speedup`.
    let gains = ["faster", "speedup", "speed-up", "improvement", "slower", "reduction"];
    if tokens.is_any(number + 2, &gains) {
        return false;
    }
    let square = tokens.written(number + 2) == tokens.written(number);
    tokens.is_any(number + 1, &["x", "×"]) && tokens.touches(number) && !square
}

/// `over a window of 28 days`, `over 30 days`: how long is looked at.
pub(super) fn is_window(tokens: &Tokens<'_>, start: usize) -> bool {
    let of = start > 1 && tokens.is(start - 1, "of") && tokens.is_any(start - 2, &["window", "period"]);
    of && (start.saturating_sub(4)..start).any(|at| tokens.is_any(at, &["over", "in", "during"]))
}

/// `over 5 samples`: how much is looked at.
pub(super) fn is_sample(tokens: &Tokens<'_>, end: usize, op: Option<ReadOperator>) -> bool {
    let looked_at = [
        "samples",
        "iterations",
        "runs",
        "measurements",
        "trials",
        "periods",
        "cycles",
    ];
    let taken = [
        "measured",
        "averaged",
        "computed",
        "calculated",
        "aggregated",
        "evaluated",
        "sampled",
    ];
    op.is_some_and(|op| {
        tokens.is(op.at, "over") && (tokens.is_any(end, &looked_at) || op.at > 0 && tokens.is_any(op.at - 1, &taken))
    })
}

/// `1080p`: the name of a picture's size.
pub(super) fn is_resolution(tokens: &Tokens<'_>, number: usize) -> bool {
    tokens.is_any(number + 1, &["p", "i"]) && tokens.touches(number)
}

/// Whether a quantity is a default or an illustration.
pub(super) fn is_aside(tokens: &Tokens<'_>, limit: &Range<usize>, start: usize, end: usize, compared: bool) -> bool {
    let linked = |at: usize| {
        let limited = tokens.is_any(start, &["within", "in", "under", "after"]);
        !compared
            || at + 1 >= start && !limited
            || tokens.is_any(start - 1, &["of", "is", "to", ":", "=", "being", "at", "("])
    };
    let named = |at: usize, names: &[&str]| names.iter().any(|phrase| tokens.phrase(at, phrase) > 0);
    let near = start.saturating_sub(5).max(limit.start)..start;
    let led = (start.saturating_sub(9).max(limit.start)..start)
        .any(|at| tokens.is_any(at, &["default", "defaults"]) && tokens.is(at + 1, "to"));
    let lettered = !compared && is_default_in_letters(tokens, start);
    let is_default = lettered
        || led && !compared
        || near
            .rev()
            .take_while(|at| !tokens.is_any(*at, &[";", ",", ")", "and"]))
            .any(|at| (named(at, DEFAULTS) || named(at, USUAL)) && linked(at));
    let far = start.saturating_sub(14).max(limit.start)..start;
    let is_example = far
        .rev()
        .take_while(|at| !tokens.is_any(*at, &[";", ")"]))
        .any(|at| named(at, EXAMPLES));
    let bracketed = (start.saturating_sub(LIST).max(limit.start)..start)
        .rev()
        .take_while(|at| !tokens.is(*at, ")"))
        .any(|at| tokens.is(at, "(") && named(at + 1, EXAMPLES));
    let is_example = is_example || bracketed;
    let behind = by_default(tokens, end) || tokens.phrase(end, "( default )") > 0 || tokens.is(end, "default");
    is_default || is_example || behind
}

/// Whether a quantity is only what another is compared with: `vs 60 % before`, `the 96.7 % baseline`.
pub(super) fn is_baseline(tokens: &Tokens<'_>, start: usize, end: usize) -> bool {
    let compared = start
        .checked_sub(1)
        .is_some_and(|before| tokens.is_any(before, &["vs", "versus", "against"]));
    let dotted = start >= 2 && tokens.is(start - 1, ".") && tokens.is(start - 2, "vs");
    compared || dotted || (end..end + 3).any(|at| tokens.is(at, "baseline"))
}

/// How many tokens back a list of conditions may have begun.
const LIST: usize = 60;

/// Whether a quantity stands in a subordinate condition: `when the file is older than …`.
pub(super) fn is_subordinate(tokens: &Tokens<'_>, limit: &Range<usize>, start: usize, op: Option<Operator>) -> bool {
    let opens = [
        "if", "when", "unless", "whenever", "whose", "until", "once", "while", "where", "quando", "cuando", "quand",
        "si", "wenn", "falls",
    ];
    // `while keeping …` goes on with the response, `where at least …` says what it is to be, `once within 15 minutes`
    // counts.
    let goes_on = |at: usize| {
        tokens.is(at, "while") && tokens.word(at + 1).ends_with("ing")
            || tokens.is(at, "where") && (at + 1 == start || tokens.is_any(at + 1, &["each", "every"]))
            || tokens.is(at, "once") && tokens.is_any(at + 1, &["within", "per", "in", "after", "every"])
    };
    let listed = |at: usize| tokens.is_any(at, &["when", "if"]) && tokens.is(at + 1, ":");
    if (start.saturating_sub(LIST).max(limit.start)..start).any(listed) {
        return true;
    }
    let before = start.saturating_sub(14).max(limit.start)..start;
    let expires = (start.saturating_sub(4)..start).any(|at| tokens.is_any(at, &["expires", "expire", "falls", "due"]));
    // `… whose name fits within 2 s` ends with a limit of the response.
    // … and `a frame whose contrast is at least 3:1` is one, too.
    let is = start > limit.start && tokens.is_any(start - 1, &["is", "are", "be", "stays", "stay", "remains"]);
    let closes = is && matches!(op, Some(Operator::AtLeast | Operator::AtMost))
        || tokens.is(start, "within") && start + 4 >= limit.end && !expires;
    let is_end = |at: &usize| !tokens.is_any(*at, &[",", ";", "(", ":", "shall", "and"]);
    unenclosed(tokens, before).take_while(is_end).any(|at| {
        // `until 15 minutes after departure`.
        let reached = tokens.is(at, "until") && (op.is_some() || at + 1 == start);
        let limits = goes_on(at) || reached || closes && tokens.is(at, "whose");
        tokens.is_any(at, &opens) && !limits
    })
}

/// The tokens of a range from its end on, without what is quoted or stands in brackets that are closed again.
fn unenclosed(tokens: &Tokens<'_>, range: Range<usize>) -> impl Iterator<Item = usize> {
    let mut depth = 0_usize;
    let mut quoted = false;
    range.rev().filter(move |at| {
        quoted ^= tokens.is_any(*at, &["\"", "“", "”"]);
        if quoted {
            return false;
        }
        depth += usize::from(tokens.is(*at, ")"));
        let inside = depth > 0;
        depth -= usize::from(inside && tokens.is(*at, "("));
        !inside
    })
}

/// Whether a time belongs to the thing named before it: `documents expiring within 90 days`.
pub(super) fn describes_thing(tokens: &Tokens<'_>, start: usize, is_timed: bool) -> bool {
    let participles = [
        "expiring",
        "departing",
        "arriving",
        "occurring",
        "due",
        "ending",
        "starting",
        "falling",
        "exceeding",
        "older",
        "newer",
        "created",
        "modified",
        "spanning",
        "lasting",
        "totaling",
        "totalling",
        "running",
        "covering",
        "expected",
        "planned",
        "scheduled",
    ];
    let before = start.checked_sub(1);
    // `support running 3 or more instances` is no time.
    let is_work = before.is_some_and(|before| tokens.is_any(before, &["running", "covering"])) && !is_timed
        || tokens.phrase(start, "at least") > 0
        || tokens.is_any(start, &["no", "not"]);
    // `expiring licenses within 30 days`.
    let of_thing = start > 1
        && is_timed
        && tokens.is(start, "within")
        && tokens.is_any(start - 2, &["expiring", "due", "ending", "starting"])
        && is_plural(tokens.word(start - 1));
    of_thing || before.is_some_and(|before| tokens.is_any(before, &participles)) && !is_work
}

/// Whether a quantity says how often something starts: a schedule.
pub(super) fn is_schedule(tokens: &Tokens<'_>, start: usize, is_compared: bool) -> bool {
    let back = |n: usize| start.checked_sub(n).map(|at| tokens.word(at)).unwrap_or_default();
    let article = matches!(back(1), "les" | "los" | "las" | "os" | "as");
    let period = article && matches!(back(2), "toutes" | "tous" | "todos" | "todas")
        || matches!(
            back(1),
            "every"
                | "each"
                | "cada"
                | "toutes"
                | "alle"
                | "jede"
                | "setiap"
                | "ogni"
                | "elke"
                | "iedere"
                | "каждые"
                | "her"
        );
    let settles = matches!(back(3), "debounce" | "cooldown" | "throttle" | "settling" | "guard");
    let interval = !settles
        && matches!(back(1), "of" | ":")
        && matches!(back(2), "interval" | "intervals" | "intervall" | "frequency")
        && !is_of_signal(tokens, start);
    period && !(is_compared && back(1) == "each") || !is_compared && (interval || back(2) == "every")
}

/// `25 by default`, `25 éléments par défaut`: perhaps behind the thing counted.
fn by_default(tokens: &Tokens<'_>, end: usize) -> bool {
    let phrases = [
        "by default",
        "par défaut",
        "por defecto",
        "por padrão",
        "standardmäßig",
        "di default",
    ];
    (end..end + 2).any(|at| phrases.iter().any(|phrase| tokens.phrase(at, phrase) > 0))
}

/// `a frequency of 20 kHz`: how fast a signal is, not how often something starts.
fn is_of_signal(tokens: &Tokens<'_>, start: usize) -> bool {
    (start..start + 3).any(|at| tokens.is_any(at, &["hz", "khz", "mhz", "ghz"]))
}

/// `デフォルト値の25件`, `默认超时 800 毫秒`.
fn is_default_in_letters(tokens: &Tokens<'_>, start: usize) -> bool {
    let written = start.checked_sub(1).map(|at| tokens.written(at)).unwrap_or_default();
    let ends = [
        "デフォルト値の",
        "デフォルトの",
        "既定値の",
        "默认值",
        "預設值",
        "기본값인",
        "기본값",
    ];
    let opens = ["默认", "デフォルト", "既定", "기본"];
    ends.iter().any(|word| written.ends_with(word)) || opens.iter().any(|word| written.starts_with(word))
}
