//! Running a program in a pod: [`exec`].

use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;
use kube::{Api, Client, api::AttachParams};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// Why a program in a pod did not give an answer.
#[derive(Debug, thiserror::Error)]
pub enum ExecError {
    /// The API server refused, or the connection broke.
    #[error("`{line}` in pod `{pod}` could not be run")]
    Start {
        /// The command line.
        line: String,
        /// The pod.
        pod: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// It was still running at its deadline.
    #[error("`{line}` in pod `{pod}` was still running after {after:?}")]
    Deadline {
        /// The command line.
        line: String,
        /// The pod.
        pod: String,
        /// The deadline.
        after: Duration,
    },
}

/// How a program in a pod ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExecOutput {
    /// Its exit code; `None` where it never ran.
    pub code: Option<i32>,
    /// What it wrote.
    pub stdout: String,
    /// What it complained of.
    pub stderr: String,
}

/// Runs a program in a pod's first container to its end, with `stdin` as its standard input.
///
/// # Errors
///
/// When it cannot be started or has not ended by the deadline. Another exit code than 0 is an answer.
pub async fn exec(
    client: &Client,
    namespace: &str,
    pod: &str,
    command: &[String],
    stdin: Option<&[u8]>,
    deadline: Duration,
) -> Result<ExecOutput, ExecError> {
    let run = run(client, namespace, pod, command, stdin);
    match tokio::time::timeout(deadline, run).await {
        Ok(Ok(output)) => Ok(output),
        Ok(Err(source)) => Err(ExecError::Start {
            line: command.join(" "),
            pod: pod.to_owned(),
            source,
        }),
        Err(_elapsed) => Err(ExecError::Deadline {
            line: command.join(" "),
            pod: pod.to_owned(),
            after: deadline,
        }),
    }
}

async fn run(
    client: &Client,
    namespace: &str,
    pod: &str,
    command: &[String],
    stdin: Option<&[u8]>,
) -> Result<ExecOutput, Box<dyn std::error::Error + Send + Sync>> {
    let pods: Api<Pod> = Api::namespaced(client.clone(), namespace);
    let params = AttachParams::default().stdin(stdin.is_some()).stdout(true).stderr(true);
    let mut process = pods.exec(pod, command, &params).await?;
    let mut out = process.stdout().ok_or("no standard output")?;
    let mut err = process.stderr().ok_or("no standard error")?;
    let status = process.take_status().ok_or("no status")?;
    let mut input = process.stdin();
    let write = async {
        if let (Some(input), Some(bytes)) = (input.as_mut(), stdin) {
            input.write_all(bytes).await?;
            input.shutdown().await?;
        }
        Ok::<(), std::io::Error>(())
    };
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let (written, _read_out, _read_err, status) = tokio::join!(
        write,
        out.read_to_end(&mut stdout),
        err.read_to_end(&mut stderr),
        status
    );
    written?;
    let status = status.ok_or("the connection ended without a status")?;
    let code = if status.status.as_deref() == Some("Success") {
        Some(0)
    } else {
        let causes = status
            .details
            .iter()
            .flat_map(|details| details.causes.iter().flatten());
        let mut code = causes.filter(|cause| cause.reason.as_deref() == Some("ExitCode"));
        code.find_map(|cause| cause.message.as_deref()?.parse().ok())
    };
    if code.is_none() {
        return Err(status.message.unwrap_or_else(|| "it did not run".to_owned()).into());
    }
    Ok(ExecOutput {
        code,
        stdout: String::from_utf8_lossy(&stdout).into_owned(),
        stderr: String::from_utf8_lossy(&stderr).into_owned(),
    })
}
