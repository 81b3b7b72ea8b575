//! The whole of it: up → scenarios → report.

use std::{
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use jiff::Timestamp;
use k8s_openapi::api::core::v1::Node;
use kube::{Api, api::ListParams};
use shall_cluster::{
    CleanUp,
    backend::StateDir,
    client::clock_offset,
    containers::{ContainerFault, ContainerHost, HostOptions},
    ledger::{Held, LeakError, Ledger, LedgerError, Leftover, leaks},
    progress::Progress,
    watch::{Observation, poll},
};
use shall_steps::{
    EvidenceSink, EvidenceWriter, Registry, RunContext, RunnerError, RunnerOutcome, run_scenarios, sample_memory,
};
use shall_trace::{EvidenceError, EvidenceFile, JudgedRun, Leak, Plan, Record, RunFinished, RunStarted, SCHEMA};

use crate::{
    Console,
    config::Config,
    project::{ProjectError, capabilities, read_project},
    report::{EVIDENCE, RenderError, point_latest, render},
    select::SelectArgs,
    up::{Live, UpError, enter_container_environment, image_mode, up},
    validation::{Validation, profiles_to_validate},
};

/// For everything that a run left after its scenarios.
const UNDONE: Duration = Duration::from_mins(5);
/// How often leaks are looked for until none is left.
const LOOK: Duration = Duration::from_secs(2);
/// How long volumes may take to follow their namespaces.
const GONE: Duration = Duration::from_mins(2);

/// Scenarios that run at the same time where nothing else is said: most wait for the cluster, so that they are more than
/// a small machine has cores.
pub(crate) const CONCURRENCY: NonZeroUsize = NonZeroUsize::new(4).unwrap();

/// Why a run gave no report.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The project has faults; no cluster was touched.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// No scenario is selected; no cluster was touched.
    #[error("no scenario is selected by {0}\n(hint: `shall plan` lists the scenarios and their tags)")]
    Nothing(String),
    /// The stack is not up.
    #[error(transparent)]
    Up(#[from] UpError),
    /// The run's ledger cannot be written.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The evidence cannot be written.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
    /// The scenarios could not be begun.
    #[error(transparent)]
    Runner(#[from] RunnerError),
    /// The reports could not be written.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// A stop was asked for while the stack was coming up.
    #[error("stopped before the first scenario")]
    Stopped,
}

/// What a run is asked for.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// Where and on what.
    pub config: Config,
    /// Which scenarios.
    pub select: SelectArgs,
    /// Namespaces and backups of scenarios are kept.
    pub keep: bool,
    /// The cluster is removed at the end.
    pub down: bool,
    /// How often each scenario runs.
    pub repeat: NonZeroUsize,
    /// Scenarios that run at the same time.
    pub concurrency: NonZeroUsize,
}

struct FileSink(Arc<EvidenceFile>);

impl EvidenceSink for FileSink {
    fn append(&mut self, record: &Record) -> Result<(), String> {
        self.0.append(record).map_err(|error| error.to_string())
    }
}

/// Reads the project, brings the stack up, runs the scenarios and writes the reports. Returns what was judged and
/// the page.
///
/// # Errors
///
/// When nothing could be run or reported; what the scenarios showed is in the judged run, not an error.
pub async fn run(options: &RunOptions, console: Arc<Console>) -> Result<(JudgedRun, PathBuf), RunError> {
    let config = &options.config;
    let (plan, _warnings) = read_project(config, &options.select, &capabilities(config))?;
    if plan.scenarios.iter().all(|scenario| scenario.not_run.is_some()) {
        return Err(RunError::Nothing(described(&options.select)));
    }
    // A part of the features says nothing of other profiles.
    let others = if plan.filtered {
        Vec::new()
    } else {
        profiles_to_validate(config).map_err(UpError::from)?
    };
    let progress: Arc<dyn Progress> = Arc::clone(&console) as Arc<dyn Progress>;
    enter_container_environment(config, &plan, &progress).await?;
    let live = tokio::select! {
        live = up(config, progress) => live?,
        () = stop_signal() => return Err(RunError::Stopped),
    };
    let plan = plan.repeated(options.repeat);
    let run = Run::begin(config, &live, &plan).await?;
    let id = run.id.clone();
    let mut outcome = run.scenarios(options, &live, plan, &console, &[]).await;
    if let Ok(outcome) = &mut outcome
        && !outcome.interrupted
    {
        let validation = Validation {
            live: &live,
            ledger: &run.ledger,
            evidence: &run.evidence,
            console: &console,
        };
        outcome.errors.extend(validation.of_all(&others).await);
    }
    let judged = run.end(options, &live, outcome).await?;
    point_latest(&config.reports, &id)?;
    if options.down {
        live.backend.delete().await.map_err(UpError::Backend)?;
    }
    Ok(judged)
}

/// A run between its first record and its last.
pub(crate) struct Run {
    pub(crate) id: String,
    folder: PathBuf,
    evidence: Arc<EvidenceFile>,
    state: StateDir,
    pub(crate) ledger: Arc<Ledger>,
}

impl Run {
    /// Makes the folder and the ledger, and writes what is known before the first scenario.
    pub(crate) async fn begin(config: &Config, live: &Live, plan: &Plan) -> Result<Self, RunError> {
        let state = StateDir::find().ok_or(UpError::NoState)?;
        let at = Timestamp::now();
        let id = format!("{}-{:04x}", at.strftime("%y%m%d-%H%M%S"), std::process::id() & 0xffff);
        let folder = config.reports.join(&id);
        let made = std::fs::create_dir_all(&folder);
        made.map_err(|source| RenderError::Write {
            path: folder.clone(),
            source,
        })?;
        let evidence = Arc::new(EvidenceFile::create(&folder.join(EVIDENCE))?);
        let ledger = Arc::new(Ledger::open_on(&state.run_ledger(&id), &id, Some(config.place()))?);
        evidence.append(&Record::RunStarted(started(&id, at, config, live).await))?;
        for phase in &live.phases {
            evidence.append(&Record::Phase(phase.clone()))?;
        }
        evidence.append(&Record::Plan(plan.clone()))?;
        Ok(Self {
            id,
            folder,
            evidence,
            state,
            ledger,
        })
    }

    /// Runs the scenarios of the plan; `faults` are those of containers, which start with the first scenario that asks
    /// for them.
    pub(crate) async fn scenarios(
        &self,
        options: &RunOptions,
        live: &Live,
        plan: Plan,
        console: &Arc<Console>,
        faults: &[ContainerFault],
    ) -> Result<RunnerOutcome, RunnerError> {
        let registry = Arc::new(Registry::default());
        let sink = Box::new(FileSink(Arc::clone(&self.evidence)));
        let progress = Arc::clone(console) as Arc<dyn shall_steps::ScenarioProgress>;
        let containers = ContainerHost::new(HostOptions {
            root: options.config.root.clone(),
            engine: live.host_engine.clone(),
            mode: image_mode(&options.config),
            ledger: Arc::clone(&self.ledger),
            state: self.state.clone(),
            progress: Arc::clone(console) as Arc<dyn Progress>,
            faults: faults.to_vec(),
        });
        let writer = EvidenceWriter::new(sink, Arc::clone(&registry), progress);
        let context = RunContext {
            run: self.id.clone(),
            clients: live.clients.clone(),
            ledger: Arc::clone(&self.ledger),
            plan,
            profile: live.profile.clone(),
            s3: live.stack.s3.clone(),
            stack: live.context.clone(),
            workload_image: live.workload_image.clone(),
            report_dir: self.folder.clone(),
            registry,
            keep: options.keep,
            concurrency: options.concurrency,
            containers,
            engine: live.host_engine.clone(),
            memory: sample_memory(&live.clients),
        };
        run_scenarios(context, &options.config.root, writer, stop_signal()).await
    }

    /// Undoes what is left, looks for leaks, and writes the last record and the reports.
    pub(crate) async fn end(
        self,
        options: &RunOptions,
        live: &Live,
        outcome: Result<RunnerOutcome, RunnerError>,
    ) -> Result<(JudgedRun, PathBuf), RunError> {
        let (interrupted, mut errors) = match outcome {
            Ok(outcome) => (outcome.interrupted, outcome.errors),
            Err(error) => (false, vec![error.to_string()]),
        };
        let mut found = Vec::new();
        if !options.keep {
            found.extend(self.undo(live, |_held| true).await);
            match self.leaks(live).await {
                Ok(leaked) => found.extend(leaked),
                Err(error) => errors.push(format!("leaks could not be looked for: {error}")),
            }
        }
        found.dedup();
        let record = RunFinished {
            at: Timestamp::now(),
            leaks: found,
            interrupted,
            errors,
        };
        self.evidence.append(&Record::RunFinished(record))?;
        if self.ledger.held().is_empty() {
            let path = self.ledger.path();
            std::fs::remove_file(path).map_err(|source| RenderError::Write {
                path: path.to_owned(),
                source,
            })?;
        }
        Ok(render(&self.folder)?)
    }

    /// What still exists of the run. Volumes of deleted namespaces go a little later than these, so the answer is only
    /// believed once nothing is left or the deadline has passed.
    async fn leaks(&self, live: &Live) -> Result<Vec<Leak>, LeakError> {
        let client = &live.clients.patient;
        let look = || async {
            match leaks(client, &self.ledger).await {
                Ok(found) if found.is_empty() => Observation::Met(()),
                Ok(found) => Observation::Pending(format!("{} things", found.len())),
                Err(error) => Observation::Impossible(error.to_string()),
            }
        };
        let _answered_below = poll("nothing of the run is left", LOOK, GONE, look).await;
        let left = leaks(client, &self.ledger).await?;
        Ok(left.into_iter().map(leak_of).collect())
    }

    /// Takes back what the ledger lists and `choose` picks.
    pub(crate) async fn undo(&self, live: &Live, choose: impl Fn(&Held) -> bool) -> Vec<Leak> {
        undo_held(&self.ledger, live, choose).await
    }
}

/// Takes back what a ledger lists and `choose` picks, within the time for everything that a run left.
pub(crate) async fn undo_held(ledger: &Ledger, live: &Live, choose: impl Fn(&Held) -> bool) -> Vec<Leak> {
    let clean_up = CleanUp {
        client: live.clients.patient.clone(),
        s3: Some(live.stack.s3.clone()),
        deadline: UNDONE,
        force_finalizers: false,
    };
    let left = clean_up.undo(ledger, choose).await;
    left.into_iter().map(leak_of).collect()
}

fn leak_of(left: Leftover) -> Leak {
    Leak {
        why: Some(left.to_string()),
        what: left.what,
    }
}

async fn started(id: &str, at: Timestamp, config: &Config, live: &Live) -> RunStarted {
    let client = &live.clients.strict;
    let version = client.apiserver_version().await;
    let nodes = Api::<Node>::all(client.clone()).list(&ListParams::default()).await;
    RunStarted {
        schema: SCHEMA,
        run: id.to_owned(),
        at,
        shall: env!("CARGO_PKG_VERSION").to_owned(),
        commit: commit(&config.root).await,
        backend: live.backend.kind().to_string(),
        engine: live.engine.clone(),
        cluster: config.allow_cluster.clone().unwrap_or_else(|| config.cluster.clone()),
        kubernetes: version.map_or_else(|error| format!("unknown: {error}"), |version| version.git_version),
        nodes: nodes.map_or(0, |nodes| nodes.items.len()),
        profile: config.profile.clone(),
        components: live.components(),
        stand_ins: live.stand_ins(),
        clock_offset_s: clock_offset(client).await.ok(),
    }
}

/// Commit of the working tree, with `-dirty` where it has changes; `None` outside a repository or without git.
async fn commit(root: &Path) -> Option<String> {
    let git = |args: &[&str]| {
        shall_cluster::command::Command::new("git")
            .args(args)
            .dir(root)
            .deadline(Duration::from_secs(10))
    };
    let head = git(&["rev-parse", "--short=12", "HEAD"]).run().await.ok()?.stdout;
    let changes = git(&["status", "--porcelain"]).run().await.ok()?.stdout;
    let dirty = if changes.trim().is_empty() { "" } else { "-dirty" };
    Some(format!("{}{dirty}", head.trim()))
}

fn described(select: &SelectArgs) -> String {
    let tags = select.tags.as_ref().map(|tags| format!("--tags `{tags}`"));
    let criteria = select.criterion.iter().map(|id| format!("--criterion {id}"));
    let parts: Vec<String> = tags.into_iter().chain(criteria).collect();
    if parts.is_empty() {
        "the features".to_owned()
    } else {
        parts.join(" ")
    }
}

/// Ends at the first SIGINT or SIGTERM. A second SIGINT ends the process; the ledger stays.
pub(crate) async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    tokio::spawn(async move {
        interrupt.recv().await;
        std::process::exit(i32::from(crate::Exit::Interrupted.code()));
    });
}
