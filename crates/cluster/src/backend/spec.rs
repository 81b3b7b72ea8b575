//! What cluster is wanted: [`ClusterSpec`].

use std::path::PathBuf;

/// What cluster is wanted.
#[derive(Debug, Clone)]
pub struct ClusterSpec {
    /// The cluster's name.
    pub name: String,
    /// The topology file, in kind's own format. k3d takes the number of nodes from it.
    pub topology: PathBuf,
    /// Reference of the node image: kind's `kindest/node`, k3d's `rancher/k3s`.
    pub node_image: String,
    /// Archive of the node image; `None` where the engine has it or can pull it.
    pub node_archive: Option<PathBuf>,
    /// Image archives to load into every node once the cluster is ready.
    pub archives: Vec<PathBuf>,
}
