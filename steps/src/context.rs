//! What all scenarios of a run share: [`RunContext`], set while cucumber runs them.

use std::{
    num::NonZeroUsize,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use cucumber::gherkin;
use shall_cluster::{
    client::Clients,
    containers::ContainerHost,
    engine::Engine,
    ledger::Ledger,
    stack::{Profile, S3Access, StackContext},
    stats::MemorySampler,
};
use shall_trace::{Plan, ScenarioKey};

use crate::recorder::Registry;

/// Hears how the scenarios go on; the command line shows it.
pub trait ScenarioProgress: Send + Sync {
    /// A scenario began.
    fn started(&self, key: &ScenarioKey, name: &str);
    /// A step of it began.
    fn step(&self, key: &ScenarioKey, text: &str);
    /// It ended; `passed` says whether every step did.
    fn finished(&self, key: &ScenarioKey, passed: bool, took: Duration);
}

/// What all scenarios of a run share.
pub struct RunContext {
    /// The run's identifier; part of every name that it creates.
    pub run: String,
    /// Clients of the cluster under test.
    pub clients: Clients,
    /// What the run created.
    pub ledger: Arc<Ledger>,
    /// The criteria and scenarios of the run.
    pub plan: Plan,
    /// What makes the stack.
    pub profile: Profile,
    /// How to reach the stack's S3 server.
    pub s3: S3Access,
    /// Where the stack's manifests are and what opens the encrypted ones.
    pub stack: StackContext,
    /// Image of the workload program.
    pub workload_image: String,
    /// Folder of the run's report, absolute.
    pub report_dir: PathBuf,
    /// What steps recorded and the writer has not yet written.
    pub registry: Arc<Registry>,
    /// Namespaces are kept where this is set.
    pub keep: bool,
    /// Scenarios that run at the same time, those tagged `@serial` apart.
    pub concurrency: NonZeroUsize,
    /// Containers beside the cluster, started when a scenario asks for them.
    pub containers: ContainerHost,
    /// The engine that holds the nodes; `None` for a cluster that exists.
    pub engine: Option<Engine>,
    /// What the storage component's pods use, sampled over the run.
    pub memory: MemorySampler,
}

/// Cucumber makes worlds without arguments, so what they share is kept here while a run is under way.
static CONTEXT: Mutex<Option<Arc<RunContext>>> = Mutex::new(None);

/// What the scenarios share is set as long as this is held.
#[must_use = "the context is taken away when this is dropped"]
pub(crate) struct ContextGuard(());

impl Drop for ContextGuard {
    fn drop(&mut self) {
        *lock() = None;
    }
}

/// Sets what the scenarios share; `None` where another run of this process is under way.
pub(crate) fn set(context: Arc<RunContext>) -> Option<ContextGuard> {
    let mut current = lock();
    if current.is_some() {
        return None;
    }
    *current = Some(context);
    Some(ContextGuard(()))
}

/// What the scenarios share; `None` outside a run.
pub(crate) fn get() -> Option<Arc<RunContext>> {
    lock().clone()
}

/// A panic elsewhere cannot leave half a context behind: it is replaced whole.
fn lock() -> MutexGuard<'static, Option<Arc<RunContext>>> {
    CONTEXT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Begins the tag by which a repeated scenario carries which repetition it is; no feature can hold a tag with a space.
const REPETITION: &str = "repetition ";

/// The scenario as one of its repetitions.
pub(crate) fn repeated(mut scenario: gherkin::Scenario, repetition: usize) -> gherkin::Scenario {
    if repetition > 0 {
        scenario.tags.push(format!("{REPETITION}{repetition}"));
    }
    scenario
}

/// The key of a scenario, attempt 0: its feature's file, relative to the root, its line, and which repetition it is.
pub(crate) fn scenario_key(feature: &gherkin::Feature, scenario: &gherkin::Scenario) -> ScenarioKey {
    let file = feature
        .path
        .as_deref()
        .map(|path| path.to_string_lossy().replace('\\', "/"))
        .unwrap_or_default();
    let repetition = scenario
        .tags
        .iter()
        .find_map(|tag| tag.strip_prefix(REPETITION)?.parse().ok());
    ScenarioKey {
        repetition: repetition.unwrap_or(0),
        ..ScenarioKey::new(file, scenario.position.line)
    }
}
