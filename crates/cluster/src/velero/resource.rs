//! The fields of Velero's resources (`velero.io/v1`, 1.18) that we write or read, and no others.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, Time};
use kube::CustomResource;
use serde::{Deserialize, Serialize};

/// What a backup holds.
#[derive(CustomResource, Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "velero.io",
    version = "v1",
    kind = "Backup",
    namespaced,
    status = "BackupStatus",
    schema = "disabled"
)]
#[serde(rename_all = "camelCase", default)]
pub struct BackupSpec {
    /// Namespaces whose objects it holds; empty means all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub included_namespaces: Vec<String>,
    /// Namespaces whose objects it does not hold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub excluded_namespaces: Vec<String>,
    /// Objects that it holds; `None` means all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label_selector: Option<LabelSelector>,
    /// Name of its location; empty until Velero has filled in the default one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub storage_location: String,
    /// How long it is kept, as a Go duration.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub ttl: String,
    /// Whether volumes without an annotation are copied file by file; `None` takes the server's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_volumes_to_fs_backup: Option<bool>,
}

/// How far a backup is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BackupStatus {
    /// Velero's phase; empty before it has looked.
    pub phase: String,
    /// When it began.
    pub start_timestamp: Option<Time>,
    /// When it was complete, its objects in the bucket.
    pub completion_timestamp: Option<Time>,
    /// When it will be deleted.
    pub expiration: Option<Time>,
    /// Number of warning lines in its log.
    pub warnings: i64,
    /// Number of error lines in its log.
    pub errors: i64,
    /// Why it failed.
    pub failure_reason: String,
    /// Why it was refused.
    pub validation_errors: Vec<String>,
}

/// What a restore brings back.
#[derive(CustomResource, Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "velero.io",
    version = "v1",
    kind = "Restore",
    namespaced,
    status = "RestoreStatus",
    schema = "disabled"
)]
#[serde(rename_all = "camelCase", default)]
pub struct RestoreSpec {
    /// The backup.
    pub backup_name: String,
    /// Namespaces to bring back; empty means all of the backup.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub included_namespaces: Vec<String>,
    /// Old name → new name of namespaces.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub namespace_mapping: BTreeMap<String, String>,
}

/// How far a restore is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RestoreStatus {
    /// Velero's phase; empty before it has looked.
    pub phase: String,
    /// When it began.
    pub start_timestamp: Option<Time>,
    /// When it was complete.
    pub completion_timestamp: Option<Time>,
    /// Number of warning lines in its log.
    pub warnings: i64,
    /// Number of error lines in its log.
    pub errors: i64,
    /// Why it failed.
    pub failure_reason: String,
    /// Why it was refused.
    pub validation_errors: Vec<String>,
}

/// When backups are made, and which.
#[derive(CustomResource, Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "velero.io",
    version = "v1",
    kind = "Schedule",
    namespaced,
    status = "ScheduleStatus",
    schema = "disabled"
)]
#[serde(rename_all = "camelCase", default)]
pub struct ScheduleSpec {
    /// Cron expression, in the server's time zone.
    pub schedule: String,
    /// What each backup holds.
    pub template: BackupSpec,
    /// `true` where it makes no backups.
    pub paused: bool,
    /// `false` makes a first backup as soon as one would have been due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_immediately: Option<bool>,
}

/// How a schedule goes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ScheduleStatus {
    /// `New`, `Enabled` or `FailedValidation`.
    pub phase: String,
    /// When it last made a backup.
    pub last_backup: Option<Time>,
    /// Why it was refused.
    pub validation_errors: Vec<String>,
}

/// Where backups are kept.
#[derive(CustomResource, Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "velero.io",
    version = "v1",
    kind = "BackupStorageLocation",
    namespaced,
    status = "BackupStorageLocationStatus",
    schema = "disabled"
)]
#[serde(rename_all = "camelCase", default)]
pub struct BackupStorageLocationSpec {
    /// Plugin that serves it.
    pub provider: String,
    /// Whether backups that name no location go to it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub default: bool,
    /// What the plugin is told, such as `s3Url`.
    pub config: BTreeMap<String, String>,
    /// Secret with the credentials, `name` and `key`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential: Option<BTreeMap<String, String>>,
    /// `bucket`, `prefix` and `caCert` (base64).
    pub object_storage: BTreeMap<String, String>,
    /// How often it is validated, as a Go duration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validation_frequency: Option<String>,
}

/// Whether a location can be used.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BackupStorageLocationStatus {
    /// `Available` or `Unavailable`; empty before the first validation.
    pub phase: String,
    /// Why it is unavailable.
    pub message: String,
    /// When it was last validated.
    pub last_validation_time: Option<Time>,
}

/// The copy of one volume into a backup.
#[derive(CustomResource, Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "velero.io",
    version = "v1",
    kind = "PodVolumeBackup",
    namespaced,
    status = "PodVolumeBackupStatus",
    schema = "disabled"
)]
#[serde(rename_all = "camelCase", default)]
pub struct PodVolumeBackupSpec {
    /// The volume's name in its pod.
    pub volume: String,
    /// Node that holds it.
    pub node: String,
}

/// How far the copy of a volume is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodVolumeBackupStatus {
    /// Velero's phase.
    pub phase: String,
    /// Why it failed.
    pub message: String,
    /// Bytes done and in all.
    pub progress: VolumeProgress,
}

/// Bytes of a copied volume.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VolumeProgress {
    /// In all.
    pub total_bytes: i64,
    /// Done.
    pub bytes_done: i64,
}

/// The copy of one volume out of a backup.
#[derive(CustomResource, Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "velero.io",
    version = "v1",
    kind = "PodVolumeRestore",
    namespaced,
    status = "PodVolumeRestoreStatus",
    schema = "disabled"
)]
#[serde(rename_all = "camelCase", default)]
pub struct PodVolumeRestoreSpec {
    /// The volume's name in its pod.
    pub volume: String,
}

/// How far the copy of a volume is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodVolumeRestoreStatus {
    /// Velero's phase.
    pub phase: String,
    /// Why it failed.
    pub message: String,
    /// Bytes done and in all.
    pub progress: VolumeProgress,
}

/// Asks Velero to delete a backup with everything that it holds in the bucket.
#[derive(CustomResource, Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "velero.io",
    version = "v1",
    kind = "DeleteBackupRequest",
    namespaced,
    status = "DeleteBackupRequestStatus",
    schema = "disabled"
)]
#[serde(rename_all = "camelCase", default)]
pub struct DeleteBackupRequestSpec {
    /// The backup.
    pub backup_name: String,
}

/// How a deletion goes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeleteBackupRequestStatus {
    /// `New`, `InProgress` or `Processed`.
    pub phase: String,
    /// What could not be deleted, one line each.
    pub errors: Vec<String>,
}
