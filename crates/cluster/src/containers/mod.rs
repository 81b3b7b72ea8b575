//! Stacks without Kubernetes: [`ContainerStack`], containers of the engine on a network of their own, each started
//! through its Docker-compatible socket.
//!
//! `fixtures/containers/stack.toml` says which ([`ContainerSpec`]). A run starts them when its first scenario asks for
//! them ([`ContainerHost`]). Container, network and their order of removal are in the run's ledger before they exist;
//! [`EngineUndo`](crate::engine::EngineUndo) takes back what a killed run left.

mod environment;
mod error;
mod fault;
mod host;
mod http;
mod ready;
mod spec;
mod stack;
mod start;

pub use environment::enter_environment;
pub use error::ContainerError;
pub use fault::ContainerFault;
pub use host::{ContainerHost, HostOptions};
pub use http::{HttpAnswer, HttpRequest, send_request};
pub use spec::{ContainerSpec, NetworkSpec, Publish, ReadySpec, ServiceSpec};
pub use stack::ContainerStack;
