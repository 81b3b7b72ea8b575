//! One statement of any document: [`Statement`], built from a sentence, its clauses and its budgets.

use std::ops::Range;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::budget::{
    Found, Schedule, attach_subject_quantile, read_budgets, read_closing_limit, read_opening_limit, read_schedules,
};
use crate::criterion::{Budget, Clause, CriterionId, Pattern, Span};
use crate::document::is_reference;
use crate::ears::{EarsSentence, Modals, Parsed, parse_tokens};
use crate::markdown::Folded;
use crate::source::SourceText;
use crate::token::Tokens;

/// A sentence that requires something, as the general reader finds it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Statement {
    /// The document's path.
    pub file: String,
    /// Line of its first character, counted from 1.
    pub line: usize,
    /// Column of its first character, counted from 1 in characters.
    pub column: usize,
    /// Its explicit identifier; `None` where the document gives none. Several statements of one item or
    /// heading share it.
    pub id: Option<CriterionId>,
    /// Whether an earlier statement of the same item or heading has the identifier for its own.
    pub shares_id: bool,
    /// Its pattern, by keyword.
    pub pattern: Pattern,
    /// The sentence, white space folded, emphasis removed.
    pub text: String,
    /// SHA-256 (hex) of `text`.
    pub hash: String,
    /// Its place in the document.
    pub span: Span,
    /// Its clauses in the order that they are written.
    pub clauses: Vec<Clause>,
    /// The limits of its responses.
    pub budgets: Vec<Budget>,
    /// When its responses start by the clock; no limits.
    pub schedules: Vec<Schedule>,
    /// Identifiers that it refers to (`per AC-001-01`).
    pub references: Vec<String>,
    /// The category that its table or list declares, such as `Event-driven`.
    pub category: Option<String>,
    /// The state of its check box; `None` where it has none.
    pub checked: Option<bool>,
    /// The headings above it, outermost first.
    pub headings: Vec<String>,
    /// The clause tree.
    #[serde(skip)]
    pub sentence: EarsSentence,
    /// Places of its modal verbs.
    #[serde(skip)]
    pub modals: Vec<Span>,
}

/// A statement with the places of its budgets in the folded text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Draft {
    pub(crate) statement: Statement,
    /// One for each budget: the bytes of the folded text that it takes.
    pub(crate) budget_bytes: Vec<Range<usize>>,
    /// The bytes of the folded text that the statement takes.
    pub(crate) bytes: Range<usize>,
}

/// Reads the statement in a range of tokens; `None` where nothing is stated.
pub(crate) fn read_statement(
    source: &SourceText,
    content: &Folded,
    tokens: &Tokens<'_>,
    range: &Range<usize>,
    modals: Modals,
) -> Option<Draft> {
    let parsed = parse_tokens(tokens, content, range, modals)?;
    let found = budgets_of(&parsed, tokens, content);
    let bytes = with_stop(tokens, tokens.bytes(&parsed.tokens), parsed.tokens.end);
    let text = content.text().get(bytes.clone()).unwrap_or_default().to_owned();
    let span = content.span(bytes.clone());
    let position = source.position(span.start);
    let budget_bytes = found.iter().map(|found| tokens.bytes(&found.tokens)).collect();
    let statement = Statement {
        file: source.path().to_owned(),
        line: position.line,
        column: position.column,
        id: None,
        shares_id: false,
        pattern: parsed.sentence.pattern(),
        hash: hash_of(&text),
        text,
        span,
        clauses: parsed.sentence.clauses(),
        budgets: found.into_iter().map(|found| found.budget).collect(),
        schedules: read_schedules(tokens, content, &parsed.tokens),
        references: references(tokens, &parsed.tokens),
        category: None,
        checked: None,
        headings: Vec::new(),
        modals: parsed
            .modals
            .iter()
            .map(|at| content.span(tokens.bytes(&(*at..at + 1))))
            .collect(),
        sentence: parsed.sentence,
    };
    Some(Draft {
        statement,
        budget_bytes,
        bytes,
    })
}

/// The budgets of all responses, in the order of the document.
fn budgets_of(parsed: &Parsed, tokens: &Tokens<'_>, content: &Folded) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let none = is_nobody(tokens, &parsed.subject) || is_ruled_out(tokens, parsed.tokens.start);
    for (limit, forbidden) in parsed.limits.iter().zip(&parsed.forbidden) {
        found.extend(read_budgets(tokens, content, limit, *forbidden != none));
    }
    if found.is_empty() {
        found.extend(read_opening_limit(tokens, content, &parsed.subject));
    }
    if found.is_empty() {
        found.extend(
            parsed
                .trailing
                .last()
                .and_then(|condition| read_closing_limit(tokens, content, condition)),
        );
    }
    found.sort_by_key(|found| found.tokens.start);
    attach_subject_quantile(tokens, &parsed.subject, &mut found);
    found
}

/// Whether a subject forbids something to each: `No user shall need more than …`, not `No more than 3 users shall …`.
fn is_nobody(tokens: &Tokens<'_>, subject: &Range<usize>) -> bool {
    let compares = ["more", "fewer", "less", "later", "longer", "greater"];
    !subject.is_empty()
        && tokens.is_any(subject.start, &["no", "neither", "none", "nobody"])
        && !tokens.is_any(subject.start + 1, &compares)
}

/// `Under no circumstances SHALL …`.
fn is_ruled_out(tokens: &Tokens<'_>, start: usize) -> bool {
    let phrases = ["under no circumstances", "in no case", "at no time", "on no account"];
    phrases.iter().any(|phrase| tokens.phrase(start, phrase) > 0)
}

/// The bytes of a sentence with the full stop behind it.
fn with_stop(tokens: &Tokens<'_>, bytes: Range<usize>, end: usize) -> Range<usize> {
    match tokens.get(end) {
        Some(stop) if tokens.is_any(end, &[".", "。", "!", "！"]) && stop.start == bytes.end => bytes.start..stop.end,
        Some(_) | None => bytes,
    }
}

/// Identifiers with a hyphen and a digit that stand behind the first word.
fn references(tokens: &Tokens<'_>, range: &Range<usize>) -> Vec<String> {
    let mut found: Vec<String> = range
        .clone()
        .filter(|at| is_reference(tokens, *at))
        .map(|at| tokens.written(at).to_owned())
        .collect();
    found.dedup();
    found
}

/// SHA-256 of a folded text in hex.
pub(crate) fn hash_of(text: &str) -> String {
    use std::fmt::Write;
    Sha256::digest(text.as_bytes())
        .iter()
        .fold(String::with_capacity(64), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}
