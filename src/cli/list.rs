//! `shall list`: the criteria of the specification as table, CSV or JSON.

use clap::{Args, ValueEnum};
use serde::Serialize;
use shall_spec::{AcceptanceCriterion, Budget, Clause, CriterionId, Pattern};

use super::{command::Fault, output};
use crate::{
    Exit,
    config::{ClusterArgs, Config},
    project::read_specification,
};

/// Version of the JSON list.
const SCHEMA: u32 = 1;

/// How the list is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One line each: id, pattern, budgets, sentence.
    Table,
    /// Comma-separated values with a header.
    Csv,
    /// One JSON document.
    Json,
}

/// What `list` takes.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// How the list is printed.
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
}

/// The JSON list.
#[derive(Serialize)]
struct List<'a> {
    schema: u32,
    statements: Vec<Row<'a>>,
}

/// One statement of the JSON list.
#[derive(Serialize)]
struct Row<'a> {
    file: &'a str,
    line: usize,
    id: &'a CriterionId,
    pattern: Pattern,
    text: &'a str,
    clauses: &'a [Clause],
    budgets: &'a [Budget],
}

pub(crate) fn list(args: &ListArgs) -> Result<Exit, Fault> {
    let here = std::env::current_dir().map_err(Fault::usage)?;
    let config = Config::load(&here, ClusterArgs::default())?;
    let criteria = read_specification(&config).map_err(Fault::usage)?.criteria;
    match args.format {
        Format::Table => criteria
            .iter()
            .for_each(|criterion| output::line(&table_line(criterion))),
        Format::Csv => output::line(csv_text(&criteria).map_err(Fault::not_judged)?.trim_end()),
        Format::Json => output::line(&json_text(&criteria).map_err(Fault::not_judged)?),
    }
    Ok(Exit::Green)
}

fn table_line(criterion: &AcceptanceCriterion) -> String {
    let budgets: Vec<&str> = criterion.budgets.iter().map(|budget| budget.text.as_str()).collect();
    format!(
        "{:<14} {:<11} {:<28} {}",
        criterion.id,
        pattern_name(criterion.pattern),
        budgets.join(", "),
        criterion.text
    )
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

fn csv_text(criteria: &[AcceptanceCriterion]) -> Result<String, Box<dyn std::error::Error>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["id", "platform", "pattern", "budgets", "file", "line", "text"])?;
    for criterion in criteria {
        let budgets: Vec<&str> = criterion.budgets.iter().map(|budget| budget.text.as_str()).collect();
        writer.write_record([
            criterion.id.as_str(),
            criterion.platform.as_deref().unwrap_or_default(),
            pattern_name(criterion.pattern),
            &budgets.join("; "),
            &criterion.file,
            &criterion.line.to_string(),
            &criterion.text,
        ])?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}

fn json_text(criteria: &[AcceptanceCriterion]) -> Result<String, serde_json::Error> {
    let statements = criteria.iter().map(|criterion| Row {
        file: &criterion.file,
        line: criterion.line,
        id: &criterion.id,
        pattern: criterion.pattern,
        text: &criterion.text,
        clauses: &criterion.clauses,
        budgets: &criterion.budgets,
    });
    serde_json::to_string_pretty(&List {
        schema: SCHEMA,
        statements: statements.collect(),
    })
}
