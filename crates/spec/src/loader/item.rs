//! One list item to a criterion: identifier in bold, sentence, attributes.

use crate::criterion::{AcceptanceCriterion, CriterionId};
use crate::diagnostic::Diagnostic;
use crate::ears::{Modals, segments};
use crate::markdown::Folded;
use crate::source::SourceText;
use crate::statement::{Draft, read_statement};
use crate::token::Tokens;

use super::attribute::Attributes;
use super::metric::{give_keys, require_keys, take_keys};

/// The blocks of one top-level list item.
pub(super) struct ItemText<'a> {
    pub(super) content: Folded,
    pub(super) attributes: Vec<&'a Folded>,
}

/// Reads an item; `None` where it is prose, or is wrong and said so.
pub(super) fn read_item(
    source: &SourceText,
    item: &ItemText<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<AcceptanceCriterion> {
    let Some(end) = bold_end(&item.content) else {
        diagnostics.extend(missing_id(source, &item.content));
        return None;
    };
    let id = item
        .content
        .text()
        .get(..end)
        .unwrap_or_default()
        .trim()
        .trim_end_matches(':')
        .to_owned();
    if !is_valid_id(&id) {
        diagnostics.extend(missing_id(source, &item.content));
        return None;
    }
    let id_span = item.content.span(0..end);
    let rest = item.content.part(end..item.content.text().len());
    let mut attributes = Attributes::default();
    for content in &item.attributes {
        attributes.read(source, content, diagnostics);
    }
    let (clean, keys) = take_keys(source, &rest, diagnostics);
    let mut draft = one_statement(source, &id, &clean, diagnostics)?;
    give_keys(source, &mut draft, &keys, diagnostics);
    require_keys(source, &id, &draft, diagnostics);
    Some(criterion(source, id, id_span.start, draft, attributes))
}

/// The end of the bold text that an item starts with.
fn bold_end(content: &Folded) -> Option<usize> {
    content
        .emphasis()
        .iter()
        .find(|range| range.start == 0)
        .map(|range| range.end)
}

fn is_valid_id(id: &str) -> bool {
    let parts = id
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    parts && id.bytes().any(|b| b.is_ascii_digit()) && id.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// An item that requires something and has no identifier.
fn missing_id(source: &SourceText, content: &Folded) -> Option<Diagnostic> {
    let tokens = Tokens::of(content);
    let segments = segments(&tokens, content, Modals::Shall);
    let draft = segments
        .iter()
        .find_map(|segment| read_statement(source, content, &tokens, &segment.tokens, Modals::Shall))?;
    let message = "expected an identifier in bold before the sentence, found none";
    Some(
        Diagnostic::error("SPEC-003", message)
            .at(source, draft.statement.span, "")
            .hint("write `- **AC-001-01** WHEN …`"),
    )
}

/// The one statement of an item's text.
fn one_statement(source: &SourceText, id: &str, content: &Folded, diagnostics: &mut Vec<Diagnostic>) -> Option<Draft> {
    let tokens = Tokens::of(content);
    let whole = content.span(0..content.text().trim_end().len());
    let mut drafts = Vec::new();
    for segment in segments(&tokens, content, Modals::Shall) {
        let draft = read_statement(source, content, &tokens, &segment.tokens, Modals::Shall);
        if draft.is_none() {
            let span = content.span(tokens.bytes(&segment.tokens));
            let message = format!("`{id}`: expected one sentence with SHALL, found a sentence without it");
            diagnostics.push(
                Diagnostic::error("SPEC-004", message)
                    .at(source, span, "")
                    .hint("a criterion is one sentence: `WHEN …, the system SHALL …`"),
            );
        }
        drafts.extend(draft);
    }
    if drafts.is_empty() && content.is_blank() {
        diagnostics.push(
            Diagnostic::error(
                "SPEC-004",
                format!("`{id}`: expected a sentence with SHALL, found nothing"),
            )
            .at(source, whole, ""),
        );
    }
    let mut drafts = drafts.into_iter();
    let first = drafts.next()?;
    if let Some(second) = drafts.next() {
        let message = format!("`{id}`: expected one sentence, found another one");
        diagnostics.push(
            Diagnostic::error("SPEC-004", message)
                .at(source, second.statement.span, "")
                .hint("give it an identifier of its own"),
        );
    }
    Some(first)
}

fn criterion(
    source: &SourceText,
    id: String,
    start: usize,
    draft: Draft,
    attributes: Attributes,
) -> AcceptanceCriterion {
    let position = source.position(start);
    let file = source.path();
    let statement = draft.statement;
    AcceptanceCriterion {
        id: CriterionId(id),
        file: file.to_owned(),
        line: position.line,
        column: position.column,
        area: area_of(file),
        platform: attributes.platform,
        subjects: attributes.subjects,
        text: statement.text,
        hash: statement.hash,
        pattern: statement.pattern,
        clauses: statement.clauses,
        responses: statement.sentence.responses.iter().map(response_text).collect(),
        budgets: statement.budgets,
        sources: attributes.sources,
        contradicted: attributes.contradicted,
        unsatisfiable: attributes.unsatisfiable,
    }
}

/// The stem of a file's name, such as `storage`.
pub(super) fn area_of(file: &str) -> String {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()
}

/// A response as it reads by itself, a negation included.
pub(super) fn response_text(response: &crate::ears::Response) -> String {
    if response.negated {
        format!("not {}", response.text)
    } else {
        response.text.clone()
    }
}
