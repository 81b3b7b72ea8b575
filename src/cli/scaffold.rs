//! `shall scaffold`: feature skeletons for criteria that no scenario proves.

use clap::Args;
use serde::Serialize;
use shall_trace::Features;

use super::{
    command::Fault,
    form::{Form, print_json},
    output,
};
use crate::{
    Exit,
    config::{ClusterArgs, Config},
    project::{read_specification, rendered},
    scaffold::{Scaffold, skeletons, write},
};

/// Version of the JSON form, `docs/schema/scaffold-v1.schema.json`.
const SCHEMA: u32 = 1;

/// What `scaffold` takes.
#[derive(Debug, Args)]
pub(crate) struct ScaffoldArgs {
    /// Criteria; every one without a scenario where none is given.
    ids: Vec<String>,
    /// Prints what would be written, and writes nothing.
    #[arg(long)]
    dry_run: bool,
    /// How the result is printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Form,
}

/// The JSON form.
#[derive(Serialize)]
struct Scaffolded<'a> {
    dry_run: bool,
    #[serde(flatten)]
    scaffold: &'a Scaffold,
}

pub(crate) fn scaffold(args: &ScaffoldArgs) -> Result<Exit, Fault> {
    let here = std::env::current_dir().map_err(Fault::usage)?;
    let config = Config::load(&here, ClusterArgs::default())?;
    let specification = read_specification(&config).map_err(Fault::usage)?;
    let features = if config.root.join(&config.features).exists() {
        Features::read(&config.root, &config.features.to_string_lossy())
    } else {
        Features::default()
    };
    // A file that does not parse may hold the scenario that is asked for.
    if !features.faults().is_empty() {
        return Err(Fault::usage(rendered(features.faults())));
    }
    let scaffold =
        skeletons(&specification, &features, &config.features, &config.root, &args.ids).map_err(Fault::usage)?;
    if !args.dry_run {
        write(&scaffold, &config.root).map_err(Fault::usage)?;
    }
    match args.format {
        Form::Json => print_json(
            SCHEMA,
            &Scaffolded {
                dry_run: args.dry_run,
                scaffold: &scaffold,
            },
        )?,
        Form::Text => print_text(&scaffold, args.dry_run),
    }
    Ok(Exit::Green)
}

fn print_text(scaffold: &Scaffold, dry_run: bool) {
    for skeleton in &scaffold.skeletons {
        if dry_run {
            output::line(&format!("== {}\n{}", skeleton.path, skeleton.text()));
        } else {
            let count = skeleton.scenarios.len();
            output::line(&format!(
                "{}: {} with {count} scenarios",
                skeleton.criterion, skeleton.path
            ));
        }
    }
    for skipped in &scaffold.skipped {
        output::line(&format!("{}: skipped, {}", skipped.criterion, skipped.reason));
    }
    let verb = if dry_run { "would be written" } else { "written" };
    output::line(&format!(
        "{} features {verb}, {} criteria skipped",
        scaffold.skeletons.len(),
        scaffold.skipped.len()
    ));
}
