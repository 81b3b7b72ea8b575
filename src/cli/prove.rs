//! `shall prove`: each scenario's mutants applied, and whether it goes red for the stated reason.

use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::{command::Fault, output, run::exit_of_run};
use crate::{
    Console, Exit,
    config::{ClusterArgs, Config},
    prove::{ProveError, ProveOptions, prove as prove_all},
    shown::{Shown, ShownMutant},
};

/// What `prove` takes.
#[derive(Debug, Args)]
pub(crate) struct ProveArgs {
    /// Mutants to apply: files of `mutants`, without `.yaml`; all of them where nothing is said.
    mutants: Vec<String>,
    #[command(flatten)]
    cluster: ClusterArgs,
    /// How the result is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(crate) async fn prove(args: ProveArgs, console: Arc<Console>) -> Result<Exit, Fault> {
    let here = std::env::current_dir().map_err(Fault::usage)?;
    let options = ProveOptions {
        config: Config::load(&here, args.cluster)?,
        mutants: args.mutants,
    };
    let shown = prove_all(&options, console).await.map_err(fault)?;
    match args.format {
        Format::Json => {
            let document = serde_json::json!({ "schema": 1, "mutants": shown });
            output::line(&serde_json::to_string_pretty(&document).map_err(Fault::not_judged)?);
        }
        Format::Text => print(&shown),
    }
    Ok(exit(&shown))
}

fn print(shown: &[ShownMutant]) {
    for mutant in shown {
        output::line(&format!("{}: {}", mutant.mutant, mutant.about));
        for fault in &mutant.faults {
            output::line(&format!("  fault: {fault}"));
        }
        for scenario in &mutant.scenarios {
            output::line(&format!(
                "  {}: {}: {}",
                words(scenario.shown),
                scenario.file,
                scenario.scenario
            ));
            if scenario.shown != Shown::RedAsStated {
                output::line(&format!("    expected: {}", scenario.because));
            }
            if !scenario.observed.is_empty() {
                output::line(&format!("    observed: {}", scenario.observed));
            }
        }
    }
    let all: Vec<Shown> = shown.iter().flat_map(scenarios).collect();
    let red = all.iter().filter(|shown| **shown == Shown::RedAsStated).count();
    output::line(&format!(
        "{} mutants: {red} of {} scenarios went red for the stated reason",
        shown.len(),
        all.len()
    ));
}

const fn words(shown: Shown) -> &'static str {
    match shown {
        Shown::RedAsStated => "red as stated",
        Shown::StayedGreen => "STAYED GREEN",
        Shown::OtherReason => "red for another reason",
        Shown::NotGreenBefore => "not green without the mutant",
        Shown::NotTried => "not tried",
    }
}

fn scenarios(mutant: &ShownMutant) -> impl Iterator<Item = Shown> {
    mutant.scenarios.iter().map(|scenario| scenario.shown)
}

/// 1 where a scenario stayed green; 3 where nothing was shown of one; else 0.
fn exit(shown: &[ShownMutant]) -> Exit {
    let all: Vec<Shown> = shown.iter().flat_map(scenarios).collect();
    if all.contains(&Shown::StayedGreen) {
        Exit::Red
    } else if all.iter().all(|shown| *shown == Shown::RedAsStated) && !all.is_empty() {
        Exit::Green
    } else {
        Exit::NotJudged
    }
}

fn fault(error: ProveError) -> Fault {
    let exit = match &error {
        ProveError::Mutants(_) => Exit::Usage,
        ProveError::Nothing(_) => Exit::Nothing,
        ProveError::Run(run) => exit_of_run(run),
        ProveError::Proofs(_) | ProveError::NotMended { .. } => Exit::NotJudged,
    };
    Fault {
        exit,
        error: error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown::ShownScenario;

    fn mutant(shown: &[Shown]) -> ShownMutant {
        let scenarios = shown.iter().map(|shown| ShownScenario {
            file: "a.feature".to_owned(),
            scenario: "A".to_owned(),
            shown: *shown,
            because: "b".to_owned(),
            observed: String::new(),
        });
        ShownMutant {
            mutant: "m".to_owned(),
            about: "x".to_owned(),
            faults: Vec::new(),
            run: None,
            scenarios: scenarios.collect(),
        }
    }

    #[test]
    fn a_scenario_that_stays_green_is_worse_than_one_of_which_nothing_was_shown() {
        let all = [Shown::RedAsStated, Shown::NotTried, Shown::StayedGreen];
        assert_eq!(exit(&[mutant(&all)]), Exit::Red);
        assert_eq!(exit(&[mutant(&all[..2])]), Exit::NotJudged);
        assert_eq!(exit(&[mutant(&all[..1])]), Exit::Green);
        assert_eq!(exit(&[]), Exit::NotJudged, "nothing shown is never green");
    }
}
