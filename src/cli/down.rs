//! `shall down`: removes the cluster that `up` created.

use std::sync::Arc;

use clap::Args;

use serde::Serialize;

use super::{
    command::Fault,
    form::{Form, print_json},
    output,
};
use crate::{
    Console, Exit,
    config::{BackendChoice, ClusterArgs, Config},
    up::owned_backend,
};

/// Version of the JSON form, `docs/schema/down-v1.schema.json`.
const SCHEMA: u32 = 1;

/// A cluster that somebody else created is not removed, and one of ours is not taken for it.
const NOT_OURS: &str = "`down` removes clusters that `up` created, and with `backend = existing` it created none\n(hint: `shall cleanup` takes back what killed runs left; the stack goes with its namespaces)";

/// What `down` takes.
#[derive(Debug, Args)]
pub(crate) struct DownArgs {
    #[command(flatten)]
    cluster: ClusterArgs,
    /// How the result is printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Form,
}

/// What was done.
#[derive(Serialize)]
struct Removed<'a> {
    cluster: &'a str,
    /// `false` where there was none of ours.
    removed: bool,
}

pub(crate) async fn down(args: DownArgs, console: Arc<Console>) -> Result<Exit, Fault> {
    let here = std::env::current_dir().map_err(Fault::usage)?;
    let config = Config::load(&here, args.cluster)?;
    if config.backend == BackendChoice::Existing {
        return Err(Fault::usage(NOT_OURS));
    }
    let (backend, _engine) = owned_backend(&config, console).await.map_err(Fault::not_judged)?;
    let removed = backend.exists().await.map_err(Fault::not_judged)?;
    if removed {
        backend.delete().await.map_err(Fault::not_judged)?;
    }
    let cluster = config.cluster.as_str();
    match (args.format, removed) {
        (Form::Json, removed) => print_json(SCHEMA, &Removed { cluster, removed })?,
        (Form::Text, true) => output::line(&format!("cluster `{cluster}` is removed")),
        (Form::Text, false) => output::line(&format!("no cluster `{cluster}` of ours exists")),
    }
    Ok(Exit::Green)
}
