//! `shall report`: a run's reports, written again from its evidence.

use std::path::PathBuf;

use clap::Args;

use super::{command::Fault, output};
use crate::{Exit, report::render};

/// What `report` takes.
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// Folders of runs, such as `reports/latest`.
    #[arg(required = true)]
    runs: Vec<PathBuf>,
}

pub(crate) fn report(args: &ReportArgs) -> Result<Exit, Fault> {
    for run in &args.runs {
        let (judged, page) = render(run).map_err(Fault::usage)?;
        output::line(&judged.counts.sentence());
        output::line(&page.display().to_string());
    }
    Ok(Exit::Green)
}
