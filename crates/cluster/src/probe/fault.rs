//! Faults put into a running cluster, each confirmed to have taken and each able to be put back: [`Fault`].

use std::{fmt, time::Duration};

use k8s_openapi::api::apps::v1::Deployment;
use kube::{
    Api, Client, ResourceExt as _,
    api::{DynamicObject, Patch, PatchParams},
};
use serde_json::{Value, json};

use super::{merge, replicas::await_replicas};
use crate::{
    ledger::{Entry, LedgerError, ObjectRef},
    watch::ObserveError,
};

/// Why a fault is not in force, or was not put back.
#[derive(Debug, thiserror::Error)]
pub enum FaultError {
    /// The API server refused.
    #[error("fault on {subject}: could not be {verb}")]
    Api {
        /// What the fault is on.
        subject: String,
        /// `put in`, `read` or `put back`.
        verb: &'static str,
        /// What the API server said.
        #[source]
        source: Box<kube::Error>,
    },
    /// The subject is so already: nothing would be shown by it.
    #[error(
        "fault on {subject}: nothing would change\n(hint: a fault that changes nothing proves nothing; is an earlier one still in force?)"
    )]
    NoChange {
        /// What the fault is on.
        subject: String,
    },
    /// The API server took the change, and something took it back or it did not show.
    #[error("fault on {subject}: expected {expected}, observed {observed}")]
    NotConfirmed {
        /// What the fault is on.
        subject: String,
        /// What was to be.
        expected: String,
        /// What is.
        observed: String,
    },
    /// The change did not show in time.
    #[error("fault on {subject} could not be confirmed")]
    Observe {
        /// What the fault is on.
        subject: String,
        /// What was seen instead.
        #[source]
        source: Box<ObserveError>,
    },
    /// The ledger cannot list it, so it was not put in.
    #[error("a fault cannot be listed in the ledger")]
    Ledger(#[source] Box<LedgerError>),
    /// What is to be applied is no object.
    #[error("a manifest of a fault is no Kubernetes object")]
    Manifest {
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
}

/// The proof that a fault took, or was put back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultReceipt {
    /// What it is on.
    pub subject: String,
    /// How it was before.
    pub before: String,
    /// How it was seen to be after. Field names and counts, never values of fields.
    pub after: String,
}

impl fmt::Display for FaultReceipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} → {}", self.subject, self.before, self.after)
    }
}

/// A fault that is in force, and how it is put back.
#[derive(Clone)]
#[must_use = "a fault that is dropped stays in force"]
pub struct Fault {
    /// The proof that it took.
    pub receipt: FaultReceipt,
    client: Client,
    object: ObjectRef,
    /// The merge patch that puts it back; it may hold secrets and is never shown.
    back: Value,
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields = merge::paths(&self.back);
        f.debug_struct("Fault")
            .field("receipt", &self.receipt)
            .field("fields", &fields)
            .finish_non_exhaustive()
    }
}

impl Fault {
    /// What it is on.
    #[must_use]
    pub fn object(&self) -> &ObjectRef {
        &self.object
    }

    /// Puts everything back as it was and waits until that shows, a scaled deployment until its pods are ready.
    ///
    /// # Errors
    ///
    /// When the API server refuses it or it does not show by the deadline. Calling it again is allowed.
    pub async fn put_back(&self, deadline: Duration) -> Result<FaultReceipt, FaultError> {
        let subject = self.object.to_string();
        let api = self.object.api(&self.client);
        let patched = api
            .patch(&self.object.name, &PatchParams::default(), &Patch::Merge(&self.back))
            .await;
        patched.map_err(|source| wrong(&subject, "put back", source))?;
        if let Some(replicas) = replicas_of(&self.back) {
            await_replicas(&self.client, &self.object, replicas, deadline).await?;
        }
        confirm(&api, &self.object, &self.back).await?;
        Ok(FaultReceipt {
            subject,
            before: self.receipt.after.clone(),
            after: self.receipt.before.clone(),
        })
    }
}

/// A fault that is known in full and not yet put in, so that a ledger can hold its [`Entry`] first.
#[derive(Clone)]
#[must_use = "a planned fault changes nothing until it is put in"]
pub struct PlannedFault {
    client: Client,
    object: ObjectRef,
    version: String,
    patch: Value,
    back: Value,
}

impl PlannedFault {
    /// A change of an object by a JSON merge patch.
    ///
    /// # Errors
    ///
    /// When the object cannot be read, or is so already.
    pub async fn patch(client: &Client, object: ObjectRef, patch: Value) -> Result<Self, FaultError> {
        let subject = object.to_string();
        let original = object.api(client).get(&object.name).await;
        let original = original.map_err(|source| wrong(&subject, "read", source))?;
        let version = original.resource_version().unwrap_or_default();
        let original = as_value(&original);
        if merge::is_in_force(&original, &patch) {
            return Err(FaultError::NoChange { subject });
        }
        let back = merge::inverse(&original, &patch);
        Ok(Self {
            client: client.clone(),
            object,
            version,
            patch,
            back,
        })
    }

    /// A change of a deployment's number of pods.
    ///
    /// # Errors
    ///
    /// When the deployment cannot be read, or has this number already.
    pub async fn scale(client: &Client, namespace: &str, deployment: &str, replicas: i32) -> Result<Self, FaultError> {
        let object = ObjectRef::of::<Deployment>(Some(namespace), deployment);
        Self::patch(client, object, json!({ "spec": { "replicas": replicas } })).await
    }

    /// What the ledger has to hold before the fault is put in.
    #[must_use]
    pub fn entry(&self) -> Entry {
        Entry::Patched {
            object: self.object.clone(),
            put_back: self.back.clone(),
        }
    }

    /// Puts it in and confirms that it took: by a fresh read, and for a deployment's number of pods by the pods, which
    /// are gone at 0 and ready above.
    ///
    /// # Errors
    ///
    /// When the API server refuses or it does not show by the deadline. What was put in then stays to be put back.
    pub async fn put_in(self, deadline: Duration) -> Result<Fault, FaultError> {
        let subject = self.object.to_string();
        let api = self.object.api(&self.client);
        let patched = api
            .patch(&self.object.name, &PatchParams::default(), &Patch::Merge(&self.patch))
            .await;
        patched.map_err(|source| wrong(&subject, "put in", source))?;
        let replicas = replicas_of(&self.patch);
        if let Some(replicas) = replicas {
            await_replicas(&self.client, &self.object, replicas, deadline).await?;
        }
        let now = confirm(&api, &self.object, &self.patch).await?;
        let fields = merge::paths(&self.patch).join(", ");
        let (before, after) = match (replicas_of(&self.back), replicas) {
            (Some(before), Some(after)) => (
                format!("{before} replicas"),
                format!("{after} replicas, as many pods seen"),
            ),
            _ => (
                format!("{fields} of version {}", self.version),
                format!("changed in version {now}"),
            ),
        };
        let receipt = FaultReceipt { subject, before, after };
        Ok(Fault {
            receipt,
            client: self.client,
            object: self.object,
            back: self.back,
        })
    }
}

/// The number of pods that a patch of a deployment sets.
fn replicas_of(patch: &Value) -> Option<i32> {
    patch
        .pointer("/spec/replicas")
        .and_then(Value::as_i64)
        .and_then(|replicas| replicas.try_into().ok())
}

/// Reads an object afresh: its resource version, where it is as the patch asks.
async fn confirm(api: &Api<DynamicObject>, object: &ObjectRef, patch: &Value) -> Result<String, FaultError> {
    let subject = object.to_string();
    let now = api
        .get(&object.name)
        .await
        .map_err(|source| wrong(&subject, "read", source))?;
    if merge::is_in_force(&as_value(&now), patch) {
        return Ok(now.resource_version().unwrap_or_default());
    }
    let expected = format!("{} as patched", merge::paths(patch).join(", "));
    Err(FaultError::NotConfirmed {
        subject,
        expected,
        observed: "a fresh read that differs".to_owned(),
    })
}

pub(super) fn as_value(object: &DynamicObject) -> Value {
    serde_json::to_value(object).unwrap_or_default()
}

pub(super) fn wrong(subject: &str, verb: &'static str, source: kube::Error) -> FaultError {
    FaultError::Api {
        subject: subject.to_owned(),
        verb,
        source: Box::new(source),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_fault_that_changes_nothing_is_refused() {
        let config =
            json!({ "kind": "ConfigMap", "apiVersion": "v1", "metadata": { "name": "c" }, "data": { "a": "1" } });
        let service = tower::service_fn(move |_request: http::Request<kube::client::Body>| {
            let body = kube::client::Body::from(config.to_string().into_bytes());
            async move { Ok::<_, std::convert::Infallible>(http::Response::new(body)) }
        });
        let client = Client::new(service, "n");
        let object = ObjectRef::of::<k8s_openapi::api::core::v1::ConfigMap>(Some("n"), "c");
        let same = PlannedFault::patch(&client, object.clone(), json!({ "data": { "a": "1" } })).await;
        assert!(matches!(same, Err(FaultError::NoChange { .. })));
        let planned = PlannedFault::patch(&client, object, json!({ "data": { "a": "2" } }))
            .await
            .unwrap();
        let lost = planned.put_in(Duration::from_secs(1)).await;
        assert!(
            matches!(lost, Err(FaultError::NotConfirmed { .. })),
            "the server keeps the old value: {lost:?}"
        );
    }
}
