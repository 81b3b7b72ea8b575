//! The workload program in a running pod: [`Workload`].

use std::time::Duration;

use kube::Client;
use serde::de::DeserializeOwned;
use shall_workload::{Manifest, PoisonReport, SeedPlan, VerifyReport};

use super::{
    exec::{ExecError, exec},
    volume::MOUNT,
};

/// How long the program may take for one of its works on a volume of a few MiB.
const DEADLINE: Duration = Duration::from_mins(2);

/// Name of a directory that Velero's restore leaves in a volume, which is none of the data.
const VELERO_MARK: &str = ".velero";

/// Why the program gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum WorkloadError {
    /// It could not be run.
    #[error(transparent)]
    Exec(#[from] ExecError),
    /// It could not do its work.
    #[error("the workload program in pod `{pod}` ended with code {code}: {stderr}")]
    Failed {
        /// The pod.
        pod: String,
        /// Its exit code.
        code: i32,
        /// What it complained of.
        stderr: String,
    },
    /// Its answer is not what it should be.
    #[error("the workload program in pod `{pod}` gave an answer that cannot be read: {text}")]
    Answer {
        /// The pod.
        pod: String,
        /// The answer's beginning.
        text: String,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
}

/// The workload program in a pod whose volume is mounted at [`MOUNT`].
#[derive(Clone)]
pub struct Workload {
    client: Client,
    namespace: String,
    pod: String,
}

impl Workload {
    /// The program in this pod.
    #[must_use]
    pub fn new(client: Client, namespace: &str, pod: &str) -> Self {
        Self {
            client,
            namespace: namespace.to_owned(),
            pod: pod.to_owned(),
        }
    }

    /// Writes a tree of files and answers what it wrote.
    ///
    /// # Errors
    ///
    /// When it cannot be written in full.
    pub async fn seed(&self, plan: &SeedPlan) -> Result<Manifest, WorkloadError> {
        self.ask(plan.command(MOUNT), None).await
    }

    /// Compares the volume with a manifest.
    ///
    /// # Errors
    ///
    /// When it cannot be read; a difference is an answer.
    pub async fn verify(&self, manifest: &Manifest) -> Result<VerifyReport, WorkloadError> {
        let manifest = serde_json::to_vec(manifest).map_err(|source| self.unreadable("", source))?;
        let ignore = format!("--ignore={VELERO_MARK}");
        self.ask(
            line(&["verify", "--manifest", "-", &format!("--dir={MOUNT}"), &ignore]),
            Some(manifest),
        )
        .await
    }

    /// Changes, deletes and adds files, so that a restore that did nothing is seen.
    ///
    /// # Errors
    ///
    /// When the volume cannot be changed.
    pub async fn poison(&self) -> Result<PoisonReport, WorkloadError> {
        self.ask(line(&["poison", &format!("--dir={MOUNT}")]), None).await
    }

    /// Runs the program and reads its answer.
    ///
    /// # Errors
    ///
    /// When it cannot be run, ends with another code than 0, or its answer is not of this type.
    pub async fn ask<T: DeserializeOwned>(
        &self,
        command: Vec<String>,
        stdin: Option<Vec<u8>>,
    ) -> Result<T, WorkloadError> {
        let output = exec(
            &self.client,
            &self.namespace,
            &self.pod,
            &command,
            stdin.as_deref(),
            DEADLINE,
        )
        .await?;
        match output.code {
            Some(0) => serde_json::from_str(&output.stdout).map_err(|source| self.unreadable(&output.stdout, source)),
            code => Err(WorkloadError::Failed {
                pod: self.pod.clone(),
                code: code.unwrap_or(-1),
                stderr: output.stderr,
            }),
        }
    }

    fn unreadable(&self, text: &str, source: serde_json::Error) -> WorkloadError {
        WorkloadError::Answer {
            pod: self.pod.clone(),
            text: text.chars().take(200).collect(),
            source,
        }
    }
}

/// A command line of the program.
pub(crate) fn line(args: &[&str]) -> Vec<String> {
    std::iter::once("shall-workload")
        .chain(args.iter().copied())
        .map(str::to_owned)
        .collect()
}
