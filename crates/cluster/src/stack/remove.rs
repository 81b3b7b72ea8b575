//! Removing a stack: [`uninstall`].

use std::time::Duration;

use k8s_openapi::api::core::v1::PersistentVolume;
use kube::{
    Api, Client, ResourceExt as _,
    api::{DeleteParams, ListParams, PropagationPolicy},
};

use super::{
    apply::{Applier, Stage, defined_groups},
    certificate::S3Identity,
    error::StackError,
    install::{StackContext, count_nodes},
    object::{reference, reference_of},
    part::{Part, Prepared, load, modules},
    profile::Profile,
};
use crate::ledger::ObjectRef;
use crate::watch::gone;

/// How long one object may take to go, finalizers included.
const GOING: Duration = Duration::from_mins(2);

/// Removes what [`install`](super::install) made, last component first, and waits until it is gone.
///
/// Objects of a component's own kinds go first, whoever made them, while its server still runs and answers their
/// finalizers; then its namespaces and cluster-scoped objects. What does not exist is not an error.
///
/// # Errors
///
/// [`StackError::Watch`] names the object that does not go and what holds it; finalizers are never stripped.
pub async fn uninstall(
    client: Client,
    profile: &Profile,
    context: &StackContext,
) -> Result<Vec<ObjectRef>, StackError> {
    let identity = S3Identity::create(&profile.s3)?;
    let prepared = Prepared {
        modules: modules(profile, context).await?,
        ..Prepared::default()
    };
    let parts = load(profile, context, &identity, count_nodes(&client).await?, &prepared)?;
    let applier = Applier::new(client.clone()).await?;
    let mut removed = Vec::new();
    for part in parts.iter().rev() {
        remove_instances(&applier, part, &mut removed).await?;
        let groups = defined_groups(part.manifests.objects.iter());
        let volumes = volumes_of(&client, &part.manifests.namespaces()).await?;
        for stage in [Stage::Namespace, Stage::Support, Stage::Definition] {
            for object in part.stage(stage, &groups).iter().map(reference_of) {
                if object.namespace.is_none() {
                    remove(&applier, &object, &mut removed).await?;
                }
            }
            // The provisioner, a component before this one, must still run to empty and remove the volumes.
            if stage == Stage::Namespace {
                for volume in &volumes {
                    gone(
                        &Api::<PersistentVolume>::all(client.clone()),
                        volume,
                        None,
                        volume,
                        GOING,
                    )
                    .await?;
                }
            }
        }
    }
    Ok(removed)
}

/// The volumes that claims of these namespaces hold and that go with them.
async fn volumes_of(client: &Client, namespaces: &[String]) -> Result<Vec<String>, StackError> {
    let api: Api<PersistentVolume> = Api::all(client.clone());
    let listed = api.list(&ListParams::default()).await;
    let volumes = listed.map_err(|source| StackError::api("PersistentVolumes", source))?;
    let goes = |volume: &PersistentVolume| {
        let spec = volume.spec.as_ref()?;
        let claimed_in = spec.claim_ref.as_ref()?.namespace.as_ref()?;
        let is_deleted = spec.persistent_volume_reclaim_policy.as_deref() == Some("Delete");
        (is_deleted && namespaces.contains(claimed_in)).then(|| volume.name_any())
    };
    Ok(volumes.iter().filter_map(goes).collect())
}

/// Removes every object of the kinds that a component defines.
async fn remove_instances(applier: &Applier, part: &Part<'_>, removed: &mut Vec<ObjectRef>) -> Result<(), StackError> {
    for definition in part.stage(Stage::Definition, &[]) {
        let Some(types) = super::apply::defined_kind(&definition) else {
            continue;
        };
        let kind = reference(&types.api_version, &types.kind, None, "");
        let api = match applier.api(&kind) {
            Ok(api) => api,
            Err(StackError::UnknownKind { .. }) => continue,
            Err(error) => return Err(error),
        };
        let listed = api.list(&ListParams::default()).await;
        for mut object in listed.map_err(|source| StackError::api(&kind.kind, source))? {
            object.types = Some(kube::api::TypeMeta {
                api_version: kind.api_version.clone(),
                kind: kind.kind.clone(),
            });
            remove(applier, &reference_of(&object), removed).await?;
        }
    }
    Ok(())
}

/// Removes one object and waits until it is gone.
async fn remove(applier: &Applier, object: &ObjectRef, removed: &mut Vec<ObjectRef>) -> Result<(), StackError> {
    let api = match applier.api(object) {
        Ok(api) => api,
        Err(StackError::UnknownKind { .. }) => return Ok(()),
        Err(error) => return Err(error),
    };
    let params = DeleteParams {
        propagation_policy: Some(PropagationPolicy::Background),
        ..DeleteParams::default()
    };
    match api.delete(&object.name, &params).await {
        Ok(_) => {}
        Err(kube::Error::Api(status)) if status.code == 404 => return Ok(()),
        Err(source) => return Err(StackError::api(object.to_string(), source)),
    }
    gone(&api, &object.name, None, &format!("removal of {object}"), GOING).await?;
    removed.push(object.clone());
    Ok(())
}
