//! Criteria, scenarios and evidence joined into verdicts.
//!
//! [`Record`] is the evidence file's line; `judge` (to come) turns records into a judged run, which is
//! all that the reports read. Works from files alone.

mod evidence;

pub use evidence::{
    Check, ComponentVersion, ImageOrigin, Leak, Measurement, NotRunReason, Phase, Plan, PlannedScenario, Record,
    RunFinished, RunStarted, ScenarioFinished, ScenarioKey, ScenarioStarted, StandIn, StepOutcome, StepRecord,
};
