//! Faults put into a running cluster, each confirmed to have taken and each able to be put back: [`Fault`].

use std::{collections::BTreeSet, fmt, time::Duration};

use k8s_openapi::api::{apps::v1::Deployment, core::v1::Pod};
use kube::{
    Api, Client, ResourceExt as _,
    api::{DeleteParams, DynamicObject, ListParams, Patch, PatchParams},
    core::{ApiResource, GroupVersionKind},
    runtime::watcher,
};
use serde_json::{Value, json};

use super::merge;
use crate::{
    ledger::{Entry, ObjectRef},
    watch::{Observation, ObserveError, observe, observe_set},
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
        source: ObserveError,
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
        let api = api_of(&self.client, &self.object);
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
        let original = api_of(client, &object).get(&object.name).await;
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
        let api = api_of(&self.client, &self.object);
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

/// Deletes the pods that `labels` selects, without grace, and waits until as many others are ready.
///
/// # Errors
///
/// When there is none, the API server refuses, or the others are not ready by the deadline.
pub async fn replace_pods(
    client: &Client,
    namespace: &str,
    labels: &str,
    deadline: Duration,
) -> Result<FaultReceipt, FaultError> {
    let subject = format!("pods {labels} of namespace {namespace}");
    let pods: Api<Pod> = Api::namespaced(client.clone(), namespace);
    let listed = pods.list(&ListParams::default().labels(labels)).await;
    let old: BTreeSet<String> = listed
        .map_err(|source| wrong(&subject, "read", source))?
        .iter()
        .filter_map(Pod::uid)
        .collect();
    if old.is_empty() {
        return Err(FaultError::NoChange { subject });
    }
    let selection = ListParams::default().labels(labels);
    let deleted = pods
        .delete_collection(&DeleteParams::default().grace_period(0), &selection)
        .await;
    deleted.map_err(|source| wrong(&subject, "put in", source))?;
    let selection = watcher::Config::default().labels(labels);
    let seen = observe_set(&pods, selection, &subject, deadline, |pods| {
        let is_old = |pod: &&Pod| pod.uid().is_some_and(|uid| old.contains(&uid));
        let (kept, new): (Vec<&Pod>, Vec<&Pod>) = pods.values().partition(is_old);
        let ready = new.into_iter().filter(|pod| is_ready(pod)).count();
        if kept.is_empty() && ready >= old.len() {
            Observation::Met(ready)
        } else {
            Observation::Pending(format!("{} of the old pods there, {ready} new ones ready", kept.len()))
        }
    })
    .await;
    let seen = seen.map_err(|source| FaultError::Observe {
        subject: subject.clone(),
        source,
    })?;
    let after = format!("{} others of new UIDs ready", seen.value);
    Ok(FaultReceipt {
        subject,
        before: format!("{} pods", old.len()),
        after,
    })
}

/// Waits until a deployment has this many pods: none at 0, all ready above.
async fn await_replicas(
    client: &Client,
    object: &ObjectRef,
    replicas: i32,
    deadline: Duration,
) -> Result<(), FaultError> {
    let namespace = object.namespace.as_deref().unwrap_or_default();
    let api: Api<Deployment> = Api::namespaced(client.clone(), namespace);
    let what = format!("{object} with {replicas} replicas");
    let failed = |source| FaultError::Observe {
        subject: object.to_string(),
        source,
    };
    let seen = observe(&api, &object.name, &what, deadline, |deployment| {
        has_replicas(deployment, replicas)
    })
    .await;
    let selector = seen.map_err(failed)?.value;
    if replicas > 0 {
        return Ok(());
    }
    // The deployment counts a pod that is ending as gone, and it works until it has ended.
    let pods: Api<Pod> = Api::namespaced(client.clone(), namespace);
    let selection = watcher::Config::default().labels(&selector);
    let what = format!("no pod of {object}");
    let none = observe_set(&pods, selection, &what, deadline, |pods| match pods.len() {
        0 => Observation::Met(()),
        left => Observation::Pending(format!("{left} pods left")),
    });
    none.await.map_err(failed)?;
    Ok(())
}

/// Met with the deployment's selector when it has noticed the number and its pods are as many.
fn has_replicas(deployment: Option<&Deployment>, replicas: i32) -> Observation<String> {
    let Some(deployment) = deployment else {
        return Observation::Impossible("it does not exist".to_owned());
    };
    let Some(spec) = &deployment.spec else {
        return Observation::Pending("no spec".to_owned());
    };
    let status = deployment.status.clone().unwrap_or_default();
    let (all, ready) = (status.replicas.unwrap_or(0), status.ready_replicas.unwrap_or(0));
    let noticed = status.observed_generation >= deployment.metadata.generation;
    if spec.replicas != Some(replicas) {
        return Observation::Impossible(format!("something set its replicas to {}", spec.replicas.unwrap_or(1)));
    }
    if noticed && all == replicas && ready == replicas {
        let labels = spec.selector.match_labels.iter().flatten();
        return Observation::Met(
            labels
                .map(|(key, value)| format!("{key}={value}"))
                .collect::<Vec<_>>()
                .join(","),
        );
    }
    Observation::Pending(format!("{all} pods, {ready} ready"))
}

/// Whether a pod is ready and not ending.
fn is_ready(pod: &Pod) -> bool {
    let conditions = pod.status.iter().flat_map(|status| status.conditions.iter().flatten());
    let ready = conditions
        .into_iter()
        .any(|condition| condition.type_ == "Ready" && condition.status == "True");
    ready && pod.metadata.deletion_timestamp.is_none()
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

fn api_of(client: &Client, object: &ObjectRef) -> Api<DynamicObject> {
    let (group, version) = object.api_version.split_once('/').unwrap_or(("", &object.api_version));
    let kind = GroupVersionKind::gvk(group, version, &object.kind);
    let kind = ApiResource::from_gvk_with_plural(&kind, &object.plural);
    match &object.namespace {
        Some(namespace) => Api::namespaced_with(client.clone(), namespace, &kind),
        None => Api::all_with(client.clone(), &kind),
    }
}

fn as_value(object: &DynamicObject) -> Value {
    serde_json::to_value(object).unwrap_or_default()
}

fn wrong(subject: &str, verb: &'static str, source: kube::Error) -> FaultError {
    FaultError::Api {
        subject: subject.to_owned(),
        verb,
        source: Box::new(source),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deployment(spec: i32, pods: i32, ready: i32, observed: i64) -> Deployment {
        serde_json::from_value(json!({
            "metadata": { "name": "d", "generation": 2 },
            "spec": { "replicas": spec, "selector": { "matchLabels": { "app": "x" } }, "template": {} },
            "status": { "replicas": pods, "readyReplicas": ready, "observedGeneration": observed },
        }))
        .unwrap()
    }

    #[test]
    fn a_number_of_replicas_counts_once_it_was_noticed_and_the_pods_are_there() {
        assert_eq!(
            has_replicas(Some(&deployment(0, 0, 0, 2)), 0),
            Observation::Met("app=x".to_owned())
        );
        assert!(
            matches!(has_replicas(Some(&deployment(0, 0, 0, 1)), 0), Observation::Pending(_)),
            "not noticed"
        );
        assert!(
            matches!(has_replicas(Some(&deployment(0, 1, 1, 2)), 0), Observation::Pending(_)),
            "a pod is left"
        );
        assert!(
            matches!(has_replicas(Some(&deployment(1, 1, 0, 2)), 1), Observation::Pending(_)),
            "not ready"
        );
        assert!(
            matches!(
                has_replicas(Some(&deployment(1, 1, 1, 2)), 0),
                Observation::Impossible(_)
            ),
            "set back"
        );
        assert!(matches!(has_replicas(None, 0), Observation::Impossible(_)));
    }

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
