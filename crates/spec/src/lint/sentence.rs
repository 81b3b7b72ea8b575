//! Rules about the clauses of a statement.

use crate::criterion::Span;
use crate::ears::{Condition, ConditionKind};
use crate::statement::Statement;

use super::rule::{MIXED_CASE, MIXED_MODAL, NO_SYSTEM, NO_THEN, OPENER, ORDER, PRONOUN, Rule, SEVERAL, TWO_TRIGGERS};

/// A finding: the rule, the place, the words meant.
pub(super) type Finding = (&'static Rule, Span, String);

/// Openers that say when or where without a keyword of EARS.
const OPENERS: &[&str] = &[
    "upon",
    "once",
    "after",
    "before",
    "as soon as",
    "unless",
    "until",
    "on receiving",
    "on receipt",
];

/// What the clauses of a statement break. `usual_case` is the modal verb as most of the document writes it.
pub(super) fn check(statement: &Statement, raw: &str, usual_case: Option<&str>) -> Vec<Finding> {
    let mut found = Vec::new();
    let leading: Vec<&Condition> = statement
        .sentence
        .conditions
        .iter()
        .filter(|condition| !condition.trailing)
        .collect();
    check_order(&leading, &mut found);
    check_system(statement, &mut found);
    check_modals(statement, raw, usual_case, &mut found);
    if let Some(condition) = leading.iter().find(|condition| condition.kind == ConditionKind::If)
        && !has_word(&statement.text, "then")
    {
        found.push((&NO_THEN, condition.span, condition.text.clone()));
    }
    let lower = statement.text.to_ascii_lowercase();
    if let Some(opener) = OPENERS
        .iter()
        .find(|opener| lower.strip_prefix(*opener).is_some_and(|rest| rest.starts_with(' ')))
        && statement
            .sentence
            .system
            .as_ref()
            .is_none_or(|system| system.span.start > statement.span.start)
    {
        let span = Span {
            start: statement.span.start,
            end: statement.span.start + opener.len(),
        };
        found.push((&OPENER, span, (*opener).to_owned()));
    }
    found
}

fn check_order(leading: &[&Condition], found: &mut Vec<Finding>) {
    let rank = |kind: ConditionKind| match kind {
        ConditionKind::Given | ConditionKind::Where => 0,
        ConditionKind::While => 1,
        ConditionKind::When | ConditionKind::If => 2,
    };
    if let Some([_, second]) = leading
        .windows(2)
        .find(|pair| matches!(pair, [a, b] if rank(a.kind) > rank(b.kind)))
    {
        found.push((&ORDER, second.span, second.text.clone()));
    }
    let triggers: Vec<_> = leading
        .iter()
        .filter(|condition| condition.kind == ConditionKind::When)
        .collect();
    if let [_, second, ..] = triggers.as_slice() {
        found.push((&TWO_TRIGGERS, second.span, second.text.clone()));
    }
}

fn check_system(statement: &Statement, found: &mut Vec<Finding>) {
    let place = statement.modals.first().copied().unwrap_or(statement.span);
    match &statement.sentence.system {
        None if !has_word(&statement.text, "there") => {
            found.push((&NO_SYSTEM, place, statement.text.chars().take(60).collect()));
        }
        Some(system)
            if ["it", "they", "this", "these", "that"]
                .iter()
                .any(|word| system.text.eq_ignore_ascii_case(word)) =>
        {
            found.push((&PRONOUN, system.span, system.text.clone()));
        }
        Some(_) | None => {}
    }
}

fn check_modals(statement: &Statement, raw: &str, usual_case: Option<&str>, found: &mut Vec<Finding>) {
    if let Some(second) = statement.modals.get(1) {
        found.push((&SEVERAL, *second, "SHALL".to_owned()));
    }
    let written = |span: &Span| {
        raw.get(span.start.checked_sub(statement.span.start)?..span.end.checked_sub(statement.span.start)?)
    };
    let odd = statement
        .modals
        .iter()
        .find(|span| usual_case.is_some_and(|usual| written(span).is_some_and(|word| word != usual)));
    if let Some(odd) = odd {
        found.push((&MIXED_CASE, *odd, written(odd).unwrap_or_default().to_owned()));
    }
    for word in ["MUST", "SHOULD", "MAY", "WILL"] {
        if let Some(at) = find_word(raw, word) {
            let span = Span {
                start: statement.span.start + at,
                end: statement.span.start + at + word.len(),
            };
            found.push((&MIXED_MODAL, span, word.to_owned()));
        }
    }
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric())
        .any(|part| part.eq_ignore_ascii_case(word))
}

/// First place of a word written exactly so, outside code spans.
fn find_word(raw: &str, word: &str) -> Option<usize> {
    let mut in_code = false;
    let mut at = 0;
    for part in raw.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let stem = part.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        if !in_code && stem == word {
            return Some(at);
        }
        in_code ^= part.ends_with('`');
        at += part.len();
    }
    None
}
