//! The sub-list of a criterion: `Platform`, `Subject`, `Source`, `Contradicted`, `Unsatisfiable`.

use crate::criterion::{SourceNote, Span};
use crate::diagnostic::Diagnostic;
use crate::markdown::Folded;
use crate::nearest::nearest_name;
use crate::source::SourceText;

/// What a criterion's sub-list says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Attributes {
    pub(super) platform: Option<String>,
    pub(super) subjects: Vec<String>,
    pub(super) sources: Vec<SourceNote>,
    pub(super) contradicted: Option<String>,
    pub(super) unsatisfiable: Option<String>,
}

const NAMES: &[&str] = &["Platform", "Subject", "Source", "Contradicted", "Unsatisfiable"];

impl Attributes {
    /// Reads one line of the sub-list.
    pub(super) fn read(&mut self, source: &SourceText, content: &Folded, diagnostics: &mut Vec<Diagnostic>) {
        let span = content.span(0..content.text().trim_end().len());
        let Some((name, value)) = content.text().split_once(':') else {
            let message = format!("expected `Name: value`, found `{}`", shortened(content.text()));
            diagnostics.push(
                Diagnostic::error("SPEC-005", message)
                    .at(source, span, "")
                    .hint(format!("known names: {}", NAMES.join(", "))),
            );
            return;
        };
        let (name, value) = (name.trim(), value.trim());
        if value.is_empty() {
            diagnostics.push(
                Diagnostic::error("SPEC-005", format!("`{name}`: expected a value, found none")).at(source, span, ""),
            );
            return;
        }
        let taken = match name.to_ascii_lowercase().as_str() {
            "platform" => set(&mut self.platform, value),
            "contradicted" => set(&mut self.contradicted, value),
            "unsatisfiable" => set(&mut self.unsatisfiable, value),
            "subject" | "subjects" => {
                self.subjects.extend(
                    value
                        .split(',')
                        .map(|subject| subject.trim().to_owned())
                        .filter(|subject| !subject.is_empty()),
                );
                true
            }
            "source" => {
                self.read_source(source, value, span, diagnostics);
                true
            }
            _ => {
                diagnostics.push(unknown_name(source, name, content.span(0..name.len())));
                true
            }
        };
        if !taken {
            let message = format!("`{name}`: expected it once, found it a second time");
            diagnostics.push(Diagnostic::error("SPEC-005", message).at(source, span, "second one"));
        }
    }

    fn read_source(&mut self, source: &SourceText, value: &str, span: Span, diagnostics: &mut Vec<Diagnostic>) {
        if let Some(note) = parse_source(value) {
            self.sources.push(note);
            return;
        }
        let message = format!(
            "source: expected `document, \"section\", line 118`, found `{}`",
            shortened(value)
        );
        diagnostics.push(Diagnostic::error("SPEC-005", message).at(source, span, ""));
    }
}

fn set(slot: &mut Option<String>, value: &str) -> bool {
    let free = slot.is_none();
    slot.get_or_insert_with(|| value.to_owned());
    free
}

fn unknown_name(source: &SourceText, name: &str, span: Span) -> Diagnostic {
    let diagnostic =
        Diagnostic::error("SPEC-005", format!("expected a known attribute, found `{name}`")).at(source, span, "");
    match nearest_name(name, NAMES) {
        Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
        None => diagnostic.hint(format!("known names: {}", NAMES.join(", "))),
    }
}

/// `openebs, "Phase 2 › Task 5", line 118`.
fn parse_source(value: &str) -> Option<SourceNote> {
    let (document, rest) = value.split_once(',')?;
    let rest = rest.trim_start().strip_prefix(['"', '“'])?;
    let close = rest.rfind(['"', '”'])?;
    let section = rest.get(..close)?;
    let tail = rest
        .get(close..)?
        .trim_start_matches(['"', '”'])
        .trim_start()
        .strip_prefix(',')?
        .trim_start();
    let line = tail
        .strip_prefix("line ")?
        .trim()
        .parse()
        .ok()
        .filter(|line| *line > 0)?;
    let known = !document.trim().is_empty() && !section.trim().is_empty();
    known.then(|| SourceNote {
        document: document.trim().to_owned(),
        section: section.trim().to_owned(),
        line,
    })
}

/// The first words of a text that is quoted in a message.
fn shortened(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default().trim_end()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_names_document_section_and_line() {
        let note = parse_source("openebs, \"Phase \"2\" › Task 5, part\", line 118").unwrap();
        assert_eq!(
            (note.document.as_str(), note.section.as_str(), note.line),
            ("openebs", "Phase \"2\" › Task 5, part", 118)
        );
        assert_eq!(parse_source("openebs, Phase 2, line 118"), None);
        assert_eq!(parse_source("openebs, \"Phase 2\", line 0"), None);
    }
}
