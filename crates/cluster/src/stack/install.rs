//! Installing a profile: [`install`].

use std::{path::PathBuf, sync::Arc};

use k8s_openapi::api::core::v1::Node;
use kube::{Api, Client, api::ListParams};

use super::{
    access::{S3Access, reuse_or_create},
    certificate::S3Identity,
    error::StackError,
    installation::Installation,
    installed::InstalledStack,
    part::{Prepared, load, modules, prepare, top_level},
    profile::Profile,
    s3_keys::S3Keys,
    sops::Sops,
};
use crate::{ledger::ObjectRef, progress::Progress};

/// What an installation needs beside the profile.
#[derive(Debug, Clone)]
pub struct StackContext {
    /// The fixtures folder, which holds `profiles/` and `stack/`.
    pub fixtures: PathBuf,
    /// What opens encrypted manifests; needed by [`install`] where the profile [has some](super::has_encrypted_secrets).
    pub sops: Option<Sops>,
}

/// Installs a profile, or brings an installed one back to it, and waits until every component is ready.
///
/// Keys of the S3 server are those that the stack keeps encrypted; where it keeps none, and for the certificate, those
/// the cluster has, made anew where it has none or they end soon.
/// A second call on a ready stack changes nothing. Components are applied together and awaited in order.
///
/// # Errors
///
/// [`StackError::NotReady`] with the cause when a component cannot become ready or does not before its deadline;
/// otherwise when a manifest cannot be used or decrypted or the API server refuses it. What was applied stays; see [`plan`].
pub async fn install(
    client: Client,
    profile: &Profile,
    context: &StackContext,
    progress: Arc<dyn Progress>,
) -> Result<InstalledStack, StackError> {
    let prepared = prepare(profile, context).await?;
    let keys = S3Keys::find(&prepared.opened, &profile.s3)?;
    let identity = reuse_or_create(&client, &profile.s3, keys).await?;
    let parts = load(profile, context, &identity, count_nodes(&client).await?, &prepared)?;
    let created = top_level(&parts);
    let mut installation = Installation::begin(client, parts, progress).await?;
    installation.apply().await?;
    Ok(InstalledStack {
        components: installation.wait().await?,
        stand_ins: profile.stand_ins.clone(),
        s3: S3Access::new(&profile.s3, &identity),
        created,
    })
}

/// The namespaces and cluster-scoped objects that [`install`] makes, without asking a cluster: what a ledger must hold
/// before the first of them exists. In reverse order, namespaces go first; what is in one goes with it.
///
/// [`uninstall`](super::uninstall) is the way to take a stack back from a cluster that stays: it also waits for volumes.
///
/// # Errors
///
/// When a manifest cannot be used, or the module that it comes from cannot be downloaded.
pub async fn plan(profile: &Profile, context: &StackContext) -> Result<Vec<ObjectRef>, StackError> {
    let identity = S3Identity::create(&profile.s3)?;
    let prepared = Prepared {
        modules: modules(profile, context).await?,
        ..Prepared::default()
    };
    // What is in no namespace is the same for any number of nodes.
    Ok(top_level(&load(profile, context, &identity, 1, &prepared)?))
}

/// How many nodes the cluster has.
pub(super) async fn count_nodes(client: &Client) -> Result<usize, StackError> {
    let nodes = Api::<Node>::all(client.clone())
        .list_metadata(&ListParams::default())
        .await;
    let nodes = nodes.map_err(|source| StackError::api("the list of nodes", source))?;
    Ok(nodes.items.len().max(1))
}
