//! What scenarios do to a cluster: namespaces, pods with volumes, the workload program in them.

mod exec;
mod namespace;
mod node;
mod provisioning;
mod volume;
mod workload;

pub use exec::{ExecError, ExecOutput, exec};
pub use namespace::{NamespaceError, create_namespace, delete_namespace};
pub use node::{DirectoryLook, look_at_directory};
pub use provisioning::{observe_bound, why_unbound};
pub use volume::{Bound, ClaimSpec, claim_object, mounting_pod, observe_pod_ready, pod_state, volume_directory};
pub use workload::{Workload, WorkloadError};
