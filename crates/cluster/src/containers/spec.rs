//! What the stack's containers are: [`ContainerSpec`], read from `fixtures/containers/stack.toml`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    net::Ipv4Addr,
    path::{Path, PathBuf},
    str::FromStr,
};

use serde::{Deserialize, Deserializer};

use super::error::ContainerError;

/// The file, below the folder of the fixtures.
const FILE: &str = "containers/stack.toml";

/// The services of a stack and the network that they are on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContainerSpec {
    /// The network.
    pub network: NetworkSpec,
    /// The services, started in this order; never empty.
    #[serde(rename = "service")]
    pub services: Vec<ServiceSpec>,
    /// The folder that the services' files are in.
    #[serde(skip)]
    pub folder: PathBuf,
}

/// The network of a stack.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkSpec {
    /// Its name; the engine knows it by this behind the run's.
    pub name: String,
    /// Its addresses, such as `172.23.0.0/24`.
    pub subnet: String,
}

/// One service: a container with an address and a name of its own.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceSpec {
    /// Its name, which is also the name that the network knows it by.
    pub name: String,
    /// An image of `kind/images`, or a full reference: such an image is pulled, and its service runs only where images
    /// are.
    pub image: String,
    /// Its address in the network.
    pub address: Ipv4Addr,
    /// Arguments of the image's entrypoint; where empty, those of the image.
    #[serde(default)]
    pub command: Vec<String>,
    /// Variables of its environment.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// Path in the container → file below the stack's folder.
    #[serde(default)]
    pub files: BTreeMap<String, PathBuf>,
    /// Ports that the host forwards to it.
    pub publish: Vec<Publish>,
    /// How it is known that it is ready.
    pub ready: ReadySpec,
}

impl ServiceSpec {
    /// Whether its image is pulled, not built here.
    #[must_use]
    pub fn is_pulled(&self) -> bool {
        self.image.contains('/')
    }
}

/// A port of the host that leads to one of a container, written `ADDRESS:HOST-PORT:PORT/PROTOCOL`; without a host port the
/// engine chooses one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Publish {
    /// Address of the host.
    pub host: Ipv4Addr,
    /// Port of the host; `None` for one that the engine chooses.
    pub host_port: Option<u16>,
    /// Port of the container.
    pub port: u16,
    /// `true` for UDP, `false` for TCP.
    pub udp: bool,
}

impl Publish {
    /// The container's port as the engine names it, such as `9090/tcp`.
    #[must_use]
    pub fn container_port(&self) -> String {
        format!("{}/{}", self.port, if self.udp { "udp" } else { "tcp" })
    }
}

impl fmt::Display for Publish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host_port = self.host_port.map(|port| port.to_string()).unwrap_or_default();
        write!(f, "{}:{host_port}:{}", self.host, self.container_port())
    }
}

impl FromStr for Publish {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("expected `127.0.0.1:HOST-PORT:PORT/tcp` or `…/udp`, found `{text}`");
        let (host, rest) = text.split_once(':').ok_or_else(wrong)?;
        let (host_port, rest) = rest.split_once(':').ok_or_else(wrong)?;
        let (port, protocol) = rest.split_once('/').ok_or_else(wrong)?;
        let udp = match protocol {
            "udp" => true,
            "tcp" => false,
            _other => return Err(wrong()),
        };
        let number = |text: &str| text.parse::<u16>().ok().filter(|port| *port > 0).ok_or_else(wrong);
        Ok(Self {
            host: host.parse().map_err(|_invalid| wrong())?,
            host_port: if host_port.is_empty() {
                None
            } else {
                Some(number(host_port)?)
            },
            port: number(port)?,
            udp,
        })
    }
}

impl<'de> Deserialize<'de> for Publish {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// How it is known that a service is ready. Its port is one that it publishes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ReadySpec {
    /// A GET of this path is answered with status 200.
    Http {
        /// Port of the container.
        port: u16,
        /// The path, beginning with `/`.
        path: String,
    },
    /// A question for the address of this name is answered with one.
    Dns {
        /// Port of the container.
        port: u16,
        /// The name.
        name: String,
    },
}

impl ReadySpec {
    /// Port of the container.
    #[must_use]
    pub const fn port(&self) -> u16 {
        match self {
            Self::Http { port, .. } | Self::Dns { port, .. } => *port,
        }
    }
}

impl ContainerSpec {
    /// Reads the stack of a project's fixtures.
    ///
    /// # Errors
    ///
    /// With every fault of the file: a name or an address twice, a file that is not there, a readiness port that is not
    /// published.
    pub fn read(fixtures: &Path) -> Result<Self, ContainerError> {
        let path = fixtures.join(FILE);
        let fault = |faults| ContainerError::Spec {
            path: path.clone(),
            faults,
        };
        let text = std::fs::read_to_string(&path).map_err(|error| fault(vec![error.to_string()]))?;
        let mut spec: Self = toml::from_str(&text).map_err(|error| fault(vec![error.to_string()]))?;
        path.parent().unwrap_or(fixtures).clone_into(&mut spec.folder);
        let faults = spec.faults();
        if faults.is_empty() {
            Ok(spec)
        } else {
            Err(fault(faults))
        }
    }

    /// The service of this name.
    #[must_use]
    pub fn service(&self, name: &str) -> Option<&ServiceSpec> {
        self.services.iter().find(|service| service.name == name)
    }

    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.services.is_empty() {
            faults.push("expected a `[[service]]`, found none".to_owned());
        }
        let (mut names, mut addresses) = (BTreeSet::new(), BTreeSet::new());
        for service in &self.services {
            let name = &service.name;
            if !names.insert(name) {
                faults.push(format!("service `{name}`: expected a name of its own, found it twice"));
            }
            if !addresses.insert(service.address) {
                let address = service.address;
                faults.push(format!(
                    "service `{name}`: expected an address of its own, found {address} twice"
                ));
            }
            let udp = matches!(service.ready, ReadySpec::Dns { .. });
            let port = service.ready.port();
            if !service
                .publish
                .iter()
                .any(|publish| publish.port == port && publish.udp == udp)
            {
                faults.push(format!(
                    "service `{name}`: expected port {port} of `ready` in `publish`, found it in none"
                ));
            }
            for file in service.files.values().filter(|file| !self.folder.join(file).is_file()) {
                faults.push(format!(
                    "service `{name}`: expected the file `{}`, found none",
                    file.display()
                ));
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stack_of_this_project_is_whole() {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
        let spec = ContainerSpec::read(&fixtures).unwrap();
        let prometheus = spec.service("prometheus").unwrap();
        assert_eq!(prometheus.address.to_string(), "172.23.0.20");
        assert!(!prometheus.is_pulled());
        assert!(spec.service("grafana").unwrap().is_pulled());
    }

    #[test]
    fn every_fault_is_told() {
        let text = r#"
            network = { name = "n", subnet = "10.0.0.0/24" }
            [[service]]
            name = "a"
            image = "a"
            address = "10.0.0.2"
            files = { "/etc/a" = "no-such-file" }
            publish = ["127.0.0.1::80/tcp"]
            ready = { http = { port = 81, path = "/" } }
            [[service]]
            name = "a"
            image = "b"
            address = "10.0.0.2"
            publish = ["127.0.0.1::53/tcp"]
            ready = { dns = { port = 53, name = "x" } }
        "#;
        let spec: ContainerSpec = toml::from_str(text).unwrap();
        let faults = spec.faults();
        let told = |words: &str| faults.iter().any(|fault| fault.contains(words));
        assert_eq!(faults.len(), 5, "{faults:#?}");
        assert!(told("port 81") && told("no-such-file") && told("found it twice"));
        assert!(told("10.0.0.2 twice"), "{faults:#?}");
        assert!(told("port 53"), "a name server is asked over UDP: {faults:#?}");
    }

    #[test]
    fn a_published_port_is_read_as_it_is_written() {
        for text in ["127.0.0.3:9090:9090/tcp", "127.0.0.1::53/udp"] {
            assert_eq!(text.parse::<Publish>().unwrap().to_string(), text);
        }
        for text in ["9090", "127.0.0.1:9090/tcp", "127.0.0.1:0:80/tcp", "127.0.0.1::80/sctp"] {
            assert!(text.parse::<Publish>().unwrap_err().contains(text));
        }
    }
}
