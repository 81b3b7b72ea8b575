//! Where scenarios run: [`Backend`], one shape for all kinds.

use std::{fmt, path::Path, time::Duration};

use futures::future::BoxFuture;
use kube::Client;
use serde::{Deserialize, Serialize};

use super::{
    error::BackendError, existing::Existing, k3d::K3d, kind::Kind, node::Node, owned::Owned, spec::ClusterSpec,
};
use crate::{
    ledger::{Entry, Held, Ledger, Undo, UndoError},
    progress::Progress,
};

/// Which backend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackendKind {
    /// A kind cluster that we create.
    Kind,
    /// A k3d cluster that we create.
    K3d,
    /// A cluster that exists.
    Existing,
}

impl fmt::Display for BackendKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kind => "kind",
            Self::K3d => "k3d",
            Self::Existing => "existing",
        })
    }
}

/// How a cluster was had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    /// It was created now.
    Created,
    /// It was there before.
    Reused,
}

/// Where scenarios run.
#[derive(Debug)]
pub enum Backend {
    /// A kind cluster that we create.
    Kind(Box<Owned<Kind>>),
    /// A k3d cluster that we create.
    K3d(Box<Owned<K3d>>),
    /// A cluster that exists.
    Existing(Box<Existing>),
}

impl Backend {
    /// Which backend this is.
    #[must_use]
    pub const fn kind(&self) -> BackendKind {
        match self {
            Self::Kind(_) => BackendKind::Kind,
            Self::K3d(_) => BackendKind::K3d,
            Self::Existing(_) => BackendKind::Existing,
        }
    }

    /// The cluster's ledger, held open for as long as the backend lives.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        match self {
            Self::Kind(cluster) => cluster.ledger(),
            Self::K3d(cluster) => cluster.ledger(),
            Self::Existing(cluster) => cluster.ledger(),
        }
    }

    /// Whether the cluster exists and may be used.
    ///
    /// # Errors
    ///
    /// When a cluster of that name is not ours, or nobody can be asked.
    pub async fn exists(&self) -> Result<bool, BackendError> {
        match self {
            Self::Kind(cluster) => cluster.exists().await,
            Self::K3d(cluster) => cluster.exists().await,
            Self::Existing(cluster) => cluster.exists().await,
        }
    }

    /// Creates the cluster or takes the one that is there, waits until it is ready and loads the archives.
    ///
    /// # Errors
    ///
    /// When it cannot be had, with the cause; what was begun is removed again.
    pub async fn create(&self, spec: &ClusterSpec, progress: &dyn Progress) -> Result<Made, BackendError> {
        match self {
            Self::Kind(cluster) => cluster.create(spec, progress).await,
            Self::K3d(cluster) => cluster.create(spec, progress).await,
            Self::Existing(cluster) => cluster.create(spec, progress).await,
        }
    }

    /// Removes the cluster that we created. One that existed before us stays.
    ///
    /// # Errors
    ///
    /// When it is not ours or cannot be removed.
    pub async fn delete(&self) -> Result<(), BackendError> {
        match self {
            Self::Kind(cluster) => cluster.delete().await,
            Self::K3d(cluster) => cluster.delete().await,
            Self::Existing(cluster) => cluster.delete(),
        }
    }

    /// Loads an image archive into every node, and makes sure that it is there.
    ///
    /// # Errors
    ///
    /// When it cannot be loaded.
    pub async fn load(&self, archive: &Path) -> Result<(), BackendError> {
        match self {
            Self::Kind(cluster) => cluster.load(archive).await,
            Self::K3d(cluster) => cluster.load(archive).await,
            Self::Existing(cluster) => cluster.load(archive).await,
        }
    }

    /// The text of a kubeconfig whose current context is the cluster.
    ///
    /// # Errors
    ///
    /// When it cannot be had.
    pub async fn kubeconfig(&self) -> Result<String, BackendError> {
        match self {
            Self::Kind(cluster) => cluster.kubeconfig().await,
            Self::K3d(cluster) => cluster.kubeconfig().await,
            Self::Existing(cluster) => cluster.kubeconfig(),
        }
    }

    /// A client of the cluster, which is known to be the one of the ledger.
    ///
    /// # Errors
    ///
    /// When the API server does not answer, or is that of another cluster.
    pub async fn client(&self) -> Result<Client, BackendError> {
        match self {
            Self::Kind(cluster) => cluster.client().await,
            Self::K3d(cluster) => cluster.client().await,
            Self::Existing(cluster) => cluster.client().await,
        }
    }

    /// The cluster's nodes, by name.
    ///
    /// # Errors
    ///
    /// When nobody can be asked.
    pub async fn nodes(&self) -> Result<Vec<Node>, BackendError> {
        match self {
            Self::Kind(cluster) => cluster.nodes().await,
            Self::K3d(cluster) => cluster.nodes().await,
            Self::Existing(cluster) => cluster.nodes().await,
        }
    }
}

impl Undo for Backend {
    fn undo<'a>(&'a self, held: &'a Held, deadline: Duration) -> BoxFuture<'a, Result<(), UndoError>> {
        match self {
            Self::Kind(cluster) => cluster.undo(held, deadline),
            Self::K3d(cluster) => cluster.undo(held, deadline),
            // To take back a cluster that existed is to forget it.
            Self::Existing(_) => Box::pin(std::future::ready(match &held.entry {
                Entry::Cluster { backend, .. } if *backend == BackendKind::Existing.to_string() => Ok(()),
                Entry::Cluster { .. }
                | Entry::EngineNetwork { .. }
                | Entry::EngineContainer { .. }
                | Entry::EnginePause { .. }
                | Entry::EngineImage { .. }
                | Entry::Namespace { .. }
                | Entry::Object(_)
                | Entry::S3Prefix { .. }
                | Entry::VeleroBackup { .. }
                | Entry::VeleroBackupsOf { .. }
                | Entry::Patched { .. } => Err(UndoError::NotMine),
            })),
        }
    }
}
