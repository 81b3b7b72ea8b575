//! A machine of a cluster: [`Node`].

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a node does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// It runs the API server.
    ControlPlane,
    /// It runs workloads only.
    Worker,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ControlPlane => "control plane",
            Self::Worker => "worker",
        })
    }
}

/// A machine of a cluster. On kind and k3d it is a container of the same name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// What it does.
    pub role: Role,
    /// Whether its container runs; on a cluster that exists, whether it is Ready.
    pub running: bool,
}

impl Node {
    /// Reads the engine's lines `name running role`. What is neither server nor worker (a load balancer, k3d's tools) is
    /// no node.
    pub(super) fn parse_lines(text: &str) -> Vec<Self> {
        let mut nodes: Vec<Self> = text
            .lines()
            .filter_map(|line| {
                let mut words = line.split_whitespace();
                let (name, running, role) = (words.next()?, words.next()?, words.next()?);
                let role = match role {
                    "control-plane" | "server" => Role::ControlPlane,
                    "worker" | "agent" => Role::Worker,
                    _ => return None,
                };
                // docker's inspect puts a slash before a name.
                Some(Self {
                    name: name.trim_start_matches('/').to_owned(),
                    role,
                    running: running == "true",
                })
            })
            .collect();
        nodes.sort_by(|a, b| a.name.cmp(&b.name));
        nodes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_both_engines_are_read_and_a_load_balancer_is_no_node() {
        let text =
            "k3d-a-serverlb true loadbalancer\n/k3d-a-server-0 true server\nk3d-a-agent-0 false agent\nstray true \n\n";
        let nodes: Vec<_> = Node::parse_lines(text)
            .into_iter()
            .map(|node| (node.name, node.role, node.running))
            .collect();
        let expected = [
            ("k3d-a-agent-0", Role::Worker, false),
            ("k3d-a-server-0", Role::ControlPlane, true),
        ];
        assert_eq!(
            nodes,
            expected.map(|(name, role, running)| (name.to_owned(), role, running))
        );
    }
}
