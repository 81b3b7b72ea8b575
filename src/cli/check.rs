//! `shall check`: specification and features, every fault at once.

use clap::Args;

use super::{command::Fault, output};
use crate::{
    Exit,
    config::{ClusterArgs, Config},
    project::{capabilities, read_project},
    select::SelectArgs,
};

/// What `check` takes.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {}

pub(crate) fn check(_args: &CheckArgs) -> Result<Exit, Fault> {
    let here = std::env::current_dir().map_err(Fault::usage)?;
    let config = Config::load(&here, ClusterArgs::default())?;
    let read = read_project(&config, &SelectArgs::default(), &capabilities(&config));
    let (plan, warnings) = read.map_err(Fault::usage)?;
    for warning in &warnings {
        output::line(&warning.rendered());
    }
    let (criteria, scenarios) = (plan.criteria.len(), plan.scenarios.len());
    output::line(&format!(
        "{criteria} criteria, {scenarios} scenarios: no errors, {} warnings",
        warnings.len()
    ));
    Ok(Exit::Green)
}
