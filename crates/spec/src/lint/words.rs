//! Words that no test can decide, as tables.

use crate::token::Tokens;

use super::rule::{ESCAPE, OPEN_END, Rule, UNBOUNDED, UNFINISHED, VAGUE};

/// Adjectives and amounts without a value.
const VAGUE_WORDS: &[&str] = &[
    "appropriate",
    "adequate",
    "sufficient",
    "sufficiently",
    "reasonable",
    "reasonably",
    "user-friendly",
    "user friendly",
    "intuitive",
    "seamless",
    "seamlessly",
    "robust",
    "as needed",
    "several",
    "various",
    "acceptable",
    "optimal",
    "properly",
    "gracefully",
    "easy to use",
    "significant",
    "significantly",
    "minimal",
    "state of the art",
    "state-of-the-art",
    "efficiently",
    "effectively",
    "smoothly",
    "meaningful",
];

const ESCAPES: &[&str] = &[
    "if possible",
    "where possible",
    "when possible",
    "as far as possible",
    "if practical",
    "where practical",
    "where practicable",
    "if necessary",
    "where necessary",
    "when necessary",
    "as appropriate",
    "where appropriate",
    "when appropriate",
    "if appropriate",
    "as applicable",
    "where applicable",
    "when applicable",
    "if applicable",
    "if needed",
    "where feasible",
    "if feasible",
    "to the extent possible",
    "best effort",
];

const OPEN_ENDS: &[&str] = &[
    "etc",
    "and so on",
    "and so forth",
    "including but not limited to",
    "and more",
    "among others",
    "or similar",
    "and others",
];

const UNBOUNDED_WORDS: &[&str] = &[
    "quickly",
    "soon",
    "promptly",
    "eventually",
    "rapidly",
    "fast",
    "as soon as possible",
    "in a timely manner",
    "timely",
    "in near real time",
    "in near real-time",
    "near real-time",
    "instantly",
    "low latency",
    "low-latency",
];

const UNFINISHED_WORDS: &[&str] = &[
    "tbd",
    "tbc",
    "todo",
    "fixme",
    "xxx",
    "to be defined",
    "to be determined",
    "to be decided",
    "to be confirmed",
];

/// The phrases that a rule looks for.
const TABLES: &[(&Rule, &[&str])] = &[
    (&VAGUE, VAGUE_WORDS),
    (&ESCAPE, ESCAPES),
    (&OPEN_END, OPEN_ENDS),
    (&UNBOUNDED, UNBOUNDED_WORDS),
    (&UNFINISHED, UNFINISHED_WORDS),
];

/// The findings of all tables: rule, first token, number of tokens. The longest phrase at a place wins.
pub(super) fn find(tokens: &Tokens<'_>) -> Vec<(&'static Rule, usize, usize)> {
    let quoted = quoted(tokens);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let first = tokens.word(at);
        let best = TABLES
            .iter()
            .flat_map(|(rule, phrases)| phrases.iter().map(move |phrase| (*rule, *phrase)))
            .filter(|(_, phrase)| !first.is_empty() && phrase.starts_with(first))
            .map(|(rule, phrase)| (rule, tokens.phrase(at, phrase)))
            .filter(|(_, length)| *length > 0)
            .max_by_key(|(_, length)| *length);
        match best.filter(|_| !quoted.get(at).copied().unwrap_or(false) && !is_name(tokens, at)) {
            Some((rule, length)) => {
                found.push((rule, at, length));
                at += length;
            }
            None => at += 1,
        }
    }
    found
}

/// For each token whether it stands in quotation marks: text that is shown, not meant.
fn quoted(tokens: &Tokens<'_>) -> Vec<bool> {
    let mut inside = false;
    let mut flags = Vec::with_capacity(tokens.len());
    for at in 0..tokens.len() {
        inside = match tokens.word(at) {
            "\"" => !inside,
            "“" | "「" | "«" => true,
            "”" | "」" | "»" => false,
            _ => inside,
        };
        flags.push(inside);
    }
    flags
}

/// Whether a word is part of a name, such as `Fast_Path` or `FAST`.
fn is_name(tokens: &Tokens<'_>, at: usize) -> bool {
    let written = tokens.written(at);
    let shouted = written.len() > 2 && written.bytes().all(|b| b.is_ascii_uppercase());
    let capital_inside = at > 0 && written.starts_with(|c: char| c.is_ascii_uppercase());
    match tokens.word(at) {
        "tbd" | "tbc" | "todo" | "fixme" | "xxx" => !shouted,
        _ => shouted || capital_inside,
    }
}
