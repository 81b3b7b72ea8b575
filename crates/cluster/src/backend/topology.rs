//! Which nodes a cluster has: [`Topology`], read from a file in kind's format.

use std::{fs, path::Path};

use serde::Deserialize;

use super::{error::BackendError, node::Role};

/// What we read of a topology file; the rest is for kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topology {
    /// The role of each node, in order.
    pub roles: Vec<Role>,
    /// Whether pods get their network from us: `disableDefaultCNI`.
    pub own_network: bool,
    /// Addresses of all pods of the cluster.
    pub pod_subnet: String,
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    networking: Networking,
    #[serde(default)]
    nodes: Vec<FileNode>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Networking {
    #[serde(default, rename = "disableDefaultCNI")]
    disable_default_cni: bool,
    pod_subnet: Option<String>,
}

#[derive(Deserialize)]
struct FileNode {
    role: Option<String>,
}

impl Topology {
    /// Reads a topology file. Without a list of nodes it has one, as kind has it.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, is no YAML, or names a role that does not exist.
    pub fn read(path: &Path) -> Result<Self, BackendError> {
        let text = fs::read_to_string(path).map_err(|source| BackendError::TopologyFile {
            path: path.to_owned(),
            source: source.into(),
        })?;
        Self::parse(&text).map_err(|source| BackendError::TopologyFile {
            path: path.to_owned(),
            source,
        })
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let file: File = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
        let mut roles = Vec::new();
        for node in &file.nodes {
            roles.push(match node.role.as_deref() {
                None | Some("control-plane") => Role::ControlPlane,
                Some("worker") => Role::Worker,
                Some(other) => return Err(format!("role: expected control-plane or worker, found `{other}`").into()),
            });
        }
        if roles.is_empty() {
            roles.push(Role::ControlPlane);
        }
        Ok(Self {
            roles,
            own_network: file.networking.disable_default_cni,
            pod_subnet: file.networking.pod_subnet.unwrap_or_else(|| "10.244.0.0/16".to_owned()),
        })
    }

    /// How many nodes have this role.
    #[must_use]
    pub fn count(&self, role: Role) -> usize {
        self.roles.iter().filter(|of| **of == role).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_and_network_are_read() {
        let text = "kind: Cluster\nnetworking:\n  disableDefaultCNI: true\nnodes:\n- role: control-plane\n- role: worker\n- role: worker\n";
        let topology = Topology::parse(text).unwrap();
        assert_eq!(
            (topology.count(Role::ControlPlane), topology.count(Role::Worker)),
            (1, 2)
        );
        assert!(topology.own_network);
        assert_eq!(topology.pod_subnet, "10.244.0.0/16");
    }

    #[test]
    fn without_nodes_there_is_one_and_a_wrong_role_is_named() {
        let topology = Topology::parse("kind: Cluster\n").unwrap();
        assert_eq!(
            (topology.roles.as_slice(), topology.own_network),
            ([Role::ControlPlane].as_slice(), false)
        );
        let error = Topology::parse("nodes:\n- role: master\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "role: expected control-plane or worker, found `master`"
        );
    }
}
