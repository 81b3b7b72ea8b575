//! The variable that testcontainers finds the engine's socket by: [`enter_environment`].

use std::{ffi::OsString, os::unix::process::CommandExt as _, path::PathBuf, process::Command};

use super::error::ContainerError;
use crate::{
    backend::StateDir,
    engine::{Engine, EngineKind},
};

/// The variable.
const DOCKER_HOST: &str = "DOCKER_HOST";

/// The socket of this process, beside the ledgers of the runs. A process that replaces itself keeps its number.
pub(super) fn socket_path(state: &StateDir) -> PathBuf {
    state.runs().join(format!("engine-{}.sock", std::process::id()))
}

/// Starts this program anew with the socket that containers will be started through in its environment, unless it is there.
///
/// testcontainers takes a socket from its environment only, and a process with threads cannot change its own. Nothing
/// may have been made before that has to be undone. Docker's socket is found without.
///
/// # Errors
///
/// When the program could not be started anew; where it could, this does not return.
pub fn enter_environment(engine: &Engine, state: &StateDir) -> Result<(), ContainerError> {
    match engine.kind() {
        EngineKind::Docker => Ok(()),
        EngineKind::Podman => {
            let host = format!("unix://{}", socket_path(state).display());
            if is_set(std::env::var_os(DOCKER_HOST), &host) {
                return Ok(());
            }
            let source = match std::env::current_exe() {
                Ok(program) => Command::new(program)
                    .args(std::env::args_os().skip(1))
                    .env(DOCKER_HOST, &host)
                    .exec(),
                Err(error) => error,
            };
            Err(ContainerError::Environment { host, source })
        }
    }
}

fn is_set(found: Option<OsString>, wanted: &str) -> bool {
    found.is_some_and(|found| found == *wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_socket_is_the_process_s_own() {
        let path = socket_path(&StateDir::at("/state"));
        assert_eq!(path.parent().unwrap(), StateDir::at("/state").runs());
        assert!(path.display().to_string().contains(&std::process::id().to_string()));
    }

    #[test]
    fn the_variable_of_somebody_else_is_not_ours() {
        assert!(is_set(Some("unix:///a".into()), "unix:///a"));
        assert!(!is_set(Some("unix:///b".into()), "unix:///a"));
        assert!(!is_set(None, "unix:///a"));
    }
}
