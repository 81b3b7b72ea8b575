//! Runs the scenarios of a plan on cucumber: [`run_scenarios`].
//!
//! The plan has already decided what runs; cucumber never sees the rest, so that its own filters, which
//! pass where nothing matches, are not used.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::{Path, PathBuf},
    sync::Arc,
};

use cucumber::{
    Cucumber, World as _,
    feature::Ext as _,
    gherkin::{self, StepType},
    parser, runner,
};
use futures::{FutureExt as _, StreamExt as _, stream};
use shall_trace::{PlannedScenario, ScenarioKey};

use crate::{EvidenceWriter, RunContext, World, cleanup, context, writer::Shared};

/// Why the scenarios could not be run.
#[derive(Debug, thiserror::Error)]
pub enum RunnerError {
    /// A feature file of the plan could not be read again.
    #[error("`{file}` could not be read")]
    Feature {
        /// The file.
        file: PathBuf,
        /// Why.
        #[source]
        source: Box<gherkin::ParseFileError>,
    },
    /// The examples of an outline do not fill its steps.
    #[error("`{file}`: {message}")]
    Outline {
        /// The file.
        file: PathBuf,
        /// What is missing.
        message: String,
    },
    /// A scenario of the plan is not in its file any more.
    #[error("`{file}:{line}` holds no scenario (hint: the file was changed while the run began)")]
    Vanished {
        /// The file.
        file: String,
        /// The line.
        line: usize,
    },
    /// Another run of this process is under way.
    #[error("another run of this process is under way")]
    SecondRun,
}

/// How the scenarios ended, beside what the evidence says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct RunnerOutcome {
    /// `true` where the run was stopped before its last scenario.
    pub interrupted: bool,
    /// What kept records from being written, one line each.
    pub errors: Vec<String>,
}

/// Gives cucumber the features that were chosen, read and expanded before.
struct Chosen(Vec<gherkin::Feature>);

impl parser::Parser<()> for Chosen {
    type Cli = cucumber::cli::Empty;
    type Output = stream::BoxStream<'static, parser::Result<gherkin::Feature>>;

    fn parse(self, _input: (), _cli: Self::Cli) -> Self::Output {
        stream::iter(self.0.into_iter().map(Ok)).boxed()
    }
}

/// Runs every scenario of the context's plan that is not marked as not run, and writes their evidence.
///
/// `stopped` ends the run early: scenarios that have begun are collected and cleaned up by the caller
/// through the ledger.
///
/// # Errors
///
/// When the features cannot be read, or another run of this process is under way.
pub async fn run_scenarios(
    context: RunContext,
    root: &Path,
    writer: EvidenceWriter,
    stopped: impl Future<Output = ()>,
) -> Result<RunnerOutcome, RunnerError> {
    let features = chosen_features(root, &context.plan.scenarios)?;
    let context = Arc::new(context);
    let _until_the_end = context::set(Arc::clone(&context)).ok_or(RunnerError::SecondRun)?;
    let runner = runner::Basic::<World>::default()
        .steps(World::collection())
        .max_concurrent_scenarios(context.concurrency.get())
        .before(|feature, _rule, scenario, world| {
            world.begin(feature, scenario);
            futures::future::ready(()).boxed_local()
        })
        .after(|_feature, _rule, _scenario, finished, world| cleanup::after_scenario(finished, world).boxed_local());
    let shared = Shared::new(writer);
    let run = Cucumber::<_, _, (), _, _>::custom(Chosen(features), runner, shared.clone())
        .with_default_cli()
        .run(());
    let interrupted = tokio::select! {
        _writer = run => false,
        () = stopped => true,
    };
    let mut writer = shared.lock().await;
    if interrupted {
        writer.close();
    }
    Ok(RunnerOutcome {
        interrupted,
        errors: std::mem::take(&mut writer.errors),
    })
}

/// The features of the plan with only the scenarios that run, outlines expanded.
fn chosen_features(root: &Path, scenarios: &[PlannedScenario]) -> Result<Vec<gherkin::Feature>, RunnerError> {
    let mut chosen: BTreeMap<&str, Vec<&ScenarioKey>> = BTreeMap::new();
    for scenario in scenarios.iter().filter(|scenario| scenario.not_run.is_none()) {
        chosen.entry(&scenario.key.file).or_default().push(&scenario.key);
    }
    let mut features = Vec::new();
    for (file, keys) in chosen {
        let mut feature = read_feature(root, file)?;
        let found: Vec<gherkin::Scenario> = std::mem::take(&mut feature.scenarios);
        for key in keys {
            let scenario = found.iter().find(|scenario| scenario.position.line == key.line);
            let scenario = scenario.ok_or_else(|| RunnerError::Vanished {
                file: file.to_owned(),
                line: key.line,
            })?;
            feature
                .scenarios
                .push(context::repeated(scenario.clone(), key.repetition));
        }
        features.push(feature);
    }
    Ok(features)
}

fn read_feature(root: &Path, file: &str) -> Result<gherkin::Feature, RunnerError> {
    let path = root.join(file);
    let feature =
        gherkin::Feature::parse_path(&path, gherkin::GherkinEnv::default()).map_err(|source| RunnerError::Feature {
            file: path.clone(),
            source: Box::new(source),
        })?;
    let expanded = feature.expand_examples();
    let mut feature = expanded.map_err(|error| RunnerError::Outline {
        file: path,
        message: error.to_string(),
    })?;
    feature.path = Some(PathBuf::from(file));
    Ok(feature)
}

/// The steps of the features that no step definition, or more than one, matches: file, line and text.
///
/// # Errors
///
/// When a feature cannot be read.
pub fn unmatched_steps(
    root: &Path,
    scenarios: &[PlannedScenario],
) -> Result<Vec<(String, usize, String)>, RunnerError> {
    let steps = World::collection();
    let mut unmatched = Vec::new();
    // Most steps stand in many scenarios, and trying every definition is what costs.
    let mut known: HashMap<(StepType, String), bool> = HashMap::new();
    let files: BTreeSet<&str> = scenarios.iter().map(|scenario| scenario.key.file.as_str()).collect();
    for file in files {
        let feature = read_feature(root, file)?;
        let background = feature.background.iter().flat_map(|background| &background.steps);
        for step in background.chain(feature.scenarios.iter().flat_map(|scenario| &scenario.steps)) {
            let key = (step.ty, step.value.clone());
            if !*known
                .entry(key)
                .or_insert_with(|| matches!(steps.find(step), Ok(Some(_))))
            {
                unmatched.push((file.to_owned(), step.position.line, step.value.clone()));
            }
        }
    }
    unmatched.dedup();
    Ok(unmatched)
}
