//! The pods' network on topologies without a CNI of kind's own: a bridge on each node, and routes between nodes.

use super::{error::BackendError, fault::fault_of};
use crate::engine::Engine;

/// What a node needs to know of itself and of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NodeNetwork {
    pub(super) name: String,
    /// Its own address.
    pub(super) address: String,
    /// The addresses of its pods.
    pub(super) pods: String,
}

/// Name of the CNI configuration on a node.
const CNI_FILE: &str = "/etc/cni/net.d/10-shall.conflist";
/// Name of the unit that sets the routes, so that they are there again after a node was started anew.
const UNIT: &str = "shall-routes.service";

/// The CNI configuration of a node: a bridge with host-local addresses, and port mapping.
///
/// Alone, a node hides its pods behind its address by the bridge itself. With others, a pod's own address has to
/// reach the pods of other nodes, so that is left to one rule beside the routes.
fn conflist(node: &NodeNetwork, is_alone: bool) -> String {
    serde_json::json!({
        "cniVersion": "0.4.0",
        "name": "shall",
        "plugins": [
            {
                "type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": is_alone, "hairpinMode": true,
                "ipam": {
                    "type": "host-local",
                    "ranges": [[{ "subnet": node.pods }]],
                    "routes": [{ "dst": "0.0.0.0/0" }],
                },
            },
            { "type": "portmap", "capabilities": { "portMappings": true } },
        ],
    })
    .to_string()
}

/// The unit that lets a node's pods reach the pods of every other node and, hidden, the rest of the world.
fn unit(node: &NodeNetwork, all: &[NodeNetwork], pod_subnet: &str) -> String {
    use std::fmt::Write as _;
    let mut text = "[Unit]\nDescription=Routes to the pods of other nodes\nAfter=network-online.target\n\n\
                    [Service]\nType=oneshot\nRemainAfterExit=yes\n"
        .to_owned();
    for other in all.iter().filter(|other| other.name != node.name) {
        let _infallible = writeln!(text, "ExecStart=ip route replace {} via {}", other.pods, other.address);
    }
    let rule = format!("POSTROUTING -s {} ! -d {pod_subnet} -j MASQUERADE", node.pods);
    let _infallible = writeln!(
        text,
        "ExecStart=sh -c \"iptables -t nat -C {rule} 2>/dev/null || iptables -t nat -A {rule}\"\n\n\
         [Install]\nWantedBy=multi-user.target"
    );
    text
}

/// Gives every node its network.
pub(super) async fn set_up(
    engine: &Engine,
    cluster: &str,
    nodes: &[NodeNetwork],
    pod_subnet: &str,
) -> Result<(), BackendError> {
    for node in nodes {
        let failed = |error| fault_of(cluster, "set the network of its nodes", error);
        if nodes.len() > 1 {
            let text = unit(node, nodes, pod_subnet);
            let file = format!("/etc/systemd/system/{UNIT}");
            write(engine, &node.name, &file, &text).await.map_err(failed)?;
            let start = format!("systemctl daemon-reload && systemctl enable {UNIT} && systemctl restart {UNIT}");
            engine
                .command(["exec", &node.name, "sh", "-c", &start])
                .run()
                .await
                .map_err(failed)?;
        }
        write(engine, &node.name, CNI_FILE, &conflist(node, nodes.len() == 1))
            .await
            .map_err(failed)?;
    }
    Ok(())
}

/// Writes a file on a node, whole or not at all: containerd reads the folder at any moment.
async fn write(engine: &Engine, node: &str, file: &str, text: &str) -> Result<(), crate::command::CommandError> {
    let script = r#"mkdir -p "$(dirname "$1")" && printf '%s' "$2" > "$1.part" && mv "$1.part" "$1""#;
    engine
        .command(["exec", node, "sh", "-c", script, "sh", file, text])
        .run()
        .await
        .map(|_output| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nodes() -> [NodeNetwork; 2] {
        let node = |name: &str, address: &str, pods: &str| NodeNetwork {
            name: name.to_owned(),
            address: address.to_owned(),
            pods: pods.to_owned(),
        };
        [
            node("a", "10.89.0.2", "10.244.0.0/24"),
            node("b", "10.89.0.3", "10.244.1.0/24"),
        ]
    }

    #[test]
    fn a_node_alone_hides_its_pods_by_the_bridge() {
        let text = conflist(&nodes()[0], true);
        assert!(
            text.contains(r#""ipMasq":true"#) && text.contains("10.244.0.0/24"),
            "{text}"
        );
    }

    #[test]
    fn each_node_routes_to_the_pods_of_the_others_and_not_to_its_own() {
        insta::assert_snapshot!(unit(&nodes()[1], &nodes(), "10.244.0.0/16"), @r#"
        [Unit]
        Description=Routes to the pods of other nodes
        After=network-online.target

        [Service]
        Type=oneshot
        RemainAfterExit=yes
        ExecStart=ip route replace 10.244.0.0/24 via 10.89.0.2
        ExecStart=sh -c "iptables -t nat -C POSTROUTING -s 10.244.1.0/24 ! -d 10.244.0.0/16 -j MASQUERADE 2>/dev/null || iptables -t nat -A POSTROUTING -s 10.244.1.0/24 ! -d 10.244.0.0/16 -j MASQUERADE"

        [Install]
        WantedBy=multi-user.target
        "#);
        assert!(conflist(&nodes()[1], false).contains(r#""ipMasq":false"#));
    }
}
