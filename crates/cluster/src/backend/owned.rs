//! A cluster that we create: [`Owned`], the lines that kind and k3d share.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use kube::Client;

use super::{
    archive,
    backend::{BackendKind, Made},
    calls::Calls,
    connect::{Connection, connect},
    error::BackendError,
    fault::fault_of,
    node::Node,
    ready,
    spec::ClusterSpec,
    state::StateDir,
    topology::Topology,
};
use crate::{
    engine::{Engine, Privilege},
    ledger::{Entry, Held, Ledger},
    progress::{Event, Progress},
};

mod images;
mod undo;

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
        self.refuse_taken_port(topology)?;
        let began = Instant::now();
        let item = format!("{} cluster `{}`", C::KIND, self.name);
        let expected = Some(Duration::from_secs(25));
        progress.event(Event::Started {
            phase: PHASE,
            item: item.clone(),
            expected,
        });
        let step = |step: &str| {
            let step = step.to_owned();
            progress.event(Event::Step {
                phase: PHASE,
                item: item.clone(),
                step,
            });
        };
        if let Some(path) = &spec.node_archive {
            step("node image");
            self.load_into_engine(&spec.node_image, path).await?;
        }
        self.create_listed(spec, topology, &step).await?;
        let how = "ready".to_owned();
        progress.event(Event::Finished {
            phase: PHASE,
            item,
            took: began.elapsed(),
            how,
        });
        Ok(())
    }

    /// k3d chooses its ports itself.
    fn refuse_taken_port(&self, topology: &Topology) -> Result<(), BackendError> {
        let name = self.name.clone();
        match (C::KIND == BackendKind::Kind).then(|| topology.taken_port()).flatten() {
            Some(observed) => Err(BackendError::PortTaken { name, observed }),
            None => Ok(()),
        }
    }

    /// Creates the cluster between its two lines of the ledger; one that fails is removed again.
    async fn create_listed(
        &self,
        spec: &ClusterSpec,
        topology: &Topology,
        step: &(dyn Fn(&str) + Sync),
    ) -> Result<(), BackendError> {
        let (backend, engine) = (C::KIND.to_string(), self.engine.kind().to_string());
        let name = self.name.clone();
        let id = self.ledger.intend(Entry::Cluster { backend, engine, name })?;
        let made = async {
            step("nodes");
            self.calls
                .create(&self.engine, spec, topology, &self.kubeconfig)
                .await?;
            self.store_kubeconfig().await?;
            step("nodes Ready, CoreDNS");
            self.wait_until_ready(topology).await
        };
        match made.await {
            Ok(connection) => Ok(self.ledger.created(id, Some(&connection.uid))?),
            Err(error) => {
                // The cause is what counts; what could not be removed stays in the ledger for `down`.
                let _still_listed = self.delete().await;
                Err(error)
            }
        }
    }

    async fn wait_until_ready(&self, topology: &Topology) -> Result<Connection, BackendError> {
        let connection = self.connect().await?;
        let count = topology.roles.len();
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
            Entry::EngineNetwork { .. }
            | Entry::EngineContainer { .. }
            | Entry::EnginePause { .. }
            | Entry::EngineImage { .. } => false,
            Entry::Cluster { .. }
            | Entry::Namespace { .. }
            | Entry::Object(_)
            | Entry::S3Prefix { .. }
            | Entry::VeleroBackup { .. }
            | Entry::VeleroBackupsOf { .. }
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
