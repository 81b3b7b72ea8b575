//! Findings as JSON, in the shape of `docs/schema/check-v1.schema.json`.

use serde::Serialize;
use shall_spec::{Diagnostic, Position, Severity};

use super::Checked;

/// Version of the shape.
pub const CHECK_SCHEMA: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    version: &'static str,
    exit_code: u8,
    summary: Summary,
    findings: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct Summary {
    criteria: usize,
    scenarios: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
}

#[derive(Serialize)]
struct Finding<'a> {
    rule: &'a str,
    severity: Severity,
    message: &'a str,
    hint: Option<&'a str>,
    file: Option<&'a str>,
    start: Option<Place>,
    end: Option<Place>,
}

/// Both counted from 1, columns in characters; an end is one past the last character.
#[derive(Serialize)]
struct Place {
    line: usize,
    column: usize,
}

impl From<Position> for Place {
    fn from(position: Position) -> Self {
        Self {
            line: position.line,
            column: position.column,
        }
    }
}

/// The findings as one JSON document.
///
/// # Errors
///
/// Where the encoder refuses a value.
pub fn render_json(checked: &Checked) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(&Document {
        schema: CHECK_SCHEMA,
        version: env!("CARGO_PKG_VERSION"),
        exit_code: checked.exit().code(),
        summary: Summary {
            criteria: checked.criteria,
            scenarios: checked.scenarios,
            errors: checked.count(Severity::Error),
            warnings: checked.count(Severity::Warning),
            notes: checked.count(Severity::Info),
        },
        findings: checked.findings.iter().map(finding).collect(),
    })
}

fn finding(diagnostic: &Diagnostic) -> Finding<'_> {
    Finding {
        rule: diagnostic.rule,
        severity: diagnostic.severity,
        message: &diagnostic.message,
        hint: diagnostic.hint.as_deref(),
        file: diagnostic.path(),
        start: diagnostic.position().map(Place::from),
        end: diagnostic.end_position().map(Place::from),
    }
}
