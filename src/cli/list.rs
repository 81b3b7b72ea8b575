//! `shall list`: the statements of a specification, or of any documents, as table, CSV or JSON.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use shall_spec::{Document, Severity, SpecErrors};

use super::{command::Fault, output};
use crate::{
    Exit,
    check::read_documents,
    config::{ClusterArgs, Config, ModalsChoice},
    listing::{Row, csv, json, table},
    project::read_specification,
};

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
    /// Documents of any style to read instead of the project's specification; folders are searched for Markdown.
    paths: Vec<PathBuf>,
    /// Which modal verbs make a sentence of these documents a statement; a project has `modals` in shall.toml.
    #[arg(long, value_enum, default_value = "shall", requires = "paths")]
    modals: ModalsChoice,
    /// How the list is printed.
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
}

pub(crate) fn list(args: &ListArgs) -> Result<Exit, Fault> {
    let here = std::env::current_dir().map_err(Fault::usage)?;
    if args.paths.is_empty() {
        let config = Config::load(&here, ClusterArgs::default())?;
        let criteria = read_specification(&config).map_err(Fault::usage)?.criteria;
        print(&criteria.iter().map(Row::from).collect::<Vec<_>>(), args.format)?;
        return Ok(Exit::Green);
    }
    let (documents, diagnostics) = read_documents(&args.paths, &here, args.modals.into());
    if diagnostics.iter().any(|fault| fault.severity == Severity::Error) {
        return Err(Fault::usage(SpecErrors { diagnostics }));
    }
    let statements = documents.iter().flat_map(|document| &document.statements);
    print(&statements.map(Row::from).collect::<Vec<_>>(), args.format)?;
    say_what_was_not_read(&documents);
    Ok(Exit::Green)
}

fn print(rows: &[Row<'_>], format: Format) -> Result<(), Fault> {
    let text = match format {
        Format::Table => table(rows),
        Format::Csv => csv(rows).map_err(Fault::not_judged)?,
        Format::Json => json(rows).map_err(Fault::not_judged)?,
    };
    if !text.is_empty() {
        output::line(text.trim_end());
    }
    Ok(())
}

/// An empty list is not the same as a document that asks for nothing.
fn say_what_was_not_read(documents: &[Document]) {
    for diagnostic in documents.iter().flat_map(|document| &document.diagnostics) {
        if diagnostic.severity >= Severity::Warning {
            output::error(&diagnostic.rendered());
        }
    }
}
