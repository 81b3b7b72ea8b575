//! Checking manifests that cannot run here: [`validate`] applies definitions and namespaces for real, and the rest
//! in a dry run with strict field validation.

use kube::{Client, core::DynamicObject};

use super::{
    apply::{Applier, Stage, defined_groups},
    certificate::S3Identity,
    error::StackError,
    install::{StackContext, count_nodes},
    object::reference_of,
    part::{Part, load_opened, open, stage_of_all, top_level},
    profile::{Profile, StandIn},
};
use crate::ledger::ObjectRef;

/// A profile whose manifests the API server accepts.
#[derive(Debug, Clone)]
pub struct Validated {
    /// Every object, in the order they were sent.
    pub objects: Vec<ValidatedObject>,
    /// Definitions and namespaces that did not exist before, to be removed by the caller.
    pub created: Vec<ObjectRef>,
    /// As in the profile.
    pub stand_ins: Vec<StandIn>,
}

/// One object that the API server accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidatedObject {
    /// The component it belongs to.
    pub component: String,
    /// Which object.
    pub object: ObjectRef,
    /// `true` where it was applied for real, `false` where only in a dry run.
    pub is_applied: bool,
}

/// Validates a profile's manifests on the cluster: schema, defaults, admission and field names, but no pod runs.
///
/// # Errors
///
/// [`StackError::Refused`] with every refused object and the API server's message; otherwise when a manifest cannot
/// be used or the API server does not answer.
pub async fn validate(client: Client, profile: &Profile, context: &StackContext) -> Result<Validated, StackError> {
    let identity = S3Identity::create(&profile.s3)?;
    let opened = open(profile, context).await?;
    let parts = load_opened(profile, context, &identity, count_nodes(&client).await?, &opened)?;
    let groups = defined_groups(parts.iter().flat_map(|part| &part.manifests.objects));
    let mut applier = Applier::new(client).await?;
    let created = missing(&applier, &parts).await?;
    applier
        .define(&stage_of_all(&parts, Stage::Definition, &groups))
        .await?;
    applier
        .apply_all(&stage_of_all(&parts, Stage::Namespace, &groups))
        .await?;

    let dry = applier.dry_run();
    let (mut objects, mut refused) = (Vec::new(), Vec::new());
    for part in &parts {
        for object in &part.manifests.objects {
            let reference = reference_of(object);
            let is_applied = is_applied(&reference);
            if !is_applied && let Some(refusal) = refusal(dry.apply(&as_new(object)).await)? {
                refused.push(refusal);
            }
            objects.push(ValidatedObject {
                component: part.component.name.clone(),
                object: reference,
                is_applied,
            });
        }
    }
    if refused.is_empty() {
        Ok(Validated {
            objects,
            created,
            stand_ins: profile.stand_ins.clone(),
        })
    } else {
        Err(StackError::Refused {
            examined: objects.len(),
            refused,
        })
    }
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

/// Whether validation applies an object for real.
fn is_applied(object: &ObjectRef) -> bool {
    matches!(Stage::of(object, &[]), Stage::Definition | Stage::Namespace)
}

/// The definitions and namespaces that the cluster does not have yet.
async fn missing(applier: &Applier, parts: &[Part<'_>]) -> Result<Vec<ObjectRef>, StackError> {
    let mut missing = Vec::new();
    for object in top_level(parts).into_iter().filter(is_applied) {
        if exists(applier, &object).await?.is_none() {
            missing.push(object);
        }
    }
    Ok(missing)
}

/// Sends objects in a dry run with strict field validation; nothing is kept.
///
/// # Errors
///
/// [`StackError::Refused`] with every refused object and the API server's message.
pub async fn dry_run(client: Client, objects: &[DynamicObject]) -> Result<Vec<ObjectRef>, StackError> {
    let dry = Applier::new(client).await?.dry_run();
    let mut refused = Vec::new();
    for object in objects {
        refused.extend(refusal(dry.apply(object).await)?);
    }
    if refused.is_empty() {
        Ok(objects.iter().map(reference_of).collect())
    } else {
        Err(StackError::Refused {
            examined: objects.len(),
            refused,
        })
    }
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
