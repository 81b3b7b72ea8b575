//! `shall run`: up, scenarios, report.

use std::{num::NonZeroUsize, sync::Arc};

use clap::Args;
use shall_cluster::backend::BackendError;
use shall_trace::{JudgedAttempt, JudgedRun, JudgedScenario, Mark};

use super::{
    command::Fault,
    form::{Form, print_json},
    output,
    rendered::{Rendered, is_trouble},
};
use crate::{
    Console, Exit, RunError, RunOptions,
    config::{ClusterArgs, Config},
    distribution::distribution,
    run::{CONCURRENCY, run as run_all},
    select::SelectArgs,
};

/// Version of the JSON form, `docs/schema/run-v1.schema.json`.
const SCHEMA: u32 = 1;

/// What `run` takes.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    cluster: ClusterArgs,
    #[command(flatten)]
    select: SelectArgs,
    /// Runs each scenario so often, each time a scenario of its own: for the distribution of times, and for what only
    /// fails now and then.
    #[arg(long, value_name = "N", default_value = "1")]
    repeat: NonZeroUsize,
    /// Scenarios that run at the same time, those tagged `@serial` apart.
    #[arg(long, env = "SHALL_CONCURRENCY", value_name = "N", default_value_t = CONCURRENCY)]
    concurrency: NonZeroUsize,
    /// Keeps what the scenarios made, for a look; `shall cleanup` removes it.
    #[arg(long)]
    keep: bool,
    /// Removes the cluster at the end; so does `CI=true`.
    #[arg(long)]
    down: bool,
    /// Ends with 1 where a criterion is uncovered or a scenario did not run.
    #[arg(long)]
    require_all: bool,
    /// How the result is printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Form,
}

pub(crate) async fn run(args: RunArgs, console: Arc<Console>) -> Result<Exit, Fault> {
    let here = std::env::current_dir().map_err(Fault::usage)?;
    let config = Config::load(&here, args.cluster)?;
    let in_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    let options = RunOptions {
        config,
        select: args.select,
        keep: args.keep,
        down: args.down || in_ci,
        repeat: args.repeat,
        concurrency: args.concurrency,
    };
    let (judged, page) = run_all(&options, console).await.map_err(fault)?;
    let rendered = Rendered::new(&judged, &page, args.require_all);
    match args.format {
        Form::Json => print_json(SCHEMA, &rendered)?,
        Form::Text => {
            if options.repeat > NonZeroUsize::MIN {
                output::line(&measured(&judged));
            }
            print(&judged, &rendered);
        }
    }
    Ok(Exit::of(judged.outcome(args.require_all)))
}

/// How what the repetitions measured spreads, upper ends of the intervals.
fn measured(judged: &JudgedRun) -> String {
    let attempts = judged.scenarios.iter().filter_map(JudgedScenario::last_attempt);
    let measurements = attempts.flat_map(JudgedAttempt::measurements);
    let values = measurements.map(|one| (one.metric.as_str(), one.upper, one.unit));
    distribution(values)
}

/// The result in a few lines: what did not pass with its cause, the counts, and the totals that CI reads.
fn print(judged: &JudgedRun, rendered: &Rendered) {
    for scenario in judged.scenarios.iter().filter(|scenario| is_trouble(scenario.verdict)) {
        let key = scenario.key();
        output::line(&format!("{} {key} {}", scenario.verdict, scenario.planned.name));
        let attempt = scenario.last_attempt();
        let findings = scenario
            .findings
            .iter()
            .chain(attempt.iter().flat_map(|attempt| &attempt.findings));
        for finding in findings {
            output::line(&format!("  {}", finding.text));
        }
        if let Some(cause) = attempt.and_then(|attempt| attempt.cause.as_ref()) {
            output::line(&format!("  most likely cause: {cause}"));
        }
    }
    for criterion in judged
        .criteria
        .iter()
        .filter(|criterion| criterion.has_mark(Mark::Suspect))
    {
        let id = &criterion.criterion.id;
        output::line(&format!(
            "suspect {id}: its sentence changed since it was accepted\n  (hint: `shall check` shows the words, `shall check --accept {id}` accepts them)"
        ));
    }
    for leak in &judged.leaks {
        output::line(&format!("leak: {}", leak.what));
    }
    for error in &judged.errors {
        output::line(&format!("error: {error}"));
    }
    output::line(&rendered.sentence);
    output::line(&format!(
        "{} passed, {} failed, {} skipped",
        rendered.passed, rendered.failed, rendered.skipped
    ));
    output::line(&rendered.page);
}

fn fault(error: RunError) -> Fault {
    Fault {
        exit: exit_of_run(&error),
        error: error.into(),
    }
}

/// The exit code of a run that gave no report.
pub(crate) fn exit_of_run(error: &RunError) -> Exit {
    match error {
        RunError::Project(_) | RunError::Up(crate::UpError::Profile(_)) => Exit::Usage,
        RunError::Nothing(_) => Exit::Nothing,
        RunError::Stopped => Exit::Interrupted,
        RunError::Up(up) => exit_of_up(up),
        RunError::Ledger(_) | RunError::Evidence(_) | RunError::Runner(_) | RunError::Render(_) => Exit::NotJudged,
    }
}

/// A context that must be named and was not is a fault of the command line; everything else of the machine.
fn exit_of_up(error: &crate::UpError) -> Exit {
    if matches!(error, crate::UpError::Backend(BackendError::ContextMissing { .. })) {
        Exit::Usage
    } else {
        Exit::NotJudged
    }
}
