//! What a step records while it runs: checks, measurements and notes, kept in the [`Registry`] until the
//! writer takes them when the step ends.
//!
//! The step is named by its line because the writer may lag behind the steps.

use std::{
    collections::HashMap,
    fmt::Display,
    sync::{Arc, Mutex, PoisonError},
};

use cucumber::gherkin::Step;
use shall_trace::{Check, Measurement, ScenarioKey};

use crate::StepError;

/// What one step recorded.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Recorded {
    pub(crate) checks: Vec<Check>,
    pub(crate) measurements: Vec<Measurement>,
    pub(crate) notes: Vec<String>,
    pub(crate) cause: Option<String>,
}

/// Where the diagnostics of a scenario are and what they found, kept until it ends.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Diagnosis {
    pub(crate) folder: Option<String>,
    pub(crate) cause: Option<String>,
    pub(crate) leftovers: Vec<String>,
}

/// Everything recorded and not yet written, of all scenarios that run.
#[derive(Debug, Default)]
pub struct Registry {
    steps: Mutex<HashMap<(ScenarioKey, usize), Recorded>>,
    diagnoses: Mutex<HashMap<ScenarioKey, Diagnosis>>,
}

impl Registry {
    /// Takes what the step on this line of the scenario recorded.
    pub(crate) fn take_step(&self, scenario: &ScenarioKey, line: usize) -> Recorded {
        let mut steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        steps.remove(&(scenario.clone(), line)).unwrap_or_default()
    }

    /// Takes what the diagnostics of a scenario found.
    pub(crate) fn take_diagnosis(&self, scenario: &ScenarioKey) -> Diagnosis {
        let mut diagnoses = self.diagnoses.lock().unwrap_or_else(PoisonError::into_inner);
        diagnoses.remove(scenario).unwrap_or_default()
    }

    /// Keeps what the diagnostics of a scenario found.
    pub(crate) fn keep_diagnosis(&self, scenario: ScenarioKey, diagnosis: Diagnosis) {
        self.diagnoses
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(scenario, diagnosis);
    }

    fn change(&self, key: &(ScenarioKey, usize), change: impl FnOnce(&mut Recorded)) {
        let mut steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        change(steps.entry(key.clone()).or_default());
    }
}

/// Records for one step of one scenario.
#[derive(Debug, Clone)]
pub struct Recorder {
    registry: Arc<Registry>,
    key: (ScenarioKey, usize),
}

impl Recorder {
    /// A recorder for a step of a scenario.
    pub(crate) fn new(registry: Arc<Registry>, scenario: ScenarioKey, step: &Step) -> Self {
        Self {
            registry,
            key: (scenario, step.position.line),
        }
    }

    /// Records a comparison, whether met or not.
    ///
    /// `examined` is the number of things that were looked at; 0 makes the check hollow.
    ///
    /// # Errors
    ///
    /// [`StepError::NotMet`] where it is not met.
    pub fn check(
        &self,
        subject: impl Display,
        expected: impl Display,
        observed: impl Display,
        met: bool,
        examined: usize,
    ) -> Result<(), StepError> {
        let check = Check {
            subject: subject.to_string(),
            expected: expected.to_string(),
            observed: observed.to_string(),
            met,
            examined: examined as u64,
        };
        let outcome = if met { Ok(()) } else { Err(StepError::not_met(&check)) };
        self.registry.change(&self.key, |recorded| recorded.checks.push(check));
        outcome
    }

    /// Records the comparison of two values for equality.
    ///
    /// # Errors
    ///
    /// [`StepError::NotMet`] where they differ.
    pub fn check_equal<T: PartialEq + Display>(
        &self,
        subject: impl Display,
        expected: &T,
        observed: &T,
        examined: usize,
    ) -> Result<(), StepError> {
        self.check(subject, expected, observed, expected == observed, examined)
    }

    /// Records a measured value.
    pub fn measure(&self, measurement: Measurement) {
        self.registry
            .change(&self.key, |recorded| recorded.measurements.push(measurement));
    }

    /// Records a line worth keeping.
    pub fn note(&self, note: impl Display) {
        self.registry
            .change(&self.key, |recorded| recorded.notes.push(note.to_string()));
    }

    /// Records why the step fails, where that is known better than its message tells.
    pub fn cause(&self, cause: impl Display) {
        self.registry
            .change(&self.key, |recorded| recorded.cause = Some(cause.to_string()));
    }
}
