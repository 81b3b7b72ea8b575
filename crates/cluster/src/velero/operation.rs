//! What scenarios ask of Velero: [`Velero`].

use std::{collections::BTreeMap, time::Duration};

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::{
    Api, Client, ResourceExt as _,
    api::{ListParams, PostParams},
};

use super::{
    NAMESPACE,
    predicate::{backup_finished, restore_finished},
    resource::{
        Backup, BackupSpec, BackupStorageLocation, PodVolumeBackup, Restore, RestoreSpec, Schedule, ScheduleSpec,
    },
};
use crate::watch::{ObserveError, Seen, observe};

/// Label by which Velero's resources name their backup.
pub(super) const BACKUP_LABEL: &str = "velero.io/backup-name";
/// Label by which backups name their schedule.
const SCHEDULE_LABEL: &str = "velero.io/schedule-name";

/// Why Velero was not asked.
#[derive(Debug, thiserror::Error)]
#[error("{what} `{name}`")]
pub struct VeleroError {
    /// What was asked.
    pub what: &'static str,
    /// Of which resource.
    pub name: String,
    /// What the API server said.
    #[source]
    pub source: Box<kube::Error>,
}

/// The volumes that a backup holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VolumesBackedUp {
    /// Copies that are complete, as `pod volume: bytes`.
    pub complete: Vec<String>,
    /// Copies that are not, as `pod volume: why`.
    pub incomplete: Vec<String>,
    /// Bytes of all complete copies.
    pub bytes: u64,
}

/// Velero of one cluster, asked through its resources.
#[derive(Clone)]
pub struct Velero {
    pub(super) client: Client,
    labels: BTreeMap<String, String>,
}

impl Velero {
    /// Velero of a cluster; what is created carries these labels.
    #[must_use]
    pub fn new(client: Client, labels: BTreeMap<String, String>) -> Self {
        Self { client, labels }
    }

    /// Velero's resources of a kind.
    #[must_use]
    pub fn api<K>(&self) -> Api<K>
    where
        K: kube::Resource<Scope = kube::core::NamespaceResourceScope>,
        K::DynamicType: Default,
    {
        Api::namespaced(self.client.clone(), NAMESPACE)
    }

    /// What is created carries these.
    pub(super) fn labels(&self) -> &BTreeMap<String, String> {
        &self.labels
    }

    fn meta(&self, name: &str) -> ObjectMeta {
        ObjectMeta {
            name: Some(name.to_owned()),
            labels: Some(self.labels.clone()),
            ..ObjectMeta::default()
        }
    }

    async fn create<K>(&self, what: &'static str, name: &str, object: &K) -> Result<K, VeleroError>
    where
        K: kube::Resource<Scope = kube::core::NamespaceResourceScope> + serde::Serialize + serde::de::DeserializeOwned,
        K: Clone + std::fmt::Debug,
        K::DynamicType: Default,
    {
        let created = self.api::<K>().create(&PostParams::default(), object).await;
        created.map_err(|source| VeleroError {
            what,
            name: name.to_owned(),
            source: Box::new(source),
        })
    }

    /// Starts a backup.
    ///
    /// # Errors
    ///
    /// When the API server refuses it.
    pub async fn start_backup(&self, name: &str, spec: BackupSpec) -> Result<Backup, VeleroError> {
        let mut backup = Backup::new(name, spec);
        backup.metadata = self.meta(name);
        self.create("start backup", name, &backup).await
    }

    /// Waits until a backup is complete without errors.
    ///
    /// # Errors
    ///
    /// As soon as it has ended otherwise, or at the deadline.
    pub async fn await_backup(&self, name: &str, deadline: Duration) -> Result<Seen<Backup>, ObserveError> {
        observe(
            &self.api::<Backup>(),
            name,
            &format!("backup `{name}` complete"),
            deadline,
            backup_finished,
        )
        .await
    }

    /// The copies of volumes that a backup holds.
    ///
    /// # Errors
    ///
    /// When they cannot be listed.
    pub async fn volumes_of(&self, backup: &str) -> Result<VolumesBackedUp, VeleroError> {
        let selection = ListParams::default().labels(&format!("{BACKUP_LABEL}={backup}"));
        let copies = self.api::<PodVolumeBackup>().list(&selection).await;
        let copies = copies.map_err(|source| VeleroError {
            what: "list volumes of backup",
            name: backup.to_owned(),
            source: Box::new(source),
        })?;
        Ok(volumes(&copies.items))
    }

    /// Starts a restore; `mapping` is old → new namespace.
    ///
    /// # Errors
    ///
    /// When the API server refuses it.
    pub async fn start_restore(
        &self,
        name: &str,
        backup: &str,
        mapping: BTreeMap<String, String>,
    ) -> Result<Restore, VeleroError> {
        let spec = RestoreSpec {
            backup_name: backup.to_owned(),
            namespace_mapping: mapping,
            ..RestoreSpec::default()
        };
        let mut restore = Restore::new(name, spec);
        restore.metadata = self.meta(name);
        self.create("start restore", name, &restore).await
    }

    /// Waits until a restore is complete without errors.
    ///
    /// # Errors
    ///
    /// As soon as it has ended otherwise, or at the deadline.
    pub async fn await_restore(&self, name: &str, deadline: Duration) -> Result<Seen<Restore>, ObserveError> {
        observe(
            &self.api::<Restore>(),
            name,
            &format!("restore `{name}` complete"),
            deadline,
            restore_finished,
        )
        .await
    }

    /// Creates a schedule.
    ///
    /// # Errors
    ///
    /// When the API server refuses it.
    pub async fn create_schedule(&self, name: &str, spec: ScheduleSpec) -> Result<Schedule, VeleroError> {
        let mut schedule = Schedule::new(name, spec);
        schedule.metadata = self.meta(name);
        self.create("create schedule", name, &schedule).await
    }

    /// Selects the backups of a schedule.
    #[must_use]
    pub fn backups_of_schedule(schedule: &str) -> String {
        format!("{SCHEDULE_LABEL}={schedule}")
    }

    /// Creates a storage location.
    ///
    /// # Errors
    ///
    /// When the API server refuses it.
    pub async fn create_location(&self, location: &mut BackupStorageLocation) -> Result<(), VeleroError> {
        let name = location.name_any();
        location.metadata = self.meta(&name);
        self.create("create storage location", &name, location).await?;
        Ok(())
    }
}

fn volumes(copies: &[PodVolumeBackup]) -> VolumesBackedUp {
    let mut volumes = VolumesBackedUp::default();
    for copy in copies {
        let status = copy.status.clone().unwrap_or_default();
        let (done, total) = (status.progress.bytes_done, status.progress.total_bytes);
        let name = format!("{} {}", copy.name_any(), copy.spec.volume);
        if status.phase == "Completed" && total > 0 && done == total {
            volumes.bytes += u64::try_from(total).unwrap_or_default();
            volumes.complete.push(format!("{name}: {total} bytes"));
        } else {
            volumes.incomplete.push(format!(
                "{name}: {} with {done} of {total} bytes {}",
                status.phase, status.message
            ));
        }
    }
    volumes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::velero::{PodVolumeBackupSpec, PodVolumeBackupStatus, VolumeProgress};

    fn copy(phase: &str, bytes_done: i64, total_bytes: i64) -> PodVolumeBackup {
        let mut copy = PodVolumeBackup::new("c", PodVolumeBackupSpec::default());
        let progress = VolumeProgress {
            total_bytes,
            bytes_done,
        };
        copy.status = Some(PodVolumeBackupStatus {
            phase: phase.to_owned(),
            message: String::new(),
            progress,
        });
        copy
    }

    #[test]
    fn a_copy_counts_only_when_it_is_complete_and_holds_bytes() {
        let volumes = volumes(&[
            copy("Completed", 8, 8),
            copy("Completed", 0, 0),
            copy("Failed", 8, 8),
            copy("InProgress", 4, 8),
        ]);
        assert_eq!(
            (volumes.complete.len(), volumes.incomplete.len(), volumes.bytes),
            (1, 3, 8)
        );
    }
}
