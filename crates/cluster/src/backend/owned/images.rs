//! Images of a cluster that we create: into the engine, into every node, and whether they are there.

use std::path::Path;

use super::Owned;
use crate::backend::{
    archive::{self, Tagged},
    calls::Calls,
    error::BackendError,
    fault::fault_of,
    node::Node,
};

impl<C: Calls> Owned<C> {
    /// Loads an image archive into every node and makes sure that each has every image of it.
    ///
    /// # Errors
    ///
    /// When the archive cannot be read or loaded, or a node lacks an image afterwards.
    pub async fn load(&self, path: &Path) -> Result<(), BackendError> {
        let wanted = archive::images_of(path)?;
        let nodes = self.running_nodes().await?;
        if self.lacking(&nodes, &wanted).await?.is_none() {
            return Ok(());
        }
        self.calls.import(&self.engine, &self.name, path).await?;
        match self.lacking(&nodes, &wanted).await? {
            None => Ok(()),
            Some((node, missing)) => Err(BackendError::NotLoaded {
                name: self.name.clone(),
                node,
                missing,
                path: path.to_owned(),
            }),
        }
    }

    /// The first node that lacks an image, or has another one under its name, and which.
    async fn lacking(&self, nodes: &[Node], wanted: &[Tagged]) -> Result<Option<(String, Vec<String>)>, BackendError> {
        for node in nodes {
            let list = self
                .engine
                .command(["exec", &node.name, "ctr", "--namespace=k8s.io", "images", "list"]);
            let listed = list
                .run()
                .await
                .map_err(|error| fault_of(&self.name, "list a node's images", error))?;
            let missing = archive::outdated(wanted, &listed.stdout);
            if !missing.is_empty() {
                return Ok(Some((node.name.clone(), missing)));
            }
        }
        Ok(None)
    }

    /// Loads the node image into the engine, unless it is there.
    pub(super) async fn load_into_engine(&self, reference: &str, path: &Path) -> Result<(), BackendError> {
        if self.engine.command(["image", "inspect", reference]).run().await.is_ok() {
            return Ok(());
        }
        let load = self.engine.command(["load", "--input"]).args([path]);
        load.run()
            .await
            .map(|_output| ())
            .map_err(|error| fault_of(&self.name, "load the node image", error))
    }
}
