//! Velero as scenarios use it: the resources that we create and read, and what their states mean.

mod credential;
mod deletion;
mod location;
mod operation;
mod predicate;
mod resource;
mod undo;

pub use credential::CredentialKey;
pub use deletion::DeletionError;
pub use operation::{Velero, VeleroError, VolumesBackedUp};
pub use predicate::{backup_finished, location_state, restore_finished};
pub use resource::{
    Backup, BackupSpec, BackupStatus, BackupStorageLocation, BackupStorageLocationSpec, BackupStorageLocationStatus,
    DeleteBackupRequest, DeleteBackupRequestSpec, DeleteBackupRequestStatus, PodVolumeBackup, PodVolumeBackupSpec,
    PodVolumeBackupStatus, PodVolumeRestore, PodVolumeRestoreSpec, PodVolumeRestoreStatus, Restore, RestoreSpec,
    RestoreStatus, Schedule, ScheduleSpec, ScheduleStatus, VolumeProgress,
};
pub use undo::StackUndo;

/// Namespace that Velero runs in and that its resources live in.
pub const NAMESPACE: &str = "velero";
