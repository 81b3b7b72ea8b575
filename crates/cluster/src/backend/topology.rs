//! Which nodes a cluster has: [`Topology`], read from a file in kind's format.

use std::{fs, io::ErrorKind, net::TcpListener, path::Path};

use serde::Deserialize;

use super::{error::BackendError, node::Role};

/// What we read of a topology file; the rest is for kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topology {
    /// The role of each node, in order.
    pub roles: Vec<Role>,
    /// The host's TCP addresses that the topology names; what is left open is chosen by kind.
    pub ports: Vec<String>,
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
    api_server_address: Option<String>,
    api_server_port: Option<u16>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FileNode {
    role: Option<String>,
    #[serde(default)]
    extra_port_mappings: Vec<PortMapping>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PortMapping {
    host_port: Option<u16>,
    listen_address: Option<String>,
    protocol: Option<String>,
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
        let ports = ports_of(&file);
        Ok(Self { roles, ports })
    }

    /// The first of its ports that is taken, with the system's words.
    ///
    /// Asked before anything is created: podman, when it finds out itself, takes the forwarding rules of the
    /// container that holds the port away with its own.
    pub(super) fn taken_port(&self) -> Option<String> {
        self.ports.iter().find_map(|address| match TcpListener::bind(address) {
            Err(error) if error.kind() == ErrorKind::AddrInUse => Some(format!("{address}: {error}")),
            Ok(_) | Err(_) => None,
        })
    }

    /// How many nodes have this role.
    #[must_use]
    pub fn count(&self, role: Role) -> usize {
        self.roles.iter().filter(|of| **of == role).count()
    }
}

fn ports_of(file: &File) -> Vec<String> {
    let address = file.networking.api_server_address.as_deref().unwrap_or("127.0.0.1");
    let api_server = file.networking.api_server_port.map(|port| (address, port));
    let mapped = file
        .nodes
        .iter()
        .flat_map(|node| &node.extra_port_mappings)
        .filter_map(|mapping| {
            let is_tcp = mapping
                .protocol
                .as_deref()
                .is_none_or(|protocol| protocol.eq_ignore_ascii_case("tcp"));
            let address = mapping.listen_address.as_deref().unwrap_or("0.0.0.0");
            mapping.host_port.filter(|_| is_tcp).map(|port| (address, port))
        });
    let all = api_server.into_iter().chain(mapped).filter(|(_, port)| *port != 0);
    all.map(|(address, port)| {
        if address.contains(':') {
            format!("[{address}]:{port}")
        } else {
            format!("{address}:{port}")
        }
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_role_of_each_node_is_read() {
        let text = "kind: Cluster\nnetworking:\n  disableDefaultCNI: true\nnodes:\n- role: control-plane\n- role: worker\n- role: worker\n";
        let topology = Topology::parse(text).unwrap();
        assert_eq!(
            (topology.count(Role::ControlPlane), topology.count(Role::Worker)),
            (1, 2)
        );
    }

    #[test]
    fn without_nodes_there_is_one_and_a_wrong_role_is_named() {
        let topology = Topology::parse("kind: Cluster\n").unwrap();
        assert_eq!(topology.roles, [Role::ControlPlane]);
        let error = Topology::parse("nodes:\n- role: master\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "role: expected control-plane or worker, found `master`"
        );
    }

    #[test]
    fn a_taken_port_is_known_before_anything_is_created() {
        let holder = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = holder.local_addr().unwrap().port();
        let text = format!(
            "networking: {{apiServerPort: {port}}}\nnodes:\n- extraPortMappings:\n  - {{hostPort: 0, containerPort: 80}}\n  - {{hostPort: 53, protocol: UDP, containerPort: 53}}\n"
        );
        let topology = Topology::parse(&text).unwrap();
        assert_eq!(topology.ports, [format!("127.0.0.1:{port}")]);
        assert!(
            topology
                .taken_port()
                .unwrap()
                .starts_with(&format!("127.0.0.1:{port}: "))
        );
        drop(holder);
        assert_eq!(topology.taken_port(), None);
    }
}
