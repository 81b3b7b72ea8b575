//! The working set of pods: the kubelet's `stats/summary`.

use k8s_openapi::api::core::v1::Node;
use kube::{Api, Client, ResourceExt as _, api::ListParams};
use serde::Deserialize;

/// Why the statistics could not be read.
#[derive(Debug, thiserror::Error)]
pub enum StatsError {
    /// The API server or the kubelet refused.
    #[error("statistics of node `{node}`")]
    Ask {
        /// The node.
        node: String,
        /// What was said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Memory of one pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodMemory {
    /// The pod.
    pub pod: String,
    /// Its working set in bytes: what the kubelet reckons with for eviction.
    pub working_set_bytes: u64,
    /// How many samples this is the highest of.
    pub samples: usize,
}

#[derive(Deserialize)]
struct Summary {
    pods: Vec<PodStats>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PodStats {
    pod_ref: PodRef,
    #[serde(default)]
    containers: Vec<ContainerStats>,
}

#[derive(Deserialize)]
struct PodRef {
    name: String,
    namespace: String,
}

#[derive(Deserialize)]
struct ContainerStats {
    memory: Option<MemoryStats>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MemoryStats {
    working_set_bytes: Option<u64>,
}

/// Memory of every pod of a namespace that the kubelets have measured, one sample each.
///
/// # Errors
///
/// When a node's kubelet does not answer through the API server.
pub async fn memory_of_pods(client: &Client, namespace: &str) -> Result<Vec<PodMemory>, StatsError> {
    let nodes: Api<Node> = Api::all(client.clone());
    let ask = |node: &str, source: Box<dyn std::error::Error + Send + Sync>| StatsError::Ask { node: node.to_owned(), source };
    let nodes = nodes.list(&ListParams::default()).await.map_err(|error| ask("all", error.into()))?;
    let mut pods = Vec::new();
    for node in nodes {
        let name = node.name_any();
        let path = format!("/api/v1/nodes/{name}/proxy/stats/summary");
        let request = http::Request::get(&path).body(Vec::new()).map_err(|error| ask(&name, error.into()))?;
        let summary: Summary = client.request(request).await.map_err(|error| ask(&name, error.into()))?;
        pods.extend(pods_of(summary, namespace));
    }
    Ok(pods)
}

fn pods_of(summary: Summary, namespace: &str) -> Vec<PodMemory> {
    let of_namespace = summary.pods.into_iter().filter(|pod| pod.pod_ref.namespace == namespace);
    let measured = of_namespace.filter_map(|pod| {
        let sets = pod.containers.iter().filter_map(|container| container.memory.as_ref()?.working_set_bytes);
        let sets: Vec<u64> = sets.collect();
        (!sets.is_empty()).then(|| PodMemory { pod: pod.pod_ref.name, working_set_bytes: sets.iter().sum(), samples: 1 })
    });
    measured.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pod_that_was_not_measured_is_not_counted_as_zero() {
        let text = r#"{"pods":[
            {"podRef":{"name":"a","namespace":"n"},"containers":[{"memory":{"workingSetBytes":7}},{"memory":{"workingSetBytes":5}}]},
            {"podRef":{"name":"b","namespace":"n"},"containers":[{}]},
            {"podRef":{"name":"c","namespace":"other"},"containers":[{"memory":{"workingSetBytes":9}}]}]}"#;
        let pods = pods_of(serde_json::from_str(text).unwrap(), "n");
        assert_eq!(pods, [PodMemory { pod: "a".into(), working_set_bytes: 12, samples: 1 }]);
    }
}
