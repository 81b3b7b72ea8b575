//! Why containers cannot be used: [`ContainerError`].

use std::{path::PathBuf, time::Duration};

use crate::{command::CommandError, engine::EngineError, image::ImageError, ledger::LedgerError};

/// Why containers cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ContainerError {
    /// The file that describes them has faults; all of them are listed.
    #[error("`{}` has faults:\n  {}", path.display(), faults.join("\n  "))]
    Spec {
        /// The file.
        path: PathBuf,
        /// One line each.
        faults: Vec<String>,
    },
    /// No engine of ours is there.
    #[error(
        "containers: expected an engine of this machine, found none\n(hint: backends `kind` and `k3d` have one, `existing` has not)"
    )]
    NoEngine,
    /// They could not be started before; each scenario is told why.
    #[error("the containers were not started: {0}")]
    NotStarted(String),
    /// A deliberate fault has nothing to change.
    #[error("the fault did not take: {fault}: expected a service that runs and a text that is there, found none")]
    FaultNotTaken {
        /// The fault.
        fault: String,
    },
    /// An image cannot be had.
    #[error(transparent)]
    Image(#[from] ImageError),
    /// The engine's socket cannot be used.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The run's ledger cannot be written.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The engine refused the network.
    #[error(
        "network `{name}`: expected to create it with the addresses {subnet}, the engine refused\n(hint: `network ls` and `network inspect` of the engine show who has these addresses)"
    )]
    Network {
        /// Its name.
        name: String,
        /// Its addresses.
        subnet: String,
        /// What the engine said.
        #[source]
        source: CommandError,
    },
    /// The engine refused something about a container.
    #[error("container `{name}` could not be {what}")]
    Container {
        /// Its name.
        name: String,
        /// What was tried, such as `started`.
        what: &'static str,
        /// What the engine said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// It did not become ready.
    #[error("container `{name}`: expected it ready within {within:?}, observed {observed}; its last lines:\n{log}")]
    NotReady {
        /// Its name.
        name: String,
        /// How long was waited.
        within: Duration,
        /// The last answer.
        observed: String,
        /// The end of its log.
        log: String,
    },
    /// No service has this name.
    #[error("no service is called `{name}`: expected one of {known}")]
    NoService {
        /// The name.
        name: String,
        /// The services that run.
        known: String,
    },
    /// A service publishes no such port.
    #[error("service `{name}`: expected port {port} to be published, found {found}")]
    NotPublished {
        /// The service.
        name: String,
        /// The port, such as `80/tcp`.
        port: String,
        /// What the engine publishes.
        found: String,
    },
    /// A request was not answered.
    #[error("no answer to GET {url}")]
    NoAnswer {
        /// The address.
        url: String,
        /// Why.
        #[source]
        source: reqwest::Error,
    },
    /// The program could not start itself anew with the socket in its environment.
    #[error("this program could not start itself anew with DOCKER_HOST={host}, which testcontainers reads")]
    Environment {
        /// The value.
        host: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

impl ContainerError {
    /// Wraps what the engine said about a container.
    pub(super) fn of<E>(name: &str, what: &'static str) -> impl FnOnce(E) -> Self
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let name = name.to_owned();
        move |source| Self::Container {
            name,
            what,
            source: source.into(),
        }
    }
}
