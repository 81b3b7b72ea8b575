//! Destroying namespaces and bringing them back.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use cucumber::{gherkin::Step, given, then, when};
use k8s_openapi::api::core::v1::{ConfigMap, PersistentVolume};
use kube::{Api, ResourceExt as _};
use shall_cluster::{
    act::{Workload, delete_namespace, observe_pod_ready},
    ledger::Entry,
    velero::{NAMESPACE, Restore},
    watch::gone,
};

use super::namespace::CONFIG_MAP;
use crate::{StepError, World, budget::Measured, wait::check_seen};

/// Metric key of the time from asking for a restore to the verified data.
const RESTORE: &str = "restore-duration";
/// Twice the budget of 15 min and a minute more, so that a miss is measured and not only timed out.
const RESTORED: Duration = Duration::from_mins(31);
/// How long a namespace or volume may take to go.
const GONE: Duration = Duration::from_mins(3);

#[given("the namespace has been poisoned and destroyed with its volumes")]
async fn poisoned_and_destroyed(world: &mut World) -> Result<(), StepError> {
    world
        .workload()?
        .poison()
        .await
        .map_err(StepError::errored("poison the volume"))?;
    let damaged = world
        .workload()?
        .verify(world.manifest()?)
        .await
        .map_err(StepError::errored("verify the volume"))?;
    if damaged.is_clean() {
        return Err(StepError::Missing { what: "damage" });
    }
    let mounted = world.mounted()?.clone();
    let directory = world.directory_of(&mounted).await?;
    let client = world.run.clients.patient.clone();
    let bound = world.volume_of(&mounted).await?;
    delete_namespace(&client, &mounted.namespace, GONE)
        .await
        .map_err(StepError::errored("delete the namespace"))?;
    let volumes: Api<PersistentVolume> = Api::all(client.clone());
    gone(&volumes, &bound.0, Some(&bound.1), "the volume deleted", GONE)
        .await
        .map_err(StepError::errored("the volume"))?;
    let elsewhere = world.add_namespace("look").await?;
    let exists = world.directory_exists(&elsewhere, &directory.0, &directory.1).await?;
    if exists {
        return Err(StepError::Errored {
            what: format!("destroy the namespace `{}`", mounted.namespace),
            source: format!(
                "the volume's directory {} is still on node {}",
                directory.1, directory.0
            )
            .into(),
        });
    }
    world.seen.volume = Some(bound);
    Ok(())
}

#[given("the namespace has been deleted")]
async fn namespace_has_been_deleted(world: &mut World) -> Result<(), StepError> {
    let namespace = world.namespace().await?;
    let client = world.run.clients.patient.clone();
    delete_namespace(&client, &namespace, GONE)
        .await
        .map_err(StepError::errored("delete the namespace"))
}

impl World {
    /// Asks for a restore of the scenario's backup and keeps when.
    async fn start_restore(&mut self, mapping: BTreeMap<String, String>) -> Result<(), StepError> {
        self.await_location().await?;
        let (name, backup) = (self.scope.name("restore"), self.backup()?.name.clone());
        let id = self.intend(Entry::object::<Restore>(Some(NAMESPACE), &name))?;
        self.restore_asked = Some(Instant::now());
        let made = self
            .velero()
            .start_restore(&name, &backup, mapping)
            .await
            .map_err(StepError::errored("ask for a restore"))?;
        self.confirm(id, made.uid().as_deref())
    }

    /// Waits until the restore is complete and its pod runs, and verifies the data there.
    async fn check_restored(&mut self, step: &Step, namespace: &str) -> Result<(), StepError> {
        let recorder = self.at(step);
        let name = self.scope.name("restore");
        let seen = self.velero().await_restore(&name, RESTORED).await;
        let seen = check_seen(&recorder, &format!("restore {name}"), "Completed without errors", seen)?;
        let warnings = seen.value.status.as_ref().map_or(0, |status| status.warnings);
        recorder.note(format!("restore {name}: {warnings} warnings"));
        let pod = self.mounted()?.pod.clone();
        let client = self.run.clients.strict.clone();
        let ready = observe_pod_ready(&client, namespace, &pod, Duration::from_mins(5)).await;
        check_seen(&recorder, &format!("pod {namespace}/{pod}"), "ready", ready)?;
        let workload = Workload::new(client, namespace, &pod);
        self.check_same(&recorder, &workload, self.manifest()?).await?;
        self.restore_verified = Some(Instant::now());
        Ok(())
    }
}

#[when("the namespace is restored from the backup")]
async fn namespace_is_restored(world: &mut World) -> Result<(), StepError> {
    // Velero creates the namespace anew, with another UID than the one that was listed when it was first created.
    let name = world.namespace().await?;
    let id = world.intend(Entry::Namespace { name })?;
    world.start_restore(BTreeMap::new()).await?;
    world.confirm(id, None)
}

#[when("the backup is restored into another namespace")]
async fn restored_into_another_namespace(world: &mut World) -> Result<(), StepError> {
    let (old, new) = (world.namespace().await?, world.scope.name("restored"));
    // Velero creates the namespace; it goes with the scenario as any other.
    let id = world.intend(Entry::Namespace { name: new.clone() })?;
    world.start_restore([(old, new.clone())].into()).await?;
    world.confirm(id, None)?;
    world.namespaces.push(new.clone());
    world.restored_namespace = Some(new);
    let name = world.scope.name("restore");
    let done = world.velero().await_restore(&name, RESTORED).await;
    done.map_err(StepError::errored("the restore"))?;
    Ok(())
}

#[then("its volume holds the same data as at the backup")]
async fn volume_holds_the_same_data_as_at_the_backup(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let mounted = world.mounted()?.clone();
    world.check_restored(step, &mounted.namespace).await?;
    let (_, old) = world.seen.volume.clone().ok_or(StepError::Missing {
        what: "destroyed volume",
    })?;
    let (name, new) = world.volume_of(&mounted).await?;
    let observed = format!("volume {name} with UID {new}");
    world.at(step).check(
        "volume of the restored claim",
        format!("another UID than {old}"),
        observed,
        new != old,
        1,
    )
}

#[then("the volume there holds the same data as at the backup")]
async fn volume_there_holds_the_same_data(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let namespace = world.restored_namespace.clone().ok_or(StepError::Missing {
        what: "restored namespace",
    })?;
    world.check_restored(step, &namespace).await
}

#[then("the restore stays within its budget")]
fn restore_stays_within_its_budget(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let asked = world.restore_asked.ok_or(StepError::Missing { what: "restore" })?;
    let verified = world.restore_verified.ok_or(StepError::Missing {
        what: "verified restore",
    })?;
    let measured = Measured::between(
        asked,
        (None, verified),
        "restore's creation sent",
        "restored data verified",
    );
    let mut measured = measured;
    // Verified means complete: the data was there at some time before, the read only proves it.
    measured.bound.clear();
    measured
        .bound
        .push_str("upper end: the verified read of every file; lower end unknown");
    world.within_budget(&world.at(step), RESTORE, measured)
}

#[then("the config map is back with the same content")]
async fn config_map_is_back(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let recorder = world.at(step);
    let name = world.scope.name("restore");
    let seen = world.velero().await_restore(&name, RESTORED).await;
    check_seen(&recorder, &format!("restore {name}"), "Completed without errors", seen)?;
    let namespace = world.namespace().await?;
    let maps: Api<ConfigMap> = Api::namespaced(world.run.clients.strict.clone(), &namespace);
    let map = maps
        .get_opt(CONFIG_MAP)
        .await
        .map_err(StepError::errored("read the config map"))?;
    let observed = map.and_then(|map| map.data);
    let expected = world.known_content(&namespace);
    let met = observed.as_ref() == Some(&expected);
    recorder.check(
        "content of the config map",
        format!("{expected:?}"),
        format!("{observed:?}"),
        met,
        1,
    )
}
