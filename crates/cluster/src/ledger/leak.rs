//! What nobody took back: [`leaks`] asks the cluster itself, not the ledger.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::PersistentVolume;
use kube::{
    Api, Client, ResourceExt as _,
    api::{DynamicObject, ListParams},
    discovery::{ApiResource, Scope},
};

use super::{
    ledger::Ledger,
    leftover::{Leftover, Why},
    stuck::{kinds, list_each},
};

/// Label that every object of a run carries; its value is the run's identifier.
pub const RUN_LABEL: &str = "shall.dev/run";

/// Why the cluster could not be searched. What cannot be searched is not clean.
#[derive(Debug, thiserror::Error)]
pub enum LeakError {
    /// The kinds of the cluster could not be listed.
    #[error("leak check: the kinds of objects could not be found out")]
    Discovery(#[source] kube::Error),
    /// The objects of a kind could not be listed.
    #[error("leak check: objects of kind `{kind}` could not be listed")]
    List {
        /// The kind.
        kind: String,
        /// What the API server said.
        #[source]
        source: kube::Error,
    },
}

/// Finds what the run of this ledger left on the cluster: every object of any kind that carries
/// the run's label, and every volume that was bound in one of its namespaces.
///
/// What is in a namespace that is itself left over is not named on its own.
///
/// # Errors
///
/// When a kind cannot be listed. A kind that vanished in between is no error.
pub async fn leaks(client: &Client, ledger: &Ledger) -> Result<Vec<Leftover>, LeakError> {
    let kinds = kinds(client).await.map_err(LeakError::Discovery)?;
    let labelled = ListParams::default().labels(&format!("{RUN_LABEL}={}", ledger.owner()));
    let (of_cluster, in_namespace): (Vec<_>, Vec<_>) =
        kinds.into_iter().partition(|(_, scope)| *scope == Scope::Cluster);
    let of_cluster = of_cluster.into_iter().map(|(resource, _)| resource).collect();
    let in_namespace = in_namespace.into_iter().map(|(resource, _)| resource).collect();

    let mut found = listed(list_each(client, of_cluster, None, &labelled).await)?;
    let namespaces: BTreeSet<String> = found
        .iter()
        .filter(|(resource, _)| resource.kind == "Namespace" && resource.group.is_empty())
        .map(|(_, object)| object.name_any())
        .collect();
    let inside = listed(list_each(client, in_namespace, None, &labelled).await)?;
    found.extend(
        inside
            .into_iter()
            .filter(|(_, object)| !object.namespace().is_some_and(|n| namespaces.contains(&n))),
    );

    let sign = format!("it carries the label {RUN_LABEL}={}", ledger.owner());
    let mut leftovers: Vec<Leftover> = found
        .iter()
        .map(|(resource, object)| Leftover {
            what: what(resource, object),
            why: Why::Leaked { sign: sign.clone() },
        })
        .collect();
    let volumes = volumes_of(client, &ledger.namespaces()).await?;
    leftovers.extend(
        volumes
            .into_iter()
            .filter(|volume| found.iter().all(|(r, o)| what(r, o) != volume.what))
            .collect::<Vec<_>>(),
    );
    Ok(leftovers)
}

type Listed = (ApiResource, Result<Vec<DynamicObject>, kube::Error>);

fn listed(answers: Vec<Listed>) -> Result<Vec<(ApiResource, DynamicObject)>, LeakError> {
    let mut found = Vec::new();
    for (resource, answer) in answers {
        match answer {
            Ok(objects) => found.extend(objects.into_iter().map(|object| (resource.clone(), object))),
            Err(kube::Error::Api(status)) if matches!(status.code, 404 | 405) => {}
            Err(source) => {
                return Err(LeakError::List {
                    kind: resource.kind,
                    source,
                });
            }
        }
    }
    Ok(found)
}

fn what(resource: &ApiResource, object: &DynamicObject) -> String {
    match object.namespace() {
        Some(namespace) => format!("{} `{namespace}/{}`", resource.kind, object.name_any()),
        None => format!("{} `{}`", resource.kind, object.name_any()),
    }
}

async fn volumes_of(client: &Client, namespaces: &BTreeSet<String>) -> Result<Vec<Leftover>, LeakError> {
    let api: Api<PersistentVolume> = Api::all(client.clone());
    let volumes = api
        .list(&ListParams::default())
        .await
        .map_err(|source| LeakError::List {
            kind: "PersistentVolume".to_owned(),
            source,
        })?;
    let mut left = Vec::new();
    for volume in volumes {
        let claim = volume.spec.as_ref().and_then(|spec| spec.claim_ref.as_ref());
        let Some(namespace) = claim.and_then(|claim| claim.namespace.as_ref()) else {
            continue;
        };
        if namespaces.contains(namespace) {
            let claim = claim.and_then(|claim| claim.name.as_deref()).unwrap_or_default();
            let sign = format!("it was bound by PersistentVolumeClaim `{namespace}/{claim}` of the run");
            left.push(Leftover {
                what: format!("PersistentVolume `{}`", volume.name_any()),
                why: Why::Leaked { sign },
            });
        }
    }
    Ok(left)
}

#[cfg(test)]
mod tests;
