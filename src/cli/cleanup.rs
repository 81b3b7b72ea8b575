//! `shall cleanup`: undoes what killed runs left, from their ledgers.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use clap::Args;
use serde::Serialize;
use shall_cluster::{
    CleanUp,
    backend::StateDir,
    client::Clients,
    engine::EngineUndo,
    ledger::{Held, Ledger, Leftover, Place, RunLedger, find_runs, leaks},
    progress::Progress,
    stack::S3Access,
};

use super::{
    command::Fault,
    form::{Form, print_json},
    output,
};
use crate::{
    Console, Exit,
    config::{ClusterArgs, Config},
    interrupted::undo_of_engine,
    up::{UpError, existing_cluster},
};

/// For everything that one run left.
const UNDONE: Duration = Duration::from_mins(10);

/// Version of the JSON form, `docs/schema/cleanup-v1.schema.json`.
const SCHEMA: u32 = 1;

/// What `cleanup` takes.
#[derive(Debug, Args)]
pub(crate) struct CleanupArgs {
    #[command(flatten)]
    cluster: ClusterArgs,
    /// Only this run.
    #[arg(long)]
    run: Option<String>,
    /// Only runs that began at least so long ago, such as `2h`.
    #[arg(long, value_parser = humantime::parse_duration, default_value = "0s")]
    older_than: Duration,
    /// Takes finalizers off what does not go.
    #[arg(long)]
    force_finalizers: bool,
    /// How the result is printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Form,
}

/// What was done.
#[derive(Serialize)]
struct Cleaned {
    runs: Vec<CleanedRun>,
    /// Ledgers that could not be read, with the reason.
    unreadable: Vec<String>,
}

/// One run that had left something.
#[derive(Serialize)]
struct CleanedRun {
    run: String,
    /// How many things it held.
    held: usize,
    /// Whether its cluster is gone, and everything with it.
    cluster_gone: bool,
    /// What could not be undone.
    left: Vec<Leftover>,
}

pub(crate) async fn cleanup(args: CleanupArgs, console: Arc<Console>) -> Result<Exit, Fault> {
    let here = std::env::current_dir().map_err(Fault::usage)?;
    let config = Config::load(&here, args.cluster.clone())?;
    let state = StateDir::find().ok_or_else(|| Fault::usage("no folder for ledgers is known"))?;
    let found = find_runs(&state.runs(), args.older_than).map_err(Fault::not_judged)?;
    let mut exit = Exit::Green;
    for error in &found.unreadable {
        output::fault(error);
        exit = Exit::NotJudged;
    }
    let wanted = |run: &RunLedger| args.run.as_ref().is_none_or(|wanted| *wanted == run.run);
    let runs: Vec<RunLedger> = found
        .runs
        .into_iter()
        .filter(|run| wanted(run) && !run.in_use)
        .collect();
    let mut cleaned = Vec::new();
    if !runs.is_empty() {
        let mut clusters = Clusters::new(config, console);
        for run in runs {
            let clients = match clusters.clients(run.place.as_ref()).await {
                Ok(clients) => clients,
                Err(error) => {
                    // Its ledger stays, and the other runs are undone.
                    output::fault(&error);
                    exit = Exit::NotJudged;
                    continue;
                }
            };
            let done = clean(&run, clients, args.force_finalizers).await?;
            if args.format == Form::Text {
                print_text(&done);
            }
            cleaned.push(done);
        }
    }
    if cleaned.iter().any(|run| !run.left.is_empty()) {
        exit = Exit::NotJudged;
    }
    let unreadable: Vec<String> = found.unreadable.iter().map(ToString::to_string).collect();
    match args.format {
        Form::Text if cleaned.is_empty() && unreadable.is_empty() => output::line("no run has left anything"),
        Form::Text => {}
        Form::Json => print_json(
            SCHEMA,
            &Cleaned {
                runs: cleaned,
                unreadable,
            },
        )?,
    }
    Ok(exit)
}

fn print_text(run: &CleanedRun) {
    let (name, held) = (&run.run, run.held);
    for leftover in &run.left {
        output::line(&format!("run {name}: {leftover}"));
    }
    if run.cluster_gone && run.left.is_empty() {
        output::line(&format!(
            "run {name}: its cluster is gone, and with it the {held} things that it held"
        ));
    } else if run.left.is_empty() {
        output::line(&format!("run {name}: {held} things are undone, nothing is left"));
    }
}

/// The clusters of runs, each connected to once. A ledger that names none is of the configuration's.
struct Clusters {
    config: Config,
    console: Arc<Console>,
    connected: BTreeMap<Place, Option<Clients>>,
}

impl Clusters {
    fn new(config: Config, console: Arc<Console>) -> Self {
        Self {
            config,
            console,
            connected: BTreeMap::new(),
        }
    }

    /// Clients of the cluster; `None` where it does not exist any more.
    async fn clients(&mut self, place: Option<&Place>) -> Result<Option<&Clients>, UpError> {
        let config = place.and_then(|place| self.config.at(place));
        let config = config.unwrap_or_else(|| self.config.clone());
        let place = config.place();
        if !self.connected.contains_key(&place) {
            let clients = existing_cluster(&config, Arc::clone(&self.console) as Arc<dyn Progress>).await?;
            self.connected.insert(place.clone(), clients);
        }
        Ok(self.connected.get(&place).and_then(Option::as_ref))
    }
}

/// Undoes one run. Without a cluster its objects are gone with it; what it made of the engine is not.
async fn clean(run: &RunLedger, clients: Option<&Clients>, force_finalizers: bool) -> Result<CleanedRun, Fault> {
    let done = |cluster_gone, left| CleanedRun {
        run: run.run.clone(),
        held: run.held,
        cluster_gone,
        left,
    };
    let ledger = Ledger::reopen(&run.path).map_err(Fault::not_judged)?;
    let Some(clients) = clients else {
        let left = undo_of_engine(&ledger, &EngineUndo::default(), UNDONE).await;
        let is_inside = |held: &Held| !EngineUndo::takes(&held.entry);
        for held in ledger.held().into_iter().filter(is_inside) {
            ledger.undone(held.id).map_err(Fault::not_judged)?;
        }
        if left.is_empty() {
            ledger.close().map_err(Fault::not_judged)?;
        }
        return Ok(done(true, left));
    };
    let client = clients.patient.clone();
    let clean_up = CleanUp {
        client: client.clone(),
        s3: S3Access::read(&client).await.ok(),
        deadline: UNDONE,
        force_finalizers,
    };
    let mut left = clean_up.undo(&ledger, |_held| true).await;
    left.extend(leaks(&client, &ledger).await.map_err(Fault::not_judged)?);
    if left.is_empty() {
        ledger.close().map_err(Fault::not_judged)?;
    }
    Ok(done(false, left))
}
