//! The bundle: events, pods and logs of the namespaces that a failure involves, written file by file.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use k8s_openapi::api::{
    apps::v1::Deployment,
    core::v1::{Event, Node, PersistentVolume, PersistentVolumeClaim, Pod},
};
use kube::{
    Api, Client, Resource, ResourceExt as _,
    api::{ListParams, LogParams},
};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    cause::{Sign, most_likely_cause},
    redact::Redactor,
};
use crate::velero::{Backup, BackupStorageLocation, NAMESPACE, PodVolumeBackup, PodVolumeRestore, Restore};

/// How long one collector may take.
const EACH: Duration = Duration::from_secs(20);
/// The most that is kept of one log.
const LOG_BYTES: i64 = 256 * 1024;

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnosis {
    /// Folder that holds the files.
    pub folder: PathBuf,
    /// The most likely cause, where one was found.
    pub cause: Option<String>,
    /// Collectors that failed, one line each; also in the folder.
    pub failures: Vec<String>,
}

/// Writes what the cluster says about these namespaces into `folder` and finds the most likely cause.
///
/// Never fails: what cannot be collected is a line of [`Diagnosis::failures`]. `secrets` and every Secret object are
/// left out of the files.
pub async fn collect(client: &Client, namespaces: &[String], folder: &Path, secrets: &[String]) -> Diagnosis {
    let mut bundle = Bundle {
        client: client.clone(),
        redactor: Redactor::new(secrets),
        signs: Vec::new(),
        diagnosis: Diagnosis { folder: folder.to_owned(), ..Diagnosis::default() },
    };
    if let Err(error) = std::fs::create_dir_all(folder) {
        bundle.diagnosis.failures.push(format!("folder {}: {error}", folder.display()));
        return bundle.diagnosis;
    }
    for namespace in namespaces {
        bundle.namespace(namespace).await;
    }
    bundle.cluster().await;
    bundle.velero().await;
    bundle.diagnosis.cause = most_likely_cause(&bundle.signs);
    let failures = bundle.diagnosis.failures.join("\n");
    if !failures.is_empty() {
        bundle.write("failures.txt", &failures);
    }
    bundle.diagnosis
}

struct Bundle {
    client: Client,
    redactor: Redactor,
    signs: Vec<Sign>,
    diagnosis: Diagnosis,
}

impl Bundle {
    async fn namespace(&mut self, namespace: &str) {
        let deployments: Vec<Deployment> = self.list(Api::namespaced(self.client.clone(), namespace), namespace, "deployments").await;
        for deployment in &deployments {
            if deployment.spec.as_ref().and_then(|spec| spec.replicas) == Some(0) {
                self.sign("Deployment", namespace, &deployment.name_any(), "has 0 replicas".to_owned(), 1);
            }
        }
        let _claims: Vec<PersistentVolumeClaim> = self.list(Api::namespaced(self.client.clone(), namespace), namespace, "claims").await;
        let pods: Vec<Pod> = self.list(Api::namespaced(self.client.clone(), namespace), namespace, "pods").await;
        for pod in &pods {
            self.pod(namespace, pod).await;
        }
        self.events(namespace).await;
    }

    async fn events(&mut self, namespace: &str) {
        let mut events: Vec<Event> = self.list(Api::namespaced(self.client.clone(), namespace), namespace, "events").await;
        events.sort_by_key(|event| event.last_timestamp.clone().map(|time| time.0));
        let mut lines = Vec::new();
        for event in &events {
            let (kind, name) = (event.involved_object.kind.clone(), event.involved_object.name.clone());
            let (kind, name) = (kind.unwrap_or_default(), name.unwrap_or_default());
            let text = format!("{}: {}", event.reason.clone().unwrap_or_default(), event.message.clone().unwrap_or_default());
            let at = event.last_timestamp.clone().map(|time| time.0.to_string()).unwrap_or_default();
            lines.push(format!("{at} {} {kind}/{name} {text}", event.type_.clone().unwrap_or_default()));
            if event.type_.as_deref() == Some("Warning") {
                self.sign(&kind, namespace, &name, text, event.count.unwrap_or(1));
            }
        }
        self.write(&format!("{namespace}/events.txt"), &lines.join("\n"));
    }

    async fn pod(&mut self, namespace: &str, pod: &Pod) {
        let name = pod.name_any();
        let status = pod.status.clone().unwrap_or_default();
        let containers = status.init_container_statuses.into_iter().flatten().chain(status.container_statuses.into_iter().flatten());
        for container in containers {
            let state = container.state.clone().unwrap_or_default();
            if let Some(waiting) = state.waiting {
                let text = format!("{}: {}", waiting.reason.unwrap_or_default(), waiting.message.unwrap_or_default());
                self.sign("Pod", namespace, &name, text, 1);
            }
            let last = container.last_state.clone().unwrap_or_default();
            if let Some(ended) = state.terminated.or(last.terminated).filter(|ended| ended.exit_code != 0) {
                let text = format!("{} with code {}", ended.reason.unwrap_or_default(), ended.exit_code);
                self.sign("Pod", namespace, &name, text, container.restart_count);
            }
            self.logs(namespace, &name, &container.name, false).await;
            if container.restart_count > 0 {
                self.logs(namespace, &name, &container.name, true).await;
            }
        }
    }

    async fn logs(&mut self, namespace: &str, pod: &str, container: &str, previous: bool) {
        let params = LogParams {
            container: Some(container.to_owned()),
            limit_bytes: Some(LOG_BYTES),
            tail_lines: Some(2000),
            previous,
            timestamps: true,
            ..LogParams::default()
        };
        let pods: Api<Pod> = Api::namespaced(self.client.clone(), namespace);
        let file = format!("{namespace}/{pod}.{container}{}.log", if previous { ".previous" } else { "" });
        match tokio::time::timeout(EACH, pods.logs(pod, &params)).await {
            Ok(Ok(text)) => self.write(&file, &text),
            Ok(Err(error)) => self.diagnosis.failures.push(format!("{file}: {error}")),
            Err(_elapsed) => self.diagnosis.failures.push(format!("{file}: not within {EACH:?}")),
        }
    }

    async fn cluster(&mut self) {
        let nodes: Vec<Node> = self.list(Api::all(self.client.clone()), "cluster", "nodes").await;
        for node in &nodes {
            let conditions = node.status.iter().flat_map(|status| status.conditions.iter().flatten());
            for condition in conditions {
                if condition.type_ == "Ready" && condition.status != "True" {
                    let text = format!("is not ready: {}", condition.message.clone().unwrap_or_default());
                    self.sign("Node", "", &node.name_any(), text, 1);
                }
            }
        }
        let _volumes: Vec<PersistentVolume> = self.list(Api::all(self.client.clone()), "cluster", "volumes").await;
    }

    async fn velero(&mut self) {
        let _backups: Vec<Backup> = self.list(Api::namespaced(self.client.clone(), NAMESPACE), NAMESPACE, "backups").await;
        let _restores: Vec<Restore> = self.list(Api::namespaced(self.client.clone(), NAMESPACE), NAMESPACE, "restores").await;
        let copies: Vec<PodVolumeBackup> = self.list(Api::namespaced(self.client.clone(), NAMESPACE), NAMESPACE, "podvolumebackups").await;
        for copy in &copies {
            if let Some(status) = copy.status.as_ref().filter(|status| status.phase == "Failed") {
                self.sign("PodVolumeBackup", NAMESPACE, &copy.name_any(), format!("Failed: {}", status.message), 1);
            }
        }
        let _copies: Vec<PodVolumeRestore> = self.list(Api::namespaced(self.client.clone(), NAMESPACE), NAMESPACE, "podvolumerestores").await;
        let locations: Vec<BackupStorageLocation> = self.list(Api::namespaced(self.client.clone(), NAMESPACE), NAMESPACE, "locations").await;
        for location in &locations {
            if let Some(status) = location.status.as_ref().filter(|status| status.phase == "Unavailable") {
                self.sign("BackupStorageLocation", NAMESPACE, &location.name_any(), format!("Unavailable: {}", status.message), 1);
            }
        }
    }

    /// Lists objects, writes them, and answers them; none where they cannot be listed.
    async fn list<K>(&mut self, api: Api<K>, place: &str, what: &str) -> Vec<K>
    where
        K: Resource + Clone + DeserializeOwned + Serialize + std::fmt::Debug,
    {
        let file = format!("{place}/{what}.json");
        match tokio::time::timeout(EACH, api.list(&ListParams::default())).await {
            Ok(Ok(list)) => {
                let text = serde_json::to_string_pretty(&list.items).unwrap_or_else(|error| error.to_string());
                self.write(&file, &text);
                list.items
            }
            Ok(Err(error)) => {
                self.diagnosis.failures.push(format!("{file}: {error}"));
                Vec::new()
            }
            Err(_elapsed) => {
                self.diagnosis.failures.push(format!("{file}: not within {EACH:?}"));
                Vec::new()
            }
        }
    }

    fn sign(&mut self, kind: &str, namespace: &str, name: &str, text: String, count: i32) {
        let place = if namespace.is_empty() { String::new() } else { format!("{namespace}/") };
        self.signs.push(Sign { object: format!("{kind} `{place}{name}`"), text, count });
    }

    fn write(&mut self, file: &str, text: &str) {
        let path = self.diagnosis.folder.join(file);
        let parent = path.parent().map(std::fs::create_dir_all).transpose();
        let written = parent.and_then(|_made| std::fs::write(&path, self.redactor.redact(text)));
        if let Err(error) = written {
            self.diagnosis.failures.push(format!("{file}: {error}"));
        }
    }
}
