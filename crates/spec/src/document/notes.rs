//! What a reader of the results must be told: what was not read, what contradicts itself, what is there twice.

use std::collections::BTreeMap;

use crate::criterion::{Pattern, Span};
use crate::diagnostic::Diagnostic;
use crate::markdown::Folded;
use crate::source::SourceText;
use crate::statement::Statement;
use crate::token::Tokens;

use super::category::name;

/// Counts of what stands in a document and was not read.
#[derive(Debug, Default)]
pub(super) struct Unread {
    /// Sentences with `MUST`, `SHOULD` or `MAY` in capitals and without a modal verb that is read.
    modals: BTreeMap<&'static str, (usize, Span)>,
    /// Scenarios in list items without a modal verb.
    pub(super) scenarios: usize,
    /// Whether the word `shall` stands anywhere outside code.
    pub(super) shall: bool,
}

impl Unread {
    /// Counts the words of one sentence in which nothing was read.
    pub(super) fn count(&mut self, tokens: &Tokens<'_>, content: &Folded, range: std::ops::Range<usize>) {
        for at in range {
            let word = match tokens.written(at) {
                "MUST" => "MUST",
                "SHOULD" => "SHOULD",
                "MAY" => "MAY",
                _ => continue,
            };
            let span = content.span(tokens.bytes(&(at..at + 1)));
            self.modals.entry(word).or_insert((0, span)).0 += 1;
            return;
        }
    }

    /// Says what was not read.
    pub(super) fn report(&self, source: &SourceText, statements: usize, diagnostics: &mut Vec<Diagnostic>) {
        for (word, (count, span)) in &self.modals {
            let message = format!("{count} {} with {word} not read", plural(*count, "sentence"));
            diagnostics.push(
                Diagnostic::info("READ-002", message)
                    .at(source, *span, "first one")
                    .hint("`--modals shall-and-must`, or `modals = \"shall-and-must\"` in shall.toml, reads MUST too"),
            );
        }
        if self.scenarios > 0 {
            let message = format!(
                "{} {} in list items not read",
                self.scenarios,
                plural(self.scenarios, "scenario")
            );
            diagnostics.push(Diagnostic::info("READ-003", message));
        }
        if statements == 0 && !source.text().trim().is_empty() {
            let what = if self.shall {
                "a statement with SHALL, found the word only where nothing is required"
            } else if holds_word(source.text(), "shall") {
                "a statement with SHALL, found the word only in code and comments, which are not read"
            } else {
                "a statement with SHALL, found none of the known keywords"
            };
            let message = format!("`{}`: expected {what}", source.path());
            diagnostics.push(
                Diagnostic::warning("READ-001", message)
                    .hint("a document in another form or language has no criteria for `shall` to judge"),
            );
        }
    }
}

/// Whether a word stands anywhere in a text, code included, in any case.
fn holds_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric())
        .any(|found| found.eq_ignore_ascii_case(word))
}

fn plural(count: usize, noun: &str) -> String {
    if count == 1 {
        noun.to_owned()
    } else {
        format!("{noun}s")
    }
}

/// Says where a declared category and the keyword contradict each other.
pub(super) fn contradiction(
    source: &SourceText,
    statement: &Statement,
    label: &str,
    declared: Pattern,
) -> Option<Diagnostic> {
    let pattern = statement.pattern;
    if declared == pattern {
        return None;
    }
    let message = format!("the document declares `{label}`, the keyword says {}", name(pattern));
    Some(
        Diagnostic::warning("EARS-010", message)
            .at(source, statement.span, "")
            .hint("correct the category or the keyword"),
    )
}

/// Says which identifiers stand twice in one document.
pub(super) fn duplicates(source: &SourceText, statements: &[Statement], diagnostics: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    for statement in statements {
        let Some(id) = statement.id.as_ref().filter(|_| !statement.shares_id) else {
            continue;
        };
        match first.get(id.as_str()) {
            Some(line) => {
                let message =
                    format!("`{id}`: expected one statement of this identifier, found another on line {line}");
                diagnostics.push(Diagnostic::error("TRACE-002", message).at(source, statement.span, "second one"));
            }
            None => {
                first.insert(id.as_str(), statement.line);
            }
        }
    }
}
