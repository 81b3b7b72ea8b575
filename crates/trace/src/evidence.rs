//! The evidence file: JSON Lines of [`Record`], the only thing that running and reporting share.
//!
//! A record is appended and synced for the plan and for each scenario's start, steps and end, so that
//! a killed run still reports what it saw. A scenario with a start and no end was interrupted.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shall_spec::Unit;

use crate::planned::{Plan, ScenarioKey};

/// Version of the record format that this crate writes and reads.
pub const SCHEMA: u32 = 1;

/// One line of the evidence file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "snake_case")]
pub enum Record {
    /// First line: what runs, on what.
    RunStarted(RunStarted),
    /// How long a part of bringing the stack up took.
    Phase(Phase),
    /// The specification and the scenarios as they were when the run began.
    Plan(Plan),
    /// A scenario began.
    ScenarioStarted(ScenarioStarted),
    /// A step ended, with what it recorded.
    Step(StepRecord),
    /// A scenario ended, its hooks included.
    ScenarioFinished(ScenarioFinished),
    /// Manifests of another profile were sent to the API server, which ran none of them.
    Validated(ValidatedProfile),
    /// Last line.
    RunFinished(RunFinished),
}

/// What runs, on what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunStarted {
    /// Version of this format; see [`SCHEMA`].
    pub schema: u32,
    /// Identifier of the run, also the name of its report folder.
    pub run: String,
    /// When it began.
    pub at: Timestamp,
    /// Version of `shall`.
    pub shall: String,
    /// Commit of the working tree, with `-dirty` where it has changes; `None` outside a repository.
    pub commit: Option<String>,
    /// Backend and engine, such as `kind` and `podman`.
    pub backend: String,
    /// Container engine that holds the nodes; `None` for an existing cluster.
    pub engine: Option<String>,
    /// Name of the cluster.
    pub cluster: String,
    /// Kubernetes version that the API server reports.
    pub kubernetes: String,
    /// Number of nodes.
    pub nodes: usize,
    /// Name of the profile.
    pub profile: String,
    /// What is installed.
    pub components: Vec<ComponentVersion>,
    /// Products that the documents ask for and another product stands in for.
    pub stand_ins: Vec<StandIn>,
    /// Client clock minus API server clock, as an interval in seconds (lower, upper).
    pub clock_offset_s: Option<(f64, f64)>,
}

/// One installed product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComponentVersion {
    /// Component's name in the profile, such as `velero`.
    pub component: String,
    /// Its version.
    pub version: String,
    /// The images it runs.
    pub images: Vec<ImageOrigin>,
    /// Differences to upstream's manifest that could not be avoided, one line each.
    pub patches: Vec<String>,
}

/// Where an image came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImageOrigin {
    /// Full reference.
    pub reference: String,
    /// `built` (by us, from the module named) or `pulled`.
    pub origin: String,
    /// Go module, Debian suite or crate it was built from.
    pub module: Option<String>,
    /// Version of that module.
    pub version: Option<String>,
    /// Checksum of that module as in `go.sum`.
    pub sum: Option<String>,
}

/// A product that judges criteria of another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StandIn {
    /// The product that the document asks for; equals a criterion's subject.
    pub subject: String,
    /// The product that runs in its place.
    pub component: String,
    /// Why.
    pub reason: String,
}

/// A profile whose manifests were sent to the API server, which checked them and ran none. It judges nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValidatedProfile {
    /// Its name, such as `upstream`.
    pub profile: String,
    /// What it is for.
    pub description: String,
    /// What it consists of.
    pub components: Vec<ValidatedComponent>,
    /// Each refused object with the API server's message; empty where it accepts all.
    pub refused: Vec<String>,
    /// What the API server said to one of the objects with a field that does not exist.
    pub canary: String,
}

impl ValidatedProfile {
    /// How many objects were sent.
    #[must_use]
    pub fn objects(&self) -> u64 {
        self.components.iter().map(|component| component.objects).sum()
    }
}

/// One product of a validated profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValidatedComponent {
    /// Its name in the profile, such as `seaweedfs`.
    pub component: String,
    /// Its version.
    pub version: String,
    /// Where its manifests come from.
    pub source: String,
    /// How many objects it has.
    pub objects: u64,
    /// How many of them were created for the time of the check: definitions and namespaces that were missing.
    pub created: u64,
}

/// A part of bringing the stack up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Phase {
    /// `images`, `cluster`, `load`, `stack` or `scenarios`.
    pub phase: String,
    /// The image or component, where it is about one.
    pub item: Option<String>,
    /// When it began.
    pub at: Timestamp,
    /// How long it took.
    pub duration_ms: u64,
}

/// A scenario began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScenarioStarted {
    /// Which one.
    pub scenario: ScenarioKey,
    /// When.
    pub at: Timestamp,
}

/// A step ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepRecord {
    /// Whose step.
    pub scenario: ScenarioKey,
    /// Position within the scenario, background first, counted from 0; hooks have `None`.
    pub index: Option<usize>,
    /// `Given`, `When`, `Then`, or `before` and `after` for hooks. `And` is resolved.
    pub keyword: String,
    /// The step's text.
    pub text: String,
    /// When it began.
    pub at: Timestamp,
    /// How long it took.
    pub duration_ms: u64,
    /// How it ended.
    pub outcome: StepOutcome,
    /// The comparisons that it recorded.
    pub checks: Vec<Check>,
    /// The values that it measured.
    pub measurements: Vec<Measurement>,
    /// What it saw that is worth keeping, one line each: object names, transitions.
    pub notes: Vec<String>,
}

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum StepOutcome {
    /// It returned without an error and every check in it was met.
    Passed,
    /// A check in it was not met.
    Failed {
        /// The check that failed, or the step's message.
        message: String,
        /// The most likely cause, where diagnostics found one.
        cause: Option<String>,
    },
    /// It could not do what it says, so nothing was judged.
    Errored {
        /// What went wrong.
        message: String,
        /// The most likely cause, where diagnostics found one.
        cause: Option<String>,
    },
    /// An earlier step ended the scenario, or no step definition matches.
    Skipped,
}

/// One comparison of an observed with an expected value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// What was compared, such as `phase of PersistentVolumeClaim data`.
    pub subject: String,
    /// The value expected.
    pub expected: String,
    /// The value observed.
    pub observed: String,
    /// Whether they agree.
    pub met: bool,
    /// How many things were looked at (files, volumes, lines, objects); 0 makes the check hollow.
    pub examined: u64,
}

/// One measured value, as an interval that holds the true one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// Metric key of the budget it answers, such as `provisioning-duration`.
    pub metric: String,
    /// Lower end, in `unit`.
    pub lower: f64,
    /// Upper end, in `unit`; never below `lower`.
    pub upper: f64,
    /// Unit of both ends.
    pub unit: Unit,
    /// The event that it starts at and whose clock told.
    pub from: String,
    /// The event that it ends at and whose clock told.
    pub to: String,
    /// What the width of the interval comes from.
    pub bound: String,
}

/// A scenario ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScenarioFinished {
    /// Which one.
    pub scenario: ScenarioKey,
    /// When.
    pub at: Timestamp,
    /// From start to end, clean-up included.
    pub duration_ms: u64,
    /// Folder of its diagnostics, relative to the run's report folder; `None` where it passed.
    pub diagnostics: Option<String>,
    /// `true` where the run was stopped before its last step.
    pub interrupted: bool,
}

/// Something of the run's ledger that still existed after its end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Leak {
    /// Kind and name, such as `Namespace shall-01hx-3`.
    pub what: String,
    /// What keeps it, where that is known: finalizers, conditions.
    pub why: Option<String>,
}

/// The run ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunFinished {
    /// When.
    pub at: Timestamp,
    /// What was left behind; any makes the run red.
    pub leaks: Vec<Leak>,
    /// `true` where it was stopped by a signal.
    pub interrupted: bool,
    /// What kept the run from beginning or ending as it should, one line each.
    pub errors: Vec<String>,
}
