//! How much memory pods use over a run: [`MemorySampler`], from the kubelets' own statistics.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use k8s_openapi::api::core::v1::Pod;
use kube::{Api, Client, ResourceExt as _, api::ListParams};
use serde::Deserialize;
use tokio::{sync::watch, task::JoinHandle, time::MissedTickBehavior};

use super::quantity;

/// How long one answer may take.
const DEADLINE: Duration = Duration::from_secs(10);

/// Why the memory of pods is not known.
#[derive(Debug, thiserror::Error)]
pub enum MemoryError {
    /// The pods of a namespace could not be listed.
    #[error("memory: pods of namespace `{namespace}` could not be listed")]
    Pods {
        /// The namespace.
        namespace: String,
        /// What the API server said.
        #[source]
        source: Box<kube::Error>,
    },
    /// A kubelet's statistics could not be read.
    #[error("memory: statistics of node `{node}` could not be read")]
    Statistics {
        /// The node.
        node: String,
        /// What the API server said.
        #[source]
        source: Box<kube::Error>,
    },
    /// The kubelets did not measure often enough.
    #[error(
        "memory: expected {samples} samples of each lasting container within {deadline:?}, observed fewer; {last_gap}"
    )]
    TooFew {
        /// How many different samples there were to be.
        samples: usize,
        /// How long was waited for them.
        deadline: Duration,
        /// The last look that failed, in words.
        last_gap: String,
    },
    /// An answer did not come.
    #[error("memory: no answer about {what} within {DEADLINE:?}")]
    Deadline {
        /// What was asked for.
        what: String,
    },
}

/// The memory of one container: the highest working set seen, and its limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkingSet {
    /// The pod's namespace.
    pub namespace: String,
    /// The pod.
    pub pod: String,
    /// The container.
    pub container: String,
    /// The highest working set seen, in bytes: memory that the kernel cannot take back without harm.
    pub highest: u64,
    /// How many different samples were seen; the kubelet takes one about each 10 seconds.
    pub samples: usize,
    /// How many looks found it measured, of however many samples.
    pub looks: usize,
    /// The container's limit in bytes; `None` where it has none.
    pub limit: Option<u64>,
}

/// The working sets now of all containers in these namespaces.
///
/// # Errors
///
/// When pods or statistics cannot be read. A container that the kubelet has not measured yet is left out.
pub async fn working_sets(client: &Client, namespaces: &[String]) -> Result<Vec<WorkingSet>, MemoryError> {
    let mut seen = Seen::default();
    look(client, namespaces, &mut seen).await?;
    Ok(seen.working_sets())
}

/// Samples the working sets of pods in the background until it is finished or dropped.
#[derive(Debug)]
pub struct MemorySampler {
    seen: watch::Receiver<Seen>,
    task: JoinHandle<()>,
}

impl Drop for MemorySampler {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl MemorySampler {
    /// Starts to look each `period` at the pods in these namespaces.
    #[must_use]
    pub fn start(client: Client, namespaces: Vec<String>, period: Duration) -> Self {
        let (tell, seen) = watch::channel(Seen::default());
        let task = tokio::spawn(async move {
            let mut ticks = tokio::time::interval(period);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                let mut now = tell.borrow().clone();
                if let Err(error) = look(&client, &namespaces, &mut now).await {
                    now.gaps.push(format!("{} {error}", jiff::Timestamp::now()));
                }
                tell.send_replace(now);
            }
        });
        Self { seen, task }
    }

    /// The highest working sets so far, by namespace, pod and container.
    #[must_use]
    pub fn working_sets(&self) -> Vec<WorkingSet> {
        self.seen.borrow().working_sets()
    }

    /// The samples that could not be taken, one line each.
    #[must_use]
    pub fn gaps(&self) -> Vec<String> {
        self.seen.borrow().gaps.clone()
    }

    /// Waits until every container that was there in each look has `samples` different samples, and answers those
    /// containers. Of the first sample it is not known whether it was taken after the start.
    ///
    /// # Errors
    ///
    /// When they have not, or there are no such containers, within `deadline`; with the last look that failed.
    pub async fn finish(mut self, samples: usize, deadline: Duration) -> Result<Vec<WorkingSet>, MemoryError> {
        let enough = |seen: &Seen| {
            let steady = seen.steady();
            !steady.is_empty() && steady.iter().all(|set| set.samples >= samples)
        };
        let steady = async { self.seen.wait_for(enough).await.map(|seen| seen.steady()) };
        // The sampler ends only with this value, so that the one error is the deadline.
        if let Ok(Ok(steady)) = tokio::time::timeout(deadline, steady).await {
            return Ok(steady);
        }
        let last_gap = self
            .gaps()
            .pop()
            .unwrap_or_else(|| "every look was answered".to_owned());
        Err(MemoryError::TooFew {
            samples,
            deadline,
            last_gap,
        })
    }
}

/// What was seen so far, by namespace, pod and container.
#[derive(Debug, Clone, Default)]
struct Seen {
    containers: BTreeMap<(String, String, String), Measured>,
    /// How many looks were answered.
    looks: usize,
    gaps: Vec<String>,
}

#[derive(Debug, Clone, Default)]
struct Measured {
    highest: u64,
    times: BTreeSet<String>,
    looks: usize,
    limit: Option<u64>,
}

impl Seen {
    fn working_sets(&self) -> Vec<WorkingSet> {
        let measured = self
            .containers
            .iter()
            .filter(|(_, measured)| !measured.times.is_empty());
        measured
            .map(|((namespace, pod, container), measured)| WorkingSet {
                namespace: namespace.clone(),
                pod: pod.clone(),
                container: container.clone(),
                highest: measured.highest,
                samples: measured.times.len(),
                looks: measured.looks,
                limit: measured.limit,
            })
            .collect()
    }

    /// The containers that were there in each look, as a provisioner is and its helper pods are not.
    fn steady(&self) -> Vec<WorkingSet> {
        self.working_sets()
            .into_iter()
            .filter(|set| set.looks == self.looks)
            .collect()
    }

    /// Takes the containers of a pod and their limits.
    fn expect(&mut self, pod: &Pod) {
        for container in pod.spec.iter().flat_map(|spec| &spec.containers) {
            let limits = container
                .resources
                .as_ref()
                .and_then(|resources| resources.limits.as_ref());
            let limit = limits
                .and_then(|limits| limits.get("memory"))
                .and_then(|limit| quantity::bytes(&limit.0));
            let key = (
                pod.namespace().unwrap_or_default(),
                pod.name_any(),
                container.name.clone(),
            );
            self.containers.entry(key).or_default().limit = limit;
        }
    }

    /// Takes a node's statistics of the containers that are expected.
    fn measure(&mut self, statistics: Statistics) {
        for pod in statistics.pods {
            for container in pod.containers {
                let key = (pod.pod_ref.namespace.clone(), pod.pod_ref.name.clone(), container.name);
                let Some(measured) = self.containers.get_mut(&key) else {
                    continue;
                };
                if let Some(Memory {
                    time,
                    working_set_bytes: Some(bytes),
                }) = container.memory
                {
                    measured.highest = measured.highest.max(bytes);
                    measured.times.insert(time);
                    measured.looks += 1;
                }
            }
        }
    }
}

/// Looks once at the pods and at the nodes that they run on.
async fn look(client: &Client, namespaces: &[String], seen: &mut Seen) -> Result<(), MemoryError> {
    let mut nodes = BTreeSet::new();
    for namespace in namespaces {
        let pods: Api<Pod> = Api::namespaced(client.clone(), namespace);
        let selection = ListParams::default();
        let listed = tokio::time::timeout(DEADLINE, pods.list(&selection)).await;
        let listed = listed.map_err(|_elapsed| MemoryError::Deadline {
            what: format!("namespace `{namespace}`"),
        })?;
        let wrong = |source| MemoryError::Pods {
            namespace: namespace.clone(),
            source: Box::new(source),
        };
        for pod in listed.map_err(wrong)? {
            seen.expect(&pod);
            nodes.extend(pod.spec.and_then(|spec| spec.node_name));
        }
    }
    let mut told = Vec::new();
    for node in nodes {
        told.push(statistics(client, &node).await?);
    }
    seen.looks += 1;
    for statistics in told {
        seen.measure(statistics);
    }
    Ok(())
}

async fn statistics(client: &Client, node: &str) -> Result<Statistics, MemoryError> {
    let wrong = |source| MemoryError::Statistics {
        node: node.to_owned(),
        source: Box::new(source),
    };
    let request = http::Request::get(format!("/api/v1/nodes/{node}/proxy/stats/summary")).body(Vec::new());
    let request = request.map_err(|error| wrong(kube::Error::HttpError(error)))?;
    let answer = tokio::time::timeout(DEADLINE, client.request(request)).await;
    answer
        .map_err(|_elapsed| MemoryError::Deadline {
            what: format!("node `{node}`"),
        })?
        .map_err(wrong)
}

/// What we read of the kubelet's `/stats/summary`.
#[derive(Debug, Deserialize)]
struct Statistics {
    #[serde(default)]
    pods: Vec<PodStatistics>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PodStatistics {
    pod_ref: PodRef,
    #[serde(default)]
    containers: Vec<ContainerStatistics>,
}

#[derive(Debug, Deserialize)]
struct PodRef {
    name: String,
    namespace: String,
}

#[derive(Debug, Deserialize)]
struct ContainerStatistics {
    name: String,
    memory: Option<Memory>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Memory {
    time: String,
    working_set_bytes: Option<u64>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn statistics(time: &str, bytes: Option<u64>) -> Statistics {
        let container = json!({ "name": "c", "memory": { "time": time, "workingSetBytes": bytes } });
        let other = json!({ "podRef": { "name": "q", "namespace": "n", "uid": "v" }, "containers": [container] });
        let pod = json!({ "podRef": { "name": "p", "namespace": "n", "uid": "u" }, "containers": [container] });
        serde_json::from_value(json!({ "node": {}, "pods": [pod, other] })).unwrap()
    }

    #[test]
    fn the_highest_sample_counts_and_a_stale_one_does_not_add() {
        let pod: Pod = serde_json::from_value(json!({
            "metadata": { "name": "p", "namespace": "n" },
            "spec": { "containers": [{ "name": "c", "resources": { "limits": { "memory": "128Mi" } } }] },
        }))
        .unwrap();
        let mut seen = Seen::default();
        seen.expect(&pod);
        assert!(seen.working_sets().is_empty(), "not measured yet");
        seen.looks = 4;
        for (time, bytes) in [
            ("10:00", Some(70)),
            ("10:10", Some(90)),
            ("10:10", Some(90)),
            ("10:20", Some(80)),
            ("10:30", None),
        ] {
            seen.measure(statistics(time, bytes));
        }
        let expected = WorkingSet {
            namespace: "n".into(),
            pod: "p".into(),
            container: "c".into(),
            highest: 90,
            samples: 3,
            looks: 4,
            limit: Some(134_217_728),
        };
        assert_eq!(seen.working_sets(), [expected]);
        assert_eq!(seen.steady().len(), 1);
        seen.looks = 5;
        assert!(seen.steady().is_empty(), "not there in every look");
    }
}
