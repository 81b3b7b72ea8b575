//! Choosing the engine: [`Engine`], podman or docker, with what it is told through its environment.

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use super::{
    facts::{HostFacts, find_program},
    settings::EngineSettings,
    socket::EngineSocket,
};
use crate::command::{Command, CommandError};

/// Why no engine can be used.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// None of the wanted engines is there.
    #[error(
        "no container engine: expected {wanted} on PATH, found none\n(hint: `shall doctor --install` installs podman)"
    )]
    Missing {
        /// What was looked for.
        wanted: String,
    },
    /// It is there and does not answer.
    #[error("container engine `{engine}` does not answer")]
    Silent {
        /// Which.
        engine: EngineKind,
        /// What its `info` said.
        #[source]
        source: CommandError,
    },
    /// Its settings could not be written.
    #[error("engine settings below `{}` could not be written", dir.display())]
    Settings {
        /// Where.
        dir: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// Its socket could not be opened or closed.
    #[error("engine socket `{}` could not be used", path.display())]
    Socket {
        /// Where.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// Its service ended before it listened.
    #[error("the service of engine socket `{}` ended with {code}", path.display())]
    SocketEnded {
        /// Where.
        path: PathBuf,
        /// Its exit code.
        code: String,
    },
    /// Its service did not listen in time.
    #[error("engine socket `{}`: expected a listener within {within:?}, found none", path.display())]
    SocketSilent {
        /// Where.
        path: PathBuf,
        /// How long was waited.
        within: Duration,
    },
    /// A command of it failed.
    #[error("container engine `{engine}` refused a command")]
    Command {
        /// Which.
        engine: EngineKind,
        /// What it said.
        #[source]
        source: CommandError,
    },
}

/// Which engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EngineKind {
    /// podman, without a daemon.
    Podman,
    /// docker, through its daemon.
    Docker,
}

impl fmt::Display for EngineKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Podman => "podman",
            Self::Docker => "docker",
        })
    }
}

/// Which engine the caller wants.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Preference {
    /// The one that can hold nodes here.
    #[default]
    Auto,
    /// This one or none.
    Only(EngineKind),
}

impl FromStr for Preference {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "auto" => Ok(Self::Auto),
            "podman" => Ok(Self::Only(EngineKind::Podman)),
            "docker" => Ok(Self::Only(EngineKind::Docker)),
            other => Err(format!("engine: expected auto, podman or docker, found `{other}`")),
        }
    }
}

/// Whether the engine may start the privileged containers that nodes are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Privilege {
    /// It may.
    Permitted,
    /// It may not, for this reason.
    Refused(String),
}

/// The container runtime that holds the nodes.
#[derive(Debug, Clone)]
pub struct Engine {
    kind: EngineKind,
    program: PathBuf,
    /// podman's settings file.
    settings: Option<PathBuf>,
    facts: HostFacts,
}

impl Engine {
    /// Finds the engine, writes its settings into the cache directory and asks whether it answers.
    ///
    /// # Errors
    ///
    /// When the wanted engine is missing, does not answer, or its settings cannot be written.
    pub async fn detect(preference: Preference) -> Result<Self, EngineError> {
        let dir = crate::image::cache_dir();
        let facts = HostFacts::read(&dir).await;
        let kind = choose(preference, &facts)?;
        let program = find_program(&kind.to_string()).ok_or_else(|| EngineError::Missing {
            wanted: kind.to_string(),
        })?;
        let settings = match kind {
            EngineKind::Podman => {
                let dir = dir.join("engine");
                let written = EngineSettings::of(&facts).write(&dir);
                Some(written.map_err(|source| EngineError::Settings { dir, source })?)
            }
            EngineKind::Docker => None,
        };
        let engine = Self {
            kind,
            program,
            settings,
            facts,
        };
        let info = engine.command(["info"]).deadline(Duration::from_secs(30)).run().await;
        info.map_err(|source| EngineError::Silent { engine: kind, source })?;
        Ok(engine)
    }

    /// Which it is.
    #[must_use]
    pub fn kind(&self) -> EngineKind {
        self.kind
    }

    /// Its program.
    #[must_use]
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// What was found on its host.
    #[must_use]
    pub fn facts(&self) -> &HostFacts {
        &self.facts
    }

    /// Its version, as it prints it.
    #[must_use]
    pub fn version(&self) -> &str {
        self.facts
            .programs
            .get(&self.kind.to_string())
            .map_or("", String::as_str)
    }

    /// The variables for every program that drives it: itself, buildah and kind.
    #[must_use]
    pub fn env(&self) -> Vec<(String, String)> {
        let mut env = Vec::new();
        if let Some(settings) = &self.settings {
            env.push(("CONTAINERS_CONF".to_owned(), settings.display().to_string()));
        }
        env.push(("KIND_EXPERIMENTAL_PROVIDER".to_owned(), self.kind.to_string()));
        env
    }

    /// A command of the engine.
    #[must_use]
    pub fn command<I: IntoIterator<Item = S>, S: AsRef<std::ffi::OsStr>>(&self, args: I) -> Command {
        self.prepare(Command::new(&self.program)).args(args)
    }

    /// Gives a program that drives the engine its variables.
    #[must_use]
    pub fn prepare(&self, command: Command) -> Command {
        self.env()
            .into_iter()
            .fold(command, |command, (key, value)| command.env(key, value))
    }

    /// Whether it may start the privileged containers that nodes are, decided from the caller's capabilities.
    #[must_use]
    pub fn privilege(&self) -> Privilege {
        privilege_of(self.kind, &self.facts)
    }

    /// Opens its Docker-compatible socket; podman's lives below the cache directory until it is closed or dropped.
    ///
    /// # Errors
    ///
    /// As [`EngineSocket::open`].
    pub async fn open_socket(&self) -> Result<EngineSocket, EngineError> {
        EngineSocket::open(self, &crate::image::cache_dir().join("engine")).await
    }
}

/// Chooses by what is installed; docker only where it can hold nodes.
fn choose(preference: Preference, facts: &HostFacts) -> Result<EngineKind, EngineError> {
    let has = |kind: EngineKind| facts.programs.contains_key(&kind.to_string());
    match preference {
        Preference::Only(kind) if has(kind) => Ok(kind),
        Preference::Only(kind) => Err(EngineError::Missing {
            wanted: kind.to_string(),
        }),
        Preference::Auto if has(EngineKind::Podman) => Ok(EngineKind::Podman),
        Preference::Auto if has(EngineKind::Docker) => Ok(EngineKind::Docker),
        Preference::Auto => Err(EngineError::Missing {
            wanted: "podman or docker".to_owned(),
        }),
    }
}

fn privilege_of(kind: EngineKind, facts: &HostFacts) -> Privilege {
    match kind {
        EngineKind::Podman if facts.has_sys_admin() => Privilege::Permitted,
        // A rootless podman makes nodes in a user namespace, which takes the unified hierarchy.
        EngineKind::Podman if facts.cgroup_v2 && facts.systemd => Privilege::Permitted,
        EngineKind::Podman => Privilege::Refused(
            "podman: expected CAP_SYS_ADMIN, or cgroup v2 with systemd for rootless nodes, found neither".to_owned(),
        ),
        // The daemon's capabilities cannot be read; as root it has at most what the caller has.
        EngineKind::Docker if facts.uid == 0 && !facts.has_sys_resource() => Privilege::Refused(
            "docker: expected CAP_SYS_RESOURCE for privileged containers, found it missing".to_owned(),
        ),
        EngineKind::Docker => Privilege::Permitted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::doctor::tests::facts;

    fn host_with(programs: &[&str]) -> HostFacts {
        let programs = programs
            .iter()
            .map(|program| ((*program).to_owned(), String::new()))
            .collect();
        HostFacts { programs, ..facts() }
    }

    #[test]
    fn a_wanted_engine_is_not_replaced_by_another() {
        let host = host_with(&["podman"]);
        let error = choose(Preference::Only(EngineKind::Docker), &host).unwrap_err();
        assert!(error.to_string().contains("expected docker"), "{error}");
        assert_eq!(choose(Preference::Auto, &host).unwrap(), EngineKind::Podman);
    }

    #[test]
    fn no_engine_names_both_and_the_command_that_mends_it() {
        let error = choose(Preference::Auto, &host_with(&[])).unwrap_err().to_string();
        assert!(
            error.contains("podman or docker") && error.contains("shall doctor --install"),
            "{error}"
        );
    }

    #[test]
    fn docker_without_sys_resource_may_not_hold_nodes() {
        let host = HostFacts {
            capabilities: 0x1_ffff_feff_ffff & !(1 << 24),
            uid: 0,
            ..facts()
        };
        assert!(matches!(privilege_of(EngineKind::Docker, &host), Privilege::Refused(_)));
        assert_eq!(privilege_of(EngineKind::Podman, &host), Privilege::Permitted);
    }

    #[test]
    fn podman_without_rights_on_old_cgroups_may_not_hold_nodes() {
        let host = HostFacts {
            capabilities: 0,
            uid: 1000,
            cgroup_v2: false,
            ..facts()
        };
        assert!(matches!(privilege_of(EngineKind::Podman, &host), Privilege::Refused(_)));
    }
}
