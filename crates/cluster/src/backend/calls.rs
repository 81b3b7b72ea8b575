//! What kind and k3d do each in their own way: [`Calls`]. Everything else is shared, in [`super::Owned`].

use std::{future::Future, path::Path};

use super::{backend::BackendKind, error::BackendError, spec::ClusterSpec, topology::Topology};
use crate::engine::Engine;

/// The calls of a program that makes clusters of containers.
pub trait Calls: Send + Sync {
    /// Which backend this is.
    const KIND: BackendKind;
    /// Label of a node's container that holds the cluster's name.
    const CLUSTER_LABEL: &'static str;
    /// Label of a node's container that holds its role.
    const ROLE_LABEL: &'static str;

    /// The names of all clusters, whoever made them.
    fn list(&self, engine: &Engine, name: &str) -> impl Future<Output = Result<Vec<String>, BackendError>> + Send;

    /// Creates the cluster. `kubeconfig` is ours to write; the user's own is never touched.
    fn create(
        &self,
        engine: &Engine,
        spec: &ClusterSpec,
        topology: &Topology,
        kubeconfig: &Path,
    ) -> impl Future<Output = Result<(), BackendError>> + Send;

    /// Removes the cluster and everything that its creation left in the engine. One that is not there is no error.
    fn delete(
        &self,
        engine: &Engine,
        name: &str,
        kubeconfig: &Path,
    ) -> impl Future<Output = Result<(), BackendError>> + Send;

    /// Loads an image archive into every node.
    fn import(
        &self,
        engine: &Engine,
        name: &str,
        archive: &Path,
    ) -> impl Future<Output = Result<(), BackendError>> + Send;

    /// The text of the cluster's kubeconfig.
    fn kubeconfig(&self, engine: &Engine, name: &str) -> impl Future<Output = Result<String, BackendError>> + Send;

    /// The command that removes a cluster by hand.
    fn mend(name: &str) -> String;
}
