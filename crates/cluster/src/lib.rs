//! Engines, backends, images, the stack under test, probes and the ledger.
//!
//! Knows clusters and components; knows no criterion and no scenario.

pub mod act;
pub mod backend;
mod clean_up;
pub mod client;
pub mod command;
pub mod containers;
pub mod diagnose;
pub mod engine;
mod fault_text;
pub mod image;
pub mod ledger;
pub mod observability;
pub mod probe;
pub mod progress;
pub mod stack;
pub mod stats;
pub mod velero;
pub mod watch;

pub use clean_up::CleanUp;
pub use fault_text::chain;
