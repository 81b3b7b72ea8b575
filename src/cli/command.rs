//! [`main`]: the subcommands and what they share.

use std::{ffi::OsString, process::ExitCode, sync::Arc};

use clap::{Parser, Subcommand, error::ErrorKind};

use super::{check, cleanup, doctor, down, explain, list, output, plan, prove, report, run, scaffold, up};
use crate::{Exit, config::ConfigError, progress::Console};

/// Acceptance runner for Kubernetes platforms: what a stack shall do, shown on a real cluster.
#[derive(Debug, Parser)]
#[command(name = "shall", version, about, after_help = AFTER_HELP, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// Shown below every help text.
const AFTER_HELP: &str = "\
Exit codes: 0 every selected scenario passed · 1 failed, flaky or suspect · 2 usage or configuration ·
3 could not judge · 4 nothing was selected · 130 interrupted.
Variables: SHALL_INSTALL=yes consents to installing missing host tools; every flag of the cluster has a SHALL_ variable.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Reads specification and features and reports every fault; needs no cluster.
    Check(check::CheckArgs),
    /// Explains a rule of `check`, or lists all rules.
    Explain(explain::ExplainArgs),
    /// Lists the criteria of the specification.
    List(list::ListArgs),
    /// Shows which scenarios would run, what each proves and what is uncovered.
    Plan(plan::PlanArgs),
    /// Writes feature skeletons for criteria that no scenario proves.
    Scaffold(scaffold::ScaffoldArgs),
    /// Checks this machine and names the command that mends each problem.
    Doctor(doctor::DoctorArgs),
    /// Creates or reuses the cluster and installs the profile's components.
    Up(up::UpArgs),
    /// Removes the cluster that `up` created.
    Down(down::DownArgs),
    /// Brings the stack up, runs the scenarios and writes the report.
    Run(run::RunArgs),
    /// Applies the mutants and shows that their scenarios go red for the stated reason.
    Prove(prove::ProveArgs),
    /// Writes a run's reports again from its evidence.
    Report(report::ReportArgs),
    /// Undoes what a killed run left, from its ledger.
    Cleanup(cleanup::CleanupArgs),
}

/// Parses the arguments, runs the subcommand and returns its exit code.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    // Both TLS users (kube and S3) take the process-wide provider; the error says that one is already there.
    let _already_there = rustls::crypto::ring::default_provider().install_default();
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            let shown = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            let _unwritable = error.print();
            return if shown { Exit::Green.into() } else { Exit::Usage.into() };
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            output::fault(&error);
            return Exit::NotJudged.into();
        }
    };
    runtime.block_on(dispatch(cli.command)).into()
}

async fn dispatch(command: Command) -> Exit {
    let console = Arc::new(Console::default());
    let ended = match command {
        Command::Check(args) => check::check(&args),
        Command::Explain(args) => explain::explain(&args),
        Command::List(args) => list::list(&args),
        Command::Plan(args) => plan::plan(&args),
        Command::Scaffold(args) => scaffold::scaffold(&args),
        Command::Doctor(args) => doctor::doctor(args).await,
        Command::Up(args) => up::up(args, console).await,
        Command::Down(args) => down::down(args, console).await,
        Command::Run(args) => run::run(args, console).await,
        Command::Prove(args) => prove::prove(args, console).await,
        Command::Report(args) => report::report(&args),
        Command::Cleanup(args) => cleanup::cleanup(args, console).await,
    };
    ended.unwrap_or_else(|fault| {
        output::fault(fault.error.as_ref());
        fault.exit
    })
}

/// Why a command ended early, with its exit code.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) exit: Exit,
    pub(crate) error: Box<dyn std::error::Error>,
}

impl Fault {
    /// A fault of the command line, the configuration, a specification or a feature.
    pub(crate) fn usage(error: impl Into<Box<dyn std::error::Error>>) -> Self {
        Self {
            exit: Exit::Usage,
            error: error.into(),
        }
    }

    /// A fault of the machine, the cluster or the harness.
    pub(crate) fn not_judged(error: impl Into<Box<dyn std::error::Error>>) -> Self {
        Self {
            exit: Exit::NotJudged,
            error: error.into(),
        }
    }
}

impl From<ConfigError> for Fault {
    fn from(error: ConfigError) -> Self {
        Self::usage(error)
    }
}
