//! What a run sets out to show: the specification, its scenarios, and what was decided about criteria.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shall_spec::{AcceptanceCriterion, CriterionId};

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
