//! Checking manifests that cannot run here: [`validate`] creates the definitions and namespaces that are missing, and
//! sends the rest in a dry run with strict field validation.

use kube::{Client, ResourceExt as _, core::DynamicObject};

use super::{
    apply::{Applier, Stage, defined_groups},
    certificate::S3Identity,
    error::StackError,
    install::{StackContext, count_nodes},
    object::reference_of,
    part::{Part, load, prepare, stage_of_all, top_level},
    profile::Profile,
};
use crate::ledger::{Entry, EntryId, Ledger, ObjectRef};

/// The field that no schema has: an API server that takes it validates nothing.
const UNKNOWN_FIELD: &str = "shallNoSuchField";

/// What the API server said to a profile's manifests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validated {
    /// Every object, in the order they were sent.
    pub objects: Vec<ValidatedObject>,
    /// Each refused object with the API server's message; empty where it accepts all.
    pub refused: Vec<String>,
    /// What it said to one of them with a field that does not exist: why its acceptance can be believed.
    pub canary: String,
}

/// One object that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidatedObject {
    /// The component it belongs to.
    pub component: String,
    /// Which object.
    pub object: ObjectRef,
    /// `true` where it was created for real, `false` where it was sent in a dry run only.
    pub is_created: bool,
}

/// Validates a profile's manifests on the cluster: schema, defaults, admission and field names, but no pod runs.
///
/// Definitions and namespaces that the cluster lacks are created for real, because the rest cannot be checked without
/// them. They are written to the ledger first, which is the way to take them back; what exists is not changed.
///
/// # Errors
///
/// [`StackError::NotStrict`] when the API server takes an unknown field; otherwise when a manifest cannot be used or the
/// API server does not answer. A refused object is no error, but in the answer.
pub async fn validate(
    client: Client,
    profile: &Profile,
    context: &StackContext,
    ledger: &Ledger,
) -> Result<Validated, StackError> {
    let identity = S3Identity::create(&profile.s3)?;
    let prepared = prepare(profile, context).await?;
    let parts = load(profile, context, &identity, count_nodes(&client).await?, &prepared)?;
    let mut applier = Applier::new(client).await?;
    let missing = missing(&applier, &parts).await?;
    create(&mut applier, &parts, &missing, ledger).await?;

    let dry = applier.dry_run();
    let mut validated = Validated {
        objects: Vec::new(),
        refused: Vec::new(),
        canary: canary(&dry, &parts).await?,
    };
    for part in &parts {
        for object in &part.manifests.objects {
            let reference = reference_of(object);
            let is_created = missing.contains(&reference);
            if !is_created {
                validated.refused.extend(refusal(dry.apply(&as_new(object)).await)?);
            }
            validated.objects.push(ValidatedObject {
                component: part.component.name.clone(),
                object: reference,
                is_created,
            });
        }
    }
    Ok(validated)
}

/// Creates what is missing, each thing in the ledger before it exists.
async fn create(
    applier: &mut Applier,
    parts: &[Part<'_>],
    missing: &[ObjectRef],
    ledger: &Ledger,
) -> Result<(), StackError> {
    let groups = defined_groups(parts.iter().flat_map(|part| &part.manifests.objects));
    let stage = |stage| {
        let mut objects = stage_of_all(parts, stage, &groups);
        objects.retain(|object| missing.contains(&reference_of(object)));
        objects
    };
    let (definitions, namespaces) = (stage(Stage::Definition), stage(Stage::Namespace));
    let mut intended = Vec::new();
    for object in definitions.iter().chain(&namespaces).map(reference_of) {
        intended.push((ledger.intend(entry(&object))?, object));
    }
    applier.define(&definitions).await?;
    applier.apply_all(&namespaces).await?;
    for (id, object) in &intended {
        note_created(applier, ledger, *id, object).await?;
    }
    Ok(())
}

async fn note_created(applier: &Applier, ledger: &Ledger, id: EntryId, object: &ObjectRef) -> Result<(), StackError> {
    let created = exists(applier, object).await?;
    let uid = created.and_then(|object| object.uid());
    Ok(ledger.created(id, uid.as_deref())?)
}

fn entry(object: &ObjectRef) -> Entry {
    match object.kind.as_str() {
        "Namespace" => Entry::Namespace {
            name: object.name.clone(),
        },
        _ => Entry::Object(object.clone()),
    }
}

/// Sends one workload with a field that does not exist; answers what the API server said to it.
async fn canary(dry: &Applier, parts: &[Part<'_>]) -> Result<String, StackError> {
    let mut objects = parts.iter().flat_map(|part| &part.manifests.objects);
    let Some(object) = objects.find(|object| Stage::of(&reference_of(object), &[]) == Stage::Workload) else {
        return Ok("no object runs pods, so none was sent".to_owned());
    };
    let said = refusal(dry.apply(&with_unknown_field(object)).await)?;
    said.filter(|said| said.contains(UNKNOWN_FIELD))
        .ok_or_else(|| StackError::NotStrict {
            object: reference_of(object).to_string(),
            field: UNKNOWN_FIELD,
        })
}

fn with_unknown_field(object: &DynamicObject) -> DynamicObject {
    let mut object = as_new(object);
    if let Some(spec) = object.data.get_mut("spec").and_then(|spec| spec.as_object_mut()) {
        spec.insert(UNKNOWN_FIELD.to_owned(), true.into());
    }
    object
}

/// The object as it is sent: a `StatefulSet` under a name that none has, because one that exists refuses most changes, and
/// another profile's may exist.
fn as_new(object: &DynamicObject) -> DynamicObject {
    let mut object = object.clone();
    if reference_of(&object).kind == "StatefulSet" {
        object.metadata.name = object.metadata.name.map(|name| format!("{name}-validated"));
    }
    object
}

/// Whether the rest cannot be validated without an object.
fn is_needed(object: &ObjectRef) -> bool {
    matches!(Stage::of(object, &[]), Stage::Definition | Stage::Namespace)
}

/// The definitions and namespaces that the cluster does not have yet.
async fn missing(applier: &Applier, parts: &[Part<'_>]) -> Result<Vec<ObjectRef>, StackError> {
    let mut missing = Vec::new();
    for object in top_level(parts).into_iter().filter(is_needed) {
        if exists(applier, &object).await?.is_none() {
            missing.push(object);
        }
    }
    Ok(missing)
}

/// The API server's message where it refused an object; any other error is passed on.
fn refusal(sent: Result<(), StackError>) -> Result<Option<String>, StackError> {
    if let Err(StackError::Api { what, source }) = &sent
        && let kube::Error::Api(status) = source.as_ref()
        && (is_client_fault(status.code) || is_unknown_field(&status.message))
    {
        return Ok(Some(format!("{what}: {}", status.message)));
    }
    match sent {
        Ok(()) => Ok(None),
        Err(StackError::UnknownKind { object }) => Ok(Some(format!(
            "{object}: no kind `{}` in `{}`",
            object.kind, object.api_version
        ))),
        Err(error) => Err(error),
    }
}

fn is_client_fault(code: u16) -> bool {
    (400..500).contains(&code)
}

/// A field that the schema does not have is answered with code 500 by server-side apply (seen on Kubernetes 1.36.3).
fn is_unknown_field(message: &str) -> bool {
    message.contains("field not declared in schema")
}

async fn exists(applier: &Applier, object: &ObjectRef) -> Result<Option<DynamicObject>, StackError> {
    let found = applier.api(object)?.get_opt(&object.name).await;
    found.map_err(|source| StackError::api(object.to_string(), source))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(code: u16, message: &str) -> Result<(), StackError> {
        let mut status = kube::core::Status::failure(message, "");
        status.code = code;
        Err(StackError::api("Deployment a/b", kube::Error::Api(Box::new(status))))
    }

    #[test]
    fn a_stateful_set_is_validated_as_a_new_one() {
        let object = |kind: &str| -> DynamicObject {
            let value = serde_json::json!({"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "loki"}});
            serde_json::from_value(value).unwrap()
        };
        assert_eq!(as_new(&object("StatefulSet")).metadata.name.unwrap(), "loki-validated");
        assert_eq!(as_new(&object("Deployment")).metadata.name.unwrap(), "loki");
    }

    #[test]
    fn the_canary_is_the_object_with_one_field_more() {
        let value = serde_json::json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"}, "spec": {"replicas": 1}});
        let object: DynamicObject = serde_json::from_value(value).unwrap();
        let expected = serde_json::json!({"replicas": 1, "shallNoSuchField": true});
        assert_eq!(with_unknown_field(&object).data["spec"], expected);
    }

    #[test]
    fn an_unknown_field_is_a_refusal_whatever_its_code() {
        let message = "failed to create typed patch object: .replicaz: field not declared in schema";
        let expected = format!("Deployment a/b: {message}");
        assert_eq!(refusal(answered(500, message)).unwrap(), Some(expected));
        assert!(
            refusal(answered(422, "spec.selector: Required value"))
                .unwrap()
                .is_some()
        );
    }

    #[test]
    fn an_api_server_that_fails_is_no_refusal() {
        assert!(matches!(
            refusal(answered(500, "etcdserver: request timed out")),
            Err(StackError::Api { .. })
        ));
        assert!(matches!(
            refusal(answered(503, "unavailable")),
            Err(StackError::Api { .. })
        ));
    }
}
