//! Schedules, retention and deletion of backups.

#![expect(clippy::needless_pass_by_value, reason = "cucumber hands parameters over by value")]

use std::time::Duration;

use cucumber::{gherkin::Step, then, when};
use k8s_openapi::api::core::v1::Pod;
use kube::{Api, ResourceExt as _, api::ListParams, runtime::watcher};
use shall_cluster::{
    ledger::Entry,
    velero::{Backup, NAMESPACE, Schedule, ScheduleSpec, Velero, backup_finished},
    watch::{Observation, gone, observe_set, poll},
};
use shall_spec::Unit;

use crate::{StepError, World, budget::Measured, parameter::SpanOfTime, wait::check_seen, world::BackupMade};

/// The schedule that the profile installs.
const DAILY: &str = "daily";
/// Metric key of how long a backup is kept.
const RETENTION: &str = "backup-retention";
/// Cron fires at full minutes and Velero looks once a minute.
const DUE: Duration = Duration::from_mins(3);
/// How long Velero may take to delete a backup.
const DELETED: Duration = Duration::from_mins(4);

#[when("the daily schedule is asked for")]
async fn daily_schedule_is_asked_for(world: &mut World) -> Result<(), StepError> {
    let schedule = world
        .velero()
        .api::<Schedule>()
        .get(DAILY)
        .await
        .map_err(StepError::errored("read the schedule"))?;
    world.seen.schedule = Some(schedule);
    Ok(())
}

#[then(expr = "it is enabled with the expression {string}")]
fn schedule_is_enabled(world: &mut World, expression: String, #[step] step: &Step) -> Result<(), StepError> {
    let schedule = world
        .seen
        .schedule
        .as_ref()
        .ok_or(StepError::Missing { what: "schedule" })?;
    let recorder = world.at(step);
    recorder.check_equal("expression of the schedule", &expression, &schedule.spec.schedule, 1)?;
    let status = schedule.status.clone().unwrap_or_default();
    let observed = format!("{}{}", status.phase, if schedule.spec.paused { ", paused" } else { "" });
    recorder.check_equal("phase of the schedule", &"Enabled".to_owned(), &observed, 1)
}

#[then("Velero reads its clock in UTC")]
async fn velero_reads_its_clock_in_utc(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let pods: Api<Pod> = Api::namespaced(world.run.clients.strict.clone(), NAMESPACE);
    let server = pods
        .list(&ListParams::default().labels("deploy=velero"))
        .await
        .map_err(StepError::errored("list pods"))?;
    let mut variables = server
        .iter()
        .filter_map(|pod| pod.spec.as_ref())
        .flat_map(|spec| &spec.containers)
        .flat_map(|c| c.env.iter().flatten());
    let zone = variables
        .find(|variable| variable.name == "TZ")
        .and_then(|variable| variable.value.clone());
    let mounts = server
        .iter()
        .filter_map(|pod| pod.spec.as_ref())
        .flat_map(|spec| &spec.containers);
    let localtime = mounts
        .flat_map(|c| c.volume_mounts.iter().flatten())
        .any(|mount| mount.mount_path == "/etc/localtime");
    let utc = zone.as_deref().is_none_or(|zone| zone == "UTC") && !localtime;
    let observed = format!(
        "TZ {}, /etc/localtime {}",
        zone.as_deref().unwrap_or("not set"),
        if localtime { "mounted" } else { "not mounted" }
    );
    let recorder = world.at(step);
    recorder.check(
        "time zone of the Velero server",
        "UTC: no other TZ, no /etc/localtime mounted",
        observed,
        utc,
        server.items.len(),
    )
}

#[when("a schedule with the daily schedule's template comes due")]
async fn twin_schedule_comes_due(world: &mut World) -> Result<(), StepError> {
    daily_schedule_is_asked_for(world).await?;
    let namespace = world.namespace().await?;
    let daily = world
        .seen
        .schedule
        .clone()
        .ok_or(StepError::Missing { what: "schedule" })?;
    let mut template = daily.spec.template;
    template.included_namespaces = vec![namespace];
    let name = world.scope.name("twin");
    world.intend(Entry::VeleroBackupsOf {
        namespace: NAMESPACE.to_owned(),
        schedule: name.clone(),
    })?;
    let id = world.intend(Entry::object::<Schedule>(Some(NAMESPACE), &name))?;
    // Velero makes the first backup of a schedule at once where one would have been due and it is not told to skip it.
    let spec = ScheduleSpec {
        schedule: "* * * * *".to_owned(),
        template,
        paused: false,
        skip_immediately: Some(true),
    };
    let made = world
        .velero()
        .create_schedule(&name, spec)
        .await
        .map_err(StepError::errored("create a schedule"))?;
    world.confirm(id, made.uid().as_deref())?;
    world.seen.twin = Some(name);
    Ok(())
}

#[then("a backup of the schedule appears")]
async fn backup_of_the_schedule_appears(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let twin = world.seen.twin.clone().ok_or(StepError::Missing { what: "schedule" })?;
    let api = world.velero().api::<Backup>();
    let selection = watcher::Config::default().labels(&Velero::backups_of_schedule(&twin));
    let seen = observe_set(
        &api,
        selection,
        "backup of the schedule",
        DUE,
        |backups| match backups.values().next() {
            Some(backup) => backup_finished(Some(backup)),
            None => Observation::Pending("no backup of the schedule".to_owned()),
        },
    )
    .await;
    let seen = check_seen(
        &world.at(step),
        &format!("backups of schedule {twin}"),
        "one that is Completed",
        seen,
    )?;
    let name = seen.value.name_any();
    let asked = seen.at;
    world.backup = Some(BackupMade {
        name,
        asked,
        complete: None,
        backup: Some(seen.value),
    });
    Ok(())
}

/// What the cut of two stamps to whole seconds can make of the time between them, and a look between two seconds.
const CUT: f64 = 2.0;

/// Seconds between a backup's creation and its expiry, both by the server's clock.
fn kept_for(backup: &Backup) -> Option<f64> {
    let created = backup.metadata.creation_timestamp.as_ref()?.0;
    let expires = backup.status.as_ref()?.expiration.as_ref()?.0;
    Some(expires.duration_since(created).as_secs_f64())
}

#[then("the retention of the backup is within its budget")]
fn retention_is_within_its_budget(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let backup = world.backup()?.backup.clone().ok_or(StepError::Missing {
        what: "completed backup",
    })?;
    let kept = kept_for(&backup).ok_or(StepError::Missing {
        what: "expiry of the backup",
    })?;
    let recorder = world.at(step);
    recorder.note(format!("ttl {}, kept for {kept} s from its creation", backup.spec.ttl));
    let days = (kept / 86_400.0 * 1000.0).round() / 1000.0;
    let measured = Measured {
        lower: days,
        upper: days,
        unit: Unit::Day,
        from: "creation of the backup (server's clock)".to_owned(),
        to: "its expiry (server's clock)".to_owned(),
        bound: "rounded to a thousandth of a day; both stamps are cut to 1 s".to_owned(),
    };
    world.within_budget(&recorder, RETENTION, measured)
}

#[then(expr = "the backup expires {span} after it was created")]
async fn backup_expires_after(world: &mut World, span: SpanOfTime, #[step] step: &Step) -> Result<(), StepError> {
    let recorder = world.at(step);
    let name = world.backup()?.name.clone();
    let seen = world.velero().await_backup(&name, Duration::from_mins(5)).await;
    let seen = check_seen(&recorder, &format!("backup {name}"), "Completed without errors", seen)?;
    let status = seen.value.status.as_ref();
    let started = status.and_then(|status| status.start_timestamp.as_ref());
    let waited = started.zip(seen.value.metadata.creation_timestamp.as_ref());
    let waited = waited.map(|(started, created)| started.0.duration_since(created.0).as_secs_f64());
    let (Some(kept), Some(waited)) = (kept_for(&seen.value), waited) else {
        return Err(StepError::Missing {
            what: "start and expiry of the backup",
        });
    };
    let expected = span.0.as_secs_f64();
    // Velero reckons from the moment at which it takes the backup out of its queue; all stamps are cut to whole seconds.
    let met = (expected - CUT..=expected + waited + CUT).contains(&kept);
    recorder.check(
        "seconds from creation to expiry",
        format!(
            "{expected} to {} (it waited {waited} s before it began)",
            expected + waited
        ),
        kept,
        met,
        1,
    )
}

#[when("the backup is deleted")]
async fn backup_is_deleted(world: &mut World) -> Result<(), StepError> {
    let name = world.backup()?.name.clone();
    let objects = world.objects_of_backup().await?;
    if objects.is_empty() {
        return Err(StepError::Missing {
            what: "object of the backup",
        });
    }
    world.seen.objects_before = objects.len();
    world
        .velero()
        .delete_backup(&name, DELETED)
        .await
        .map_err(StepError::errored("delete the backup"))
}

#[when("its retention has passed")]
async fn retention_has_passed(world: &mut World) -> Result<(), StepError> {
    let objects = world.objects_of_backup().await?;
    world.seen.objects_before = objects.len();
    let made = world.backup()?;
    let expires = made
        .backup
        .as_ref()
        .and_then(|backup| backup.status.as_ref()?.expiration.clone());
    let expires = expires
        .ok_or(StepError::Missing {
            what: "expiry of the backup",
        })?
        .0;
    let left = Duration::try_from(expires - k8s_openapi::jiff::Timestamp::now()).unwrap_or_default();
    let passed = poll(
        "the retention has passed",
        Duration::from_secs(1),
        left + Duration::from_secs(5),
        || async {
            if k8s_openapi::jiff::Timestamp::now() >= expires {
                Observation::Met(())
            } else {
                Observation::Pending("not yet".to_owned())
            }
        },
    )
    .await;
    passed.map_err(StepError::errored("wait for the retention to pass"))?;
    Ok(())
}

#[then("the backup is gone")]
async fn backup_is_gone(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let name = world.backup()?.name.clone();
    let seen = gone(
        &world.velero().api::<Backup>(),
        &name,
        None,
        &format!("backup `{name}` deleted"),
        DELETED,
    )
    .await;
    check_seen(&world.at(step), &format!("backup {name}"), "gone", seen)?;
    Ok(())
}

#[then("no object of the backup is left in the bucket")]
async fn no_object_is_left(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let left = world.objects_of_backup().await?;
    let before = world.seen.objects_before;
    let observed = format!("{} of {before} objects", left.len());
    world.at(step).check(
        "objects of the backup in the bucket",
        "0",
        observed,
        left.is_empty(),
        before,
    )
}
