//! [`JudgedRun`]: everything that reports and exit codes are made from.

use jiff::Timestamp;
use serde::Serialize;
use shall_spec::CriterionId;

use crate::{
    counts::Counts,
    criterion::JudgedCriterion,
    evidence::{Leak, Phase, RunStarted, ValidatedProfile},
    matrix::{Coverage, TraceMatrix},
    planned::ScenarioKey,
    scenario::JudgedScenario,
};

/// A run with a verdict for every criterion and every scenario.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct JudgedRun {
    /// What ran, on what; `None` where the run was cut off before it was known.
    pub run: Option<RunStarted>,
    /// When it ended; `None` where it was killed.
    pub finished_at: Option<Timestamp>,
    /// `true` where a signal stopped it.
    pub interrupted: bool,
    /// `true` where a filter chose among the scenarios.
    pub filtered: bool,
    /// How long the parts of bringing the stack up took, as recorded.
    pub phases: Vec<Phase>,
    /// Profiles whose manifests the API server checked without running them, as recorded. They judge nothing.
    pub validated: Vec<ValidatedProfile>,
    /// Every criterion of the specification, by identifier.
    pub criteria: Vec<JudgedCriterion>,
    /// Every scenario of the features, by place.
    pub scenarios: Vec<JudgedScenario>,
    /// Which criterion meets which scenario.
    pub matrix: TraceMatrix,
    /// Share of the criteria that have a scenario.
    pub coverage: Coverage,
    /// The numbers.
    pub counts: Counts,
    /// What the run left behind.
    pub leaks: Vec<Leak>,
    /// What kept the run from beginning or ending as it should, one line each.
    pub errors: Vec<String>,
}

impl JudgedRun {
    /// The criterion with this identifier.
    #[must_use]
    pub fn criterion(&self, id: &CriterionId) -> Option<&JudgedCriterion> {
        let found = self.criteria.binary_search_by(|judged| judged.criterion.id.cmp(id));
        found.ok().and_then(|index| self.criteria.get(index))
    }

    /// The scenario at this place, of whatever attempt.
    #[must_use]
    pub fn scenario(&self, key: &ScenarioKey) -> Option<&JudgedScenario> {
        let place = |key: &ScenarioKey| (key.file.clone(), key.line);
        let found = self
            .scenarios
            .binary_search_by(|judged| place(judged.key()).cmp(&place(key)));
        found.ok().and_then(|index| self.scenarios.get(index))
    }
}
