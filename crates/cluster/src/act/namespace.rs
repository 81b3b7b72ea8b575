//! A namespace per scenario: created with labels, deleted with proof.

use std::{collections::BTreeMap, time::Duration};

use k8s_openapi::{
    api::core::v1::{Namespace, ServiceAccount},
    apimachinery::pkg::apis::meta::v1::ObjectMeta,
};
use kube::{
    Api, Client, ResourceExt as _,
    api::{DeleteParams, PostParams},
};

use crate::watch::{Observation, ObserveError, gone, observe};

/// Why a namespace could not be made or unmade.
#[derive(Debug, thiserror::Error)]
pub enum NamespaceError {
    /// The API server refused.
    #[error("namespace `{name}` could not be {verb}")]
    Api {
        /// The namespace.
        name: String,
        /// `created` or `deleted`.
        verb: &'static str,
        /// What it said.
        #[source]
        source: Box<kube::Error>,
    },
    /// It did not become usable, or did not go.
    #[error(transparent)]
    Observe(#[from] ObserveError),
}

/// Creates a namespace and waits until pods can be created in it. Returns its UID.
///
/// # Errors
///
/// When the API server refuses it, or its service account does not appear within 30 seconds.
pub async fn create_namespace(
    client: &Client,
    name: &str,
    labels: BTreeMap<String, String>,
) -> Result<String, NamespaceError> {
    let api: Api<Namespace> = Api::all(client.clone());
    let metadata = ObjectMeta {
        name: Some(name.to_owned()),
        labels: Some(labels),
        ..ObjectMeta::default()
    };
    let created = api
        .create(
            &PostParams::default(),
            &Namespace {
                metadata,
                ..Namespace::default()
            },
        )
        .await;
    let created = created.map_err(|source| NamespaceError::Api {
        name: name.to_owned(),
        verb: "created",
        source: Box::new(source),
    })?;
    let accounts: Api<ServiceAccount> = Api::namespaced(client.clone(), name);
    let what = format!("service account of namespace `{name}`");
    observe(
        &accounts,
        "default",
        &what,
        Duration::from_secs(30),
        |account| match account {
            Some(_) => Observation::Met(()),
            None => Observation::Pending("it does not exist".to_owned()),
        },
    )
    .await?;
    Ok(created.uid().unwrap_or_default())
}

/// Deletes a namespace and waits until it is gone with everything in it. One that does not exist is gone.
///
/// # Errors
///
/// When it is still there at the deadline; the error names what holds it.
pub async fn delete_namespace(client: &Client, name: &str, deadline: Duration) -> Result<(), NamespaceError> {
    let api: Api<Namespace> = Api::all(client.clone());
    let uid = match api.delete(name, &DeleteParams::background()).await {
        Ok(either) => either.left().and_then(|namespace| namespace.uid()),
        Err(kube::Error::Api(status)) if status.code == 404 => return Ok(()),
        Err(source) => {
            return Err(NamespaceError::Api {
                name: name.to_owned(),
                verb: "deleted",
                source: Box::new(source),
            });
        }
    };
    gone(
        &api,
        name,
        uid.as_deref(),
        &format!("namespace `{name}` deleted"),
        deadline,
    )
    .await?;
    Ok(())
}
