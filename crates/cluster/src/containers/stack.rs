//! The containers of a stack while they run: [`ContainerStack`].

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    sync::Arc,
};

use shall_workload::DnsLook;
use testcontainers::{ContainerAsync, GenericImage, core::IntoContainerPort as _};

use super::{
    environment::socket_path,
    error::ContainerError,
    fault::ContainerFault,
    host::HostOptions,
    http::{HttpAnswer, HttpRequest, send_request},
    ready::{ask_name, until_ready},
    spec::{ContainerSpec, ServiceSpec},
    start::Start,
};
use crate::{
    engine::{Engine, EngineSocket},
    image::{ImageBuilder, ImageMode, Origin},
    ledger::{Entry, RUN_LABEL},
    progress::Progress,
};

/// Seconds that a service may take to stop before it is killed.
const STOP_WITHIN_S: i32 = 5;

/// Services that run in containers of the engine. They are removed when this is dropped; what is not is in the ledger.
pub struct ContainerStack {
    spec: ContainerSpec,
    engine: Engine,
    network: String,
    running: BTreeMap<String, Running>,
    /// Dropped after the containers, which are removed through it.
    _socket: EngineSocket,
}

struct Running {
    container: ContainerAsync<GenericImage>,
    /// As the engine knows it.
    name: String,
    image: String,
}

impl ContainerStack {
    /// Makes the images, starts every service in the order of the file and waits until each is ready. Services whose images
    /// are pulled are started where images are.
    ///
    /// # Errors
    ///
    /// At the first that cannot be started. What was made until then is removed, and is in the ledger.
    pub(super) async fn start(options: &HostOptions, engine: &Engine) -> Result<Self, ContainerError> {
        let spec = ContainerSpec::read(&options.root.join("fixtures"))?;
        let chosen: Vec<ServiceSpec> = spec
            .services
            .iter()
            .filter(|service| !service.is_pulled() || options.mode == ImageMode::Pull)
            .cloned()
            .collect();
        for fault in &options.faults {
            fault.check(&chosen)?;
        }
        let images = images(options, engine, &chosen).await?;
        let socket = EngineSocket::open_at(engine, socket_path(&options.state)).await?;
        let network = format!("shall-{}-{}", options.ledger.owner(), spec.network.name);
        create_network(options, engine, &spec, &network).await?;
        let mut stack = Self {
            spec,
            engine: engine.clone(),
            network,
            running: BTreeMap::new(),
            _socket: socket,
        };
        for service in &chosen {
            stack.start_service(options, service, &images).await?;
        }
        for service in &chosen {
            stack.await_ready(&service.name).await?;
        }
        for fault in &options.faults {
            if let ContainerFault::Stop { service } = fault {
                stack.stop(service).await?;
            }
        }
        Ok(stack)
    }

    async fn start_service(
        &mut self,
        options: &HostOptions,
        service: &ServiceSpec,
        images: &BTreeMap<String, (String, String)>,
    ) -> Result<(), ContainerError> {
        let run = options.ledger.owner();
        let name = format!("shall-{run}-{}", service.name);
        let pulled = || (service.image.clone(), format!("{} (pulled)", service.image));
        let (reference, image) = images.get(&service.image).cloned().unwrap_or_else(pulled);
        let id = options.ledger.intend(Entry::EngineContainer {
            engine: self.engine.kind().to_string(),
            name: name.clone(),
        })?;
        let start = Start {
            engine: &self.engine,
            spec: &self.spec,
            service,
            network: &self.network,
            name: &name,
            reference: &reference,
            run,
            faults: &options.faults,
        };
        let container = start.start().await?;
        options.ledger.created(id, Some(container.id()))?;
        let running = Running { container, name, image };
        self.running.insert(service.name.clone(), running);
        Ok(())
    }

    /// What the stack is made of.
    #[must_use]
    pub fn spec(&self) -> &ContainerSpec {
        &self.spec
    }

    /// Service → its image and what that was made from.
    pub fn images(&self) -> impl Iterator<Item = (&str, &str)> {
        self.running
            .iter()
            .map(|(service, running)| (service.as_str(), running.image.as_str()))
    }

    fn running(&self, service: &str) -> Result<&Running, ContainerError> {
        self.running.get(service).ok_or_else(|| ContainerError::NoService {
            name: service.to_owned(),
            known: self.running.keys().cloned().collect::<Vec<_>>().join(", "),
        })
    }

    /// Where the host forwards a port of a service, as the engine tells it.
    ///
    /// # Errors
    ///
    /// When the service does not publish it, or does not run.
    pub async fn published(&self, service: &str, port: u16, udp: bool) -> Result<SocketAddr, ContainerError> {
        let running = self.running(service)?;
        let publish = self.spec.service(service).into_iter().flat_map(|spec| &spec.publish);
        let publish = publish
            .clone()
            .find(|publish| publish.port == port && publish.udp == udp);
        let container_port = if udp { port.udp() } else { port.tcp() };
        let not_published = |found: String| ContainerError::NotPublished {
            name: service.to_owned(),
            port: container_port.to_string(),
            found,
        };
        let publish = publish.ok_or_else(|| not_published("no such line of the stack".to_owned()))?;
        let ports = running.container.ports().await;
        let ports = ports.map_err(ContainerError::of(&running.name, "asked for its ports"))?;
        let host_port = ports.map_to_host_port_ipv4(container_port);
        let host_port = host_port.ok_or_else(|| not_published(format!("{ports:?}")))?;
        Ok(SocketAddr::from((publish.host, host_port)))
    }

    /// The address that the engine gave a service in the stack's network; `None` while it does not run.
    ///
    /// # Errors
    ///
    /// When the engine does not tell.
    pub async fn address(&self, service: &str) -> Result<Option<Ipv4Addr>, ContainerError> {
        let running = self.running(service)?;
        let format = format!(
            "{{{{(index .NetworkSettings.Networks \"{}\").IPAddress}}}}",
            self.network
        );
        let inspect = self.engine.command(["inspect", "--format", &format, &running.name]);
        let told = inspect.run().await;
        let told = told.map_err(ContainerError::of(&running.name, "inspected"))?;
        Ok(told.stdout.trim().parse().ok())
    }

    /// Sends a request to a TCP port of a service.
    ///
    /// # Errors
    ///
    /// When the service does not publish the port, or there is no answer.
    pub async fn send(&self, service: &str, port: u16, request: HttpRequest<'_>) -> Result<HttpAnswer, ContainerError> {
        send_request(self.published(service, port, false).await?, request).await
    }

    /// Asks a service that is a name server for the address of a name.
    ///
    /// # Errors
    ///
    /// When it cannot be asked; that it does not answer is in what is returned.
    pub async fn ask_name(&self, service: &str, name: &str) -> Result<DnsLook, ContainerError> {
        let at = self.published(service, 53, true).await?;
        ask_name(at, name)
            .await
            .map_err(ContainerError::of(service, "asked for a name"))
    }

    /// What a service has written, its errors after its output.
    ///
    /// # Errors
    ///
    /// When the engine does not tell.
    pub async fn log(&self, service: &str) -> Result<String, ContainerError> {
        let running = self.running(service)?;
        let read = ContainerError::of::<testcontainers::TestcontainersError>;
        let out = running.container.stdout_to_vec().await;
        let mut log = out.map_err(read(&running.name, "asked for its log"))?;
        let errors = running.container.stderr_to_vec().await;
        log.extend(errors.map_err(read(&running.name, "asked for its log"))?);
        Ok(String::from_utf8_lossy(&log).into_owned())
    }

    /// Stops a service; its container stays.
    ///
    /// # Errors
    ///
    /// When the engine refuses.
    pub async fn stop(&self, service: &str) -> Result<(), ContainerError> {
        let running = self.running(service)?;
        let stopped = running.container.stop_with_timeout(Some(STOP_WITHIN_S)).await;
        stopped.map_err(ContainerError::of(&running.name, "stopped"))
    }

    /// Starts a service that was stopped and waits until it is ready.
    ///
    /// # Errors
    ///
    /// When the engine refuses, or the service does not become ready.
    pub async fn start_again(&self, service: &str) -> Result<(), ContainerError> {
        let running = self.running(service)?;
        let started = running.container.start().await;
        started.map_err(ContainerError::of(&running.name, "started again"))?;
        self.await_ready(service).await
    }

    /// Whether its program runs; one that the engine does not tell of is taken to.
    async fn runs(&self, running: &Running) -> bool {
        let format = ["inspect", "--format", "{{.State.Running}}", &running.name];
        let told = self.engine.command(format).run().await;
        told.map_or(true, |told| told.stdout.trim() != "false")
    }

    async fn await_ready(&self, service: &str) -> Result<(), ContainerError> {
        let running = self.running(service)?;
        let Some(spec) = self.spec.service(service) else {
            return Ok(());
        };
        let udp = matches!(spec.ready, super::spec::ReadySpec::Dns { .. });
        let at = self.published(service, spec.ready.port(), udp).await?;
        let log = async || self.log(service).await.unwrap_or_else(|error| error.to_string());
        let runs = async || self.runs(running).await;
        until_ready(&running.name, &spec.ready, at, runs, log).await
    }
}

/// Makes the images that are built here and gives them to the engine: name → reference, and what it was made from.
async fn images(
    options: &HostOptions,
    engine: &Engine,
    services: &[ServiceSpec],
) -> Result<BTreeMap<String, (String, String)>, ContainerError> {
    let mut names: Vec<&str> = services
        .iter()
        .filter(|service| !service.is_pulled())
        .map(|service| service.image.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    let progress: Arc<dyn Progress> = Arc::clone(&options.progress);
    let builder = ImageBuilder::new(&options.root, engine, progress)?.with_mode(options.mode);
    let mut images = BTreeMap::new();
    for image in builder.ensure(&names).await? {
        load(engine, &image.reference, &image.archive).await?;
        let origin = match image.origin {
            Origin::Built => "built",
            Origin::Pulled => "pulled",
        };
        let told = format!("{} ({origin} from {} {})", image.reference, image.module, image.sum);
        images.insert(image.name, (image.reference, told));
    }
    Ok(images)
}

/// Gives an archive to the engine. One that it holds already costs a fraction of a second.
async fn load(engine: &Engine, reference: &str, archive: &Path) -> Result<(), ContainerError> {
    let load = engine.command(["load", "--input"]).args([archive]);
    let loaded = load.run().await;
    loaded
        .map(|_output| ())
        .map_err(ContainerError::of(reference, "loaded into the engine"))
}

async fn create_network(
    options: &HostOptions,
    engine: &Engine,
    spec: &ContainerSpec,
    name: &str,
) -> Result<(), ContainerError> {
    let id = options.ledger.intend(Entry::EngineNetwork {
        engine: engine.kind().to_string(),
        name: name.to_owned(),
    })?;
    let label = format!("{RUN_LABEL}={}", options.ledger.owner());
    let subnet = &spec.network.subnet;
    let create = engine.command(["network", "create", "--subnet", subnet, "--label", &label, name]);
    create.run().await.map_err(|source| ContainerError::Network {
        name: name.to_owned(),
        subnet: subnet.clone(),
        source,
    })?;
    Ok(options.ledger.created(id, None)?)
}
