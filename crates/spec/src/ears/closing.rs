//! Statements whose modal verb stands at the end, as Japanese sets it: `…を行う SHALL。`, `…しなければならない。`

use std::ops::Range;

use crate::markdown::Folded;
use crate::token::{Kind, Tokens, is_ideograph};

use super::condition::leading_openings;
use super::dialect::Modals;
use super::parse::Parsed;
use super::sentence::{Condition, ConditionKind, EarsSentence, Part, Response};

/// What a statement ends with in Japanese; `true` where it forbids.
const ENDINGS: &[(&str, bool)] = &[
    ("てはならない", true),
    ("ではならない", true),
    ("てはなりません", true),
    ("なければならない", false),
    ("なければなりません", false),
    ("ねばならない", false),
    ("ものとする", false),
];

/// What a condition ends with, right before a comma.
const CONDITIONS: &[(&str, ConditionKind)] = &[
    ("とき", ConditionKind::When),
    ("ときに", ConditionKind::When),
    ("ときは", ConditionKind::When),
    ("時", ConditionKind::When),
    ("際", ConditionKind::When),
    ("際に", ConditionKind::When),
    ("たら", ConditionKind::When),
    ("場合", ConditionKind::If),
    ("場合は", ConditionKind::If),
    ("場合に", ConditionKind::If),
    ("場合には", ConditionKind::If),
    ("間", ConditionKind::While),
    ("間は", ConditionKind::While),
];

/// Where the body of such a statement ends, its modal verb, and whether it forbids.
struct Closing {
    end: usize,
    modal: usize,
    negated: bool,
}

/// Parses a statement that ends with its modal verb; `None` for any other.
pub(super) fn parse_closing(
    tokens: &Tokens<'_>,
    content: &Folded,
    range: &Range<usize>,
    modals: Modals,
) -> Option<Parsed> {
    let closing = modal_at_end(tokens, range, modals).or_else(|| ending(tokens, range))?;
    let body = range.start..closing.end;
    let (conditions, start) =
        shouted_conditions(tokens, content, &body).unwrap_or_else(|| conditions(tokens, content, body));
    let main = tokens.bytes(&(start..closing.end));
    let text = tokens.text().get(main.clone())?;
    let topic = text.find('は').filter(|at| *at > 0 && *at < 120);
    let part = |range: Range<usize>| {
        let text = tokens.text().get(range.clone()).unwrap_or_default();
        let inner = text.trim_matches([' ', '、', '，', ',']);
        let from = range.start + (text.len() - text.trim_start_matches([' ', '、', '，', ',']).len());
        let range = from..from + inner.len();
        Part {
            text: inner.to_owned(),
            span: content.span(range),
        }
    };
    let system = topic.map(|at| part(main.start..main.start + at));
    let response = part(topic.map_or(main.start, |at| main.start + at + 'は'.len_utf8())..main.end);
    if response.text.is_empty() {
        return None;
    }
    Some(Parsed {
        sentence: EarsSentence {
            conditions,
            system,
            responses: vec![Response {
                system: None,
                negated: closing.negated,
                text: response.text,
                span: response.span,
            }],
            rationale: None,
        },
        tokens: range.clone(),
        limits: std::iter::once(start..closing.end).collect(),
        forbidden: vec![closing.negated],
        subject: start..start,
        trailing: Vec::new(),
        modals: vec![closing.modal],
    })
}

/// `使う SHALL`, `残る（SHALL）`, `つな SHALL ぐ`, `なら MUST NOT ない`: letters before the modal verb, at most the end of
/// a verb behind it.
fn modal_at_end(tokens: &Tokens<'_>, range: &Range<usize>, modals: Modals) -> Option<Closing> {
    let passes = |at: usize| {
        let written = tokens.written(at);
        let inflection =
            written.chars().count() <= 3 && written.chars().all(|c| matches!(u32::from(c), 0x3040..=0x309F));
        let inflection = inflection || is_last_verb(tokens, at, modals);
        tokens.is_any(at, &[")", "）", "。", ".", "not"]) || inflection && !written.is_empty()
    };
    let mut at = range.end.checked_sub(1)?;
    while at > range.start && passes(at) && !modals.reads(tokens, at) {
        at -= 1;
    }
    if !modals.reads(tokens, at) || range.end - at > 5 {
        return None;
    }
    let bracket = usize::from(at > range.start && tokens.is_any(at - 1, &["(", "（"]));
    let end = at - bracket;
    let before = end.checked_sub(1).filter(|before| *before >= range.start)?;
    let letters = tokens.written(before).ends_with(is_ideograph);
    letters.then(|| Closing {
        end,
        modal: at,
        negated: tokens.is(at + 1, "not"),
    })
}

/// `予約を SHALL 許可する`: the verb that closes the sentence behind the modal verb, whose objects stand before that.
fn is_last_verb(tokens: &Tokens<'_>, at: usize, modals: Modals) -> bool {
    let written = tokens.written(at);
    let not = usize::from(at > 0 && tokens.is(at - 1, "not"));
    let Some(modal) = at.checked_sub(1 + not).filter(|modal| modals.reads(tokens, *modal)) else {
        return false;
    };
    let particles = ["を", "で", "に", "まで", "間", "も", "へ", "て", "として"];
    let object = modal
        .checked_sub(1)
        .map(|before| tokens.written(before))
        .unwrap_or_default();
    let is_verb = written.ends_with(['る', 'す', 'い', 'う', 'く', 'つ']) && written.chars().count() <= 8;
    is_verb && particles.iter().any(|particle| object.ends_with(particle))
}

/// A Japanese ending, where the document's keywords are Japanese.
fn ending(tokens: &Tokens<'_>, range: &Range<usize>) -> Option<Closing> {
    if !tokens.is_japanese() {
        return None;
    }
    let last = range.clone().rev().find(|at| tokens.kind(*at) != Some(Kind::Sign))?;
    let written = tokens.written(last);
    let (_, negated) = ENDINGS.iter().find(|(ending, _)| written.ends_with(ending))?;
    Some(Closing {
        end: last + 1,
        modal: last,
        negated: *negated,
    })
}

/// Conditions with keywords of EARS, `WHEN 起動した THEN システムは…`, and the token behind them and their `THEN` or comma;
/// `None` where the statement opens with no such keyword.
fn shouted_conditions(tokens: &Tokens<'_>, content: &Folded, range: &Range<usize>) -> Option<(Vec<Condition>, usize)> {
    let openings = leading_openings(tokens, range.clone());
    let last = openings
        .last()
        .filter(|_| openings.first().is_some_and(|first| first.at == range.start))?;
    let tail = last.at + 1..range.end;
    let comma = || tail.clone().find(|at| tokens.is_any(*at, &["、", "，", ","]));
    let end = tail.clone().rev().find(|at| tokens.is(*at, "then")).or_else(comma)?;
    let ends = openings.iter().skip(1).map(|next| next.at).chain([end]);
    let conditions = openings.iter().zip(ends).filter_map(|(opening, end)| {
        let bytes = tokens.bytes(&(opening.at + 1..end));
        let written = tokens.text().get(bytes.clone())?;
        let text = written.trim_end_matches([' ', '、', '，', ',']);
        Some(Condition {
            kind: opening.kind,
            text: text.to_owned(),
            span: content.span(bytes.start..bytes.start + text.len()),
            trailing: false,
        })
    });
    Some((
        conditions.collect(),
        end + 1 + usize::from(tokens.is_any(end + 1, &["、", "，", ","])),
    ))
}

/// The conditions that open a statement, and the token behind them.
fn conditions(tokens: &Tokens<'_>, content: &Folded, range: Range<usize>) -> (Vec<Condition>, usize) {
    let mut found = Vec::new();
    let mut start = range.start;
    for at in range.start + 1..range.end {
        if !tokens.is_any(at, &["、", "，", ","]) {
            continue;
        }
        let written = tokens.written(at - 1);
        let Some((_, kind)) = CONDITIONS.iter().find(|(ending, _)| written.ends_with(ending)) else {
            continue;
        };
        let bytes = tokens.bytes(&(start..at));
        found.push(Condition {
            kind: *kind,
            text: tokens.text().get(bytes.clone()).unwrap_or_default().to_owned(),
            span: content.span(bytes),
            trailing: false,
        });
        start = at + 1;
    }
    (found, start)
}
