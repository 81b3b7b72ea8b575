//! A cluster that we create: [`Owned`], the lines that kind and k3d share.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use futures::future::BoxFuture;
use kube::Client;

use super::{
    archive,
    backend::{BackendKind, Made},
    calls::Calls,
    connect::{Connection, connect},
    error::BackendError,
    fault::fault_of,
    network,
    node::Node,
    ready,
    spec::ClusterSpec,
    state::StateDir,
    topology::Topology,
};
use crate::{
    engine::{Engine, Privilege},
    ledger::{Entry, Held, Ledger, Undo, UndoError},
    progress::{Event, Progress},
};

/// Phase of the progress events.
const PHASE: &str = "cluster";

/// A cluster of containers that we create, load and remove.
#[derive(Debug)]
pub struct Owned<C> {
    calls: C,
    engine: Engine,
    name: String,
    kubeconfig: PathBuf,
    ledger: Ledger,
}

impl<C: Calls> Owned<C> {
    /// The cluster of this name. Holds its ledger, so that no second process works on it.
    ///
    /// # Errors
    ///
    /// When the ledger cannot be used.
    pub fn new(calls: C, engine: Engine, name: &str, state: &StateDir) -> Result<Self, BackendError> {
        let ledger = Ledger::open(&state.cluster_ledger(name), name)?;
        Ok(Self {
            calls,
            engine,
            name: name.to_owned(),
            kubeconfig: state.kubeconfig(name),
            ledger,
        })
    }

    /// The cluster's ledger.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Whether the cluster exists and is ours.
    ///
    /// # Errors
    ///
    /// [`BackendError::Foreign`] where it exists and is not in our ledger.
    pub async fn exists(&self) -> Result<bool, BackendError> {
        let clusters = self.calls.list(&self.engine, &self.name).await?;
        if !clusters.contains(&self.name) {
            return Ok(false);
        }
        match self.held() {
            Some(_) => Ok(true),
            None => Err(BackendError::Foreign {
                name: self.name.clone(),
                backend: C::KIND,
                mend: C::mend(&self.name),
            }),
        }
    }

    /// Creates the cluster and waits until it is ready, or takes the one we created before.
    ///
    /// One whose creation was cut off is removed and created again. Where the creation fails, nothing is left.
    ///
    /// # Errors
    ///
    /// When it cannot be created or does not become ready, with the cause.
    pub async fn create(&self, spec: &ClusterSpec, progress: &dyn Progress) -> Result<Made, BackendError> {
        if let Privilege::Refused(reason) = self.engine.privilege() {
            return Err(BackendError::Privilege {
                name: self.name.clone(),
                reason,
            });
        }
        let topology = Topology::read(&spec.topology)?;
        // Archives are read before anything is made, so that a broken one costs nothing.
        for path in &spec.archives {
            archive::references_of(path)?;
        }
        let made = if self.exists().await? && self.held().is_some_and(|held| held.created) {
            self.running_nodes().await?;
            self.store_kubeconfig().await?;
            self.wait_until_ready(&topology).await?;
            Made::Reused
        } else {
            self.create_anew(spec, &topology, progress).await?;
            Made::Created
        };
        for path in &spec.archives {
            self.load(path).await?;
        }
        Ok(made)
    }

    async fn create_anew(
        &self,
        spec: &ClusterSpec,
        topology: &Topology,
        progress: &dyn Progress,
    ) -> Result<(), BackendError> {
        self.delete().await?;
        let taken = (C::KIND == BackendKind::Kind).then(|| topology.taken_port()).flatten();
        if let Some(observed) = taken {
            return Err(BackendError::PortTaken {
                name: self.name.clone(),
                observed,
            });
        }
        let began = Instant::now();
        let item = format!("{} cluster `{}`", C::KIND, self.name);
        progress.event(Event::Started {
            phase: PHASE,
            item: item.clone(),
            expected: Some(Duration::from_secs(25)),
        });
        let step = |step: &str| {
            progress.event(Event::Step {
                phase: PHASE,
                item: item.clone(),
                step: step.to_owned(),
            });
        };
        if let Some(path) = &spec.node_archive {
            step("node image");
            self.load_into_engine(&spec.node_image, path).await?;
        }
        let id = self.ledger.intend(Entry::Cluster {
            backend: C::KIND.to_string(),
            engine: self.engine.kind().to_string(),
            name: self.name.clone(),
        })?;
        step("nodes");
        let made = async {
            self.calls
                .create(&self.engine, spec, topology, &self.kubeconfig)
                .await?;
            self.store_kubeconfig().await?;
            step("network, CoreDNS");
            self.wait_until_ready(topology).await
        };
        match made.await {
            Ok(connection) => self.ledger.created(id, Some(&connection.uid))?,
            Err(error) => {
                // The cause is what counts; what could not be removed stays in the ledger for `down`.
                let _still_listed = self.delete().await;
                return Err(error);
            }
        }
        progress.event(Event::Finished {
            phase: PHASE,
            item,
            took: began.elapsed(),
            how: "ready".to_owned(),
        });
        Ok(())
    }

    async fn wait_until_ready(&self, topology: &Topology) -> Result<Connection, BackendError> {
        let connection = self.connect().await?;
        let count = topology.roles.len();
        if topology.own_network && C::KIND == BackendKind::Kind {
            let nodes = ready::wait_for_addresses(&connection.client, &self.name, count).await?;
            network::set_up(&self.engine, &self.name, &nodes, &topology.pod_subnet).await?;
        }
        ready::wait_for_nodes(&connection.client, &self.name, count).await?;
        ready::wait_for_dns(&connection.client, &self.name).await?;
        Ok(connection)
    }

    /// Removes the cluster, if it is ours. What the ledger lists inside it is gone with it.
    ///
    /// # Errors
    ///
    /// [`BackendError::Foreign`] where it is not ours, else when it cannot be removed.
    pub async fn delete(&self) -> Result<(), BackendError> {
        if !self.exists().await? && self.held().is_none() {
            return Ok(());
        }
        self.calls.delete(&self.engine, &self.name, &self.kubeconfig).await?;
        let is_inside = |entry: &Entry| match entry {
            Entry::EngineNetwork { .. } | Entry::EngineContainer { .. } | Entry::EngineImage { .. } => false,
            Entry::Cluster { .. }
            | Entry::Namespace { .. }
            | Entry::Object(_)
            | Entry::S3Prefix { .. }
            | Entry::VeleroBackup { .. }
            | Entry::Patched { .. } => true,
        };
        for held in self.ledger.held().into_iter().filter(|held| is_inside(&held.entry)) {
            self.ledger.undone(held.id)?;
        }
        match std::fs::remove_file(&self.kubeconfig) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(BackendError::State {
                path: self.kubeconfig.clone(),
                source,
            }),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Loads an image archive into every node and makes sure that each has every image of it.
    ///
    /// # Errors
    ///
    /// When the archive cannot be read or loaded, or a node lacks an image afterwards.
    pub async fn load(&self, path: &Path) -> Result<(), BackendError> {
        let wanted = archive::references_of(path)?;
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

    /// The first node that lacks an image, and what it lacks.
    async fn lacking(&self, nodes: &[Node], wanted: &[String]) -> Result<Option<(String, Vec<String>)>, BackendError> {
        for node in nodes {
            let list = self.engine.command([
                "exec",
                &node.name,
                "ctr",
                "--namespace=k8s.io",
                "images",
                "list",
                "--quiet",
            ]);
            let listed = list
                .run()
                .await
                .map_err(|error| fault_of(&self.name, "list a node's images", error))?;
            let missing = archive::missing(wanted, &listed.stdout);
            if !missing.is_empty() {
                return Ok(Some((node.name.clone(), missing)));
            }
        }
        Ok(None)
    }

    /// The cluster's nodes, by name.
    ///
    /// # Errors
    ///
    /// When the engine cannot be asked.
    pub async fn nodes(&self) -> Result<Vec<Node>, BackendError> {
        let failed = |error| fault_of(&self.name, "list its nodes", error);
        let of_cluster = format!("label={}={}", C::CLUSTER_LABEL, self.name);
        let list = self
            .engine
            .command(["ps", "--all", "--filter", &of_cluster, "--format", "{{.Names}}"]);
        let listed = list.run().await.map_err(failed)?;
        let names: Vec<&str> = listed.stdout.split_whitespace().collect();
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let format = format!(
            "{{{{.Name}}}} {{{{.State.Running}}}} {{{{index .Config.Labels \"{}\"}}}}",
            C::ROLE_LABEL
        );
        let inspect = self.engine.command(["inspect", "--format", &format]).args(names);
        Ok(Node::parse_lines(&inspect.run().await.map_err(failed)?.stdout))
    }

    /// The nodes, all of which run.
    async fn running_nodes(&self) -> Result<Vec<Node>, BackendError> {
        let nodes = self.nodes().await?;
        if nodes.is_empty() {
            return Err(BackendError::Absent {
                name: self.name.clone(),
            });
        }
        match nodes.iter().find(|node| !node.running) {
            None => Ok(nodes),
            Some(node) => Err(BackendError::NodeDown {
                name: self.name.clone(),
                node: node.name.clone(),
                engine: self.engine.kind().to_string(),
            }),
        }
    }

    /// The text of the cluster's kubeconfig.
    ///
    /// # Errors
    ///
    /// When it is neither stored nor to be had from the cluster.
    pub async fn kubeconfig(&self) -> Result<String, BackendError> {
        match std::fs::read_to_string(&self.kubeconfig) {
            Ok(text) if !text.trim().is_empty() => Ok(text),
            Ok(_) | Err(_) => self.store_kubeconfig().await,
        }
    }

    /// A client of the cluster, which is known to be the one that we created.
    ///
    /// # Errors
    ///
    /// When the API server does not answer, or is that of another cluster.
    pub async fn client(&self) -> Result<Client, BackendError> {
        Ok(self.connect().await?.client)
    }

    async fn connect(&self) -> Result<Connection, BackendError> {
        let connection = connect(&self.name, &self.kubeconfig().await?, None).await?;
        guard(
            &self.ledger,
            &self.name,
            self.held().and_then(|held| held.uid),
            &connection.uid,
        )?;
        Ok(connection)
    }

    async fn store_kubeconfig(&self) -> Result<String, BackendError> {
        let text = self.calls.kubeconfig(&self.engine, &self.name).await?;
        let stored = StateDir::write_secret(&self.kubeconfig, &text);
        stored.map_err(|source| BackendError::State {
            path: self.kubeconfig.clone(),
            source,
        })?;
        Ok(text)
    }

    async fn load_into_engine(&self, reference: &str, path: &Path) -> Result<(), BackendError> {
        if self.engine.command(["image", "inspect", reference]).run().await.is_ok() {
            return Ok(());
        }
        let load = self.engine.command(["load", "--input"]).args([path]);
        load.run()
            .await
            .map(|_output| ())
            .map_err(|error| fault_of(&self.name, "load the node image", error))
    }

    fn held(&self) -> Option<Held> {
        self.ledger
            .held()
            .into_iter()
            .find(|held| is_entry_of::<C>(&held.entry, &self.name))
    }
}

fn is_entry_of<C: Calls>(entry: &Entry, name: &str) -> bool {
    matches!(entry, Entry::Cluster { backend, name: of, .. } if *backend == C::KIND.to_string() && of == name)
}

/// Makes sure that a name still leads to the cluster that the ledger remembers.
pub(super) fn guard(ledger: &Ledger, name: &str, expected: Option<String>, observed: &str) -> Result<(), BackendError> {
    match expected {
        Some(expected) if expected != observed => Err(BackendError::AnotherCluster {
            name: name.to_owned(),
            expected,
            observed: observed.to_owned(),
            ledger: ledger.path().to_owned(),
        }),
        Some(_) | None => Ok(()),
    }
}

impl<C: Calls> Undo for Owned<C> {
    fn undo<'a>(&'a self, held: &'a Held, _deadline: Duration) -> BoxFuture<'a, Result<(), UndoError>> {
        Box::pin(async move {
            let engine = self.engine.kind().to_string();
            let (thing, of, name) = match &held.entry {
                entry @ Entry::Cluster { .. } if is_entry_of::<C>(entry, &self.name) => {
                    return self
                        .calls
                        .delete(&self.engine, &self.name, &self.kubeconfig)
                        .await
                        .map_err(failed);
                }
                Entry::EngineNetwork { engine, name } => ("network", engine, name),
                Entry::EngineContainer { engine, name } => ("container", engine, name),
                Entry::EngineImage { engine, reference } => ("image", engine, reference),
                Entry::Cluster { .. }
                | Entry::Namespace { .. }
                | Entry::Object(_)
                | Entry::S3Prefix { .. }
                | Entry::VeleroBackup { .. }
                | Entry::Patched { .. } => return Err(UndoError::NotMine),
            };
            if *of != engine {
                return Err(UndoError::NotMine);
            }
            if self.engine.command([thing, "inspect", name]).run().await.is_err() {
                return Ok(());
            }
            let remove = self.engine.command([thing, "rm", "--force", name]);
            remove.run().await.map(|_output| ()).map_err(failed)
        })
    }
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> UndoError {
    UndoError::Failed(Box::new(error))
}
