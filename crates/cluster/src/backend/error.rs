//! Why a cluster cannot be had: [`BackendError`].

use std::path::PathBuf;

use super::backend::BackendKind;
use crate::{command::CommandError, engine::EngineError, ledger::LedgerError};

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why a cluster cannot be created, used or removed: what, where, how to mend it.
#[derive(Debug, thiserror::Error)]
pub enum BackendError {
    /// The engine is missing or does not answer.
    #[error("cluster `{name}`: its container engine cannot be used")]
    Engine {
        /// The cluster.
        name: String,
        /// Why.
        #[source]
        source: EngineError,
    },
    /// Nodes are privileged containers, and the engine may not start any.
    #[error(
        "cluster `{name}`: privileged containers are not permitted: {reason}\n(hint: nodes need them; run as root, give the missing capability, or name a cluster that exists with --backend existing --allow-cluster)"
    )]
    Privilege {
        /// The cluster.
        name: String,
        /// What is missing, or what the engine said.
        reason: String,
    },
    /// A cluster of this name exists and is not in our ledger.
    #[error(
        "cluster `{name}`: a {backend} cluster of that name exists and was not created by us\n(hint: choose another name with --cluster, or remove it: {mend})"
    )]
    Foreign {
        /// The cluster.
        name: String,
        /// Its backend.
        backend: BackendKind,
        /// The command that removes it.
        mend: String,
    },
    /// A port of the host that the cluster needs is taken.
    #[error(
        "cluster `{name}`: a port of the host is taken: {observed}\n(hint: end what listens there (`ss -ltnp` names it), or change `apiServerPort` and `extraPortMappings` of the topology)"
    )]
    PortTaken {
        /// The cluster.
        name: String,
        /// The engine's words, with the port.
        observed: String,
    },
    /// The disk is full.
    #[error(
        "cluster `{name}`: no space left on the disk: {observed}\n(hint: `podman system df` or `docker system df` shows what can be removed)"
    )]
    DiskFull {
        /// The cluster.
        name: String,
        /// The engine's words.
        observed: String,
    },
    /// The node image cannot be had.
    #[error(
        "cluster `{name}`: the node image cannot be had: {observed}\n(hint: where no registry is reachable build it: images = \"build\")"
    )]
    NodeImage {
        /// The cluster.
        name: String,
        /// The engine's words.
        observed: String,
    },
    /// The topology file cannot be used.
    #[error("topology `{path}` cannot be used", path = path.display())]
    TopologyFile {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: Cause,
    },
    /// A program of the backend or the engine failed for another reason.
    #[error("cluster `{name}`: could not {doing}")]
    Command {
        /// The cluster.
        name: String,
        /// What was being done.
        doing: &'static str,
        /// What the program said.
        #[source]
        source: CommandError,
    },
    /// The program answered what we cannot read.
    #[error("cluster `{name}`: expected {expected}, observed `{observed}`")]
    Answer {
        /// The cluster.
        name: String,
        /// What was expected.
        expected: &'static str,
        /// What it wrote.
        observed: String,
    },
    /// The cluster does not exist.
    #[error("cluster `{name}` does not exist\n(hint: `shall up` creates it)")]
    Absent {
        /// The cluster.
        name: String,
    },
    /// The container of a node does not run.
    #[error(
        "cluster `{name}`: node `{node}` does not run\n(hint: `{engine} start {node}`, or `shall down` and `shall up` for a new cluster)"
    )]
    NodeDown {
        /// The cluster.
        name: String,
        /// The node.
        node: String,
        /// `docker` or `podman`.
        engine: String,
    },
    /// The engine says that a node runs, and it does not: its processes were ended past the engine.
    #[error(
        "cluster `{name}`: a node that its engine takes for running does not run: {observed}\n(hint: `shall down` and `shall up` make a new cluster)"
    )]
    NodeEnded {
        /// The cluster.
        name: String,
        /// The engine's words.
        observed: String,
    },
    /// The API server does not answer.
    #[error(
        "cluster `{name}`: its API server at {server} does not answer\n(hint: is the cluster running? `shall down` and `shall up` make a new one)"
    )]
    Unreachable {
        /// The cluster.
        name: String,
        /// The server's address.
        server: String,
        /// What was tried.
        #[source]
        source: Cause,
    },
    /// The kubeconfig is missing or cannot be read.
    #[error("cluster `{name}`: its kubeconfig `{path}` cannot be used", path = path.display())]
    Kubeconfig {
        /// The cluster.
        name: String,
        /// Where it was looked for.
        path: PathBuf,
        /// Why.
        #[source]
        source: Cause,
    },
    /// No context was named.
    #[error(
        "backend `existing`: no context was named\n(hint: --allow-cluster NAME; the current context is never used by itself; known: {known})"
    )]
    ContextMissing {
        /// The contexts of the kubeconfig.
        known: String,
    },
    /// The kubeconfig has no such context.
    #[error("backend `existing`: the kubeconfig has no context `{context}`\n(hint: known: {known})")]
    ContextUnknown {
        /// What was named.
        context: String,
        /// The contexts of the kubeconfig.
        known: String,
    },
    /// The name leads to another cluster than before.
    #[error(
        "cluster `{name}`: expected the one whose kube-system namespace has UID {expected}, observed {observed}\n(hint: the name now leads to another cluster; if that is meant, remove `{ledger}`)",
        ledger = ledger.display()
    )]
    AnotherCluster {
        /// The cluster.
        name: String,
        /// The UID of the ledger.
        expected: String,
        /// The UID of the API server.
        observed: String,
        /// The ledger that remembers the first.
        ledger: PathBuf,
    },
    /// The cluster was not created by us.
    #[error("cluster `{name}`: {what} is not for a cluster that we did not create\n(hint: {mend})")]
    NotOurs {
        /// The cluster.
        name: String,
        /// What was asked for.
        what: &'static str,
        /// How to come to the same.
        mend: &'static str,
    },
    /// The cluster did not become ready.
    #[error("cluster `{name}`: {what}: {observed}{causes}", causes = lines(causes))]
    NotReady {
        /// The cluster.
        name: String,
        /// What was awaited.
        what: String,
        /// What was last seen.
        observed: String,
        /// What stood in the way, the most likely first.
        causes: Vec<String>,
    },
    /// An image archive cannot be read.
    #[error("image archive `{path}` cannot be read\n(hint: remove it, so that it is built or pulled again)", path = path.display())]
    Archive {
        /// The archive.
        path: PathBuf,
        /// Why.
        #[source]
        source: Cause,
    },
    /// An image was loaded, and a node does not have it.
    #[error("cluster `{name}`: node `{node}` lacks {missing} after `{path}` was loaded", missing = missing.join(", "), path = path.display())]
    NotLoaded {
        /// The cluster.
        name: String,
        /// The node.
        node: String,
        /// The references that it lacks.
        missing: Vec<String>,
        /// The archive.
        path: PathBuf,
    },
    /// A file of ours could not be written.
    #[error("`{path}` could not be written", path = path.display())]
    State {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The cluster's ledger cannot be used.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

fn lines(causes: &[String]) -> String {
    causes.iter().flat_map(|cause| ["\n  ", cause]).collect()
}
