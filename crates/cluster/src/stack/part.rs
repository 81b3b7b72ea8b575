//! A component with its manifests: [`Part`], and what all parts of a stack hold together.

use std::collections::BTreeSet;

use kube::core::DynamicObject;

use super::{
    apply::Stage,
    certificate::S3Identity,
    component::Component,
    error::StackError,
    install::StackContext,
    manifest::{Manifests, encrypted_files},
    module::ModuleFiles,
    object::reference_of,
    profile::Profile,
    ready::Target,
    sops::Opened,
    values::Values,
};
use crate::ledger::ObjectRef;

/// A component with its manifests.
pub(super) struct Part<'a> {
    pub(super) component: &'a Component,
    pub(super) manifests: Manifests,
}

impl Part<'_> {
    /// Its objects of one stage; `groups` are the API groups that the stack defines itself.
    pub(super) fn stage(&self, stage: Stage, groups: &[String]) -> Vec<DynamicObject> {
        let objects = self.manifests.objects.iter();
        objects
            .filter(|object| Stage::of(&reference_of(object), groups) == stage)
            .cloned()
            .collect()
    }

    /// Its Deployments, `DaemonSet`s and `StatefulSet`s.
    pub(super) fn workloads(&self) -> Vec<ObjectRef> {
        let targets = self
            .manifests
            .objects
            .iter()
            .filter_map(|object| Target::workload(reference_of(object)));
        targets.map(|target| target.object).collect()
    }
}

/// Decrypts what the components of a profile have encrypted.
pub(super) async fn open(profile: &Profile, context: &StackContext) -> Result<Opened, StackError> {
    let mut paths = Vec::new();
    for component in &profile.components {
        paths.extend(encrypted_files(
            &context.fixtures.join("stack").join(&component.manifests),
        )?);
    }
    Ok(Opened::open(context.sops.as_ref(), paths).await?)
}

/// What the manifests of a profile need beside their folders. Without it, what is encrypted stays so, and what is taken
/// from modules is left out.
#[derive(Debug, Default)]
pub(crate) struct Prepared {
    /// What was decrypted.
    pub(crate) opened: Opened,
    /// What was taken from modules.
    pub(crate) modules: ModuleFiles,
}

/// Decrypts and downloads what the components of a profile need.
pub(super) async fn prepare(profile: &Profile, context: &StackContext) -> Result<Prepared, StackError> {
    Ok(Prepared {
        opened: open(profile, context).await?,
        modules: modules(profile, context).await?,
    })
}

/// Downloads what the components of a profile take from modules.
pub(super) async fn modules(profile: &Profile, context: &StackContext) -> Result<ModuleFiles, StackError> {
    let folder = context.fixtures.join("stack");
    let folders = profile
        .components
        .iter()
        .map(|component| folder.join(&component.manifests));
    Ok(ModuleFiles::fetch(folders).await?)
}

/// Reads the manifests of every component, for a cluster of so many nodes.
pub(super) fn load<'a>(
    profile: &'a Profile,
    context: &StackContext,
    identity: &S3Identity,
    nodes: usize,
    prepared: &Prepared,
) -> Result<Vec<Part<'a>>, StackError> {
    let folder = context.fixtures.join("stack");
    let load_one = |component: &'a Component| {
        let values = Values {
            place: &profile.s3,
            host: profile.s3.host(),
            identity,
            parameters: &component.parameters,
            nodes,
        };
        let mut manifests = Manifests::load(&folder.join(&component.manifests), &values, prepared)?;
        manifests.patches.extend(component.overlaid.iter().cloned());
        Ok(Part { component, manifests })
    };
    profile.components.iter().map(load_one).collect()
}

/// The objects of one stage of every component.
pub(super) fn stage_of_all(parts: &[Part<'_>], stage: Stage, groups: &[String]) -> Vec<DynamicObject> {
    parts.iter().flat_map(|part| part.stage(stage, groups)).collect()
}

/// The objects that are in no namespace, namespaces included: definitions, then what is of the whole cluster, then
/// namespaces, so that taking them back in reverse order empties the namespaces first.
pub(super) fn top_level(parts: &[Part<'_>]) -> Vec<ObjectRef> {
    let objects = parts.iter().flat_map(|part| &part.manifests.objects).map(reference_of);
    let mut created: Vec<ObjectRef> = objects.filter(|object| object.namespace.is_none()).collect();
    created.sort_by_key(|object| match Stage::of(object, &[]) {
        Stage::Definition => 0,
        Stage::Namespace => 2,
        Stage::Support | Stage::Workload | Stage::Custom => 1,
    });
    created
}

/// The workloads of parts, the last part's first.
pub(super) fn workloads_of(parts: &[Part<'_>]) -> Vec<ObjectRef> {
    parts.iter().rev().flat_map(Part::workloads).collect()
}

/// The namespaces of parts, the last part's first, each once.
pub(super) fn namespaces_of(parts: &[Part<'_>]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let all = parts.iter().rev().flat_map(|part| part.manifests.namespaces());
    all.filter(|namespace| seen.insert(namespace.clone())).collect()
}
