//! Engines, backends, images, the stack under test, probes and the ledger.
//!
//! Knows clusters and components; knows no criterion and no scenario.

pub mod backend;
pub mod command;
pub mod engine;
pub mod image;
pub mod ledger;
pub mod probe;
pub mod progress;
pub mod stack;
pub mod watch;
