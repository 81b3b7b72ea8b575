//! Backups of namespaces.

use std::time::{Duration, Instant};

use cucumber::{gherkin::Step, given, then, when};
use kube::{ResourceExt as _, api::ListParams};
use shall_cluster::{
    client::S3,
    ledger::Entry,
    velero::{Backup, BackupSpec, NAMESPACE},
};

use crate::{StepError, World, budget::Measured, parameter::SpanOfTime, wait::check_seen, world::BackupMade};

/// Metric key of the time from asking for a backup to its completion.
const BACKUP: &str = "backup-duration";
/// Twice the budget of 5 min and a minute more, so that a miss is measured and not only timed out.
const COMPLETE: Duration = Duration::from_mins(11);

impl World {
    /// Starts a backup with this specification and keeps when.
    pub(crate) async fn start_backup(&mut self, spec: BackupSpec) -> Result<(), StepError> {
        self.await_location().await?;
        let name = self.scope.name("backup");
        let entry = Entry::VeleroBackup {
            namespace: NAMESPACE.to_owned(),
            name: name.clone(),
        };
        let id = self.intend(entry)?;
        let asked = Instant::now();
        let made = self
            .velero()
            .start_backup(&name, spec)
            .await
            .map_err(StepError::errored("ask for a backup"))?;
        self.confirm(id, made.uid().as_deref())?;
        self.backup = Some(BackupMade {
            name,
            asked,
            complete: None,
            backup: None,
        });
        Ok(())
    }

    /// Waits for the scenario's backup; for `Given` steps.
    async fn await_backup(&mut self) -> Result<(), StepError> {
        let name = self.backup()?.name.clone();
        let seen = self
            .velero()
            .await_backup(&name, COMPLETE)
            .await
            .map_err(StepError::errored("the backup"))?;
        self.keep_backup(seen);
        Ok(())
    }

    async fn backup_of_own_namespace(&mut self, ttl: Option<Duration>) -> Result<(), StepError> {
        let namespace = self.namespace().await?;
        let ttl = ttl.map(|ttl| format!("{}s", ttl.as_secs())).unwrap_or_default();
        self.seen.volumes = self.mounted.len();
        self.start_backup(BackupSpec {
            included_namespaces: vec![namespace],
            ttl,
            ..BackupSpec::default()
        })
        .await
    }

    /// A client of the stack's S3 server.
    pub(crate) async fn s3(&self) -> Result<S3, StepError> {
        S3::connect(&self.run.clients.patient, &self.run.s3)
            .await
            .map_err(StepError::errored("reach the S3 server"))
    }

    /// Every object of the scenario's backup.
    pub(crate) async fn objects_of_backup(&self) -> Result<Vec<shall_cluster::client::Object>, StepError> {
        let prefix = format!("backups/{}/", self.backup()?.name);
        let s3 = self.s3().await?;
        s3.list(&self.run.s3.bucket, &prefix)
            .await
            .map_err(StepError::errored("list the bucket"))
    }
}

#[when("its namespace is backed up")]
async fn namespace_is_backed_up(world: &mut World) -> Result<(), StepError> {
    world.backup_of_own_namespace(None).await
}

#[when(expr = "its namespace is backed up with a retention of {span}")]
async fn namespace_is_backed_up_with_a_retention(world: &mut World, span: SpanOfTime) -> Result<(), StepError> {
    world.backup_of_own_namespace(Some(span.0)).await
}

#[given("a completed backup of the namespace")]
async fn completed_backup(world: &mut World) -> Result<(), StepError> {
    world.backup_of_own_namespace(None).await?;
    world.await_backup().await?;
    // A backup without its volumes is no ground to test a restore on.
    let backup = world.backup()?.name.clone();
    let volumes = world
        .velero()
        .volumes_of(&backup)
        .await
        .map_err(StepError::errored("list the volumes"))?;
    if volumes.complete.len() == world.seen.volumes && volumes.incomplete.is_empty() {
        return Ok(());
    }
    Err(StepError::Errored {
        what: format!("backup `{backup}`"),
        source: format!(
            "holds {} of {} volumes though Velero reports it as Completed {}",
            volumes.complete.len(),
            world.seen.volumes,
            volumes.incomplete.join("; ")
        )
        .into(),
    })
}

#[given(expr = "a completed backup of the namespace with a retention of {span}")]
async fn completed_backup_with_a_retention(world: &mut World, span: SpanOfTime) -> Result<(), StepError> {
    world.backup_of_own_namespace(Some(span.0)).await?;
    world.seen.retention = Some(span.0);
    world.await_backup().await
}

#[then("the backup is complete in S3")]
async fn backup_is_complete_in_s3(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let recorder = world.at(step);
    let name = world.backup()?.name.clone();
    let seen = world.velero().await_backup(&name, COMPLETE).await;
    let seen = check_seen(&recorder, &format!("backup {name}"), "Completed without errors", seen)?;
    let warnings = seen.value.status.as_ref().map_or(0, |status| status.warnings);
    recorder.note(format!("{warnings} warnings"));
    world.keep_backup(seen);
    let objects = world.objects_of_backup().await?;
    let bytes: u64 = objects.iter().map(|object| object.bytes).sum();
    recorder.note(format!("{} objects, {bytes} bytes", objects.len()));
    let metadata = format!("backups/{name}/velero-backup.json");
    let met = bytes > 0 && objects.iter().any(|object| object.key == metadata);
    let observed = format!("{} objects with {bytes} bytes", objects.len());
    recorder.check(
        "objects of the backup in the bucket",
        "its velero-backup.json and more than 0 bytes",
        observed,
        met,
        objects.len(),
    )
}

#[then("every volume of the namespace is in the backup")]
async fn every_volume_is_in_the_backup(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let recorder = world.at(step);
    let backup = world.backup()?.name.clone();
    let volumes = world
        .velero()
        .volumes_of(&backup)
        .await
        .map_err(StepError::errored("list the volumes"))?;
    for volume in volumes.complete.iter().chain(&volumes.incomplete) {
        recorder.note(volume);
    }
    let expected = world.seen.volumes;
    let met = volumes.complete.len() == expected && volumes.incomplete.is_empty();
    let observed = format!("{} complete, {} not", volumes.complete.len(), volumes.incomplete.len());
    recorder.check(
        "volumes in the backup",
        format!("{expected} complete, 0 not"),
        observed,
        met,
        expected,
    )?;
    let manifest = world.manifest()?.bytes;
    let enough = volumes.bytes >= manifest;
    recorder.check(
        "bytes of the volumes in the backup",
        format!("at least {manifest}"),
        volumes.bytes,
        enough,
        expected,
    )
}

#[then("the backup stays within its budget")]
fn backup_stays_within_its_budget(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let made = world.backup()?;
    let complete = made.complete.ok_or(StepError::Missing {
        what: "completed backup",
    })?;
    let measured = Measured::between(
        made.asked,
        complete,
        "backup's creation sent",
        "backup seen Completed, its objects in S3",
    );
    world.within_budget(&world.at(step), BACKUP, measured)
}

#[then(expr = "the objects of the backup are in the bucket {string}")]
async fn objects_are_in_the_bucket(world: &mut World, bucket: String, #[step] step: &Step) -> Result<(), StepError> {
    backup_is_complete_in_s3(world, step).await?;
    world
        .at(step)
        .check_equal("bucket of the backup's objects", &bucket, &world.run.s3.bucket, 1)
}

#[then("the list of backups shows it as completed")]
async fn list_shows_it_as_completed(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let recorder = world.at(step);
    let name = world.backup()?.name.clone();
    let seen = world.velero().await_backup(&name, COMPLETE).await;
    check_seen(&recorder, &format!("backup {name}"), "Completed without errors", seen)?;
    let list = world.velero().api::<Backup>().list(&ListParams::default()).await;
    let list = list.map_err(StepError::errored("list backups"))?;
    let phase = list.iter().find(|backup| backup.name_any() == name);
    let phase = phase.map_or("not listed".to_owned(), |backup| {
        backup.status.clone().unwrap_or_default().phase
    });
    recorder.check_equal(
        format!("phase of {name} in the list"),
        &"Completed".to_owned(),
        &phase,
        list.items.len(),
    )
}

#[then("the backup is in the default location")]
async fn backup_is_in_the_default_location(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    backup_is_complete_in_s3(world, step).await?;
    let default = world.default_location().await?.name_any();
    let made = world.backup()?.backup.clone().ok_or(StepError::Missing {
        what: "completed backup",
    })?;
    world
        .at(step)
        .check_equal("location of the backup", &default, &made.spec.storage_location, 1)
}
