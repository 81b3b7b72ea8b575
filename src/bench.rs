//! Times of real operations on the live stack, one row each: [`Bench`], which the benches drive.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use clap::Parser as _;
use jiff::Timestamp;
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod};
use kube::{Api, api::PostParams};
use serde::Serialize;
use shall_cluster::{
    act::{ClaimSpec, Workload, claim_object, create_namespace, mounting_pod, observe_bound, observe_pod_ready},
    backend::StateDir,
    ledger::{Entry, EntryId, Ledger, RUN_LABEL},
    progress::Progress,
    velero::{BackupSpec, NAMESPACE, Restore, Velero},
    watch::Seen,
};
use shall_spec::Unit;
use shall_workload::{Manifest, SeedPlan, Written};

use crate::{
    Console,
    cli::output,
    config::{ClusterArgs, Config},
    distribution::distribution,
    run::undo_held,
    up::{Live, UpError, up},
};

/// What a wait may take before the bench gives up; the budgets of the specification are far below.
const DEADLINE: Duration = Duration::from_mins(15);
/// Directory of the volume in its pod.
const MOUNT: &str = "/data";

/// Why a bench ended early, with all its sources.
pub type BenchError = Box<dyn std::error::Error + Send + Sync>;

/// Prints why a bench ended early, with all its sources.
pub fn print_error(error: &(dyn std::error::Error + 'static)) {
    output::fault(error);
}

/// One measured time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// What was timed, such as `claim-bound`.
    pub metric: String,
    /// Position among the times of its metric, from 0, which is the warm-up.
    pub sample: usize,
    /// It took longer than this, in seconds.
    pub lower_s: f64,
    /// It took at most this, in seconds.
    pub upper_s: f64,
    /// Bytes of data that it was about; 0 where it is about none.
    pub bytes: u64,
    /// When it began.
    pub at: Timestamp,
}

/// The flags of the cluster, which a bench takes from the environment alone.
#[derive(clap::Parser)]
struct Environment {
    #[command(flatten)]
    cluster: ClusterArgs,
}

/// A bench between bringing the stack up and writing its times.
pub struct Bench {
    folder: PathBuf,
    live: Live,
    ledger: Ledger,
    name: &'static str,
    rows: Vec<Row>,
    made: usize,
}

/// A namespace with a pod whose volume holds data.
pub struct Held {
    namespace: String,
    manifest: Manifest,
}

impl Bench {
    /// Brings the stack of the project up as the acceptance run does.
    ///
    /// # Errors
    ///
    /// When the configuration is wrong or the stack cannot be had.
    pub async fn begin(name: &'static str) -> Result<Self, BenchError> {
        let _already_there = rustls::crypto::ring::default_provider().install_default();
        let args = Environment::try_parse_from([name])?;
        let config = Config::load(&std::env::current_dir()?, args.cluster)?;
        let live = up(&config, Arc::new(Console::default()) as Arc<dyn Progress>).await?;
        let state = StateDir::find().ok_or(UpError::NoState)?;
        let id = format!("{}-{name}", Timestamp::now().strftime("%y%m%d-%H%M%S"));
        Ok(Self {
            folder: config.reports.join(&id),
            live,
            ledger: Ledger::open_on(&state.run_ledger(&id), &id, Some(config.place()))?,
            name,
            rows: Vec::new(),
            made: 0,
        })
    }

    /// Creates a claim and its pod: the time until it is bound, and until the pod has written to it.
    ///
    /// # Errors
    ///
    /// When one does not happen, with its cause.
    pub async fn provision(&mut self) -> Result<(Duration, Duration), BenchError> {
        let (listed, namespace) = self.namespace().await?;
        let (at, began) = (Timestamp::now(), Instant::now());
        self.mount(&namespace).await?;
        let client = self.live.clients.strict.clone();
        let bound = Box::pin(observe_bound(&client, &namespace, "data", DEADLINE)).await?;
        let bound = self.note("claim-bound", at, began, 0, &bound);
        observe_pod_ready(&client, &namespace, "pod", DEADLINE).await?;
        let workload = Workload::new(client, &namespace, "pod");
        let path = format!("{MOUNT}/first");
        let command = ["shall-workload", "write", "--path", &path, "--text", "first"];
        let command = command.map(str::to_owned).to_vec();
        let answer: Written = workload.ask(command, None).await?;
        let written = began.elapsed();
        self.push("first-write", at, (bound, written), answer.bytes);
        self.remove(listed).await?;
        Ok((bound, written))
    }

    /// Makes a namespace with a pod whose volume holds the reference data.
    ///
    /// # Errors
    ///
    /// When it cannot be made.
    pub async fn hold(&mut self) -> Result<Held, BenchError> {
        let (_listed, namespace) = self.namespace().await?;
        self.mount(&namespace).await?;
        let client = self.live.clients.strict.clone();
        observe_pod_ready(&client, &namespace, "pod", DEADLINE).await?;
        let plan = SeedPlan::reference(&namespace);
        let manifest = Workload::new(client, &namespace, "pod").seed(&plan).await?;
        Ok(Held { namespace, manifest })
    }

    /// Backs a namespace up: the time until the backup is complete with its volume. Returns its name too.
    ///
    /// # Errors
    ///
    /// When it does not complete, or without the volume.
    pub async fn back_up(&mut self, held: &Held) -> Result<(String, Duration), BenchError> {
        let velero = self.velero();
        let name = self.next("backup");
        velero.await_location().await?;
        let entry = Entry::VeleroBackup {
            namespace: NAMESPACE.to_owned(),
            name: name.clone(),
        };
        let id = self.ledger.intend(entry)?;
        let spec = BackupSpec {
            included_namespaces: vec![held.namespace.clone()],
            ..BackupSpec::default()
        };
        let (at, began) = (Timestamp::now(), Instant::now());
        let made = velero.start_backup(&name, spec).await?;
        self.ledger.created(id, made.metadata.uid.as_deref())?;
        let seen = velero.await_backup(&name, DEADLINE).await?;
        let volumes = velero.volumes_of(&name).await?;
        if volumes.complete.len() != 1 || volumes.bytes == 0 {
            return Err(format!("backup `{name}` is Completed and holds {volumes:?}, expected one volume").into());
        }
        Ok((name, self.note("backup", at, began, held.manifest.bytes, &seen)))
    }

    /// Restores a backup into a namespace of its own: the time until its pod is ready and the data are the same.
    ///
    /// # Errors
    ///
    /// When it does not complete, or the data differ.
    pub async fn restore(&mut self, held: &Held, backup: &str) -> Result<Duration, BenchError> {
        let velero = self.velero();
        let name = self.next("restore");
        let client = self.live.clients.strict.clone();
        velero.await_location().await?;
        let (listed, target) = self.namespace().await?;
        let id = self.ledger.intend(Entry::object::<Restore>(Some(NAMESPACE), &name))?;
        let mapping = BTreeMap::from([(held.namespace.clone(), target.clone())]);
        let (at, began) = (Timestamp::now(), Instant::now());
        let made = velero.start_restore(&name, backup, mapping).await?;
        self.ledger.created(id, made.metadata.uid.as_deref())?;
        velero.await_restore(&name, DEADLINE).await?;
        observe_pod_ready(&client, &target, "pod", DEADLINE).await?;
        let report = Workload::new(client, &target, "pod").verify(&held.manifest).await?;
        let took = began.elapsed();
        if !report.is_clean() {
            return Err(format!("restore `{name}`: {report:?}").into());
        }
        self.push("restore", at, (Duration::ZERO, took), held.manifest.bytes);
        self.remove(listed).await?;
        Ok(took)
    }

    /// Undoes what is left and writes the times. Returns their file, and a table of their upper ends without the warm-ups.
    ///
    /// # Errors
    ///
    /// When something cannot be undone, or the times cannot be written.
    pub async fn end(self) -> Result<(PathBuf, String), BenchError> {
        self.give_up().await?;
        std::fs::create_dir_all(&self.folder)?;
        let path = self.folder.join(format!("{}.csv", self.name));
        let mut file = csv::Writer::from_path(&path)?;
        for row in &self.rows {
            file.serialize(row)?;
        }
        file.flush()?;
        let counted = self.rows.iter().filter(|row| row.sample > 0);
        let times = counted.map(|row| (row.metric.as_str(), row.upper_s, Unit::Second));
        Ok((path, distribution(times)))
    }

    /// Undoes what is left; for a bench that ended early.
    ///
    /// # Errors
    ///
    /// When something cannot be undone.
    pub async fn give_up(&self) -> Result<(), BenchError> {
        let left = undo_held(&self.ledger, &self.live, |_held| true).await;
        if let Some(leak) = left.first() {
            return Err(format!("{} is left (hint: `shall cleanup` removes it)", leak.what).into());
        }
        std::fs::remove_file(self.ledger.path())?;
        Ok(())
    }

    fn labels(&self) -> BTreeMap<String, String> {
        [(RUN_LABEL.to_owned(), self.ledger.owner().to_owned())].into()
    }

    fn velero(&self) -> Velero {
        Velero::new(self.live.clients.patient.clone(), self.labels())
    }

    fn next(&mut self, what: &str) -> String {
        self.made += 1;
        format!("shall-{}-{what}-{}", self.ledger.owner(), self.made)
    }

    async fn namespace(&mut self) -> Result<(EntryId, String), BenchError> {
        let name = self.next("namespace");
        let id = self.ledger.intend(Entry::Namespace { name: name.clone() })?;
        let uid = create_namespace(&self.live.clients.patient, &name, self.labels()).await?;
        self.ledger.created(id, Some(&uid))?;
        Ok((id, name))
    }

    async fn mount(&self, namespace: &str) -> Result<(), BenchError> {
        let client = self.live.clients.strict.clone();
        let claim = ClaimSpec {
            name: "data".to_owned(),
            class: None,
            size: "64Mi".to_owned(),
            labels: self.labels(),
        };
        let pod = mounting_pod("pod", "data", &self.live.workload_image, &self.labels())?;
        let claims: Api<PersistentVolumeClaim> = Api::namespaced(client.clone(), namespace);
        claims.create(&PostParams::default(), &claim_object(&claim)?).await?;
        let pods: Api<Pod> = Api::namespaced(client, namespace);
        pods.create(&PostParams::default(), &pod).await?;
        Ok(())
    }

    async fn remove(&self, listed: EntryId) -> Result<(), BenchError> {
        let left = undo_held(&self.ledger, &self.live, |held| held.id == listed).await;
        match left.first() {
            Some(leak) => Err(format!("{} is left", leak.what).into()),
            None => Ok(()),
        }
    }

    fn note<T>(&mut self, metric: &str, at: Timestamp, began: Instant, bytes: u64, seen: &Seen<T>) -> Duration {
        let since = |instant: Instant| instant.saturating_duration_since(began);
        let interval = (seen.unmet.map_or(Duration::ZERO, since), since(seen.at));
        self.push(metric, at, interval, bytes);
        interval.1
    }

    fn push(&mut self, metric: &str, at: Timestamp, (lower, upper): (Duration, Duration), bytes: u64) {
        let sample = self.rows.iter().filter(|row| row.metric == metric).count();
        self.rows.push(Row {
            metric: metric.to_owned(),
            sample,
            lower_s: lower.as_secs_f64(),
            upper_s: upper.as_secs_f64(),
            bytes,
            at,
        });
    }
}
