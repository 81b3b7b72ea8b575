//! What one scenario owns while it runs: [`World`].

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError, atomic::AtomicBool},
    time::{Duration, Instant},
};

use cucumber::gherkin;
use kube::ResourceExt as _;
use shall_cluster::{
    act::{Bound, Workload, create_namespace},
    ledger::{Entry, EntryId},
    observability::Settings,
    stack::SecretManifest,
    stats::WorkingSet,
    velero::{Backup, Schedule, Velero},
    watch,
};
use shall_trace::ScenarioKey;
use shall_workload::Manifest;

use crate::{
    RunContext, Scope, StepError,
    area::{
        alerts::AlertsSeen, availability::AvailabilitySeen, containers::ContainersSeen, dns::DnsSeen, logs::LogsSeen,
        metrics::MetricsSeen, node_failure::FailedWorker,
    },
    budget::Interval,
    context,
    recorder::{Recorder, Registry},
};

/// A pod that mounts a claim.
#[derive(Debug, Clone)]
pub(crate) struct Mounted {
    pub(crate) namespace: String,
    pub(crate) pod: String,
    pub(crate) claim: String,
    /// The class that the claim names; `None` takes the default one.
    pub(crate) class: Option<String>,
    /// When the claim's creation was sent.
    pub(crate) created: Instant,
    pub(crate) bound: Option<Bound>,
    /// Between these instants the claim became bound.
    pub(crate) interval: Option<Interval>,
}

/// A backup that the scenario made.
#[derive(Debug, Clone)]
pub(crate) struct BackupMade {
    pub(crate) name: String,
    /// When its creation was sent.
    pub(crate) asked: Instant,
    /// Between these instants it became complete.
    pub(crate) complete: Option<Interval>,
    pub(crate) backup: Option<Backup>,
}

/// What one scenario owns while it runs. Scenarios share nothing but the [`RunContext`].
#[derive(cucumber::World)]
#[world(init = Self::new)]
pub struct World {
    pub(crate) run: Arc<RunContext>,
    pub(crate) key: ScenarioKey,
    pub(crate) scope: Scope,
    /// When it began, for the diagnostics.
    pub(crate) began: jiff::Timestamp,
    /// What the scenario listed in the run's ledger.
    made: Mutex<BTreeSet<EntryId>>,
    /// Set by a check that was not met.
    pub(crate) failed: AtomicBool,
    /// Namespaces of the scenario; the first is its own.
    pub(crate) namespaces: Vec<String>,
    pub(crate) mounted: Vec<Mounted>,
    /// A claim that no pod mounts.
    pub(crate) lone_claim: Option<String>,
    pub(crate) manifest: Option<Manifest>,
    pub(crate) backup: Option<BackupMade>,
    /// When the restore's creation was sent.
    pub(crate) restore_asked: Option<Instant>,
    /// When every file of the restored volume had been verified.
    pub(crate) restore_verified: Option<Instant>,
    pub(crate) restored_namespace: Option<String>,
    pub(crate) seen: Seen,
}

/// What plain HTTP was answered with: the first line, or that there was no answer.
#[derive(Debug, Clone)]
pub(crate) struct PlainAnswer(pub(crate) Option<String>);

/// What `When` steps saw, for `Then` steps to check.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Name → whether it is the default, of the storage classes.
    pub(crate) classes: BTreeMap<String, bool>,
    /// Names of the S3 server's buckets.
    pub(crate) buckets: Vec<String>,
    /// Key and content of an object that was stored.
    pub(crate) object: Option<(String, Vec<u8>)>,
    /// What plain HTTP was answered with.
    pub(crate) plain_http: Option<PlainAnswer>,
    /// Code and message of the answer to a request for the S3 credentials; 200 where they were given.
    pub(crate) secret_answer: Option<(u16, String)>,
    /// The Secret manifests in Git.
    pub(crate) secrets: Option<Vec<SecretManifest>>,
    /// Keys of Velero's S3 Secret that have a value.
    pub(crate) secret_keys: BTreeSet<String>,
    /// When Velero's server was started by the scenario, by the cluster's clock.
    pub(crate) velero_started: Option<jiff::Timestamp>,
    /// A storage location that the scenario made.
    pub(crate) location: Option<String>,
    pub(crate) schedule: Option<Schedule>,
    /// A schedule that the scenario made.
    pub(crate) twin: Option<String>,
    /// Name and UID of a volume that is about to go.
    pub(crate) volume: Option<(String, String)>,
    /// Node and path of the directory of that volume.
    pub(crate) directory: Option<(String, String)>,
    /// Volumes that the backup has to hold.
    pub(crate) volumes: usize,
    /// Objects of the backup before it was deleted.
    pub(crate) objects_before: usize,
    /// Retention that the backup was given.
    pub(crate) retention: Option<Duration>,
    /// Deployments and daemon sets: name, wanted and ready replicas.
    pub(crate) replicas: Vec<(String, i32, i32)>,
    /// Memory of the provisioner's containers, the highest seen.
    pub(crate) memory: Vec<WorkingSet>,
    /// Configuration that a component told.
    pub(crate) settings: Option<Settings>,
    /// Flags of Prometheus with their values.
    pub(crate) flags: BTreeMap<String, String>,
    /// Of containers beside the cluster.
    pub(crate) containers: ContainersSeen,
    /// Of names.
    pub(crate) dns: DnsSeen,
    /// What steps about availability have seen.
    pub(crate) availability: AvailabilitySeen,
    /// The worker that was made to fail.
    pub(crate) failed_worker: Option<FailedWorker>,
    /// Of alerts.
    pub(crate) alerts: AlertsSeen,
    /// Of metrics.
    pub(crate) metrics: MetricsSeen,
    /// Of logs.
    pub(crate) logs: LogsSeen,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World")
            .field("scenario", &self.key)
            .field("namespaces", &self.namespaces)
            .finish_non_exhaustive()
    }
}

impl World {
    /// An empty world; cucumber calls it without arguments.
    fn new() -> Result<Self, StepError> {
        let run = context::get().ok_or(StepError::Missing { what: "run" })?;
        let key = ScenarioKey::new("", 0);
        let scope = Scope::new(&run.run, &key);
        Ok(Self {
            run,
            key,
            scope,
            began: jiff::Timestamp::now(),
            made: Mutex::default(),
            failed: AtomicBool::new(false),
            namespaces: Vec::new(),
            mounted: Vec::new(),
            lone_claim: None,
            manifest: None,
            backup: None,
            restore_asked: None,
            restore_verified: None,
            restored_namespace: None,
            seen: Seen::default(),
        })
    }

    /// Takes the identity of the scenario that it is for; the before hook.
    pub(crate) fn begin(&mut self, feature: &gherkin::Feature, scenario: &gherkin::Scenario) {
        self.key = context::scenario_key(feature, scenario);
        self.scope = Scope::new(&self.run.run, &self.key);
        self.began = jiff::Timestamp::now();
    }

    /// Records for this step.
    pub(crate) fn at(&self, step: &gherkin::Step) -> Recorder {
        let registry: Arc<Registry> = Arc::clone(&self.run.registry);
        Recorder::new(registry, self.key.clone(), step)
    }

    /// The scenario's own namespace, created where it is not there yet.
    pub(crate) async fn namespace(&mut self) -> Result<String, StepError> {
        match self.namespaces.first() {
            Some(namespace) => Ok(namespace.clone()),
            None => self.add_namespace("").await,
        }
    }

    /// One more namespace of the scenario.
    pub(crate) async fn add_namespace(&mut self, suffix: &str) -> Result<String, StepError> {
        let name = self.scope.name(suffix);
        let id = self.intend(Entry::Namespace { name: name.clone() })?;
        let created = create_namespace(&self.run.clients.patient, &name, self.scope.labels()).await;
        let uid = created.map_err(StepError::errored(format!("create namespace `{name}`")))?;
        self.confirm(id, Some(&uid))?;
        self.namespaces.push(name.clone());
        Ok(name)
    }

    /// Lists something that is about to be created.
    pub(crate) fn intend(&self, entry: Entry) -> Result<EntryId, StepError> {
        let id = self
            .run
            .ledger
            .intend(entry)
            .map_err(StepError::errored("write the ledger"))?;
        self.made.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
        Ok(id)
    }

    /// Whether the scenario listed this in the run's ledger.
    pub(crate) fn made(&self, id: EntryId) -> bool {
        self.made.lock().unwrap_or_else(PoisonError::into_inner).contains(&id)
    }

    /// Confirms that it was created.
    pub(crate) fn confirm(&self, id: EntryId, uid: Option<&str>) -> Result<(), StepError> {
        self.run
            .ledger
            .created(id, uid)
            .map_err(StepError::errored("write the ledger"))
    }

    /// Velero of the cluster; what it creates carries the scenario's labels.
    pub(crate) fn velero(&self) -> Velero {
        Velero::new(self.run.clients.strict.clone(), self.scope.labels())
    }

    /// The scenario's pod with a volume.
    pub(crate) fn mounted(&self) -> Result<&Mounted, StepError> {
        self.mounted.first().ok_or(StepError::Missing {
            what: "pod with a volume",
        })
    }

    /// The workload program in the scenario's pod.
    pub(crate) fn workload(&self) -> Result<Workload, StepError> {
        let mounted = self.mounted()?;
        Ok(Workload::new(
            self.run.clients.patient.clone(),
            &mounted.namespace,
            &mounted.pod,
        ))
    }

    /// The known data of the scenario's volume.
    pub(crate) fn manifest(&self) -> Result<&Manifest, StepError> {
        self.manifest.as_ref().ok_or(StepError::Missing { what: "known data" })
    }

    /// The scenario's backup.
    pub(crate) fn backup(&self) -> Result<&BackupMade, StepError> {
        self.backup.as_ref().ok_or(StepError::Missing { what: "backup" })
    }

    /// Keeps what a completed backup is.
    pub(crate) fn keep_backup(&mut self, seen: watch::Seen<Backup>) {
        if let Some(made) = &mut self.backup
            && made.name == seen.value.name_any()
        {
            made.complete = Some((seen.unmet, seen.at));
            made.backup = Some(seen.value);
        }
    }
}
