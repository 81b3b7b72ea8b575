//! `shall doctor`: what this machine lacks, each with the command that mends it.

use std::sync::Arc;

use clap::Args;
use shall_cluster::{
    engine::{HostFacts, diagnose, install},
    image::cache_dir,
    progress::Progress,
};

use super::{command::Fault, output};
use crate::{
    Console, Exit,
    config::{ClusterArgs, Config},
    host::{listed, needs},
};

/// What `doctor` takes.
#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    cluster: ClusterArgs,
}

pub(crate) async fn doctor(args: DoctorArgs) -> Result<Exit, Fault> {
    let here = std::env::current_dir().map_err(Fault::usage)?;
    let config = Config::load(&here, args.cluster)?;
    let needs = needs(&config);
    let facts = HostFacts::read(&cache_dir()).await;
    for (program, version) in &facts.programs {
        output::line(&format!("{program:<12} {version}"));
    }
    let mut problems = diagnose(&facts, &needs);
    if config.install && !problems.is_empty() {
        let progress: Arc<dyn Progress> = Arc::new(Console::default());
        install(&problems, &progress).await.map_err(Fault::not_judged)?;
        problems = diagnose(&HostFacts::read(&cache_dir()).await, &needs);
    }
    if problems.is_empty() {
        output::line("this machine is ready");
        return Ok(Exit::Green);
    }
    output::line(&listed(&problems));
    Ok(Exit::NotJudged)
}
