//! The bundle: objects, events, logs and Velero's own files of what a failure involves, written file by file.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::{Debug, Display},
    future::Future,
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::Timestamp;
use k8s_openapi::api::{
    apps::v1::{DaemonSet, Deployment},
    core::v1::{ConfigMap, Event, Node, PersistentVolume, PersistentVolumeClaim, Pod, Secret, Service},
};
use kube::{Api, Client, Resource, ResourceExt, api::ListParams};
use serde::{Serialize, de::DeserializeOwned};
use tokio::time::Instant;

use super::{
    archive,
    cause::{Sign, most_likely_cause},
    folder::Folder,
    log::logs_of,
    object::as_yaml,
    redact::Redactor,
    sign,
};
use crate::{
    client::S3,
    stack::S3Access,
    velero::{Backup, BackupStorageLocation, NAMESPACE, PodVolumeBackup, PodVolumeRestore, Restore, Schedule},
};

/// How long one collector may take.
const EACH: Duration = Duration::from_secs(20);
/// How long all of them may take.
const ALL: Duration = Duration::from_mins(2);
/// What is older than the scenario by this is looked at too: clocks differ, and events carry whole seconds.
const BEFORE: Duration = Duration::from_secs(5);

/// What a failure involves.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The scenario's own namespaces.
    pub namespaces: Vec<String>,
    /// Namespaces of the components under test.
    pub subjects: Vec<String>,
    /// Labels of what the scenario made; resources in Velero's namespace count as its own by them.
    pub labels: BTreeMap<String, String>,
    /// When the scenario began; logs, warnings and Velero's resources from before are no cause.
    pub since: Timestamp,
    /// The S3 server that holds Velero's own files; `None` leaves them out. Its keys are redacted.
    pub s3: Option<S3Access>,
    /// Further secrets to redact.
    pub secrets: Vec<String>,
}

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

/// Writes what the cluster says about a failure into `folder` and finds the most likely cause.
///
/// Never fails: what cannot be collected is a line of [`Diagnosis::failures`]. Values of Secrets are in no file.
pub async fn collect(client: &Client, scope: &Scope, folder: &Path) -> Diagnosis {
    let mut diagnosis = Diagnosis {
        folder: folder.to_owned(),
        ..Diagnosis::default()
    };
    let keys = scope
        .s3
        .iter()
        .flat_map(|s3| [s3.secret_key.clone(), s3.access_key.clone()]);
    let secrets: Vec<String> = scope.secrets.iter().cloned().chain(keys).collect();
    let folder = match Folder::create(folder.to_owned(), Redactor::new(&secrets)) {
        Ok(folder) => folder,
        Err(error) => {
            diagnosis.failures.push(format!("folder {}: {error}", folder.display()));
            return diagnosis;
        }
    };
    let since = scope.since.checked_sub(BEFORE).unwrap_or(scope.since);
    let mut bundle = Bundle {
        client: client.clone(),
        scope,
        since,
        ends: Instant::now() + ALL,
        folder,
        claims: BTreeSet::new(),
        signs: Vec::new(),
        failures: Vec::new(),
    };
    bundle.secrets().await;
    for namespace in scope.namespaces.iter().chain(&scope.subjects) {
        bundle.namespace(namespace).await;
    }
    bundle.cluster().await;
    bundle.velero().await;
    diagnosis.cause = most_likely_cause(&bundle.signs).map(|cause| bundle.folder.redactor.redact(&cause));
    bundle.write(
        "cause.txt",
        diagnosis.cause.as_deref().unwrap_or("no likely cause was found"),
    );
    if !bundle.failures.is_empty() {
        let failures = bundle.failures.join("\n");
        bundle.write("failures.txt", &failures);
    }
    diagnosis.failures = bundle.failures;
    diagnosis
}

struct Bundle<'a> {
    client: Client,
    scope: &'a Scope,
    since: Timestamp,
    ends: Instant,
    folder: Folder,
    /// UIDs of the scenario's claims.
    claims: BTreeSet<String>,
    signs: Vec<Sign>,
    failures: Vec<String>,
}

impl Bundle<'_> {
    /// Learns what to redact, before anything is written.
    async fn secrets(&mut self) {
        let mut known: Vec<Secret> = Vec::new();
        for namespace in self.scope.namespaces.iter().chain(&self.scope.subjects) {
            let api: Api<Secret> = Api::namespaced(self.client.clone(), namespace);
            let listed = self
                .within(&format!("secrets of {namespace}"), async {
                    api.list(&ListParams::default()).await
                })
                .await;
            known.extend(listed.map(|list| list.items).unwrap_or_default());
        }
        for secret in &known {
            self.folder.redactor.learn_from(secret);
            let namespace = secret.namespace().unwrap_or_default();
            let text = as_yaml(&[secret]);
            self.write(&format!("{namespace}/secrets/{}.yaml", secret.name_any()), &text);
        }
    }

    async fn namespace(&mut self, namespace: &str) {
        let place = Some(namespace);
        for deployment in self.list::<Deployment>(place, "deployments").await {
            self.signs.extend(sign::of_deployment(&deployment));
        }
        self.list::<DaemonSet>(place, "daemonsets").await;
        self.list::<Service>(place, "services").await;
        self.list::<ConfigMap>(place, "configmaps").await;
        let claims = self.list::<PersistentVolumeClaim>(place, "claims").await;
        if self.scope.namespaces.iter().any(|own| own == namespace) {
            self.claims.extend(claims.iter().filter_map(ResourceExt::uid));
        }
        for pod in self.list::<Pod>(place, "pods").await {
            if !sign::is_anothers(&pod.name_any(), &self.claims) {
                self.signs.extend(sign::of_pod(&pod, self.since));
            }
            self.logs(namespace, &pod).await;
        }
        self.events(namespace).await;
    }

    async fn logs(&mut self, namespace: &str, pod: &Pod) {
        let pods: Api<Pod> = Api::namespaced(self.client.clone(), namespace);
        for log in logs_of(pod, self.since) {
            if let Some(text) = self.within(&log.file, pods.logs(&log.pod, &log.params)).await {
                self.write(&log.file, &text);
            }
        }
    }

    async fn events(&mut self, namespace: &str) {
        let mut events = self.fetch::<Event>(Some(namespace), "events").await;
        events.sort_by_key(sign::happened);
        let line = |event: &Event| {
            let at = sign::happened(event).map(|at| at.to_string()).unwrap_or_default();
            let object = &event.involved_object;
            let (kind, name) = (
                object.kind.as_deref().unwrap_or_default(),
                object.name.as_deref().unwrap_or_default(),
            );
            let (reason, message) = (
                event.reason.as_deref().unwrap_or_default(),
                event.message.as_deref().unwrap_or_default(),
            );
            let times = event.count.unwrap_or(1);
            format!(
                "{at} {} {kind}/{name} {reason}: {message} (x{times})",
                event.type_.as_deref().unwrap_or_default()
            )
        };
        let lines: Vec<String> = events.iter().map(line).collect();
        let about = |event: &&Event| event.involved_object.name.clone().unwrap_or_default();
        let own = events
            .iter()
            .filter(|event| !sign::is_anothers(&about(event), &self.claims));
        self.signs
            .extend(own.filter_map(|event| sign::of_event(event, self.since)));
        self.write(&format!("{namespace}/events.txt"), &lines.join("\n"));
    }

    async fn cluster(&mut self) {
        for node in self.list::<Node>(None, "nodes").await {
            self.signs.extend(sign::of_node(&node));
        }
        self.list::<PersistentVolume>(None, "volumes").await;
    }

    async fn velero(&mut self) {
        let place = Some(NAMESPACE);
        self.list::<Schedule>(place, "schedules").await;
        for location in self.list::<BackupStorageLocation>(place, "locations").await {
            if location.spec.default || self.is_own(&location) {
                self.signs.extend(sign::of_location(&location));
            }
        }
        let mut files = Vec::new();
        let backups = self.list::<Backup>(place, "backups").await;
        let own: Vec<String> = backups
            .iter()
            .filter(|backup| self.is_own(*backup))
            .map(ResourceExt::name_any)
            .collect();
        files.extend(own.iter().flat_map(|name| archive::of_backup(name)));
        let restores = self.list::<Restore>(place, "restores").await;
        let restores: Vec<String> = restores
            .iter()
            .filter(|restore| self.is_own(*restore))
            .map(ResourceExt::name_any)
            .collect();
        files.extend(restores.iter().flat_map(|name| archive::of_restore(name)));
        let is_of = |object: &BTreeMap<String, String>, label: &str, names: &[String]| {
            object.get(label).is_some_and(|name| names.contains(name))
        };
        for copy in self.list::<PodVolumeBackup>(place, "podvolumebackups").await {
            self.signs
                .extend(sign::of_volume_backup(&copy).filter(|_| is_of(copy.labels(), "velero.io/backup-name", &own)));
        }
        for copy in self.list::<PodVolumeRestore>(place, "podvolumerestores").await {
            self.signs.extend(
                sign::of_volume_restore(&copy).filter(|_| is_of(copy.labels(), "velero.io/restore-name", &restores)),
            );
        }
        self.bucket(files).await;
    }

    /// Fetches Velero's own files from the bucket; one that Velero has not written is no failure.
    async fn bucket(&mut self, files: Vec<(String, String)>) {
        let Some(access) = self.scope.s3.clone().filter(|_| !files.is_empty()) else {
            return;
        };
        let client = self.client.clone();
        let Some(s3) = self.within("velero/bucket", S3::connect(&client, &access)).await else {
            return;
        };
        let keys = self
            .within("velero/bucket", s3.list(&access.bucket, ""))
            .await
            .unwrap_or_default();
        for (key, file) in files
            .into_iter()
            .filter(|(key, _)| keys.iter().any(|object| object.key == *key))
        {
            let Some(bytes) = self.within(&file, s3.get(&access.bucket, &key)).await else {
                continue;
            };
            match archive::unpack(&bytes) {
                Ok(text) => self.write(&file, &text),
                Err(error) => self.failures.push(format!("{file}: {error}")),
            }
        }
    }

    /// Whether the scenario made it: it carries all of its labels, and there are some.
    fn is_own<K: Resource>(&self, object: &K) -> bool {
        let labels = object.meta().labels.as_ref();
        let carries = |(key, value): (&String, &String)| labels.is_some_and(|labels| labels.get(key) == Some(value));
        !self.scope.labels.is_empty() && self.scope.labels.iter().all(carries)
    }

    /// Lists objects, writes them, and answers them; none where they cannot be listed.
    async fn list<K>(&mut self, namespace: Option<&str>, what: &str) -> Vec<K>
    where
        K: Resource<DynamicType = ()> + Clone + DeserializeOwned + Serialize + Debug,
    {
        let objects = self.fetch::<K>(namespace, what).await;
        if !objects.is_empty() {
            let text = as_yaml(&objects);
            self.write(&format!("{}/{what}.yaml", namespace.unwrap_or("cluster")), &text);
        }
        objects
    }

    async fn fetch<K>(&mut self, namespace: Option<&str>, what: &str) -> Vec<K>
    where
        K: Resource<DynamicType = ()> + Clone + DeserializeOwned + Debug,
    {
        let path = K::url_path(&(), namespace);
        let request = http::Request::get(path).body(Vec::new());
        let client = self.client.clone();
        let asked = async move {
            let request = request.map_err(kube::Error::HttpError)?;
            client.request::<kube::core::ObjectList<K>>(request).await
        };
        let file = format!("{}/{what}", namespace.unwrap_or("cluster"));
        self.within(&file, asked)
            .await
            .map(|list| list.items)
            .unwrap_or_default()
    }

    /// Runs a collector; its failure is a line, and nothing is asked any more once the time of all is over.
    async fn within<T, E: Display>(&mut self, what: &str, collector: impl Future<Output = Result<T, E>>) -> Option<T> {
        let ends = self.ends.min(Instant::now() + EACH);
        match tokio::time::timeout_at(ends, collector).await {
            Ok(Ok(value)) => return Some(value),
            Ok(Err(error)) => self.failures.push(format!("{what}: {error}")),
            Err(_elapsed) => self
                .failures
                .push(format!("{what}: no answer within {EACH:?}, or {ALL:?} for all")),
        }
        None
    }

    fn write(&mut self, file: &str, text: &str) {
        if let Err(error) = self.folder.write(file, text) {
            self.failures.push(format!("{file}: {error}"));
        }
    }
}
