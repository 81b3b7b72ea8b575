//! The engine's Docker-compatible socket: [`EngineSocket`], which k3d and testcontainers talk to.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use super::detect::{Engine, EngineError, EngineKind};

/// How long podman may take to open its socket.
const OPEN_WITHIN: Duration = Duration::from_secs(20);

/// A Docker-compatible socket; podman's is served until this is dropped.
#[derive(Debug)]
pub struct EngineSocket {
    path: PathBuf,
    service: Option<tokio::process::Child>,
}

impl EngineSocket {
    /// Opens docker's socket, or starts podman's service for one below `dir`.
    ///
    /// # Errors
    ///
    /// When podman's service cannot be started, ends at once or opens no socket in 20 seconds.
    pub async fn open(engine: &Engine, dir: &Path) -> Result<Self, EngineError> {
        match engine.kind() {
            EngineKind::Docker => Ok(Self {
                path: docker_socket(),
                service: None,
            }),
            EngineKind::Podman => Self::serve(engine, dir).await,
        }
    }

    async fn serve(engine: &Engine, dir: &Path) -> Result<Self, EngineError> {
        let path = dir.join("podman.sock");
        let failed = |source| EngineError::Socket {
            path: path.clone(),
            source,
        };
        std::fs::create_dir_all(dir).map_err(failed)?;
        let _absent = std::fs::remove_file(&path);
        let mut service = tokio::process::Command::new(engine.program())
            .args(["system", "service", "--time=0"])
            .arg(format!("unix://{}", path.display()))
            .envs(engine.env())
            .stdin(std::process::Stdio::null())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(failed)?;
        tokio::select! {
            opened = tokio::time::timeout(OPEN_WITHIN, accepts(&path)) => match opened {
                Ok(()) => Ok(Self { path, service: Some(service) }),
                Err(_elapsed) => Err(EngineError::SocketSilent { path, within: OPEN_WITHIN }),
            },
            ended = service.wait() => Err(EngineError::SocketEnded { path: path.clone(), code: ended.map_err(failed)?.to_string() }),
        }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What `DOCKER_HOST` is set to.
    #[must_use]
    pub fn docker_host(&self) -> String {
        format!("unix://{}", self.path.display())
    }

    /// Ends podman's service; docker's stays.
    ///
    /// # Errors
    ///
    /// When the service could not be ended.
    pub async fn close(mut self) -> Result<(), EngineError> {
        if let Some(mut service) = self.service.take() {
            service.kill().await.map_err(|source| EngineError::Socket {
                path: self.path.clone(),
                source,
            })?;
            let _gone = std::fs::remove_file(&self.path);
        }
        Ok(())
    }
}

/// Waits until something listens; a socket file cannot be watched for its listener.
async fn accepts(path: &Path) {
    let mut turn = tokio::time::interval(Duration::from_millis(50));
    while tokio::net::UnixStream::connect(path).await.is_err() {
        turn.tick().await;
    }
}

/// The socket of `DOCKER_HOST`, or docker's usual one.
fn docker_socket() -> PathBuf {
    std::env::var("DOCKER_HOST")
        .ok()
        .and_then(|host| host.strip_prefix("unix://").map(PathBuf::from))
        .unwrap_or_else(|| PathBuf::from("/var/run/docker.sock"))
}
