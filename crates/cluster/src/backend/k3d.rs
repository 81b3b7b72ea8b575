//! The calls of k3d: [`K3d`], through the engine's Docker-compatible socket.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use serde::Deserialize;

use super::{
    backend::BackendKind,
    calls::Calls,
    error::BackendError,
    fault::{fault_of, without_colour},
    node::Role,
    spec::ClusterSpec,
    topology::Topology,
};
use crate::{
    command::{Command, CommandError, Output},
    engine::{Engine, EngineSocket},
};

/// How long k3d may take to create a cluster. It asks for an image that cannot be pulled again and again until
/// then, so this is also how long that takes to be known.
const CREATE_WITHIN: Duration = Duration::from_mins(5);

/// k3d, driven through its program.
#[derive(Debug, Clone)]
pub struct K3d {
    program: PathBuf,
    create_within: Duration,
}

/// A cluster as `k3d cluster list -o json` has it.
#[derive(Debug, Deserialize)]
struct Listed {
    name: String,
}

impl K3d {
    /// k3d by the path of its program.
    #[must_use]
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            create_within: CREATE_WITHIN,
        }
    }

    /// The same, with another limit for the creation of a cluster.
    #[must_use]
    pub fn create_within(mut self, limit: Duration) -> Self {
        self.create_within = limit;
        self
    }

    async fn run(
        &self,
        engine: &Engine,
        name: &str,
        doing: &'static str,
        args: &[&str],
        deadline: Duration,
    ) -> Result<Output, BackendError> {
        let broken = |source| BackendError::Engine {
            name: name.to_owned(),
            source,
        };
        // A folder of its own: two of us at once must not take each other's socket away.
        let folder = tempfile::tempdir().map_err(|source| BackendError::State {
            path: std::env::temp_dir(),
            source,
        })?;
        let socket = EngineSocket::open(engine, folder.path()).await.map_err(broken)?;
        // k3d takes a cluster's entries out of the kubeconfig that it finds; the user's own is not ours to write,
        // so it is shown a file that does not exist.
        let command = engine
            .prepare(Command::new(&self.program))
            .env("DOCKER_HOST", socket.docker_host());
        let command = command.env("KUBECONFIG", folder.path().join("kubeconfig"));
        let ended = command.args(args).deadline(deadline).run().await;
        socket.close().await.map_err(broken)?;
        ended.map_err(|error| fault_of_k3d(name, doing, error))
    }
}

impl Calls for K3d {
    const KIND: BackendKind = BackendKind::K3d;
    const CLUSTER_LABEL: &'static str = "k3d.cluster";
    const ROLE_LABEL: &'static str = "k3d.role";

    async fn list(&self, engine: &Engine, name: &str) -> Result<Vec<String>, BackendError> {
        let args = ["cluster", "list", "-o", "json"];
        let output = self
            .run(engine, name, "list the clusters", &args, Duration::from_mins(1))
            .await?;
        parse_list(&output.stdout).ok_or_else(|| BackendError::Answer {
            name: name.to_owned(),
            expected: "a JSON list of clusters from k3d",
            observed: output.stdout.trim().to_owned(),
        })
    }

    async fn create(
        &self,
        engine: &Engine,
        spec: &ClusterSpec,
        topology: &Topology,
        _kubeconfig: &Path,
    ) -> Result<(), BackendError> {
        let args = create_args(spec, topology, self.create_within);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let deadline = self.create_within + Duration::from_mins(1);
        self.run(engine, &spec.name, "create it", &args, deadline)
            .await
            .map(|_output| ())
    }

    async fn delete(&self, engine: &Engine, name: &str, _kubeconfig: &Path) -> Result<(), BackendError> {
        self.run(
            engine,
            name,
            "delete it",
            &["cluster", "delete", name],
            Duration::from_mins(3),
        )
        .await?;
        // A creation that failed leaves its network and its image volume, and k3d finds no node to delete.
        for (thing, of_cluster) in [
            ("network", format!("k3d-{name}")),
            ("volume", format!("k3d-{name}-images")),
        ] {
            if engine.command([thing, "inspect", &of_cluster]).run().await.is_ok() {
                let removed = engine.command([thing, "rm", &of_cluster]).run().await;
                removed.map_err(|error| fault_of(name, "remove its network and volume", error))?;
            }
        }
        Ok(())
    }

    async fn import(&self, engine: &Engine, name: &str, archive: &Path) -> Result<(), BackendError> {
        let archive = archive.to_string_lossy();
        // `direct` copies into the nodes themselves; the other modes need k3d's tools image.
        let args = ["image", "import", "--cluster", name, "--mode", "direct", &archive];
        let output = self
            .run(engine, name, "load an image archive", &args, Duration::from_mins(10))
            .await?;
        match import_fault(&output) {
            None => Ok(()),
            Some(observed) => Err(BackendError::Answer {
                name: name.to_owned(),
                expected: "every image imported",
                observed,
            }),
        }
    }

    async fn kubeconfig(&self, engine: &Engine, name: &str) -> Result<String, BackendError> {
        let args = ["kubeconfig", "get", name];
        Ok(self
            .run(engine, name, "get its kubeconfig", &args, Duration::from_mins(1))
            .await?
            .stdout)
    }

    fn mend(name: &str) -> String {
        format!("k3d cluster delete {name}")
    }
}

/// The arguments that create a cluster: the number of nodes from the topology, without what k3s brings of its own
/// (ingress, load balancer, metrics), and without a change of the user's kubeconfig.
fn create_args(spec: &ClusterSpec, topology: &Topology, within: Duration) -> Vec<String> {
    let servers = topology.count(Role::ControlPlane).to_string();
    let agents = topology.count(Role::Worker).to_string();
    let within = format!("{}s", within.as_secs());
    let mut args: Vec<String> = ["cluster", "create", &spec.name, "--image", &spec.node_image]
        .into_iter()
        .chain([
            "--servers",
            &servers,
            "--agents",
            &agents,
            "--no-lb",
            "--no-image-volume",
        ])
        .chain(["--kubeconfig-update-default=false", "--kubeconfig-switch-context=false"])
        .chain([
            "--api-port",
            "127.0.0.1:random",
            "--runtime-label",
            "shall.dev/created-by=shall@server:*",
        ])
        .chain(["--wait", "--timeout", &within])
        .map(ToOwned::to_owned)
        .collect();
    for component in ["traefik", "servicelb", "metrics-server", "local-storage"] {
        args.extend(["--k3s-arg".to_owned(), format!("--disable={component}@server:*")]);
    }
    args
}

/// The names of clusters; k3d writes `null` for none in some of its lists.
fn parse_list(text: &str) -> Option<Vec<String>> {
    let listed: Option<Vec<Listed>> = serde_json::from_str(text).ok()?;
    Some(
        listed
            .unwrap_or_default()
            .into_iter()
            .map(|cluster| cluster.name)
            .collect(),
    )
}

/// k3d ends with 0 where an import failed on a node, and says so in a line only.
fn import_fault(output: &Output) -> Option<String> {
    let text = without_colour(&format!("{}\n{}", output.stdout, output.stderr));
    let is_fault = |line: &&str| {
        ["ERRO", "FATA", "Failed to", "failed to"]
            .iter()
            .any(|word| line.contains(word))
    };
    text.lines().find(is_fault).map(|line| line.trim().to_owned())
}

/// The typed error of k3d: that a container could not be created in time means its image could not be pulled.
fn fault_of_k3d(name: &str, doing: &'static str, error: CommandError) -> BackendError {
    if let CommandError::Failed { tail, .. } | CommandError::Deadline { tail, .. } = &error {
        let text = without_colour(tail);
        let is_pull = |line: &&str| line.contains("/containers/create") && line.contains("context deadline exceeded");
        if let Some(line) = text.lines().find(is_pull) {
            return BackendError::NodeImage {
                name: name.to_owned(),
                observed: line.trim().to_owned(),
            };
        }
    }
    fault_of(name, doing, error)
}

#[cfg(test)]
mod tests;
