//! Why a stack is not there: [`StackError`].

use super::{
    certificate::IdentityError, git::GitError, manifest::ManifestError, module::ModuleError, profile::ProfileError,
    sops::SopsError,
};
use crate::ledger::{LedgerError, ObjectRef};
use crate::watch::ObserveError;

/// A stack could not be installed, validated, read or removed.
#[derive(Debug, thiserror::Error)]
pub enum StackError {
    /// Its profile cannot be used.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// Its manifests cannot be used.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// What its manifests take from a Go module cannot be had.
    #[error(transparent)]
    Module(Box<ModuleError>),
    /// Its encrypted manifests cannot be used.
    #[error(transparent)]
    Sops(#[from] SopsError),
    /// What Git holds of it cannot be read.
    #[error(transparent)]
    Git(#[from] GitError),
    /// Keys and certificate of its S3 server could not be made.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The API server refused or did not answer.
    #[error("{what}: the API server did not answer as it should")]
    Api {
        /// What it was asked about.
        what: String,
        /// What it said.
        #[source]
        source: Box<kube::Error>,
    },
    /// The API server does not know the kind of an object.
    #[error("{object}: the API server does not know `{}` of `{}`", object.kind, object.api_version)]
    UnknownKind {
        /// The object.
        object: ObjectRef,
    },
    /// A custom resource definition did not become established, or an object did not go.
    #[error(transparent)]
    Watch(#[from] ObserveError),
    /// A component cannot become ready, or did not before its deadline.
    #[error("component `{component}` is not ready: {cause}{}", lines(details))]
    NotReady {
        /// The component.
        component: String,
        /// The most likely cause, one line.
        cause: String,
        /// What else was seen: pod states, events, last log lines.
        details: Vec<String>,
    },
    /// The API server took an object with a field that does not exist, so that what it takes shows nothing.
    #[error("the API server took {object} with the unknown field `{field}`: it does not validate fields strictly")]
    NotStrict {
        /// The object.
        object: String,
        /// The field.
        field: &'static str,
    },
    /// What is about to be created cannot be written down.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// No stack of ours is installed in the cluster.
    #[error(
        "no stack of ours is installed: no Secret is labelled `shall.dev/role=s3-access`\n(hint: `shall up` installs one)"
    )]
    NoStack,
    /// The Secret that says how the S3 server is reached is incomplete.
    #[error(
        "the Secret of the S3 server's access: key `{key}` is missing or unreadable\n(hint: `shall up` writes it anew)"
    )]
    Access {
        /// The key.
        key: &'static str,
    },
}

impl From<ModuleError> for StackError {
    fn from(error: ModuleError) -> Self {
        Self::Module(Box::new(error))
    }
}

impl StackError {
    /// An error of the API server about something.
    pub(crate) fn api(what: impl Into<String>, source: kube::Error) -> Self {
        Self::Api {
            what: what.into(),
            source: Box::new(source),
        }
    }
}

/// Each entry on its own indented line.
fn lines(entries: &[String]) -> String {
    entries.iter().fold(String::new(), |text, entry| {
        text + "\n  " + &entry.replace('\n', "\n  ")
    })
}
