//! Faults as data: [`FaultSpec`], one change that a mutant makes, and [`put_in`], which makes them.

use std::time::Duration;

use k8s_openapi::ByteString;
use kube::{
    Client,
    api::{DynamicObject, PostParams},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    fault::{FaultError, FaultReceipt, PlannedFault, as_value, wrong},
    replicas::replace_pods,
    rollout::await_rollout,
};
use crate::{
    ledger::{Entry, Ledger, ObjectRef, RUN_LABEL},
    stack::reference,
    watch::{Observation, poll},
};

/// How often the API server is asked whether an admission policy has taken; policies have no status to watch.
const LOOK: Duration = Duration::from_millis(500);

/// The address of an object as a person writes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Named {
    /// Group and version, such as `apps/v1`.
    pub api_version: String,
    /// Kind, such as `DaemonSet`.
    pub kind: String,
    /// Its namespace; `None` for what belongs to the cluster.
    #[serde(default)]
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
}

impl Named {
    fn address(&self) -> ObjectRef {
        reference(&self.api_version, &self.kind, self.namespace.as_deref(), &self.name)
    }
}

/// How it is seen that an admission policy is in force: a dry run of creating an object comes back changed.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShownBy {
    /// The object whose creation is tried; nothing is created.
    pub object: Value,
    /// JSON pointer of the field that the answer has only where the policy is in force.
    pub field: String,
}

/// One change that a mutant makes.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum FaultSpec {
    /// Another number of pods.
    Scale {
        /// The deployment's namespace.
        namespace: String,
        /// Its name.
        deployment: String,
        /// The number.
        replicas: i32,
    },
    /// A JSON merge patch of an object; a workload is waited for until it is rolled out.
    Patch {
        /// The object.
        object: Named,
        /// The patch.
        merge: Value,
    },
    /// Another text in a field that holds text, such as a file of a `ConfigMap` or of a `Secret`.
    Replace {
        /// The object.
        object: Named,
        /// JSON pointer of the field, such as `/data/config.yaml`.
        field: String,
        /// What is to be there, every occurrence.
        from: String,
        /// What takes its place.
        to: String,
    },
    /// An object that was not there.
    Apply {
        /// The object, whole.
        manifest: Value,
        /// How it is seen to work, where its being there is not enough.
        #[serde(default)]
        shown_by: Option<ShownBy>,
    },
    /// New pods, so that what was changed is read again; it is no fault by itself.
    Restart {
        /// Their namespace.
        namespace: String,
        /// What selects them, such as `app=loki`.
        labels: String,
    },
}

/// Makes the changes in order, each listed in the ledger first and seen to have taken.
///
/// # Errors
///
/// At the first that did not take. What was made stays listed, for [`crate::ledger::undo`] to take back.
pub async fn put_in(
    client: &Client,
    ledger: &Ledger,
    faults: &[FaultSpec],
    deadline: Duration,
) -> Result<Vec<FaultReceipt>, FaultError> {
    let mut receipts = Vec::new();
    for fault in faults {
        receipts.push(put_in_one(client, ledger, fault, deadline).await?);
    }
    Ok(receipts)
}

/// Replaces the pods that `faults` name, so that what was put back is read again.
///
/// # Errors
///
/// When others are not ready by the deadline.
pub async fn restart_again(client: &Client, faults: &[FaultSpec], deadline: Duration) -> Result<(), FaultError> {
    for fault in faults {
        if let FaultSpec::Restart { namespace, labels } = fault {
            replace_pods(client, namespace, labels, deadline).await?;
        }
    }
    Ok(())
}

async fn put_in_one(
    client: &Client,
    ledger: &Ledger,
    fault: &FaultSpec,
    deadline: Duration,
) -> Result<FaultReceipt, FaultError> {
    let planned = match fault {
        FaultSpec::Scale {
            namespace,
            deployment,
            replicas,
        } => PlannedFault::scale(client, namespace, deployment, *replicas).await?,
        FaultSpec::Patch { object, merge } => PlannedFault::patch(client, object.address(), merge.clone()).await?,
        FaultSpec::Replace {
            object,
            field,
            from,
            to,
        } => {
            let object = object.address();
            let merge = replacement(client, &object, field, (from, to)).await?;
            PlannedFault::patch(client, object, merge).await?
        }
        FaultSpec::Apply { manifest, shown_by } => {
            return apply(client, ledger, manifest, shown_by.as_ref(), deadline).await;
        }
        FaultSpec::Restart { namespace, labels } => return replace_pods(client, namespace, labels, deadline).await,
    };
    let id = intend(ledger, planned.entry())?;
    let fault = planned.put_in(deadline).await?;
    ledger.created(id, None).map_err(unlisted)?;
    await_rollout(client, fault.object(), deadline).await?;
    Ok(fault.receipt)
}

fn intend(ledger: &Ledger, entry: Entry) -> Result<crate::ledger::EntryId, FaultError> {
    ledger.intend(entry).map_err(unlisted)
}

fn unlisted(source: crate::ledger::LedgerError) -> FaultError {
    FaultError::Ledger(Box::new(source))
}

/// The merge patch that replaces a text within a field; the data of a Secret are replaced in what they decode to.
async fn replacement(
    client: &Client,
    object: &ObjectRef,
    field: &str,
    (from, to): (&str, &str),
) -> Result<Value, FaultError> {
    let subject = object.to_string();
    let found = object.api(client).get(&object.name).await;
    let found = as_value(&found.map_err(|source| wrong(&subject, "read", source))?);
    let is_encoded = object.kind == "Secret" && field.starts_with("/data/");
    let held = found.pointer(field).and_then(|value| text_of(value, is_encoded));
    match held {
        Some(text) if text.contains(from) => {
            let text = text.replace(from, to);
            let value = if is_encoded {
                json!(ByteString(text.into_bytes()))
            } else {
                json!(text)
            };
            Ok(with_field(&found, field, value))
        }
        held => Err(FaultError::NotConfirmed {
            subject,
            expected: format!("`{from}` in `{field}`"),
            observed: held.map_or_else(|| "no text".to_owned(), |_| "a text without it".to_owned()),
        }),
    }
}

fn text_of(value: &Value, is_encoded: bool) -> Option<String> {
    if is_encoded {
        let ByteString(bytes) = serde_json::from_value(value.clone()).ok()?;
        return String::from_utf8(bytes).ok();
    }
    value.as_str().map(str::to_owned)
}

/// The merge patch that sets a field, which `object` has. Merge patches replace lists as a whole, so the list that a
/// field is in is in the patch with everything that it holds.
fn with_field(object: &Value, pointer: &str, value: Value) -> Value {
    let mut changed = object.clone();
    if let Some(slot) = changed.pointer_mut(pointer) {
        *slot = value;
    }
    let keys: Vec<String> = pointer
        .split('/')
        .skip(1)
        .map(|key| key.replace("~1", "/").replace("~0", "~"))
        .collect();
    along(&changed, &keys)
}

fn along(value: &Value, keys: &[String]) -> Value {
    match (value, keys) {
        (Value::Object(fields), [key, rest @ ..]) => {
            let below = fields.get(key).map_or(Value::Null, |below| along(below, rest));
            json!({ key: below })
        }
        (whole, _) => whole.clone(),
    }
}

async fn apply(
    client: &Client,
    ledger: &Ledger,
    manifest: &Value,
    shown_by: Option<&ShownBy>,
    deadline: Duration,
) -> Result<FaultReceipt, FaultError> {
    let (address, mut object) = object_of(manifest)?;
    let labels = object.metadata.labels.get_or_insert_default();
    labels.insert(RUN_LABEL.to_owned(), ledger.owner().to_owned());
    let subject = address.to_string();
    let id = intend(ledger, Entry::Object(address.clone()))?;
    let created = address.api(client).create(&PostParams::default(), &object).await;
    let created = created.map_err(|source| wrong(&subject, "put in", source))?;
    ledger.created(id, created.metadata.uid.as_deref()).map_err(unlisted)?;
    if let Some(shown_by) = shown_by {
        await_shown(client, &subject, shown_by, deadline).await?;
    }
    Ok(FaultReceipt {
        subject,
        before: "absent".to_owned(),
        after: shown_by.map_or_else(
            || "there".to_owned(),
            |shown_by| format!("in force: a dry run answers with `{}`", shown_by.field),
        ),
    })
}

/// Waits until a dry run comes back with the field.
async fn await_shown(client: &Client, subject: &str, shown_by: &ShownBy, deadline: Duration) -> Result<(), FaultError> {
    let (address, object) = object_of(&shown_by.object)?;
    let api = address.api(client);
    let dry_run = PostParams {
        dry_run: true,
        ..PostParams::default()
    };
    let look = || async {
        match api.create(&dry_run, &object).await {
            Ok(answer) if as_value(&answer).pointer(&shown_by.field).is_some() => Observation::Met(()),
            Ok(_) => Observation::Pending(format!("a dry run answers without `{}`", shown_by.field)),
            Err(error) => Observation::Impossible(error.to_string()),
        }
    };
    let shown = poll(&format!("{subject} in force"), LOOK, deadline, look).await;
    shown.map(|_seen| ()).map_err(|source| FaultError::Observe {
        subject: subject.to_owned(),
        source: Box::new(source),
    })
}

fn object_of(manifest: &Value) -> Result<(ObjectRef, DynamicObject), FaultError> {
    let object: DynamicObject =
        serde_json::from_value(manifest.clone()).map_err(|source| FaultError::Manifest { source })?;
    let field = |name: &str| manifest.get(name).and_then(Value::as_str).unwrap_or_default();
    let namespace = object.metadata.namespace.as_deref();
    let name = object.metadata.name.as_deref().unwrap_or_default();
    let address = reference(field("apiVersion"), field("kind"), namespace, name);
    Ok((address, object))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_set_by_the_smallest_merge_patch_that_lists_allow() {
        let map = json!({ "data": { "a/b.yaml": "x", "c": "y" } });
        assert_eq!(
            with_field(&map, "/data/a~1b.yaml", json!("z")),
            json!({ "data": { "a/b.yaml": "z" } })
        );
        let pod = json!({ "spec": { "containers": [{ "name": "a", "args": ["-v", "-w"] }], "node": "n" } });
        assert_eq!(
            with_field(&pod, "/spec/containers/0/args/1", json!("-x")),
            json!({ "spec": { "containers": [{ "name": "a", "args": ["-v", "-x"] }] } })
        );
    }

    #[test]
    fn the_text_of_a_secret_is_what_its_data_decode_to() {
        assert_eq!(text_of(&json!("aGk="), true).as_deref(), Some("hi"));
        assert_eq!(text_of(&json!("aGk="), false).as_deref(), Some("aGk="));
        assert_eq!(text_of(&json!("no base64!"), true), None);
    }

    #[test]
    fn every_kind_of_fault_is_read_and_a_wrong_key_is_refused() {
        let text = "
- scale: {namespace: a, deployment: b, replicas: 0}
- patch: {object: {apiVersion: apps/v1, kind: DaemonSet, namespace: a, name: b}, merge: {spec: {x: 1}}}
- replace: {object: {apiVersion: v1, kind: ConfigMap, namespace: a, name: b}, field: /data/c, from: d, to: e}
- apply: {manifest: {apiVersion: v1, kind: ConfigMap}, shown-by: {object: {}, field: /a}}
- restart: {namespace: a, labels: app=b}
";
        let faults: Vec<FaultSpec> = serde_saphyr::from_str(text).unwrap();
        assert_eq!(faults.len(), 5);
        assert_eq!(
            faults[0],
            FaultSpec::Scale {
                namespace: "a".to_owned(),
                deployment: "b".to_owned(),
                replicas: 0
            }
        );
        let wrong = serde_saphyr::from_str::<Vec<FaultSpec>>("- scale: {namespace: a, deployment: b, replica: 0}");
        assert!(wrong.unwrap_err().to_string().contains("replica"));
    }
}
