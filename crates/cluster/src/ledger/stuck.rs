//! What holds an object whose deletion does not end.

use futures::{StreamExt as _, stream};
use kube::{
    Api, Client, Discovery, ResourceExt as _,
    api::{DynamicObject, ListParams, Patch, PatchParams},
    discovery::{ApiResource, Scope, verbs},
};
use serde_json::json;

use super::{entry::ObjectRef, leftover::Why};
use crate::chain;

/// How many lists are asked for at once.
const AT_ONCE: usize = 8;
/// How many remaining objects are named.
const NAMED: usize = 50;

/// Kinds that can be listed and deleted.
pub(super) async fn kinds(client: &Client) -> Result<Vec<(ApiResource, Scope)>, kube::Error> {
    let discovery = Discovery::new(client.clone()).run_aggregated().await?;
    let mut kinds: Vec<(ApiResource, Scope)> = discovery
        .groups()
        .flat_map(kube::discovery::ApiGroup::recommended_resources)
        .filter(|(_, can)| can.supports_operation(verbs::LIST) && can.supports_operation(verbs::DELETE))
        .map(|(resource, can)| (resource, can.scope))
        .collect();
    kinds.sort_by(|(a, _), (b, _)| (&a.group, &a.plural).cmp(&(&b.group, &b.plural)));
    Ok(kinds)
}

/// Lists the objects of each kind, with the answer for each kind.
pub(super) async fn list_each(
    client: &Client,
    kinds: Vec<ApiResource>,
    namespace: Option<&str>,
    params: &ListParams,
) -> Vec<(ApiResource, Result<Vec<DynamicObject>, kube::Error>)> {
    stream::iter(kinds)
        .map(|resource| async move {
            let api: Api<DynamicObject> = match namespace {
                Some(namespace) => Api::namespaced_with(client.clone(), namespace, &resource),
                None => Api::all_with(client.clone(), &resource),
            };
            let listed = api.list(params).await.map(|list| list.items);
            (resource, listed)
        })
        .buffered(AT_ONCE)
        .collect()
        .await
}

/// Explains why an object is still there. What cannot be asked is left out: this is for people.
pub(super) async fn explain(client: &Client, object: &ObjectRef, error: &(dyn std::error::Error + 'static)) -> Why {
    let observed = object.api(client).get_opt(&object.name).await.ok().flatten();
    let mut conditions = observed.as_ref().map(conditions_of).unwrap_or_default();
    if conditions.is_empty() {
        conditions.push(chain(error));
    }
    let finalizers = observed.as_ref().map(finalizers_of).unwrap_or_default();
    let remaining = match object.kind.as_str() {
        "Namespace" => remaining_in(client, &object.name).await,
        _ => Vec::new(),
    };
    let mut remaining: Vec<String> = remaining.iter().map(|(_, object)| named(object)).collect();
    if remaining.len() > NAMED {
        let more = remaining.len() - NAMED;
        remaining.truncate(NAMED);
        remaining.push(format!("and {more} more"));
    }
    Why::Stuck {
        remaining,
        finalizers,
        conditions,
    }
}

/// Takes the finalizers off an object, and off everything in it where it is a namespace. What refuses stays
/// and is explained afterwards.
pub(super) async fn strip_finalizers(client: &Client, object: &ObjectRef) {
    let none = Patch::Merge(json!({ "metadata": { "finalizers": null } }));
    let params = PatchParams::default();
    if object.kind != "Namespace" {
        let _refused = object.api(client).patch(&object.name, &params, &none).await;
        return;
    }
    for (resource, held) in remaining_in(client, &object.name).await {
        if held.finalizers().is_empty() {
            continue;
        }
        let api: Api<DynamicObject> = Api::namespaced_with(client.clone(), &object.name, &resource);
        let _refused = api.patch(&held.name_any(), &params, &none).await;
    }
}

async fn remaining_in(client: &Client, namespace: &str) -> Vec<(ApiResource, DynamicObject)> {
    let Ok(kinds) = kinds(client).await else {
        return Vec::new();
    };
    let namespaced = kinds
        .into_iter()
        .filter(|(_, scope)| *scope == Scope::Namespaced)
        .map(|(resource, _)| resource);
    list_each(client, namespaced.collect(), Some(namespace), &ListParams::default())
        .await
        .into_iter()
        .flat_map(|(resource, listed)| {
            listed
                .unwrap_or_default()
                .into_iter()
                .map(move |item| (resource.clone(), item))
        })
        .filter(|(resource, _)| resource.kind != "Event")
        .map(|(resource, mut object)| {
            object.types.get_or_insert_with(|| kube::api::TypeMeta {
                api_version: resource.api_version.clone(),
                kind: resource.kind.clone(),
            });
            (resource, object)
        })
        .collect()
}

fn named(object: &DynamicObject) -> String {
    let kind = object.types.as_ref().map_or("object", |types| types.kind.as_str());
    let finalizers = finalizers_of(object);
    if finalizers.is_empty() {
        return format!("{kind} `{}`", object.name_any());
    }
    format!("{kind} `{}` (finalizers {})", object.name_any(), finalizers.join(", "))
}

/// Its finalizers; those of a namespace stand in its `spec`.
fn finalizers_of(object: &DynamicObject) -> Vec<String> {
    let of_namespace = object.data["spec"]["finalizers"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let of_namespace = of_namespace
        .iter()
        .filter_map(|value| value.as_str().map(ToOwned::to_owned));
    object.finalizers().iter().cloned().chain(of_namespace).collect()
}

/// The conditions that say what is wrong: those of a namespace's deletion that are true.
fn conditions_of(object: &DynamicObject) -> Vec<String> {
    let conditions = object.data["status"]["conditions"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    conditions
        .iter()
        .filter(|condition| condition["status"] == "True" && text(&condition["type"]).starts_with("Namespace"))
        .map(|condition| format!("{}: {}", text(&condition["type"]), text(&condition["message"])))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_conditions_of_a_stuck_namespace_are_read() {
        let namespace: DynamicObject = serde_json::from_value(json!({
            "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "a" },
            "spec": { "finalizers": ["kubernetes"] },
            "status": { "phase": "Terminating", "conditions": [
                { "type": "NamespaceDeletionDiscoveryFailure", "status": "False", "message": "all resources discovered" },
                { "type": "NamespaceFinalizersRemaining", "status": "True",
                  "message": "Some content in the namespace has finalizers remaining: shall.dev/test in 1 resource instances" },
            ] }
        }))
        .unwrap();
        assert_eq!(finalizers_of(&namespace), ["kubernetes"]);
        assert_eq!(
            conditions_of(&namespace),
            [
                "NamespaceFinalizersRemaining: Some content in the namespace has finalizers remaining: shall.dev/test in 1 resource instances"
            ]
        );
    }
}
