//! What scenarios do to a running cluster to prove that they can fail: faults that are confirmed and taken back.

mod fault;
mod merge;

pub use fault::{Fault, FaultError, FaultReceipt, PlannedFault, replace_pods};
