//! The statements of a specification as rows: [`Row`], printed as table, CSV or JSON.

use serde::Serialize;
use shall_spec::{AcceptanceCriterion, Budget, Clause, CriterionId, Pattern, Statement};

/// Version of the JSON form, `docs/schema/list-v1.schema.json`.
pub const LIST_SCHEMA: u32 = 1;

/// One statement.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Row<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    /// `None` where the document gives none.
    id: Option<&'a CriterionId>,
    #[serde(skip)]
    platform: Option<&'a str>,
    pattern: Pattern,
    text: &'a str,
    clauses: &'a [Clause],
    budgets: &'a [Budget],
}

#[derive(Serialize)]
struct List<'a> {
    schema: u32,
    statements: &'a [Row<'a>],
}

impl<'a> From<&'a AcceptanceCriterion> for Row<'a> {
    fn from(criterion: &'a AcceptanceCriterion) -> Self {
        Self {
            file: &criterion.file,
            line: criterion.line,
            column: criterion.column,
            id: Some(&criterion.id),
            platform: criterion.platform.as_deref(),
            pattern: criterion.pattern,
            text: &criterion.text,
            clauses: &criterion.clauses,
            budgets: &criterion.budgets,
        }
    }
}

impl<'a> From<&'a Statement> for Row<'a> {
    fn from(statement: &'a Statement) -> Self {
        Self {
            file: &statement.file,
            line: statement.line,
            column: statement.column,
            id: statement.id.as_ref(),
            platform: None,
            pattern: statement.pattern,
            text: &statement.text,
            clauses: &statement.clauses,
            budgets: &statement.budgets,
        }
    }
}

/// One line each: identifier or place, pattern, budgets, sentence.
#[must_use]
pub fn table(rows: &[Row<'_>]) -> String {
    let lines = rows.iter().map(|row| {
        let name = row.id.map_or_else(|| format!("line {}", row.line), ToString::to_string);
        let pattern = pattern_name(row.pattern);
        format!("{name:<14} {pattern:<11} {:<28} {}", budgets_of(row, ", "), row.text)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Comma-separated values with a header.
///
/// # Errors
///
/// Where the encoder refuses a value.
pub fn csv(rows: &[Row<'_>]) -> Result<String, Box<dyn std::error::Error>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["id", "platform", "pattern", "budgets", "file", "line", "text"])?;
    for row in rows {
        writer.write_record([
            row.id.map(CriterionId::as_str).unwrap_or_default(),
            row.platform.unwrap_or_default(),
            pattern_name(row.pattern),
            &budgets_of(row, "; "),
            row.file,
            &row.line.to_string(),
            row.text,
        ])?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}

/// One JSON document.
///
/// # Errors
///
/// Where the encoder refuses a value.
pub fn json(rows: &[Row<'_>]) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(&List {
        schema: LIST_SCHEMA,
        statements: rows,
    })
}

fn budgets_of(row: &Row<'_>, separator: &str) -> String {
    let budgets: Vec<&str> = row.budgets.iter().map(|budget| budget.text.as_str()).collect();
    budgets.join(separator)
}

fn pattern_name(pattern: Pattern) -> &'static str {
    match pattern {
        Pattern::Ubiquitous => "ubiquitous",
        Pattern::Event => "event",
        Pattern::State => "state",
        Pattern::Optional => "optional",
        Pattern::Unwanted => "unwanted",
        Pattern::Complex => "complex",
    }
}
