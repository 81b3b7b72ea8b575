//! What the states of Velero's resources mean for one who waits.

use super::resource::{Backup, BackupStorageLocation, Restore};
use crate::watch::Observation;

/// Met when a backup is complete without errors; impossible once it has ended otherwise.
#[must_use]
pub fn backup_finished(backup: Option<&Backup>) -> Observation<Backup> {
    let Some(backup) = backup else {
        return Observation::Pending("the backup does not exist".to_owned());
    };
    let status = backup.status.clone().unwrap_or_default();
    let ended = Ended {
        phase: &status.phase,
        errors: status.errors,
        warnings: status.warnings,
        reason: &status.failure_reason,
        refusals: &status.validation_errors,
    };
    ended.observe(|| backup.clone())
}

/// Met when a restore is complete without errors; impossible once it has ended otherwise.
#[must_use]
pub fn restore_finished(restore: Option<&Restore>) -> Observation<Restore> {
    let Some(restore) = restore else {
        return Observation::Pending("the restore does not exist".to_owned());
    };
    let status = restore.status.clone().unwrap_or_default();
    let ended = Ended {
        phase: &status.phase,
        errors: status.errors,
        warnings: status.warnings,
        reason: &status.failure_reason,
        refusals: &status.validation_errors,
    };
    ended.observe(|| restore.clone())
}

/// Phase and message of a location that has been validated; `None` before.
#[must_use]
pub fn location_state(location: &BackupStorageLocation) -> Option<(String, String)> {
    let status = location.status.as_ref()?;
    (!status.phase.is_empty()).then(|| (status.phase.clone(), status.message.clone()))
}

/// What backups and restores say of their end in the same words.
struct Ended<'a> {
    phase: &'a str,
    errors: i64,
    warnings: i64,
    reason: &'a str,
    refusals: &'a [String],
}

impl Ended<'_> {
    fn observe<T>(&self, value: impl FnOnce() -> T) -> Observation<T> {
        match self.phase {
            "Completed" if self.errors == 0 => Observation::Met(value()),
            "Completed" | "PartiallyFailed" | "Failed" | "FailedValidation" => Observation::Impossible(self.failure()),
            "" => Observation::Pending("not yet looked at by Velero".to_owned()),
            phase => Observation::Pending(format!("phase {phase}")),
        }
    }

    fn failure(&self) -> String {
        let mut text = format!(
            "phase {} with {} errors and {} warnings",
            self.phase, self.errors, self.warnings
        );
        if !self.reason.is_empty() {
            text.push_str(": ");
            text.push_str(self.reason);
        }
        for refusal in self.refusals {
            text.push_str("; ");
            text.push_str(refusal);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::velero::{BackupSpec, BackupStatus};

    fn backup(phase: &str, errors: i64) -> Backup {
        let mut backup = Backup::new("b", BackupSpec::default());
        backup.status = Some(BackupStatus {
            phase: phase.to_owned(),
            errors,
            ..BackupStatus::default()
        });
        backup
    }

    #[test]
    fn only_a_completed_backup_without_errors_is_met() {
        assert!(matches!(
            backup_finished(Some(&backup("Completed", 0))),
            Observation::Met(_)
        ));
        assert!(matches!(
            backup_finished(Some(&backup("Completed", 1))),
            Observation::Impossible(_)
        ));
        for phase in ["PartiallyFailed", "Failed", "FailedValidation"] {
            assert!(
                matches!(backup_finished(Some(&backup(phase, 0))), Observation::Impossible(_)),
                "{phase}"
            );
        }
        for phase in [
            "",
            "New",
            "InProgress",
            "WaitingForPluginOperations",
            "Finalizing",
            "SomethingNew",
        ] {
            assert!(
                matches!(backup_finished(Some(&backup(phase, 0))), Observation::Pending(_)),
                "{phase}"
            );
        }
        assert!(matches!(backup_finished(None), Observation::Pending(_)));
    }
}
