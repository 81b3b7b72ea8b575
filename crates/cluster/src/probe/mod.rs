//! What scenarios do to a running cluster to prove that they can fail: faults that are confirmed and taken back.

mod fault;
mod merge;
mod replicas;

pub use fault::{Fault, FaultError, FaultReceipt, PlannedFault};
pub use replicas::replace_pods;
