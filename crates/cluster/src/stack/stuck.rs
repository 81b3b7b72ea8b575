//! Pods that an earlier, broken installation left: removed before we wait, so that they are not taken for ours.

use k8s_openapi::api::core::v1::Pod;
use kube::{
    Api, Client, ResourceExt as _,
    api::{DeleteParams, ListParams},
};

use super::{
    cause::{belongs, pod_trouble},
    error::StackError,
};
use crate::ledger::ObjectRef;

/// Removes every pod of these workloads, and every helper pod, that has no hope of running; its controller makes it
/// anew from what is applied now, without the back-off that it had earned. Answers what was removed and why.
///
/// # Caveats
///
/// Call it before waiting: a pod of the manifests just applied has had no time to lose hope.
pub(crate) async fn remove_stuck_pods(
    client: &Client,
    namespaces: &[String],
    workloads: &[ObjectRef],
) -> Result<Vec<String>, StackError> {
    let mut removed = Vec::new();
    for namespace in namespaces {
        let api: Api<Pod> = Api::namespaced(client.clone(), namespace);
        let listed = api.list(&ListParams::default()).await;
        let pods = listed.map_err(|source| StackError::api(format!("pods of namespace {namespace}"), source))?;
        for pod in pods.iter().filter(|pod| belongs(pod, workloads)) {
            let Some(cause) = stuck_cause(pod) else { continue };
            let now = DeleteParams::default().grace_period(0);
            match api.delete(&pod.name_any(), &now).await {
                Ok(_) => removed.push(cause),
                Err(kube::Error::Api(status)) if status.code == 404 => {}
                Err(source) => return Err(StackError::api(format!("pod {namespace}/{}", pod.name_any()), source)),
            }
        }
    }
    Ok(removed)
}

/// Why a pod is stuck; `None` where it is not.
fn stuck_cause(pod: &Pod) -> Option<String> {
    pod_trouble(pod, 0)
        .filter(|trouble| trouble.is_final)
        .map(|trouble| trouble.cause)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn waiting(reason: &str) -> Pod {
        let state = json!({"waiting": {"reason": reason}});
        let container =
            json!({"name": "c", "image": "i", "imageID": "", "ready": false, "restartCount": 0, "state": state});
        serde_json::from_value(json!({"metadata": {"name": "p"}, "status": {"containerStatuses": [container]}}))
            .unwrap()
    }

    #[test]
    fn a_pod_whose_image_cannot_be_had_is_stuck_and_one_that_starts_is_not() {
        assert!(stuck_cause(&waiting("ImagePullBackOff")).is_some());
        assert!(stuck_cause(&waiting("ContainerCreating")).is_none());
        assert!(stuck_cause(&waiting("CrashLoopBackOff")).is_none());
    }
}
