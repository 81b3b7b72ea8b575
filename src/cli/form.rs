//! The two forms that most commands print in: [`Form`].

use clap::ValueEnum;
use serde::Serialize;

use super::{command::Fault, output};

/// How a command prints its result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// Lines for people.
    Text,
    /// One JSON document at the end; what happens meanwhile goes to standard error.
    Json,
}

/// A JSON document with the version of its shape.
#[derive(Serialize)]
struct Versioned<'a, T> {
    schema: u32,
    #[serde(flatten)]
    result: &'a T,
}

/// Prints a result as JSON; `schema` is the version of its shape.
pub(crate) fn print_json(schema: u32, result: &impl Serialize) -> Result<(), Fault> {
    let text = serde_json::to_string_pretty(&Versioned { schema, result }).map_err(Fault::not_judged)?;
    output::line(&text);
    Ok(())
}
