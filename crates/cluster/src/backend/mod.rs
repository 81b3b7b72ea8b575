//! Where scenarios run: [`Backend`], a kind or k3d cluster that we create, or a cluster that exists.

mod archive;
#[expect(clippy::module_inception, reason = "the main type of this module is the backend")]
mod backend;
mod calls;
mod connect;
mod error;
mod existing;
mod fault;
mod k3d;
mod kind;
mod node;
mod owned;
mod ready;
mod spec;
mod state;
mod topology;

pub use backend::{Backend, BackendKind, Made};
pub use calls::Calls;
pub use error::BackendError;
pub use existing::Existing;
pub use k3d::K3d;
pub use kind::Kind;
pub use node::{Node, Role};
pub use owned::Owned;
pub use spec::ClusterSpec;
pub use state::StateDir;
pub use topology::Topology;
