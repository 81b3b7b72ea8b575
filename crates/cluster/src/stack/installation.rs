//! One installation under way: [`Installation`] applies every part and waits for each.

use std::{sync::Arc, time::Instant};

use kube::Client;

use super::{
    apply::{Applier, Stage, defined_groups},
    error::StackError,
    installed::InstalledComponent,
    object::reference_of,
    part::{Part, namespaces_of, stage_of_all, workloads_of},
    ready::Target,
    stuck::remove_stuck_pods,
    wait::Wait,
};
use crate::progress::{Event, Progress};

/// Phase of our progress events.
const PHASE: &str = "stack";

/// One installation under way.
pub(super) struct Installation<'a> {
    client: Client,
    applier: Applier,
    parts: Vec<Part<'a>>,
    /// API groups that the stack defines itself.
    groups: Vec<String>,
    progress: Arc<dyn Progress>,
    /// When the first object of each part was applied.
    begun: Vec<Instant>,
}

impl<'a> Installation<'a> {
    /// Learns the cluster's kinds.
    pub(super) async fn begin(
        client: Client,
        parts: Vec<Part<'a>>,
        progress: Arc<dyn Progress>,
    ) -> Result<Self, StackError> {
        let groups = defined_groups(parts.iter().flat_map(|part| &part.manifests.objects));
        let applier = Applier::new(client.clone()).await?;
        Ok(Self {
            client,
            applier,
            parts,
            groups,
            progress,
            begun: Vec::new(),
        })
    }

    /// Applies definitions, namespaces, and then each part but the objects of its own kinds.
    pub(super) async fn apply(&mut self) -> Result<(), StackError> {
        self.applier
            .define(&stage_of_all(&self.parts, Stage::Definition, &self.groups))
            .await?;
        self.applier
            .apply_all(&stage_of_all(&self.parts, Stage::Namespace, &self.groups))
            .await?;
        for part in &self.parts {
            let item = part.component.name.clone();
            self.progress.event(Event::Started {
                phase: PHASE,
                item,
                expected: None,
            });
            self.begun.push(Instant::now());
            self.applier
                .apply_all(&part.stage(Stage::Support, &self.groups))
                .await?;
            self.applier
                .apply_all(&part.stage(Stage::Workload, &self.groups))
                .await?;
        }
        let (namespaces, workloads) = (namespaces_of(&self.parts), workloads_of(&self.parts));
        for cause in remove_stuck_pods(&self.client, &namespaces, &workloads).await? {
            self.progress.event(Event::Note(format!(
                "removed, left by an earlier installation: {cause}"
            )));
        }
        Ok(())
    }

    /// Waits for each part in order.
    pub(super) async fn wait(&self) -> Result<Vec<InstalledComponent>, StackError> {
        let mut components = Vec::new();
        for (index, (part, begun)) in self.parts.iter().zip(&self.begun).enumerate() {
            self.wait_for(part, &self.parts[..=index]).await?;
            let took = begun.elapsed();
            let item = part.component.name.clone();
            self.progress.event(Event::Finished {
                phase: PHASE,
                item,
                took,
                how: "ready".to_owned(),
            });
            components.push(InstalledComponent {
                name: part.component.name.clone(),
                version: part.component.version.clone(),
                images: part.manifests.images(),
                patches: part.manifests.patches.clone(),
                took,
            });
        }
        Ok(components)
    }

    /// Waits for a part's workloads, applies the objects of its own kinds, and waits for its conditions. `so_far` are
    /// the parts up to it: a fault of one before it may show only now.
    async fn wait_for(&self, part: &Part<'_>, so_far: &[Part<'_>]) -> Result<(), StackError> {
        let own = part.workloads();
        self.until_ready(
            part,
            so_far,
            own.into_iter().filter_map(Target::workload).collect(),
            "pods",
        )
        .await?;
        let mut changed = Vec::new();
        for object in part.stage(Stage::Custom, &self.groups) {
            changed.extend(self.applier.apply_change(&object).await?);
        }
        let target = |condition| {
            let target = Target::condition(condition);
            match changed.iter().find(|object| reference_of(object) == target.object) {
                Some(object) => target.since_change(object),
                None => target,
            }
        };
        let conditions: Vec<Target> = part.component.ready.iter().map(target).collect();
        if conditions.is_empty() {
            return Ok(());
        }
        self.until_ready(part, so_far, conditions, "conditions").await
    }

    async fn until_ready(
        &self,
        part: &Part<'_>,
        so_far: &[Part<'_>],
        targets: Vec<Target>,
        what: &str,
    ) -> Result<(), StackError> {
        let item = part.component.name.clone();
        self.progress.event(Event::Step {
            phase: PHASE,
            item,
            step: format!("waiting for its {what}"),
        });
        let wait = Wait {
            component: &part.component.name,
            targets: &targets,
            workloads: &workloads_of(so_far),
            namespaces: &namespaces_of(so_far),
            deadline: part.component.deadline,
        };
        wait.until_ready(&self.client, &self.applier).await
    }
}
