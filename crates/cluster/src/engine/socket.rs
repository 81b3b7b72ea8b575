//! The engine's Docker-compatible socket: [`EngineSocket`], which k3d and testcontainers talk to.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use super::detect::{Engine, EngineError, EngineKind};

/// How long podman may take to open its socket.
const OPEN_WITHIN: Duration = Duration::from_secs(20);

/// How long podman's service may take to end.
const CLOSE_WITHIN: Duration = Duration::from_secs(10);

/// Runs a service until it ends or standard input does, which it also does when the process at its other end is killed:
/// a service that outlives its user would be left behind.
const UNTIL_INPUT_ENDS: &str = r#"
exec 3<&0
"$@" 3<&- </dev/null &
service=$!
{ read -r _ <&3; kill "$service"; } 2>/dev/null &
watch=$!
exec 3<&-
wait "$service"
code=$?
kill "$watch" 2>/dev/null
exit "$code"
"#;

/// A Docker-compatible socket; podman's is served until this is dropped or this process ends, by SIGKILL too.
#[derive(Debug)]
pub struct EngineSocket {
    path: PathBuf,
    service: Option<Service>,
}

/// podman's service. Its input is its only tie to us: it ends when that is dropped.
#[derive(Debug)]
struct Service {
    process: tokio::process::Child,
    input: Option<tokio::process::ChildStdin>,
}

impl EngineSocket {
    /// Opens docker's socket, or starts podman's service for one below `dir`.
    ///
    /// # Errors
    ///
    /// When podman's service cannot be started, ends at once or opens no socket in 20 seconds.
    pub async fn open(engine: &Engine, dir: &Path) -> Result<Self, EngineError> {
        Self::open_at(engine, dir.join("podman.sock")).await
    }

    /// As [`EngineSocket::open`], with the path of podman's socket, of at most about 100 bytes.
    ///
    /// # Errors
    ///
    /// As [`EngineSocket::open`].
    pub async fn open_at(engine: &Engine, path: PathBuf) -> Result<Self, EngineError> {
        match engine.kind() {
            EngineKind::Docker => Ok(Self {
                path: docker_socket(),
                service: None,
            }),
            EngineKind::Podman => Self::serve(engine, path).await,
        }
    }

    async fn serve(engine: &Engine, path: PathBuf) -> Result<Self, EngineError> {
        let failed = |source| EngineError::Socket {
            path: path.clone(),
            source,
        };
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).map_err(failed)?;
        let _absent = std::fs::remove_file(&path);
        let mut process = tokio::process::Command::new("sh")
            .args(["-c", UNTIL_INPUT_ENDS, "sh"])
            .arg(engine.program())
            .args(["system", "service", "--time=0"])
            .arg(format!("unix://{}", path.display()))
            .envs(engine.env())
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            // An interrupt at the terminal is for us: what is in use is removed first.
            .process_group(0)
            .spawn()
            .map_err(failed)?;
        // Waiting for a process would close the input that it still holds.
        let input = process.stdin.take();
        tokio::select! {
            opened = tokio::time::timeout(OPEN_WITHIN, accepts(&path)) => match opened {
                Ok(()) => Ok(Self { path, service: Some(Service { process, input }) }),
                Err(_elapsed) => Err(EngineError::SocketSilent { path, within: OPEN_WITHIN }),
            },
            ended = process.wait() => Err(EngineError::SocketEnded { path: path.clone(), code: ended.map_err(failed)?.to_string() }),
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
        if let Some(Service { mut process, input }) = self.service.take() {
            drop(input);
            let ended = tokio::time::timeout(CLOSE_WITHIN, process.wait()).await;
            let ended = ended.unwrap_or_else(|elapsed| Err(std::io::Error::other(elapsed)));
            ended.map_err(|source| EngineError::Socket {
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

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    /// A service that is told apart by its argument, under the script; answers the script's process.
    fn served(mark: &str) -> std::process::Child {
        Command::new("sh")
            .args([
                "-c",
                UNTIL_INPUT_ENDS,
                "sh",
                "tail",
                "-f",
                "/dev/null",
                "--sleep-interval",
            ])
            .arg(mark)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap()
    }

    fn is_running(mark: &str) -> bool {
        let processes = std::fs::read_dir("/proc").unwrap().flatten();
        let lines = processes.filter_map(|process| std::fs::read(process.path().join("cmdline")).ok());
        let ours = format!("tail\0-f\0/dev/null\0--sleep-interval\0{mark}\0");
        lines.into_iter().any(|line| line == ours.as_bytes())
    }

    #[test]
    fn a_service_ends_with_the_input_of_its_user() {
        let mark = format!("0.{}1", std::process::id());
        let mut script = served(&mark);
        while !is_running(&mark) {
            std::thread::yield_now();
        }
        drop(script.stdin.take());
        script.wait().unwrap();
        assert!(!is_running(&mark));
    }

    #[test]
    fn a_service_that_ends_by_itself_is_told() {
        let mut script = Command::new("sh")
            .args(["-c", UNTIL_INPUT_ENDS, "sh", "sh", "-c", "exit 7"])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let input = script.stdin.take();
        assert_eq!(script.wait().unwrap().code(), Some(7));
        drop(input);
    }
}
