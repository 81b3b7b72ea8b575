//! Findings as workflow commands, which GitHub shows beside the lines of a pull request.

use shall_spec::{Diagnostic, Severity};

use super::Checked;

/// One command a line: `::error file=spec/a.md,line=3,col=5,endLine=3,endColumn=9,title=EARS-007::message`.
#[must_use]
pub fn render_github(checked: &Checked) -> String {
    checked.findings.iter().map(command).collect::<Vec<_>>().join("\n")
}

fn command(diagnostic: &Diagnostic) -> String {
    let name = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let mut properties = Vec::new();
    if let Some(path) = diagnostic.path() {
        properties.push(format!("file={}", property(path)));
    }
    if let (Some(start), Some(end)) = (diagnostic.position(), diagnostic.end_position()) {
        properties.push(format!("line={},col={}", start.line, start.column));
        // GitHub drops the columns of a place over several lines, and wants the last column, not the one behind it.
        let last = end.column.saturating_sub(1).max(1);
        properties.push(format!("endLine={},endColumn={last}", end.line));
    }
    properties.push(format!("title={}", property(diagnostic.rule)));
    let hint = diagnostic.hint.as_ref();
    let hint = hint.map(|hint| format!("\n(hint: {hint})")).unwrap_or_default();
    format!(
        "::{name} {}::{}",
        properties.join(","),
        data(&format!("{}{hint}", diagnostic.message))
    )
}

/// A message: percent signs and line ends would end or change it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property's value: besides, colons and commas would end it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use shall_spec::{SourceText, Span};

    use super::*;

    fn checked(diagnostic: Diagnostic) -> Checked {
        Checked {
            findings: vec![diagnostic],
            ..Checked::default()
        }
    }

    #[test]
    fn place_and_message_are_escaped() {
        let source = SourceText::new("spec/a,b:c%.md", "one\ntwo words\n");
        let found = Diagnostic::warning("EARS-007", "100 %: a, b\r\nc").at(&source, Span { start: 8, end: 13 }, "");
        let shown = render_github(&checked(found.hint("mend: it")));
        assert_eq!(
            shown,
            "::warning file=spec/a%2Cb%3Ac%25.md,line=2,col=5,endLine=2,endColumn=9,title=EARS-007\
             ::100 %25: a, b%0D%0Ac%0A(hint: mend: it)"
        );
    }

    #[test]
    fn a_fault_without_a_place_has_a_title_only() {
        let shown = render_github(&checked(Diagnostic::error("SPEC-001", "no specification")));
        assert_eq!(shown, "::error title=SPEC-001::no specification");
    }
}
