//! `shall explain`: what a rule finds, why, and how to mend it.

use clap::{Args, ValueEnum};
use serde::Serialize;
use shall_spec::{Rule, Severity};

use super::{command::Fault, output};
use crate::{
    Exit,
    rules::{all, find, page},
};

/// Version of the JSON form.
const SCHEMA: u32 = 1;

/// How rules are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A page, or one line for each rule.
    Text,
    /// One JSON document.
    Json,
}

/// What `explain` takes.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// Identifier of a rule, such as `EARS-007`; every rule is listed where none is given.
    rule: Option<String>,
    /// How rules are printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Serialize)]
struct Explained {
    schema: u32,
    rules: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    rule: &'static Rule,
    /// The page as Markdown; left out in the list of all.
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<&'static str>,
}

pub(crate) fn explain(args: &ExplainArgs) -> Result<Exit, Fault> {
    let chosen = args.rule.as_deref().map(find).transpose().map_err(Fault::usage)?;
    let text = match (args.format, chosen) {
        (Format::Text, Some(rule)) => page(rule.id).unwrap_or(rule.title).trim_end().to_owned(),
        (Format::Text, None) => all().into_iter().map(line).collect::<Vec<_>>().join("\n"),
        (Format::Json, chosen) => json(chosen).map_err(Fault::not_judged)?,
    };
    output::line(&text);
    Ok(Exit::Green)
}

fn line(rule: &'static Rule) -> String {
    let severity = match rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    };
    let state = if rule.is_default { "on" } else { "off" };
    format!("{:<12} {severity:<8} {state:<4} {}", rule.id, rule.title)
}

fn json(chosen: Option<&'static Rule>) -> Result<String, serde_json::Error> {
    let rules = match chosen {
        Some(rule) => vec![Row {
            rule,
            page: page(rule.id),
        }],
        None => all().into_iter().map(|rule| Row { rule, page: None }).collect(),
    };
    serde_json::to_string_pretty(&Explained { schema: SCHEMA, rules })
}
