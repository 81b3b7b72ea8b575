//! `shall report`: a run's reports, written again from its evidence.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::{
    command::Fault,
    form::{Form, print_json},
    output,
    rendered::Rendered,
};
use crate::{Exit, report::render};

/// Version of the JSON form, `docs/schema/report-command-v1.schema.json`.
const SCHEMA: u32 = 1;

/// What `report` takes.
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// Folders of runs, such as `reports/latest`.
    #[arg(required = true)]
    runs: Vec<PathBuf>,
    /// How the result is printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Form,
}

/// What was written.
#[derive(Serialize)]
struct Reports {
    runs: Vec<Rendered>,
}

pub(crate) fn report(args: &ReportArgs) -> Result<Exit, Fault> {
    let mut runs = Vec::new();
    for run in &args.runs {
        let (judged, page) = render(run).map_err(Fault::usage)?;
        runs.push(Rendered::new(&judged, &page, false));
    }
    match args.format {
        Form::Json => print_json(SCHEMA, &Reports { runs })?,
        Form::Text => {
            for run in &runs {
                output::line(&run.sentence);
                output::line(&run.page);
            }
        }
    }
    Ok(Exit::Green)
}
