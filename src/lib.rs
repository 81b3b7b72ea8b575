//! `shall` shows what a Kubernetes platform shall do, on a real cluster: specification and features in, evidence
//! and reports out.
//!
//! [`run`] is the whole of it: up → scenarios → report. The command line, the acceptance target and the benches call
//! it or its parts.

pub mod bench;
pub mod check;
pub mod cli;
pub mod config;
mod config_fault;
pub mod decisions;
mod distribution;
mod exit_code;
mod host;
mod interrupted;
pub mod listing;
pub mod mutant;
mod place;
mod progress;
pub mod project;
pub mod proofs;
pub mod prove;
pub mod report;
pub mod review;
pub mod rules;
mod run;
pub mod scaffold;
pub mod select;
pub mod shown;
mod up;
mod validation;

pub use exit_code::Exit;
pub use progress::Console;
pub use run::{RunError, RunOptions, run};
pub use up::{Live, UpError, up};
