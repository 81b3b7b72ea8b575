//! Installing a profile: [`install`].

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use kube::{Client, core::DynamicObject};

use super::{
    access::{S3Access, reuse_or_create},
    apply::{Applier, Stage, defined_groups},
    certificate::S3Identity,
    component::Component,
    error::StackError,
    installed::{InstalledComponent, InstalledStack},
    manifest::Manifests,
    object::reference_of,
    profile::Profile,
    ready::Target,
    values::Values,
    wait::Wait,
};
use crate::ledger::ObjectRef;
use crate::progress::{Event, Progress};

/// Phase of our progress events.
const PHASE: &str = "stack";

/// What an installation needs beside the profile.
#[derive(Debug, Clone)]
pub struct StackContext {
    /// The fixtures folder, which holds `profiles/` and `stack/`.
    pub fixtures: PathBuf,
}

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
    fn workloads(&self) -> Vec<ObjectRef> {
        let targets = self
            .manifests
            .objects
            .iter()
            .filter_map(|object| Target::workload(reference_of(object)));
        targets.map(|target| target.object).collect()
    }
}

/// Installs a profile, or brings an installed one back to it, and waits until every component is ready.
///
/// Keys and certificate of the S3 server are those the cluster has, made anew where it has none or they end soon.
/// A second call on a ready stack changes nothing. Components are applied together and awaited in order.
///
/// # Errors
///
/// [`StackError::NotReady`] with the cause when a component cannot become ready or does not before its deadline;
/// otherwise when a manifest cannot be used or the API server refuses it. What was applied stays; see [`plan`].
pub async fn install(
    client: Client,
    profile: &Profile,
    context: &StackContext,
    progress: Arc<dyn Progress>,
) -> Result<InstalledStack, StackError> {
    let identity = reuse_or_create(&client, &profile.s3).await?;
    let parts = load(profile, context, &identity)?;
    let groups = defined_groups(parts.iter().flat_map(|part| &part.manifests.objects));
    let mut applier = Applier::new(client.clone()).await?;
    applier
        .define(&stage_of_all(&parts, Stage::Definition, &groups))
        .await?;
    applier
        .apply_all(&stage_of_all(&parts, Stage::Namespace, &groups))
        .await?;

    let mut begun = Vec::new();
    for part in &parts {
        let item = part.component.name.clone();
        progress.event(Event::Started {
            phase: PHASE,
            item,
            expected: None,
        });
        begun.push(Instant::now());
        applier.apply_all(&part.stage(Stage::Support, &groups)).await?;
        applier.apply_all(&part.stage(Stage::Workload, &groups)).await?;
    }
    let mut components = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        wait_for(&client, &applier, &parts[..=index], &groups, progress.as_ref()).await?;
        let took = begun[index].elapsed();
        components.push(installed(part, took));
        let item = part.component.name.clone();
        progress.event(Event::Finished {
            phase: PHASE,
            item,
            took,
            how: "ready".to_owned(),
        });
    }
    Ok(InstalledStack {
        components,
        stand_ins: profile.stand_ins.clone(),
        s3: S3Access::new(&profile.s3, &identity),
        created: top_level(&parts),
    })
}

/// The namespaces and cluster-scoped objects that [`install`] makes, without asking a cluster: what a ledger must hold
/// before the first of them exists. In reverse order, namespaces go first; what is in one goes with it.
///
/// [`uninstall`](super::uninstall) is the way to take a stack back from a cluster that stays: it also waits for volumes.
///
/// # Errors
///
/// When a manifest cannot be used.
pub fn plan(profile: &Profile, context: &StackContext) -> Result<Vec<ObjectRef>, StackError> {
    let identity = S3Identity::create(&profile.s3)?;
    Ok(top_level(&load(profile, context, &identity)?))
}

/// Reads the manifests of every component.
pub(super) fn load<'a>(
    profile: &'a Profile,
    context: &StackContext,
    identity: &S3Identity,
) -> Result<Vec<Part<'a>>, StackError> {
    let folder = context.fixtures.join("stack");
    let load_one = |component: &'a Component| {
        let values = Values {
            place: &profile.s3,
            host: profile.s3.host(),
            identity,
            parameters: &component.parameters,
        };
        let manifests = Manifests::load(&folder.join(&component.manifests), &values)?;
        Ok(Part { component, manifests })
    };
    profile.components.iter().map(load_one).collect()
}

/// The objects of one stage of every component.
pub(super) fn stage_of_all(parts: &[Part<'_>], stage: Stage, groups: &[String]) -> Vec<DynamicObject> {
    parts.iter().flat_map(|part| part.stage(stage, groups)).collect()
}

/// Waits for the last of these components: its workloads, then the objects of its own kinds.
async fn wait_for(
    client: &Client,
    applier: &Applier,
    parts: &[Part<'_>],
    groups: &[String],
    progress: &dyn Progress,
) -> Result<(), StackError> {
    let Some(part) = parts.last() else { return Ok(()) };
    let workloads: Vec<ObjectRef> = parts.iter().rev().flat_map(Part::workloads).collect();
    let mut namespaces: Vec<String> = parts
        .iter()
        .rev()
        .flat_map(|part| part.manifests.namespaces())
        .collect();
    let mut seen = std::collections::BTreeSet::new();
    namespaces.retain(|namespace| seen.insert(namespace.clone()));
    let until = |targets: Vec<Target>, what: &str| {
        let step = what.to_owned();
        progress.event(Event::Step {
            phase: PHASE,
            item: part.component.name.clone(),
            step,
        });
        let (workloads, namespaces) = (workloads.clone(), namespaces.clone());
        async move {
            let component = &part.component.name;
            let deadline = part.component.deadline;
            let wait = Wait {
                component,
                targets: &targets,
                workloads: &workloads,
                namespaces: &namespaces,
                deadline,
            };
            wait.until_ready(client, applier).await
        }
    };
    let own = part
        .manifests
        .objects
        .iter()
        .filter_map(|object| Target::workload(reference_of(object)));
    until(own.collect(), "waiting for its pods").await?;
    applier.apply_all(&part.stage(Stage::Custom, groups)).await?;
    if part.component.ready.is_empty() {
        return Ok(());
    }
    until(
        part.component.ready.iter().map(Target::condition).collect(),
        "waiting for its conditions",
    )
    .await
}

fn installed(part: &Part<'_>, took: Duration) -> InstalledComponent {
    InstalledComponent {
        name: part.component.name.clone(),
        version: part.component.version.clone(),
        images: part.manifests.images(),
        patches: part.manifests.patches.clone(),
        took,
    }
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
