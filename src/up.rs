//! Bringing the stack up: host, images, cluster, components. Every part says what it does and how long it took.

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use shall_cluster::{
    backend::{Backend, BackendError, ClusterSpec, Existing, K3d, Kind, Owned, StateDir},
    client::{ClientError, Clients},
    containers::{ContainerError, enter_environment},
    engine::{Engine, EngineUndo},
    image::{BuiltImage, ImageBuilder, ImageError, ImageMode},
    progress::{Event, Progress},
    stack::{InstalledStack, Profile, ProfileError, Sops, StackContext, StackError, has_encrypted_secrets, install},
};
use shall_trace::{ComponentVersion, ImageOrigin, Phase, Plan, PlannedScenario, StandIn};

use crate::{
    config::{BackendChoice, Config, ImagesChoice},
    host::{HostError, prepare},
    interrupted::clear_engine,
};

/// Image of the program in our own pods.
const WORKLOAD: &str = "workload";
/// Image of the nodes.
const NODE: &str = "node";

/// Why the stack is not up.
#[derive(Debug, thiserror::Error)]
pub enum UpError {
    /// No folder for the state can be found.
    #[error("no folder for clusters and ledgers: neither SHALL_STATE, XDG_STATE_HOME nor HOME is set")]
    NoState,
    /// The profile cannot be used.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// The host is not ready.
    #[error(transparent)]
    Host(#[from] HostError),
    /// An image cannot be had.
    #[error(transparent)]
    Image(#[from] ImageError),
    /// The cluster cannot be had.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// The cluster does not answer.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// A component is not ready.
    #[error(transparent)]
    Stack(#[from] StackError),
    /// Containers cannot be started.
    #[error(transparent)]
    Containers(#[from] ContainerError),
}

/// A stack that is up.
pub struct Live {
    /// The cluster.
    pub backend: Backend,
    /// Clients of it.
    pub clients: Clients,
    /// The profile that is installed.
    pub profile: Profile,
    /// What its installation needed.
    pub context: StackContext,
    /// What is installed.
    pub stack: InstalledStack,
    /// Reference of the image of the workload program.
    pub workload_image: String,
    /// The images and where they came from.
    pub images: Vec<BuiltImage>,
    /// Name of the engine; `None` for a cluster that exists.
    pub engine: Option<String>,
    /// The engine itself, for containers beside the cluster; `None` for a cluster that exists.
    pub(crate) host_engine: Option<Engine>,
    /// How long each part took.
    pub phases: Vec<Phase>,
}

/// Brings the stack of `config` up, or takes the one that is.
///
/// # Errors
///
/// With the cause of the first part that does not work.
pub async fn up(config: &Config, progress: Arc<dyn Progress>) -> Result<Live, UpError> {
    let state = StateDir::find().ok_or(UpError::NoState)?;
    let profile = Profile::load(&config.root.join("fixtures"), &config.profile)?;
    if let Some(reason) = &profile.development {
        let note = format!("profile `{}` is for development only: {reason}", profile.name);
        progress.event(Event::Note(note));
    }
    if config.backend == BackendChoice::Existing {
        let backend = Backend::Existing(Box::new(Existing::new(config.allow_cluster.as_deref(), None, &state)?));
        let spec = ClusterSpec {
            name: config.cluster.clone(),
            topology: topology(config),
            node_image: String::new(),
            node_archive: None,
            archives: Vec::new(),
        };
        backend.create(&spec, progress.as_ref()).await?;
        let made = Made {
            context: stack_context(config, &profile, None, &progress).await?,
            images: Vec::new(),
            engine: None,
            phases: Vec::new(),
        };
        return finish(config, backend, profile, made, progress).await;
    }
    let (backend, engine) = owned_backend(config, Arc::clone(&progress)).await?;
    clear_engine(&state.runs(), &EngineUndo::default(), progress.as_ref()).await;
    let mut phases = Vec::new();
    let images = images(config, &profile, &engine, &progress, &mut phases).await?;
    let context = stack_context(config, &profile, Some(&engine), &progress).await?;
    let began = (Timestamp::now(), Instant::now());
    backend
        .create(&cluster_spec(config, &images), progress.as_ref())
        .await?;
    phases.push(phase("cluster", None, began.0, began.1.elapsed()));
    let made = Made {
        context,
        images,
        engine: Some(engine),
        phases,
    };
    finish(config, backend, profile, made, progress).await
}

/// What was made before the stack can be installed.
struct Made {
    context: StackContext,
    images: Vec<BuiltImage>,
    engine: Option<Engine>,
    phases: Vec<Phase>,
}

/// What the installation of a profile needs: where it keeps encrypted Secrets, also the program that decrypts them.
async fn stack_context(
    config: &Config,
    profile: &Profile,
    engine: Option<&Engine>,
    progress: &Arc<dyn Progress>,
) -> Result<StackContext, UpError> {
    let fixtures = config.root.join("fixtures");
    let sops = if has_encrypted_secrets(profile, &fixtures)? {
        Some(Sops {
            program: sops_program(config, engine, progress).await?,
            key_file: config.age_key_file.clone(),
        })
    } else {
        None
    };
    Ok(StackContext { fixtures, sops })
}

/// The program that decrypts Secrets. For a cluster that exists, which has no engine of ours, it is the one of this
/// machine where there is one.
async fn sops_program(
    config: &Config,
    engine: Option<&Engine>,
    progress: &Arc<dyn Progress>,
) -> Result<PathBuf, UpError> {
    let engine = match (engine, Sops::find_program()) {
        (None, Some(found)) => return Ok(found),
        (Some(engine), _) => engine.clone(),
        (None, None) => prepare(config, progress).await?,
    };
    let builder = ImageBuilder::new(&config.root, &engine, Arc::clone(progress))?;
    Ok(builder.ensure_program("sops").await?.path)
}

/// Every image of the nodes, the stack and our pods.
async fn images(
    config: &Config,
    profile: &Profile,
    engine: &Engine,
    progress: &Arc<dyn Progress>,
    phases: &mut Vec<Phase>,
) -> Result<Vec<BuiltImage>, UpError> {
    let began = (Timestamp::now(), Instant::now());
    let builder = ImageBuilder::new(&config.root, engine, Arc::clone(progress))?.with_mode(image_mode(config));
    let mut names: Vec<&str> = profile
        .components
        .iter()
        .flat_map(|part| part.images.iter().map(String::as_str))
        .collect();
    names.extend([WORKLOAD, NODE]);
    names.sort_unstable();
    names.dedup();
    let images = builder.ensure(&names).await?;
    for image in &images {
        phases.push(phase("images", Some(image.name.clone()), began.0, image.took));
    }
    phases.push(phase("images", None, began.0, began.1.elapsed()));
    Ok(images)
}

/// Where the images of a configuration come from.
pub(crate) const fn image_mode(config: &Config) -> ImageMode {
    match config.images {
        ImagesChoice::Auto => ImageMode::Auto,
        ImagesChoice::Pull => ImageMode::Pull,
        ImagesChoice::Build => ImageMode::Build,
    }
}

/// Where a scenario that runs needs containers, starts this program anew with the engine's socket in its environment,
/// unless it is there. Nothing of a run may have begun.
///
/// # Errors
///
/// When the host is not ready, or the program could not be started anew.
pub(crate) async fn enter_container_environment(
    config: &Config,
    plan: &Plan,
    progress: &Arc<dyn Progress>,
) -> Result<(), UpError> {
    let wants = |scenario: &PlannedScenario| {
        let is_tagged = scenario.tags.iter().any(|tag| tag == "needs-containers");
        scenario.not_run.is_none() && is_tagged
    };
    if config.backend == BackendChoice::Existing || !plan.scenarios.iter().any(wants) {
        return Ok(());
    }
    let state = StateDir::find().ok_or(UpError::NoState)?;
    let engine = prepare(config, progress).await?;
    Ok(enter_environment(&engine, &state)?)
}

/// The backend of a cluster that we create, with what its calls need, and nothing brought up.
///
/// # Errors
///
/// When the host is not ready, or no folder for the state is known.
pub(crate) async fn owned_backend(config: &Config, progress: Arc<dyn Progress>) -> Result<(Backend, Engine), UpError> {
    let state = StateDir::find().ok_or(UpError::NoState)?;
    let engine = prepare(config, &progress).await?;
    let builder = ImageBuilder::new(&config.root, &engine, progress)?;
    let backend = match config.backend {
        BackendChoice::K3d => {
            let program = builder.ensure_program("k3d").await?;
            Backend::K3d(Box::new(Owned::new(
                K3d::new(program.path),
                engine.clone(),
                &config.cluster,
                &state,
            )?))
        }
        BackendChoice::Kind | BackendChoice::Existing => {
            let program = builder.ensure_program("kind").await?;
            Backend::Kind(Box::new(Owned::new(
                Kind::new(program.path),
                engine.clone(),
                &config.cluster,
                &state,
            )?))
        }
    };
    Ok((backend, engine))
}

/// Clients of the configuration's cluster; `None` where it does not exist.
///
/// # Errors
///
/// When it exists and does not answer.
pub(crate) async fn existing_cluster(config: &Config, progress: Arc<dyn Progress>) -> Result<Option<Clients>, UpError> {
    let backend = if config.backend == BackendChoice::Existing {
        let state = StateDir::find().ok_or(UpError::NoState)?;
        Backend::Existing(Box::new(Existing::new(config.allow_cluster.as_deref(), None, &state)?))
    } else {
        owned_backend(config, progress).await?.0
    };
    if !backend.exists().await? {
        return Ok(None);
    }
    Ok(Some(
        Clients::connect(&config.cluster, &backend.kubeconfig().await?, None).await?,
    ))
}

async fn finish(
    config: &Config,
    backend: Backend,
    profile: Profile,
    made: Made,
    progress: Arc<dyn Progress>,
) -> Result<Live, UpError> {
    let Made {
        context,
        images,
        engine,
        mut phases,
    } = made;
    // Asks once whether the cluster is the one of the ledger.
    backend.client().await?;
    let clients = Clients::connect(&config.cluster, &backend.kubeconfig().await?, None).await?;
    let began = (Timestamp::now(), Instant::now());
    let stack = install(clients.patient.clone(), &profile, &context, progress).await?;
    for component in &stack.components {
        phases.push(phase("stack", Some(component.name.clone()), began.0, component.took));
    }
    phases.push(phase("stack", None, began.0, began.1.elapsed()));
    let workload = images.iter().find(|image| image.name == WORKLOAD);
    let workload_image = workload.map_or_else(
        || "shall.dev/workload:0.1.0".to_owned(),
        |image| image.reference.clone(),
    );
    Ok(Live {
        backend,
        clients,
        profile,
        context,
        stack,
        workload_image,
        images,
        engine: engine.as_ref().map(|engine| engine.kind().to_string()),
        host_engine: engine,
        phases,
    })
}

fn topology(config: &Config) -> PathBuf {
    config.root.join("kind").join(format!("{}.yaml", config.topology))
}

fn cluster_spec(config: &Config, images: &[BuiltImage]) -> ClusterSpec {
    let node = images.iter().find(|image| image.name == NODE);
    ClusterSpec {
        name: config.cluster.clone(),
        topology: topology(config),
        node_image: node.map(|image| image.reference.clone()).unwrap_or_default(),
        node_archive: node.map(|image| image.archive.clone()),
        archives: images
            .iter()
            .filter(|image| image.name != NODE)
            .map(|image| image.archive.clone())
            .collect(),
    }
}

fn phase(phase: &str, item: Option<String>, at: Timestamp, took: Duration) -> Phase {
    let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    Phase {
        phase: phase.to_owned(),
        item,
        at,
        duration_ms,
    }
}

impl Live {
    /// What is installed, for the evidence.
    pub(crate) fn components(&self) -> Vec<ComponentVersion> {
        let versions = self.stack.components.iter().map(|component| ComponentVersion {
            component: component.name.clone(),
            version: component.version.clone(),
            images: component
                .images
                .iter()
                .map(|reference| self.origin(reference))
                .collect(),
            patches: component.patches.clone(),
        });
        versions.collect()
    }

    fn origin(&self, reference: &str) -> ImageOrigin {
        let image = self.images.iter().find(|image| image.reference == reference);
        let filled = |text: &String| (!text.is_empty()).then(|| text.clone());
        ImageOrigin {
            reference: reference.to_owned(),
            origin: image.map_or_else(
                || "unknown".to_owned(),
                |image| format!("{:?}", image.origin).to_lowercase(),
            ),
            module: image.and_then(|image| filled(&image.module)),
            version: image.and_then(|image| filled(&image.version)),
            sum: image.and_then(|image| filled(&image.sum)),
        }
    }

    /// The stand-ins of the profile, for the evidence.
    pub(crate) fn stand_ins(&self) -> Vec<StandIn> {
        let stand_ins = self.stack.stand_ins.iter().map(|stand_in| StandIn {
            subject: stand_in.subject.clone(),
            component: stand_in.component.clone(),
            reason: stand_in.reason.clone(),
        });
        stand_ins.collect()
    }
}
