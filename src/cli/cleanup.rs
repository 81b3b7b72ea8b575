//! `shall cleanup`: undoes what killed runs left, from their ledgers.

use std::{sync::Arc, time::Duration};

use clap::Args;
use shall_cluster::{
    backend::StateDir,
    client::Clients,
    ledger::{Ledger, RunLedger, Undo, Undoing, find_runs, leaks, undo},
    stack::S3Access,
    velero::StackUndo,
};

use super::{command::Fault, output};
use crate::{
    Console, Exit,
    config::{ClusterArgs, Config},
    up::existing_cluster,
};

/// For everything that one run left.
const UNDONE: Duration = Duration::from_mins(10);

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
    if runs.is_empty() {
        if found.unreadable.is_empty() {
            output::line("no run has left anything");
        }
        return Ok(exit);
    }
    let clients = existing_cluster(&config, console).await.map_err(Fault::not_judged)?;
    for run in runs {
        if !clean(&run, clients.as_ref(), args.force_finalizers).await? {
            exit = Exit::NotJudged;
        }
    }
    Ok(exit)
}

/// Undoes one run; answers whether nothing is left. Without a cluster its objects are gone with it.
async fn clean(run: &RunLedger, clients: Option<&Clients>, force_finalizers: bool) -> Result<bool, Fault> {
    let ledger = Ledger::reopen(&run.path).map_err(Fault::not_judged)?;
    let Some(clients) = clients else {
        for held in ledger.held() {
            ledger.undone(held.id).map_err(Fault::not_judged)?;
        }
        ledger.close().map_err(Fault::not_judged)?;
        output::line(&format!(
            "run {}: its cluster is gone, and with it the {} things that it held",
            run.run, run.held
        ));
        return Ok(true);
    };
    let client = clients.patient.clone();
    let s3 = S3Access::read(&client).await.ok();
    let outside = StackUndo::new(client.clone(), s3);
    let outside: [&dyn Undo; 1] = [&outside];
    let with = Undoing {
        client: Some(client.clone()),
        outside: &outside,
        deadline: UNDONE,
        force_finalizers,
    };
    let mut left = undo(&ledger, &with).await;
    left.extend(leaks(&client, &ledger).await.map_err(Fault::not_judged)?);
    for leftover in &left {
        output::line(&format!("run {}: {leftover}", run.run));
    }
    if left.is_empty() {
        output::line(&format!(
            "run {}: {} things are undone, nothing is left",
            run.run, run.held
        ));
        ledger.close().map_err(Fault::not_judged)?;
    }
    Ok(left.is_empty())
}
