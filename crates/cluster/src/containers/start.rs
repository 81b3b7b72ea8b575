//! Starting one container of the stack through testcontainers.

use std::{collections::HashMap, time::Duration};

use testcontainers::{
    ContainerAsync, ContainerRequest, GenericImage, ImageExt as _,
    bollard::models::{HostConfig, PortBinding},
    core::IntoContainerPort as _,
    runners::AsyncRunner as _,
};

use super::{
    error::ContainerError,
    fault::{ContainerFault, with_faults},
    spec::{ContainerSpec, Publish, ServiceSpec},
};
use crate::{command::CommandError, engine::Engine, ledger::RUN_LABEL};

/// How long the engine may take to create and start a container, a pull included.
const START_WITHIN: Duration = Duration::from_mins(5);

/// What a container is started as.
pub(super) struct Start<'a> {
    pub(super) engine: &'a Engine,
    pub(super) spec: &'a ContainerSpec,
    pub(super) service: &'a ServiceSpec,
    /// The network as the engine knows it.
    pub(super) network: &'a str,
    /// The container as the engine knows it.
    pub(super) name: &'a str,
    /// Repository and tag of its image.
    pub(super) reference: &'a str,
    /// The run, for the label.
    pub(super) run: &'a str,
    pub(super) faults: &'a [ContainerFault],
}

impl Start<'_> {
    /// Creates the container, gives it its address, and starts it.
    ///
    /// testcontainers starts what it creates, and asks for no address: the container is stopped at once and started again
    /// with its own, so that no program runs while its network changes under it.
    pub(super) async fn start(&self) -> Result<ContainerAsync<GenericImage>, ContainerError> {
        let started = self.request()?.start().await;
        let container = started.map_err(ContainerError::of(self.name, "created"))?;
        let stopped = container.stop_with_timeout(Some(0)).await;
        stopped.map_err(ContainerError::of(self.name, "stopped"))?;
        let given = self.give_address().await;
        given.map_err(ContainerError::of(self.name, "given its address"))?;
        let started = container.start().await;
        started.map_err(ContainerError::of(self.name, "started"))?;
        Ok(container)
    }

    fn request(&self) -> Result<ContainerRequest<GenericImage>, ContainerError> {
        let (repository, tag) = self.reference.rsplit_once(':').unwrap_or((self.reference, "latest"));
        let mut image = GenericImage::new(repository, tag);
        for publish in &self.service.publish {
            image = image.with_exposed_port(if publish.udp {
                publish.port.udp()
            } else {
                publish.port.tcp()
            });
        }
        let published = self.service.publish.clone();
        let mut request = image
            .with_container_name(self.name)
            .with_network(self.network)
            .with_label(RUN_LABEL, self.run)
            .with_startup_timeout(START_WITHIN)
            .with_host_config_modifier(move |host| publish_only(host, &published));
        if !self.service.command.is_empty() {
            request = request.with_cmd(self.service.command.clone());
        }
        for (name, value) in &self.service.environment {
            request = request.with_env_var(name, value);
        }
        for (target, file) in &self.service.files {
            let text = std::fs::read_to_string(self.spec.folder.join(file));
            let text = text.map_err(ContainerError::of(self.name, "given its files"))?;
            let text = with_faults(self.faults, file, text)?;
            request = request.with_copy_to(target.clone(), text.into_bytes());
        }
        Ok(request)
    }

    /// Puts the container into the network anew, with its own address and the service's name. What it publishes stays
    /// published.
    async fn give_address(&self) -> Result<(), CommandError> {
        let leave = ["network", "disconnect", self.network, self.name];
        self.engine.command(leave).run().await?;
        let address = self.service.address.to_string();
        let join = ["network", "connect", "--ip", &address, "--alias", &self.service.name];
        let join = self.engine.command(join).args([self.network, self.name]);
        join.run().await.map(|_output| ())
    }
}

/// Forwards the ports of `published` and no other: testcontainers would publish every port that the image names, on each
/// address of the host.
fn publish_only(host: &mut HostConfig, published: &[Publish]) {
    let mut bindings: HashMap<String, Option<Vec<PortBinding>>> = HashMap::new();
    for publish in published {
        let binding = PortBinding {
            host_ip: Some(publish.host.to_string()),
            host_port: Some(publish.host_port.map(|port| port.to_string()).unwrap_or_default()),
        };
        let of_port = bindings.entry(publish.container_port()).or_default();
        of_port.get_or_insert_default().push(binding);
    }
    host.publish_all_ports = Some(false);
    host.port_bindings = Some(bindings);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_service_publishes_is_forwarded() {
        let published: Vec<Publish> = ["127.0.0.3:9090:9090/tcp", "127.0.0.1::53/udp"]
            .map(|text| text.parse().unwrap())
            .into();
        let mut host = HostConfig {
            publish_all_ports: Some(true),
            ..HostConfig::default()
        };
        publish_only(&mut host, &published);
        let bindings = host.port_bindings.unwrap();
        let of = |port: &str| {
            let binding = bindings[port].as_ref().unwrap().first().unwrap();
            (binding.host_ip.clone().unwrap(), binding.host_port.clone().unwrap())
        };
        assert_eq!(host.publish_all_ports, Some(false));
        assert_eq!(of("9090/tcp"), ("127.0.0.3".to_owned(), "9090".to_owned()));
        assert_eq!(of("53/udp"), ("127.0.0.1".to_owned(), String::new()));
    }
}
