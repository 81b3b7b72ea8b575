//! Showing that scenarios can fail: without a fault they pass, under each mutant they go red for the stated reason.

use std::{num::NonZeroUsize, sync::Arc, time::Duration};

use jiff::Zoned;
use shall_cluster::{
    ledger::EntryId,
    probe::{FaultSpec, put_in, restart_again},
    progress::Progress,
    stack::{StackError, install},
};
use shall_trace::{JudgedRun, NotRunReason, Plan};

use crate::{
    Console,
    config::Config,
    mutant::{Mutant, MutantErrors, Red, RedVerdict, read_mutants},
    project::{capabilities, read_project},
    proofs::{ProofEntry, Proofs, ProofsError, criteria_of},
    run::{CONCURRENCY, Run, RunError, RunOptions, stop_signal},
    select::SelectArgs,
    shown::{Shown, ShownMutant, shown},
    up::{Live, enter_container_environment, up},
};

/// For a change to take, and for what it touches to be there again afterwards.
const TAKEN: Duration = Duration::from_mins(3);
/// Stands in a manifest for the reference of the workload image.
const WORKLOAD_IMAGE: &str = "$(workload-image)";

/// Why nothing could be proven.
#[derive(Debug, thiserror::Error)]
pub enum ProveError {
    /// The mutants have faults; no cluster was touched.
    #[error(transparent)]
    Mutants(#[from] MutantErrors),
    /// No mutant is chosen; no cluster was touched.
    #[error("no mutant is chosen{}\n(hint: the mutants are the files of `{}`)", wanted(.0), crate::mutant::FOLDER)]
    Nothing(Vec<String>),
    /// A run could not be begun or ended.
    #[error(transparent)]
    Run(#[from] RunError),
    /// What was shown cannot be kept.
    #[error(transparent)]
    Proofs(#[from] ProofsError),
    /// The stack did not come back after a mutant.
    #[error("the stack is not ready again after mutant `{mutant}`")]
    NotMended {
        /// The mutant.
        mutant: String,
        /// Why.
        #[source]
        source: Box<StackError>,
    },
}

fn wanted(names: &[String]) -> String {
    if names.is_empty() {
        String::new()
    } else {
        format!(": none is called {}", names.join(" or "))
    }
}

/// What is to be proven.
#[derive(Debug, Clone)]
pub struct ProveOptions {
    /// Where and on what.
    pub config: Config,
    /// Names of mutants; all of them where it is empty.
    pub mutants: Vec<String>,
}

/// Runs the scenarios of the chosen mutants once as they are and once under each mutant, and keeps what was shown in
/// `shall.proofs.toml`.
///
/// # Errors
///
/// When nothing can be run or the stack does not come back. What a mutant shows is in the answer, not an error.
pub async fn prove(options: &ProveOptions, console: Arc<Console>) -> Result<Vec<ShownMutant>, ProveError> {
    let config = &options.config;
    let project = read_project(config, &SelectArgs::default(), &capabilities(config));
    let (plan, _warnings) = project.map_err(RunError::from)?;
    let mutants = chosen(read_mutants(&config.root, &plan)?, &options.mutants).map_err(ProveError::Nothing)?;
    let mut proofs = Proofs::read(&config.root)?;
    let progress = Arc::clone(&console) as Arc<dyn Progress>;
    let all: Vec<&Red> = mutants.iter().flat_map(|mutant| &mutant.red).collect();
    let entered = enter_container_environment(config, &only(&plan, &all), &progress).await;
    entered.map_err(RunError::from)?;
    let live = up(config, progress).await;
    let proving = Proving {
        run: RunOptions {
            config: config.clone(),
            select: SelectArgs::default(),
            keep: false,
            down: false,
            repeat: NonZeroUsize::MIN,
            concurrency: CONCURRENCY,
        },
        live: live.map_err(RunError::from)?,
        plan,
        console,
    };
    let before = proving.without_fault(&all).await?;
    let mut shown = Vec::new();
    for mutant in &mutants {
        if before.interrupted {
            break;
        }
        let result = proving.under(mutant, &before).await?;
        keep(&mut proofs, &result, mutant, &proving.plan);
        proofs.write(&config.root)?;
        let interrupted = result.interrupted;
        shown.push(result.shown);
        if interrupted {
            break;
        }
    }
    Ok(shown)
}

/// The mutants of these names; the names that none has, where one is unknown or nothing is left.
fn chosen(mutants: Vec<Mutant>, names: &[String]) -> Result<Vec<Mutant>, Vec<String>> {
    let is_wanted = |mutant: &Mutant| names.is_empty() || names.contains(&mutant.name);
    let unknown: Vec<String> = names
        .iter()
        .filter(|name| !mutants.iter().any(|mutant| mutant.name == **name))
        .map(|name| format!("`{name}`"))
        .collect();
    let chosen: Vec<Mutant> = mutants.into_iter().filter(is_wanted).collect();
    if chosen.is_empty() || !unknown.is_empty() {
        return Err(unknown);
    }
    Ok(chosen)
}

/// Keeps what was shown, and drops what was shown earlier and is not so any more.
fn keep(proofs: &mut Proofs, under: &Under, mutant: &Mutant, plan: &Plan) {
    for (scenario, red) in under.shown.scenarios.iter().zip(&mutant.red) {
        match scenario.shown {
            Shown::RedAsStated if red.verdict == RedVerdict::Failed => proofs.note(ProofEntry {
                file: scenario.file.clone(),
                scenario: scenario.scenario.clone(),
                mutant: mutant.name.clone(),
                because: scenario.observed.clone(),
                on: Zoned::now().date(),
                steps: red.scenario.steps.clone(),
                criteria: criteria_of(plan, &red.scenario),
            }),
            Shown::StayedGreen | Shown::OtherReason => {
                proofs.forget(&scenario.file, &scenario.scenario, &mutant.name);
            }
            Shown::RedAsStated | Shown::NotGreenBefore | Shown::NotTried => {}
        }
    }
}

struct Proving {
    run: RunOptions,
    live: Live,
    plan: Plan,
    console: Arc<Console>,
}

/// A run under a mutant.
struct Under {
    shown: ShownMutant,
    interrupted: bool,
}

impl Proving {
    /// The scenarios as they are: one that does not pass now shows nothing by going red.
    async fn without_fault(&self, red: &[&Red]) -> Result<JudgedRun, ProveError> {
        let plan = only(&self.plan, red);
        let run = Run::begin(&self.run.config, &self.live, &plan).await?;
        let outcome = run.scenarios(&self.run, &self.live, plan, &self.console, &[]).await;
        Ok(run.end(&self.run, &self.live, outcome).await?.0)
    }

    /// The scenarios of a mutant under it. The fault is taken back before the run's own leavings are undone, which may
    /// need what the fault has taken away.
    async fn under(&self, mutant: &Mutant, before: &JudgedRun) -> Result<Under, ProveError> {
        let red: Vec<&Red> = mutant.red.iter().collect();
        let plan = only(&self.plan, &red);
        let run = Run::begin(&self.run.config, &self.live, &plan).await?;
        let id = run.id.clone();
        let faults = with_image(&mutant.faults, &self.live.workload_image);
        let taken = put_in(&self.live.clients.patient, &run.ledger, &faults, TAKEN).await;
        let listed: Vec<EntryId> = run.ledger.held().iter().map(|held| held.id).collect();
        let outcome = match &taken {
            Ok(_) => Some(
                run.scenarios(&self.run, &self.live, plan, &self.console, &mutant.containers)
                    .await,
            ),
            Err(_) => None,
        };
        let left = run.undo(&self.live, |held| listed.contains(&held.id)).await;
        for leak in &left {
            self.console
                .line(&format!("mutant `{}` is not taken back: {}", mutant.name, leak.what));
        }
        self.mend(mutant, &faults).await?;
        let judged = match outcome {
            Some(outcome) => Some(run.end(&self.run, &self.live, outcome).await?.0),
            None => None,
        };
        Ok(Under {
            interrupted: judged.as_ref().is_some_and(|judged| judged.interrupted),
            shown: shown(mutant, &taken, judged.as_ref().map(|judged| (id, judged)), before),
        })
    }

    /// Brings the stack back to what the profile says, and everything that was changed with it.
    async fn mend(&self, mutant: &Mutant, faults: &[FaultSpec]) -> Result<(), ProveError> {
        let client = &self.live.clients.patient;
        if let Err(error) = restart_again(client, faults, TAKEN).await {
            self.console.line(&format!("after mutant `{}`: {error}", mutant.name));
        }
        let progress = Arc::clone(&self.console) as Arc<dyn Progress>;
        let installed = tokio::select! {
            installed = install(client.clone(), &self.live.profile, &self.live.context, progress) => installed,
            () = stop_signal() => return Err(RunError::Stopped.into()),
        };
        installed.map(|_stack| ()).map_err(|source| ProveError::NotMended {
            mutant: mutant.name.clone(),
            source: Box::new(source),
        })
    }
}

/// The plan with only these scenarios to run.
fn only(plan: &Plan, red: &[&Red]) -> Plan {
    let mut plan = plan.clone();
    plan.filtered = true;
    for scenario in &mut plan.scenarios {
        if !red.iter().any(|red| red.scenario.key == scenario.key) {
            scenario.not_run.get_or_insert(NotRunReason::NotSelected);
        }
    }
    plan
}

/// The faults with the reference of the workload image in their manifests.
fn with_image(faults: &[FaultSpec], image: &str) -> Vec<FaultSpec> {
    let mut faults = faults.to_vec();
    for fault in &mut faults {
        if let FaultSpec::Apply { manifest, .. } = fault {
            replace_text(manifest, WORKLOAD_IMAGE, image);
        }
    }
    faults
}

fn replace_text(value: &mut serde_json::Value, from: &str, to: &str) {
    use serde_json::Value;
    match value {
        Value::String(text) => *text = text.replace(from, to),
        Value::Array(items) => items.iter_mut().for_each(|item| replace_text(item, from, to)),
        Value::Object(fields) => fields.values_mut().for_each(|field| replace_text(field, from, to)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests;
