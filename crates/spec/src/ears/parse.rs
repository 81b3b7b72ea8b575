//! One sentence to its clause tree: [`parse_sentence`].

use std::ops::Range;

use crate::criterion::Span;
use crate::markdown::Folded;
use crate::token::Tokens;

use super::boundary::{split_at_sign, split_system};
use super::closing::parse_closing;
use super::condition::{Opening, introduces, leading_openings, nesting, trailing_openings};
use super::dialect::{DETERMINERS, IDEOGRAPHIC_RATIONALES, ModalUse, Modals, RATIONALES, is_capitalised, keyword};
use super::example::names_anti_example;
use super::mention::modal_uses;
use super::sentence::{Condition, EarsSentence, Part, Response, denies};

/// A parsed statement, with what the budget grammar needs to know of its places.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Parsed {
    pub(crate) sentence: EarsSentence,
    /// The statement's tokens, labels before it and the rationale behind it included or not as written.
    pub(crate) tokens: Range<usize>,
    /// The tokens that may hold budgets: responses, and times set before the system.
    pub(crate) limits: Vec<Range<usize>>,
    /// Whether the budget grammar must read a range as forbidden.
    pub(crate) forbidden: Vec<bool>,
    /// The tokens of the first system's name.
    pub(crate) subject: Range<usize>,
    /// Conditions behind the response, whose closing time limit is the response's.
    pub(crate) trailing: Vec<Range<usize>>,
    /// Tokens of the modal verbs.
    pub(crate) modals: Vec<usize>,
}

/// Parses one plain sentence; `None` where it states nothing. Spans count bytes of `text`.
#[must_use]
pub fn parse_sentence(text: &str, modals: Modals) -> Option<EarsSentence> {
    let mut content = Folded::default();
    content.push(text, 0..text.len());
    let tokens = Tokens::of(&content);
    let segment = super::segments(&tokens, &content, modals).into_iter().next()?;
    parse_tokens(&tokens, &content, &segment.tokens, modals).map(|parsed| parsed.sentence)
}

/// Parses the statement in a range of tokens; `None` where nothing is stated there.
pub(crate) fn parse_tokens(
    tokens: &Tokens<'_>,
    content: &Folded,
    range: &Range<usize>,
    modals: Modals,
) -> Option<Parsed> {
    if let Some(parsed) = parse_closing(tokens, content, range, modals) {
        return Some(parsed);
    }
    let uses = modal_uses(tokens, range, modals);
    let first = uses.first()?.at;
    let start = statement_start(tokens, range.start..first)?;
    let reader = Reader { tokens, content };
    let openings = leading_openings(tokens, start..first);
    let mut parsed = Parsed {
        sentence: EarsSentence {
            conditions: Vec::new(),
            system: None,
            responses: Vec::new(),
            rationale: None,
        },
        tokens: start..range.end,
        limits: Vec::new(),
        forbidden: Vec::new(),
        subject: start..start,
        trailing: Vec::new(),
        modals: uses.iter().map(|modal| modal.at).collect(),
    };
    reader.read_lead(&mut parsed, &openings, start..first);
    let end = reader.read_rationale(&mut parsed, first..range.end);
    reader.read_responses(&mut parsed, &uses, end);
    (!parsed.sentence.responses.is_empty()).then_some(parsed)
}

/// Where a statement starts behind labels such as `Storage:`; `None` where the label says that it is an example.
fn statement_start(tokens: &Tokens<'_>, lead: Range<usize>) -> Option<usize> {
    let label = tokens
        .text()
        .get(tokens.bytes(&(lead.start..lead.end.min(lead.start + 1))))
        .unwrap_or_default();
    if label.starts_with(['❌', '✗', '✘', '🚫', '👎']) {
        return None;
    }
    let mut start = lead.start;
    while start < lead.end && is_mark(tokens.written(start)) {
        start += 1;
    }
    let mut depth = 0;
    let mut quotes = 0_usize;
    if keyword(tokens, start).is_none() {
        for at in lead.clone() {
            depth = nesting(tokens, at, depth);
            quotes += usize::from(tokens.is_any(at, &["\"", "“"]));
            let dash = tokens.is_any(at, &["—", "–", "→"]) || tokens.is(at, "-") && !tokens.touches(at);
            if depth > 0 || at + 1 >= lead.end || !dash && !tokens.is_any(at, &[":", "："]) {
                continue;
            }
            let opens = keyword(tokens, at + 1).is_some()
                || tokens.is_any(at + 1, DETERMINERS)
                || is_capitalised(tokens, at + 1)
                || tokens.is_any(at + 1, &["\"", "“", "`"]);
            let label = tokens.text().get(tokens.bytes(&(start..at))).unwrap_or_default();
            if !dash && names_anti_example(label, false) {
                return None;
            }
            if opens && quotes == 0 {
                start = at + 1;
            }
        }
    }
    Some(start)
}

/// Whether a token is a tick, a warning sign or the like, set before a statement as its state.
fn is_mark(written: &str) -> bool {
    !written.is_empty()
        && written
            .chars()
            .all(|c| matches!(u32::from(c), 0x2300..=0x2BFF | 0xFE0F | 0x1F300..=0x1FAFF))
}

struct Reader<'a> {
    tokens: &'a Tokens<'a>,
    content: &'a Folded,
}

impl Reader<'_> {
    /// Conditions and system before the first modal verb.
    fn read_lead(&self, parsed: &mut Parsed, openings: &[Opening], lead: Range<usize>) {
        let Some(first) = openings.first() else {
            return self.read_plain_lead(parsed, lead);
        };
        let last = openings.last().map_or(lead.start, |opening| opening.at);
        let tail = last + 1..lead.end;
        let named = first.at > lead.start && !introduces(self.tokens, lead.start);
        let split = if named {
            split_at_sign(self.tokens, &tail).filter(|(_, start)| *start < lead.end)
        } else {
            None
        };
        if named && split.is_none() {
            self.set_system(parsed, lead.start..first.at);
        }
        let rest = || {
            if named {
                (lead.end, lead.end)
            } else {
                split_system(self.tokens, &tail)
            }
        };
        let (mut conditions_end, system_start) = split.unwrap_or_else(rest);
        if let Some(comma) = self.limit_comma(last + 1..conditions_end) {
            parsed.limits.push(comma + 1..conditions_end);
            parsed.forbidden.push(false);
            conditions_end = comma;
        }
        for (index, opening) in openings.iter().enumerate() {
            let end = openings.get(index + 1).map_or(conditions_end, |next| next.at);
            self.push_condition(parsed, *opening, opening.at + 1..end, false);
        }
        if parsed.sentence.system.is_none() {
            self.set_system(parsed, system_start..lead.end);
        }
    }

    /// A lead without keyword: the system, perhaps behind `Within 30 seconds of …,`.
    fn read_plain_lead(&self, parsed: &mut Parsed, lead: Range<usize>) {
        if !introduces(self.tokens, lead.start) {
            self.set_system(parsed, lead);
            return;
        }
        let (phrase_end, system_start) = split_system(self.tokens, &lead);
        if system_start >= lead.end {
            self.set_system(parsed, lead);
            return;
        }
        if self.starts_limit(lead.start) {
            parsed.limits.push(lead.start..phrase_end);
            parsed.forbidden.push(false);
        }
        self.set_system(parsed, system_start..lead.end);
    }

    fn set_system(&self, parsed: &mut Parsed, range: Range<usize>) {
        parsed.sentence.system = self.system(range.clone());
        parsed.subject = range;
    }

    /// `muss das System …`: where a language sets the system behind the modal verb.
    fn names_system(&self, at: usize) -> bool {
        at.checked_sub(1)
            .is_some_and(|modal| self.tokens.meaning(modal).is_some())
            && self.tokens.is_any(at, &["das", "der", "die", "ein", "eine"])
            && is_capitalised(self.tokens, at + 1)
    }

    fn starts_limit(&self, at: usize) -> bool {
        ["within", "no later than", "in less than", "in under"]
            .iter()
            .any(|phrase| self.tokens.phrase(at, phrase) > 0)
    }

    /// The comma before a time limit at the end of the conditions: `when x, within 5 s, the system …`.
    fn limit_comma(&self, range: Range<usize>) -> Option<usize> {
        range
            .rev()
            .find(|at| self.tokens.is_any(*at, &[",", "，"]))
            .filter(|comma| self.starts_limit(comma + 1))
    }

    fn push_condition(&self, parsed: &mut Parsed, opening: Opening, range: Range<usize>, trailing: bool) {
        let mut range = self.trimmed(range);
        // `tant que`: one keyword of two words.
        range.start += usize::from(self.tokens.meaning(opening.at).is_some() && self.tokens.is(range.start, "que"));
        if !range.is_empty() {
            let Part { text, span } = self.part(range);
            parsed.sentence.conditions.push(Condition {
                kind: opening.kind,
                text,
                span,
                trailing,
            });
        }
    }

    /// Takes the rationale off the end; returns where the responses end.
    fn read_rationale(&self, parsed: &mut Parsed, main: Range<usize>) -> usize {
        let says_why = |at: &usize| {
            let written = self.tokens.written(*at);
            RATIONALES.iter().any(|phrase| self.tokens.phrase(*at, phrase) > 0)
                || IDEOGRAPHIC_RATIONALES.iter().any(|word| written.starts_with(word))
        };
        let found = main.clone().skip(1).find(says_why);
        match found {
            Some(at) => {
                let rationale = self.trimmed(at..main.end);
                parsed.sentence.rationale = Some(self.part(rationale));
                at
            }
            None => main.end,
        }
    }

    fn read_responses(&self, parsed: &mut Parsed, uses: &[ModalUse], end: usize) {
        let mut own_system = None;
        for (index, modal) in uses.iter().enumerate().filter(|(_, modal)| modal.at < end) {
            let next = uses.get(index + 1).map(|next| next.at).filter(|next| *next < end);
            let stop = next.unwrap_or(end);
            let (body_end, next_system) = match next {
                Some(next) => self.split_joint(modal.at + 1..next),
                None => (stop, None),
            };
            self.read_response(parsed, modal.at + 1..body_end, own_system.take());
            own_system = next_system;
        }
    }

    /// The part of a response before `and MAY …` or `but SHOULD …` in capitals: what is allowed or advised is no response.
    fn before_other_modal(&self, range: Range<usize>) -> Range<usize> {
        let joins = |at: usize| self.tokens.is_any(at, &["and", "or", "but", ","]);
        let is_other = |at: usize| ["MAY", "SHOULD"].contains(&self.tokens.written(at));
        let other = range.clone().skip(2).find(|at| is_other(*at) && joins(at - 1));
        let Some(at) = other else { return range };
        let end = if at - 2 > range.start && joins(at - 2) {
            at - 2
        } else {
            at - 1
        };
        range.start..end
    }

    fn read_response(&self, parsed: &mut Parsed, range: Range<usize>, system: Option<Part>) {
        let range = self.before_other_modal(range);
        let mut start = range.start;
        let mut negated = false;
        if system.is_none() && parsed.sentence.system.is_none() && self.names_system(start) {
            self.set_system(parsed, start..start + 2);
            start += 2;
        }
        while start < range.end && self.tokens.is_any(start, &["not", "never", "neither", "also", ":"]) {
            negated |= !self.tokens.is_any(start, &["also", ":"]);
            start += 1;
        }
        let denied = system
            .as_ref()
            .or(parsed.sentence.system.as_ref())
            .is_some_and(|system| denies(&system.text));
        let body = self.read_trailing(parsed, start..range.end);
        let body = self.trimmed(body);
        if body.is_empty() {
            return;
        }
        let Part { text, span } = self.part(body);
        parsed.sentence.responses.push(Response {
            system,
            negated: negated || denied,
            text,
            span,
        });
    }

    /// Takes the conditions off a response; returns its range without them. What follows a condition that stands
    /// between commas belongs to the response's limits.
    fn read_trailing(&self, parsed: &mut Parsed, range: Range<usize>) -> Range<usize> {
        let has_leading = parsed.sentence.conditions.iter().any(|condition| !condition.trailing);
        let openings = trailing_openings(self.tokens, range.clone(), has_leading);
        let forbidden = range.start > 0 && self.tokens.is_any(range.start - 1, &["not", "never", "neither"]);
        let Some(first) = openings.first() else {
            parsed.limits.push(range.clone());
            parsed.forbidden.push(forbidden);
            return range;
        };
        let interjected = first.at > range.start && self.tokens.is(first.at - 1, ",") && first.at == range.start + 1;
        let comma = (first.at..range.end).find(|at| self.tokens.is(*at, ","));
        if let (true, Some(comma)) = (interjected, comma) {
            self.push_condition(parsed, *first, first.at + 1..comma, true);
            parsed.limits.push(comma + 1..range.end);
            parsed.forbidden.push(forbidden);
            return comma + 1..range.end;
        }
        parsed.limits.push(range.start..first.at);
        parsed.forbidden.push(forbidden);
        for (index, opening) in openings.iter().enumerate() {
            let end = openings.get(index + 1).map_or(range.end, |next| next.at);
            self.push_condition(parsed, *opening, opening.at + 1..end, true);
            parsed.trailing.push(opening.at + 1..end);
        }
        range.start..first.at
    }

    /// Between two modal verbs: where the response ends, and the next one's own system.
    fn split_joint(&self, between: Range<usize>) -> (usize, Option<Part>) {
        let joint = |at: usize| {
            self.tokens.is_any(
                at,
                &["and", "or", "but", ",", ";", "；", "，", "while", "whereas", "nor"],
            )
        };
        let mut end = between.end;
        while end > between.start && joint(end - 1) {
            end -= 1;
        }
        if end < between.end {
            return (end, None);
        }
        let window = between.end.saturating_sub(10).max(between.start);
        match (window..between.end).rev().find(|at| joint(*at)) {
            Some(at) => {
                let mut end = at;
                while end > between.start && joint(end - 1) {
                    end -= 1;
                }
                (end, self.system(at + 1..between.end))
            }
            None => (between.end, None),
        }
    }

    fn system(&self, range: Range<usize>) -> Option<Part> {
        let mut range = self.trimmed(range);
        while range.start < range.end && self.tokens.is_any(range.start, &["then", "and", "also", "therefore"]) {
            range = self.trimmed(range.start + 1..range.end);
        }
        let expletive = range.len() == 1 && self.tokens.is(range.start, "there");
        (!range.is_empty() && !expletive).then(|| self.part(range))
    }

    /// A range without the commas, joints and dashes around it.
    fn trimmed(&self, mut range: Range<usize>) -> Range<usize> {
        let edge = |at: usize| {
            self.tokens
                .is_any(at, &[",", "，", ":", "：", ";", "；", ".", "、", "—", "–", "-", "|"])
        };
        while !range.is_empty() && edge(range.start) && !self.tokens.touches(range.start) {
            range.start += 1;
        }
        while !range.is_empty() && (edge(range.end - 1) || self.tokens.is_any(range.end - 1, &["and", "then", "so"])) {
            range.end -= 1;
        }
        range
    }

    fn part(&self, range: Range<usize>) -> Part {
        let bytes = self.tokens.bytes(&range);
        let text = self.tokens.text().get(bytes.clone()).unwrap_or_default().to_owned();
        let span: Span = self.content.span(bytes);
        Part { text, span }
    }
}
