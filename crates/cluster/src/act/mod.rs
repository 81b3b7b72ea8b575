//! What scenarios do to a cluster: namespaces, pods with volumes, the workload program in them, and name servers that it asks.

mod exec;
mod name_server;
mod namespace;
mod node;
mod program;
mod provisioning;
mod volume;
mod workload;

pub use exec::{ExecError, ExecOutput, exec};
pub use name_server::{Asked, NameServer, NameServerError};
pub use namespace::{NamespaceError, create_namespace, delete_namespace};
pub use node::{DirectoryLook, look_at_directory};
pub use program::{RECEIVER, program_pod, receiver_objects};
pub use provisioning::{observe_bound, why_unbound};
pub use volume::{Bound, ClaimSpec, claim_object, mounting_pod, observe_pod_ready, pod_state, volume_directory};
pub use workload::{Workload, WorkloadError};
