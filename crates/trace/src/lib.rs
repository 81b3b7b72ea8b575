//! Criteria, scenarios and evidence joined into verdicts.
//!
//! [`plan()`] turns specification and features into the run's plan. [`Record`] is a line of the evidence file; [`judge`] turns records into a [`JudgedRun`], which is all that
//! the reports read. Works from files alone.

mod accepted;
mod attempt;
mod claim;
mod counts;
mod criterion;
mod evidence;
mod evidence_file;
#[cfg(test)]
mod fixture;
mod interval;
mod judge;
#[cfg(test)]
mod judge_properties;
#[cfg(test)]
mod judge_tests;
mod judged;
mod matrix;
mod outcome;
mod plan;
mod planned;
mod review;
mod scenario;
mod tag;
mod verdict;

pub use accepted::lock_findings;
pub use attempt::{Finding, JudgedAttempt};
pub use claim::claim_findings;
pub use counts::{Counts, Tally};
pub use criterion::{BudgetMeasurement, JudgedBudget, JudgedCriterion, LinkedScenario};
pub use evidence::{
    Check, ComponentVersion, ImageOrigin, Leak, Measurement, Phase, Record, RunFinished, RunStarted, SCHEMA,
    ScenarioFinished, ScenarioStarted, StandIn, StepOutcome, StepRecord, ValidatedComponent, ValidatedProfile,
};
pub use evidence_file::{Evidence, EvidenceError, EvidenceFile, read_evidence};
pub use interval::{BudgetVerdict, convert, format_interval, format_value, judge_budget, symbol};
pub use judge::judge;
pub use judged::JudgedRun;
pub use matrix::{Cell, Coverage, TraceMatrix};
pub use outcome::RunOutcome;
pub use plan::{Capabilities, Features, Filter, FilterError, LinkedPlace, feature_rules, plan, plan_with_warnings};
pub use planned::{NotRunReason, Pin, Plan, PlannedScenario, Proof, Review, ScenarioKey, Waiver};
pub use review::pins;
pub use scenario::JudgedScenario;
pub use tag::{Link, ScenarioTag};
pub use verdict::{Mark, Verdict};
