//! The cluster that a run's ledger is about: [`Place`].

use serde::{Deserialize, Serialize};

/// A cluster by its backend and name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// `kind`, `k3d` or `existing`.
    pub backend: String,
    /// Name of the cluster; of one that exists, its kubeconfig context.
    pub cluster: String,
}
