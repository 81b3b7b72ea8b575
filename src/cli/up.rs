//! `shall up`: the cluster and the profile's components.

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
    config::{ClusterArgs, Config},
    up::up as bring_up,
};

/// Version of the JSON form, `docs/schema/up-v1.schema.json`.
const SCHEMA: u32 = 1;

/// What `up` takes.
#[derive(Debug, Args)]
pub(crate) struct UpArgs {
    #[command(flatten)]
    cluster: ClusterArgs,
    /// How the result is printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Form,
}

/// What is up.
#[derive(Serialize)]
struct Ready<'a> {
    cluster: &'a str,
    components: Vec<Component<'a>>,
    /// Where the cluster's kubeconfig stands; `null` where it is not ours.
    kubeconfig: Option<String>,
}

/// One product of the stack.
#[derive(Serialize)]
struct Component<'a> {
    name: &'a str,
    version: &'a str,
}

pub(crate) async fn up(args: UpArgs, console: Arc<Console>) -> Result<Exit, Fault> {
    let here = std::env::current_dir().map_err(Fault::usage)?;
    let config = Config::load(&here, args.cluster)?;
    let live = bring_up(&config, console).await.map_err(Fault::not_judged)?;
    let state = shall_cluster::backend::StateDir::find();
    let kubeconfig = state.map(|state| state.kubeconfig(&config.cluster).display().to_string());
    let components = live.stack.components.iter().map(|component| Component {
        name: &component.name,
        version: &component.version,
    });
    let ready = Ready {
        cluster: &config.cluster,
        components: components.collect(),
        kubeconfig,
    };
    match args.format {
        Form::Json => print_json(SCHEMA, &ready)?,
        Form::Text => print_text(&ready),
    }
    Ok(Exit::Green)
}

fn print_text(ready: &Ready<'_>) {
    for component in &ready.components {
        output::line(&format!("{} {} is ready", component.name, component.version));
    }
    if let Some(kubeconfig) = &ready.kubeconfig {
        output::line(&format!("KUBECONFIG={kubeconfig}"));
    }
}
