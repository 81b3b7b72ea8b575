//! What all scenarios of a run share: [`RunContext`], set once before cucumber starts.

use std::{
    path::PathBuf,
    sync::{Arc, OnceLock},
    time::Duration,
};

use cucumber::gherkin;
use shall_cluster::{
    client::Clients,
    ledger::Ledger,
    stack::{Profile, S3Access},
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
    /// Image of the workload program.
    pub workload_image: String,
    /// Folder of the run's report, absolute.
    pub report_dir: PathBuf,
    /// What steps recorded and the writer has not yet written.
    pub registry: Arc<Registry>,
    /// Namespaces are kept where this is set.
    pub keep: bool,
}

/// Cucumber makes worlds without arguments, so what they share is kept here.
static CONTEXT: OnceLock<Arc<RunContext>> = OnceLock::new();

/// Sets what the scenarios share; answers whether it could, which it can once in a process.
pub(crate) fn set(context: Arc<RunContext>) -> bool {
    CONTEXT.set(context).is_ok()
}

/// What the scenarios share; `None` before the run has begun.
pub(crate) fn get() -> Option<Arc<RunContext>> {
    CONTEXT.get().cloned()
}

/// The key of a scenario, attempt 0: its feature's file, relative to the root, and its line.
pub(crate) fn scenario_key(feature: &gherkin::Feature, scenario: &gherkin::Scenario) -> ScenarioKey {
    let file = feature
        .path
        .as_deref()
        .map(|path| path.to_string_lossy().replace('\\', "/"))
        .unwrap_or_default();
    ScenarioKey {
        file,
        line: scenario.position.line,
        attempt: 0,
    }
}
