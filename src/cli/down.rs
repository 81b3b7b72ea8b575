//! `shall down`: removes the cluster that `up` created.

use std::sync::Arc;

use clap::Args;

use super::{command::Fault, output};
use crate::{
    Console, Exit,
    config::{ClusterArgs, Config},
    up::owned_backend,
};

/// What `down` takes.
#[derive(Debug, Args)]
pub(crate) struct DownArgs {
    #[command(flatten)]
    cluster: ClusterArgs,
}

pub(crate) async fn down(args: DownArgs, console: Arc<Console>) -> Result<Exit, Fault> {
    let here = std::env::current_dir().map_err(Fault::usage)?;
    let config = Config::load(&here, args.cluster)?;
    let (backend, _engine) = owned_backend(&config, console).await.map_err(Fault::not_judged)?;
    if !backend.exists().await.map_err(Fault::not_judged)? {
        output::line(&format!("no cluster `{}` of ours exists", config.cluster));
        return Ok(Exit::Green);
    }
    backend.delete().await.map_err(Fault::not_judged)?;
    output::line(&format!("cluster `{}` is removed", config.cluster));
    Ok(Exit::Green)
}
