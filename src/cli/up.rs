//! `shall up`: the cluster and the profile's components.

use std::sync::Arc;

use clap::Args;

use super::{command::Fault, output};
use crate::{
    Console, Exit,
    config::{ClusterArgs, Config},
    up::up as bring_up,
};

/// What `up` takes.
#[derive(Debug, Args)]
pub(crate) struct UpArgs {
    #[command(flatten)]
    cluster: ClusterArgs,
}

pub(crate) async fn up(args: UpArgs, console: Arc<Console>) -> Result<Exit, Fault> {
    let here = std::env::current_dir().map_err(Fault::usage)?;
    let config = Config::load(&here, args.cluster)?;
    let live = bring_up(&config, console).await.map_err(Fault::not_judged)?;
    for component in &live.stack.components {
        output::line(&format!("{} {} is ready", component.name, component.version));
    }
    if let Some(state) = shall_cluster::backend::StateDir::find() {
        output::line(&format!("KUBECONFIG={}", state.kubeconfig(&config.cluster).display()));
    }
    Ok(Exit::Green)
}
