//! Findings as SARIF 2.1.0 (OASIS), which code hosts show as alerts. Its test validates against the standard's schema.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::{Value, json};
use shall_spec::{Diagnostic, Rule, Severity};

use super::Checked;
use crate::rules::{all, page};

/// What a path keeps in a URI.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Where the standard's schema stands.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Where this project's pages of rules stand, relative to its root.
const PAGES: &str = "docs/rules/";

#[derive(Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Value; 1],
}

/// The findings as one SARIF log.
///
/// # Errors
///
/// Where the encoder refuses a value.
pub fn render_sarif(checked: &Checked) -> Result<String, serde_json::Error> {
    let rules = all();
    let results: Vec<Value> = checked.findings.iter().map(|finding| result(finding, &rules)).collect();
    let rules: Vec<Value> = rules.into_iter().map(descriptor).collect();
    let exit = checked.exit().code();
    let run = json!({
        "tool": { "driver": { "name": "shall", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
        "columnKind": "unicodeCodePoints",
        "invocations": [{ "executionSuccessful": true, "exitCode": exit }],
        "results": results,
    });
    serde_json::to_string_pretty(&Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [run],
    })
}

/// A rule with its page as help.
fn descriptor(rule: &Rule) -> Value {
    let help = page(rule.id).unwrap_or(rule.hint);
    json!({
        "id": rule.id,
        "shortDescription": { "text": rule.title },
        "help": { "text": rule.hint, "markdown": help },
        "defaultConfiguration": { "enabled": rule.is_default, "level": level(rule.severity) },
        "properties": { "page": format!("{PAGES}{}.md", rule.id) },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn result(finding: &Diagnostic, rules: &[&Rule]) -> Value {
    let hint = finding.hint.as_ref();
    let hint = hint.map(|hint| format!(" ({hint})")).unwrap_or_default();
    let mut result = json!({
        "ruleId": finding.rule,
        "level": level(finding.severity),
        "message": { "text": format!("{}{hint}", finding.message) },
        "locations": location(finding).into_iter().collect::<Vec<_>>(),
    });
    if let (Some(index), Some(fields)) = (
        rules.iter().position(|rule| rule.id == finding.rule),
        result.as_object_mut(),
    ) {
        fields.insert("ruleIndex".to_owned(), json!(index));
    }
    result
}

fn location(finding: &Diagnostic) -> Option<Value> {
    let place = finding.place.as_ref()?;
    let (start, end) = (finding.position()?, finding.end_position()?);
    Some(json!({
        "physicalLocation": {
            "artifactLocation": artifact(place.source.path()),
            "region": {
                "startLine": start.line,
                "startColumn": start.column,
                "endLine": end.line,
                "endColumn": end.column,
                "snippet": { "text": place.source.slice(place.span) },
            },
        },
    }))
}

/// Paths below the root are relative to it; others are whole.
fn artifact(path: &str) -> Value {
    let uri = utf8_percent_encode(path, PATH).to_string();
    if path.starts_with('/') {
        json!({ "uri": format!("file://{uri}") })
    } else {
        json!({ "uri": uri, "uriBaseId": "%SRCROOT%" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_a_uri() {
        let below = artifact("spec/a b#1 é.md");
        assert_eq!(below["uri"], "spec/a%20b%231%20%C3%A9.md");
        assert_eq!(below["uriBaseId"], "%SRCROOT%");
        assert_eq!(artifact("/tmp/a.md")["uri"], "file:///tmp/a.md");
    }
}
