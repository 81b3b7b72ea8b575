//! What scenarios do to a running cluster to prove that they can fail: faults that are confirmed and taken back.

mod fault;
mod fault_spec;
mod merge;
mod replicas;
mod rollout;

pub use fault::{Fault, FaultError, FaultReceipt, PlannedFault};
pub use fault_spec::{FaultSpec, Named, ShownBy, put_in, restart_again};
pub use replicas::replace_pods;
