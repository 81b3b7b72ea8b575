//! The calls of kind: [`Kind`].

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    backend::BackendKind, calls::Calls, error::BackendError, fault::fault_of, spec::ClusterSpec, topology::Topology,
};
use crate::{command::Command, engine::Engine};

/// kind, driven through its program.
#[derive(Debug, Clone)]
pub struct Kind {
    program: PathBuf,
}

impl Kind {
    /// kind by the path of its program.
    #[must_use]
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
        }
    }

    fn command(&self, engine: &Engine, args: &[&str]) -> Command {
        engine.prepare(Command::new(&self.program)).args(args)
    }
}

impl Calls for Kind {
    const KIND: BackendKind = BackendKind::Kind;
    const CLUSTER_LABEL: &'static str = "io.x-k8s.kind.cluster";
    const ROLE_LABEL: &'static str = "io.x-k8s.kind.role";

    async fn list(&self, engine: &Engine, name: &str) -> Result<Vec<String>, BackendError> {
        let output = self
            .command(engine, &["get", "clusters", "--quiet"])
            .deadline(Duration::from_mins(1))
            .run()
            .await;
        let output = output.map_err(|error| fault_of(name, "list the clusters", error))?;
        Ok(output
            .stdout
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(ToOwned::to_owned)
            .collect())
    }

    async fn create(
        &self,
        engine: &Engine,
        spec: &ClusterSpec,
        _topology: &Topology,
        kubeconfig: &Path,
    ) -> Result<(), BackendError> {
        // kind says everything twice and keeps a failed node only on request; its last lines name the cause.
        self.command(
            engine,
            &["create", "cluster", "--name", &spec.name, "--image", &spec.node_image],
        )
        .args([
            Path::new("--config"),
            &spec.topology,
            Path::new("--kubeconfig"),
            kubeconfig,
        ])
        .deadline(Duration::from_mins(10))
        .run()
        .await
        .map_err(|error| fault_of(&spec.name, "create it", error))?;
        Ok(())
    }

    async fn delete(&self, engine: &Engine, name: &str, kubeconfig: &Path) -> Result<(), BackendError> {
        self.command(engine, &["delete", "cluster", "--name", name])
            .args([Path::new("--kubeconfig"), kubeconfig])
            .deadline(Duration::from_mins(3))
            .run()
            .await
            .map_err(|error| fault_of(name, "delete it", error))?;
        Ok(())
    }

    async fn import(&self, engine: &Engine, name: &str, archive: &Path) -> Result<(), BackendError> {
        self.command(engine, &["load", "image-archive", "--name", name])
            .args([archive])
            .run()
            .await
            .map_err(|error| fault_of(name, "load an image archive", error))?;
        Ok(())
    }

    async fn kubeconfig(&self, engine: &Engine, name: &str) -> Result<String, BackendError> {
        let command = self
            .command(engine, &["get", "kubeconfig", "--name", name])
            .deadline(Duration::from_mins(1));
        let output = command
            .run()
            .await
            .map_err(|error| fault_of(name, "get its kubeconfig", error))?;
        Ok(output.stdout)
    }

    fn mend(name: &str) -> String {
        format!("kind delete cluster --name {name}")
    }
}
