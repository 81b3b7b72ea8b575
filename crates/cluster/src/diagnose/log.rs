//! Logs of a pod's containers, of their run before too.

use jiff::Timestamp;
use k8s_openapi::api::core::v1::Pod;
use kube::{ResourceExt as _, api::LogParams};

/// The most that is kept of one log.
const LOG_BYTES: i64 = 512 * 1024;
/// The most lines that are kept of one log, the newest.
const LOG_LINES: i64 = 2000;

/// One log to fetch.
#[derive(Debug)]
pub(super) struct Log {
    /// The pod.
    pub(super) pod: String,
    /// File in the bundle.
    pub(super) file: String,
    /// What is asked for.
    pub(super) params: LogParams,
}

/// The logs that a pod has: of each container since `since`, and of its run before where it restarted.
pub(super) fn logs_of(pod: &Pod, since: Timestamp) -> Vec<Log> {
    let (namespace, name) = (pod.namespace().unwrap_or_default(), pod.name_any());
    let status = pod.status.clone().unwrap_or_default();
    let inits = status.init_container_statuses.into_iter().flatten();
    let mut logs = Vec::new();
    for container in inits.chain(status.container_statuses.into_iter().flatten()) {
        let state = container.state.unwrap_or_default();
        let has_run = state.running.is_some() || state.terminated.is_some();
        let params = LogParams {
            container: Some(container.name.clone()),
            limit_bytes: Some(LOG_BYTES),
            tail_lines: Some(LOG_LINES),
            timestamps: true,
            ..LogParams::default()
        };
        let file = format!("{namespace}/{name}.{}", container.name);
        if has_run {
            let params = LogParams {
                since_time: Some(since),
                ..params.clone()
            };
            logs.push(Log {
                pod: name.clone(),
                file: format!("{file}.log"),
                params,
            });
        }
        if container.restart_count > 0 {
            let params = LogParams {
                previous: true,
                ..params
            };
            logs.push(Log {
                pod: name.clone(),
                file: format!("{file}.previous.log"),
                params,
            });
        }
    }
    logs
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_container_that_never_ran_has_no_log_and_a_restarted_one_has_two() {
        let container = |name: &str, state: &str, restarts: i32| json!({ "name": name, "image": "i", "imageID": "", "ready": false, "restartCount": restarts, "state": { state: {} } });
        let containers = [
            container("a", "waiting", 0),
            container("b", "running", 0),
            container("c", "waiting", 2),
            container("d", "running", 1),
        ];
        let pod: Pod = serde_json::from_value(
            json!({ "metadata": { "name": "p", "namespace": "n" }, "status": { "containerStatuses": containers } }),
        )
        .unwrap();
        let files: Vec<String> = logs_of(&pod, Timestamp::UNIX_EPOCH)
            .into_iter()
            .map(|log| log.file)
            .collect();
        assert_eq!(
            files,
            ["n/p.b.log", "n/p.c.previous.log", "n/p.d.log", "n/p.d.previous.log"]
        );
    }
}
