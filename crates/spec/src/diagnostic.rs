//! What is wrong with a document, where, and how to mend it: [`Diagnostic`], rendered as an excerpt with a caret.

use std::fmt;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::criterion::Span;
use crate::lint::Rule;
use crate::source::{Position, SourceText};

/// How much a diagnostic weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing; nothing to mend.
    Info,
    /// Probably wrong.
    Warning,
    /// Wrong; the document cannot be used as it stands.
    Error,
}

/// One finding about a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic {
    /// Rule identifier, such as `SPEC-003` or `EARS-001`.
    pub rule: &'static str,
    /// Its weight.
    pub severity: Severity,
    /// What is wrong: a lower-case fragment that names expected and found where both are known.
    pub message: String,
    /// How to mend it.
    pub hint: Option<String>,
    /// The document and the place in it; `None` where no document could be read.
    pub place: Option<Place>,
}

/// A place in a document, and what stands there.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// The document.
    pub source: SourceText,
    /// The bytes meant.
    pub span: Span,
    /// Words beside the caret; empty for none.
    pub label: String,
}

impl Diagnostic {
    /// An error without a place.
    #[must_use]
    pub fn error(rule: &'static str, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity: Severity::Error,
            message: message.into(),
            hint: None,
            place: None,
        }
    }

    /// A warning without a place.
    #[must_use]
    pub fn warning(rule: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(rule, message)
        }
    }

    /// A note without a place.
    #[must_use]
    pub fn info(rule: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Info,
            ..Self::error(rule, message)
        }
    }

    /// A finding of a rule, with its weight and hint.
    #[must_use]
    pub fn of(rule: &Rule, message: impl Into<String>) -> Self {
        Self {
            severity: rule.severity,
            ..Self::error(rule.id, message).hint(rule.hint)
        }
    }

    /// A fault of a TOML file, with the place that its reader names.
    #[must_use]
    pub fn of_toml(rule: &Rule, source: &SourceText, error: &toml::de::Error) -> Self {
        let span = error.span().unwrap_or_default();
        let span = Span {
            start: span.start,
            end: span.end,
        };
        let message = format!("`{}`: {}", source.path(), error.message());
        Self::of(rule, message).at(source, span, "")
    }

    /// A fault of a file as a whole: its place is the file's first character.
    #[must_use]
    pub fn of_file(rule: &Rule, source: &SourceText, message: impl fmt::Display) -> Self {
        let message = format!("`{}`: {message}", source.path());
        Self::of(rule, message).at(source, Span { start: 0, end: 0 }, "")
    }

    /// Adds the place; `label` stands beside the caret.
    #[must_use]
    pub fn at(mut self, source: &SourceText, span: Span, label: impl Into<String>) -> Self {
        self.place = Some(Place {
            source: source.clone(),
            span,
            label: label.into(),
        });
        self
    }

    /// Adds how to mend it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Line and column of its first character, where it has a place.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        self.place.as_ref().map(|place| place.source.position(place.span.start))
    }

    /// Line and column behind its last character, where it has a place.
    #[must_use]
    pub fn end_position(&self) -> Option<Position> {
        let place = self.place.as_ref()?;
        Some(place.source.position(place.span.end.max(place.span.start)))
    }

    /// Path of the document, where it has a place.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.place.as_ref().map(|place| place.source.path())
    }

    /// The diagnostic as text: title, excerpt with caret, hint.
    #[must_use]
    pub fn rendered(&self) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Info => Level::INFO,
        };
        let title = level.primary_title(self.message.as_str()).id(self.rule);
        let mut report: Vec<Group<'_>> = Vec::new();
        let mut group = match self.place.as_ref().map(excerpt) {
            Some((snippet, _)) => title.element(snippet),
            None => Group::with_title(title),
        };
        if let Some(hint) = &self.hint {
            group = group.element(Level::HELP.message(hint.as_str()));
        }
        report.push(group);
        Renderer::plain().render(&report)
    }
}

/// The lines of a place as a snippet, and the first line's number. Only these lines are handed to the renderer, so
/// that rendering many diagnostics of a long document stays linear.
fn excerpt(place: &Place) -> (Snippet<'_, annotate_snippets::Annotation<'_>>, usize) {
    let text = place.source.text();
    let start = floor_boundary(text, place.span.start);
    let end = floor_boundary(text, place.span.end).max(start);
    let first = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let last = text[end..].find('\n').map_or(text.len(), |at| end + at);
    let line = place.source.position(start).line;
    let annotation = AnnotationKind::Primary
        .span(start - first..end - first)
        .label(place.label.as_str());
    let snippet = Snippet::source(&text[first..last])
        .line_start(line)
        .path(place.source.path())
        .annotation(annotation);
    (snippet, line)
}

/// The nearest character boundary at or before an offset.
fn floor_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rendered())
    }
}

/// Every fault found while a specification was loaded; never empty.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}", render_all(diagnostics))]
pub struct SpecErrors {
    /// The faults, in the order of files and lines; warnings that came with them included.
    pub diagnostics: Vec<Diagnostic>,
}

fn render_all(diagnostics: &[Diagnostic]) -> String {
    let faults = diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
    let mut out = String::new();
    for diagnostic in diagnostics {
        out.push_str(&diagnostic.rendered());
        out.push_str("\n\n");
    }
    let noun = if faults == 1 { "fault" } else { "faults" };
    out + &format!("the specification has {faults} {noun}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagnostic_shows_excerpt_caret_and_hint() {
        let source = SourceText::new("spec/a.md", "one\ntwo words\nthree\n");
        let shown = Diagnostic::error("SPEC-001", "expected `x`, found `words`")
            .at(&source, Span { start: 8, end: 13 }, "here")
            .hint("write `x`")
            .rendered();
        let expected = "\
error[SPEC-001]: expected `x`, found `words`
 --> spec/a.md:2:5
  |
2 | two words
  |     ^^^^^ here
  |
  = help: write `x`";
        assert_eq!(shown, expected);
    }
}
