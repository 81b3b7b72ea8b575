//! The evidence file: JSON Lines of [`Record`], the only thing that running and reporting share.
//!
//! A record is appended and synced for the plan and for each scenario's start, steps and end, so that
//! a killed run still reports what it saw. A scenario with a start and no end was interrupted.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shall_spec::{AcceptanceCriterion, CriterionId, Unit};

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

/// The specification and the scenarios as they were when the run began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Every criterion of the specification, covered or not.
    pub criteria: Vec<AcceptanceCriterion>,
    /// Every scenario of the features, those that will not run included.
    pub scenarios: Vec<PlannedScenario>,
    /// `true` where a tag or name filter chose among the scenarios.
    pub filtered: bool,
    /// What people and earlier runs decided about criteria; empty where there is nothing.
    #[serde(default)]
    pub review: Review,
}

/// What people and earlier runs decided about criteria.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Review {
    /// The sentence that each link was made to.
    pub pins: Vec<Pin>,
    /// Criteria that need not be shown for now.
    pub waivers: Vec<Waiver>,
    /// Scenarios that went red under a mutant, for the stated reason.
    pub proofs: Vec<Proof>,
}

/// The sentence that a link was made to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pin {
    /// The criterion.
    pub criterion: CriterionId,
    /// Its `hash` at that time; another one now makes it suspect.
    pub hash: String,
}

/// A criterion that need not be shown for now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Waiver {
    /// The criterion.
    pub criterion: CriterionId,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// When it ends; a run that begins later ignores it.
    pub expires: Timestamp,
}

/// A scenario that went red under a mutant, for the stated reason.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proof {
    /// Its feature file.
    pub file: String,
    /// Its title; lines move, titles are unique in their file.
    pub scenario: String,
    /// The criterion and the sentence's hash that it was shown for.
    pub pin: Pin,
}

/// What tells a scenario from every other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ScenarioKey {
    /// Feature file, `/` separators, relative to the root.
    pub file: String,
    /// Line of the scenario (or of the example row), counted from 1.
    pub line: usize,
    /// Which of its repetitions, counted from 1; 0 where it runs once.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub repetition: usize,
    /// Retry number; 0 is the first attempt.
    #[serde(default)]
    pub attempt: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl ScenarioKey {
    /// The first attempt of a scenario that runs once.
    #[must_use]
    pub fn new(file: impl Into<String>, line: usize) -> Self {
        Self {
            file: file.into(),
            line,
            repetition: 0,
            attempt: 0,
        }
    }
}

/// The place, such as `features/storage/claim.feature:12`, with the repetition where there are several, as ` (3)`.
impl fmt::Display for ScenarioKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)?;
        match self.repetition {
            0 => Ok(()),
            repetition => write!(f, " ({repetition})"),
        }
    }
}

/// One scenario of the plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlannedScenario {
    /// Which one (attempt 0).
    pub key: ScenarioKey,
    /// The feature's title.
    pub feature: String,
    /// The scenario's title.
    pub name: String,
    /// Its tags and its feature's, without `@`.
    pub tags: Vec<String>,
    /// Its steps as written, keyword included.
    pub steps: Vec<String>,
    /// Why it does not run; `None` where it does.
    pub not_run: Option<NotRunReason>,
}

/// Why a scenario does not run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum NotRunReason {
    /// A filter left it out.
    NotSelected,
    /// The cluster lacks a capability that it declares with a `@needs-…` tag.
    MissingCapability {
        /// The capability, without `needs-`.
        capability: String,
        /// What was found instead.
        reason: String,
    },
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
