//! `shall doctor`: what this machine lacks, each with the command that mends it.

use std::{collections::BTreeMap, sync::Arc};

use clap::Args;
use serde::Serialize;
use shall_cluster::{
    engine::{HostFacts, Problem, diagnose, install},
    image::cache_dir,
    progress::Progress,
};

use super::{
    command::Fault,
    form::{Form, print_json},
    output,
};
use crate::{
    Console, Exit,
    config::{ClusterArgs, Config},
    host::{listed, needs},
};

/// Version of the JSON form, `docs/schema/doctor-v1.schema.json`.
const SCHEMA: u32 = 1;

/// What `doctor` takes.
#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    cluster: ClusterArgs,
    /// How the result is printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Form,
}

/// What was found.
#[derive(Serialize)]
struct Diagnosis<'a> {
    ready: bool,
    /// Version by program.
    programs: &'a BTreeMap<String, String>,
    problems: &'a [Problem],
}

pub(crate) async fn doctor(args: DoctorArgs) -> Result<Exit, Fault> {
    let here = std::env::current_dir().map_err(Fault::usage)?;
    let config = Config::load(&here, args.cluster)?;
    let needs = needs(&config);
    let facts = HostFacts::read(&cache_dir()).await;
    let mut problems = diagnose(&facts, &needs);
    if config.install && !problems.is_empty() {
        let progress: Arc<dyn Progress> = Arc::new(Console::default());
        install(&problems, &progress).await.map_err(Fault::not_judged)?;
        problems = diagnose(&HostFacts::read(&cache_dir()).await, &needs);
    }
    match args.format {
        Form::Text => print_text(&facts.programs, &problems),
        Form::Json => print_json(
            SCHEMA,
            &Diagnosis {
                ready: problems.is_empty(),
                programs: &facts.programs,
                problems: &problems,
            },
        )?,
    }
    Ok(if problems.is_empty() {
        Exit::Green
    } else {
        Exit::NotJudged
    })
}

fn print_text(programs: &BTreeMap<String, String>, problems: &[Problem]) {
    for (program, version) in programs {
        output::line(&format!("{program:<12} {version}"));
    }
    if problems.is_empty() {
        output::line("this machine is ready");
    } else {
        output::line(&listed(problems));
    }
}
