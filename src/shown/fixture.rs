//! A scenario of a plan and what a mutant says of it, for tests.

use shall_trace::{PlannedScenario, ScenarioKey};

use crate::mutant::{Red, RedVerdict};

pub(crate) fn planned() -> PlannedScenario {
    PlannedScenario {
        key: ScenarioKey::new("a.feature", 3),
        feature: "F".to_owned(),
        name: "A claim is bound".to_owned(),
        tags: Vec::new(),
        steps: Vec::new(),
        not_run: None,
    }
}

pub(crate) fn red(because: &str) -> Red {
    Red {
        scenario: planned(),
        because: because.to_owned(),
        verdict: RedVerdict::Failed,
    }
}
