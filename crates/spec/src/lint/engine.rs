//! Runs the rules over a document: [`lint_document`].

use std::ops::Range;

use crate::criterion::Span;
use crate::diagnostic::{Diagnostic, Severity};
use crate::document::{ReadOptions, read_source};
use crate::source::SourceText;
use crate::statement::Statement;
use crate::token::Tokens;

use super::rule::Rule;
use super::{sentence, status, words};

/// Checks the sentences and ticks of a document; the findings of reading it stand among them.
///
/// `selected` says which rules run: [`Rule::is_default`] for those that are right nine times in ten.
#[must_use]
pub fn lint_document(path: &str, text: &str, selected: impl Fn(&Rule) -> bool) -> Vec<Diagnostic> {
    lint_source(&SourceText::new(path, text), ReadOptions::default(), selected).findings
}

/// A document that was read and checked in one go.
#[derive(Debug, Clone, PartialEq)]
pub struct Linted {
    /// Number of its statements.
    pub statements: usize,
    /// The findings of rules and of reading, in the order of their places.
    pub findings: Vec<Diagnostic>,
}

/// As [`lint_document`], with options, and with the number of statements.
#[must_use]
pub fn lint_source(source: &SourceText, options: ReadOptions, selected: impl Fn(&Rule) -> bool) -> Linted {
    let (document, outline) = read_source(source, options);
    let usual = usual_case(source, &document.statements);
    let mut found: Vec<sentence::Finding> = status::check(&outline);
    for statement in &document.statements {
        let raw = source.slice(statement.span);
        found.extend(sentence::check(statement, raw, usual.as_deref()));
        let tokens = Tokens::new(raw, &code_spans(raw));
        for (rule, at, length) in words::find(&tokens) {
            let bytes = tokens.bytes(&(at..at + length));
            let span = Span {
                start: statement.span.start + bytes.start,
                end: statement.span.start + bytes.end,
            };
            found.push((rule, span, raw.get(bytes).unwrap_or_default().to_owned()));
        }
    }
    let mut diagnostics: Vec<Diagnostic> = found
        .iter()
        .filter(|(rule, ..)| selected(rule))
        .map(|finding| diagnostic(source, finding))
        .collect();
    diagnostics.extend(document.diagnostics);
    diagnostics.sort_by_key(|diagnostic| diagnostic.place.as_ref().map(|place| place.span.start));
    Linted {
        statements: document.statements.len(),
        findings: diagnostics,
    }
}

fn diagnostic(source: &SourceText, (rule, span, words): &sentence::Finding) -> Diagnostic {
    let message = format!("{}: `{words}`", rule.title);
    let diagnostic = match rule.severity {
        Severity::Error => Diagnostic::error(rule.id, message),
        Severity::Warning => Diagnostic::warning(rule.id, message),
        Severity::Info => Diagnostic::info(rule.id, message),
    };
    diagnostic.at(source, *span, "").hint(rule.hint)
}

/// The modal verb as at least four of five statements write it; `None` where there is no such habit.
fn usual_case(source: &SourceText, statements: &[Statement]) -> Option<String> {
    let written: Vec<&str> = statements
        .iter()
        .flat_map(|statement| &statement.modals)
        .map(|span| source.slice(*span))
        .collect();
    let habit = |word: &&str| written.iter().filter(|other| *other == word).count() * 5 >= written.len() * 4;
    ["SHALL", "shall", "Shall"]
        .into_iter()
        .find(habit)
        .filter(|_| written.len() >= 5)
        .map(str::to_owned)
}

/// The code spans of a piece of Markdown, by its backticks.
fn code_spans(raw: &str) -> Vec<Range<usize>> {
    let ticks: Vec<usize> = raw.match_indices('`').map(|(at, _)| at).collect();
    ticks
        .chunks_exact(2)
        .filter_map(|pair| pair.first().zip(pair.last()))
        .map(|(open, close)| *open..close + 1)
        .collect()
}
