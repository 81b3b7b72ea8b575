//! World, step definitions and the runner: what turns features into evidence.
//!
//! [`run_scenarios`] is the entry. A scenario owns a [`World`]; its steps act and observe through
//! `shall_cluster::probe` and record through [`Recorder`]; [`EvidenceWriter`] writes what they recorded.

mod area;
mod budget;
mod cleanup;
mod collect;
mod context;
mod disk;
mod error;
mod parameter;
mod receiver;
mod recorder;
mod runner;
mod scope;
mod wait;
mod world;
mod writer;

pub use area::limits::sample_memory;
pub use context::{RunContext, ScenarioProgress};
pub use error::StepError;
pub use recorder::{Recorder, Registry};
pub use runner::{RunnerError, RunnerOutcome, run_scenarios, unmatched_steps};
pub use scope::Scope;
pub use world::World;
pub use writer::{EvidenceSink, EvidenceWriter};
