//! Deleting backups with what they hold in the bucket.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::{
    Api, ResourceExt as _,
    api::{DeleteParams, PostParams},
};

use super::{
    operation::{BACKUP_LABEL, Velero},
    resource::{Backup, DeleteBackupRequest, DeleteBackupRequestSpec},
};
use crate::watch::{Observation, ObserveError, gone, observe};

/// What Velero ends a request with while it takes the backup for one that goes on.
const GOES_ON: &str = "backup is still in progress";
/// So long after its end Velero has surely noticed that a backup ended: it takes a second or two.
const NOTICED: Duration = Duration::from_mins(1);

/// Why a backup was not deleted.
#[derive(Debug, thiserror::Error)]
pub enum DeletionError {
    /// Velero's server keeps in its memory which backups go on, and has lost track of this one (seen on 1.18.1, once in some
    /// hundred backups). It refuses to delete it.
    #[error(
        "backup `{backup}` ended at {ended}, and Velero still refuses its deletion: {GOES_ON}\n(hint: Velero forgets that when its pod starts anew)"
    )]
    LostTrack {
        /// The backup.
        backup: String,
        /// When it ended.
        ended: Timestamp,
    },
    /// It is still there at the deadline, or Velero or the API server refused.
    #[error(transparent)]
    Observe(#[from] ObserveError),
}

/// How soon a request that ended with errors is made again.
const AGAIN: Duration = Duration::from_secs(5);

impl Velero {
    /// Asks Velero to delete a backup with everything that it holds in the bucket, and waits until it is gone.
    ///
    /// Velero tries a request once. One that ends with errors, as it does while the storage location is not available,
    /// is made again.
    ///
    /// # Errors
    ///
    /// [`DeletionError::LostTrack`] when Velero takes a backup that ended for one that goes on; otherwise when it is still
    /// there at the deadline, with what the last request ended with. One that does not exist is gone.
    pub async fn delete_backup(&self, backup: &str, deadline: Duration) -> Result<(), DeletionError> {
        let what = format!("backup `{backup}` deleted");
        let api_error = |source: kube::Error| ObserveError::Api {
            what: what.clone(),
            source: source.into(),
        };
        let until = Instant::now() + deadline;
        let left = || until.saturating_duration_since(Instant::now());
        let api = self.api::<Backup>();
        let mut refused: Option<String> = None;
        let mut pace = tokio::time::interval(AGAIN);
        loop {
            pace.tick().await;
            let Some(found) = api.get_opt(backup).await.map_err(api_error)? else {
                return Ok(());
            };
            if holds_nothing(&found) {
                let deleted = api.delete(backup, &DeleteParams::default()).await;
                deleted.map_err(api_error)?;
                gone(&api, backup, found.uid().as_deref(), &what, left()).await?;
                return Ok(());
            }
            if let Some(reason) = refused.take_if(|_| left().is_zero()) {
                return Err(DeletionError::Observe(ObserveError::Impossible {
                    what,
                    reason,
                    transitions: Vec::new(),
                }));
            }
            // Without a location the request would end with an error; the deadline is the request's own.
            let _not_available = tokio::time::timeout(left(), self.await_location()).await;
            let request = self.ask_for_deletion(&found).await.map_err(api_error)?;
            let uid = found.uid();
            let is_gone = gone(&api, backup, uid.as_deref(), &what, left());
            tokio::select! {
                biased;
                ended = is_gone => {
                    ended.map_err(|error| with_refusal(error, refused.as_deref()))?;
                    return Ok(());
                }
                errors = self.request_fails(&request, left()) => {
                    if let Some(ended) = lost_track(&found, &errors, Timestamp::now()) {
                        let backup = backup.to_owned();
                        return Err(DeletionError::LostTrack { backup, ended });
                    }
                    refused = Some(errors);
                }
            }
        }
    }

    /// Deletes the resource of a backup, and leaves its bucket alone.
    pub(super) async fn remove_backup(&self, backup: &str, deadline: Duration) -> Result<(), ObserveError> {
        let what = format!("backup `{backup}` gone");
        let api = self.api::<Backup>();
        let deleted = api.delete(backup, &DeleteParams::default()).await;
        deleted.map_err(|source| ObserveError::Api {
            what: what.clone(),
            source: source.into(),
        })?;
        gone(&api, backup, None, &what, deadline).await.map(|_seen| ())
    }

    async fn ask_for_deletion(&self, backup: &Backup) -> Result<String, kube::Error> {
        let name = backup.name_any();
        let spec = DeleteBackupRequestSpec {
            backup_name: name.clone(),
        };
        let mut request = DeleteBackupRequest::new(&name, spec);
        let mut labels = self.labels().clone();
        labels.insert(BACKUP_LABEL.to_owned(), name.clone());
        labels.insert("velero.io/backup-uid".to_owned(), backup.uid().unwrap_or_default());
        request.metadata = ObjectMeta {
            generate_name: Some(format!("{name}-")),
            labels: Some(labels),
            ..ObjectMeta::default()
        };
        let api = self.api::<DeleteBackupRequest>();
        let created = api.create(&PostParams::default(), &request).await?;
        Ok(created.name_any())
    }

    /// Ends when a request has ended with errors, with these; never where it ends well, since then the backup goes.
    async fn request_fails(&self, request: &str, deadline: Duration) -> String {
        let api: Api<DeleteBackupRequest> = self.api();
        let what = format!("deletion `{request}` processed");
        let seen = observe(
            &api,
            request,
            &what,
            deadline,
            |found: Option<&DeleteBackupRequest>| match found.and_then(errors) {
                Some(errors) => Observation::Met(errors),
                None => Observation::Pending("no errors".to_owned()),
            },
        );
        match seen.await {
            Ok(seen) => seen.value,
            Err(_) => std::future::pending().await,
        }
    }
}

/// When a backup ended that Velero takes for one that goes on, long after its end.
fn lost_track(backup: &Backup, errors: &str, now: Timestamp) -> Option<Timestamp> {
    let ended = backup.status.as_ref()?.completion_timestamp.as_ref()?.0;
    let age = Duration::try_from(now.duration_since(ended)).unwrap_or_default();
    (errors == GOES_ON && age >= NOTICED).then_some(ended)
}

/// What a request ended with; `None` where it goes on or ended well.
fn errors(request: &DeleteBackupRequest) -> Option<String> {
    let status = request.status.as_ref()?;
    (status.phase == "Processed" && !status.errors.is_empty()).then(|| status.errors.join("; "))
}

fn with_refusal(error: ObserveError, refused: Option<&str>) -> ObserveError {
    match (error, refused) {
        (
            ObserveError::Deadline {
                what,
                deadline,
                last,
                unchanged,
                transitions,
            },
            Some(refused),
        ) => ObserveError::Deadline {
            what,
            deadline,
            last: format!("{last}, an earlier request ended with {refused}"),
            unchanged,
            transitions,
        },
        (error, _) => error,
    }
}

/// Whether a backup was refused or never begun: it holds no object in the bucket, and Velero's deletion, which looks
/// for them, would not end.
fn holds_nothing(backup: &Backup) -> bool {
    let status = backup.status.clone().unwrap_or_default();
    matches!(
        status.phase.as_str(),
        "" | "New" | "Queued" | "ReadyToStart" | "FailedValidation"
    )
}

#[cfg(test)]
mod tests {
    use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;

    use super::*;
    use crate::velero::{BackupSpec, BackupStatus, DeleteBackupRequestStatus};

    #[test]
    fn track_is_lost_where_a_backup_that_ended_goes_on_for_velero() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let ended = at("2026-11-21T16:27:44Z");
        let mut backup = Backup::new("a", BackupSpec::default());
        assert_eq!(lost_track(&backup, GOES_ON, ended), None, "it goes on");
        backup.status = Some(BackupStatus {
            completion_timestamp: Some(Time(ended)),
            ..BackupStatus::default()
        });
        assert_eq!(
            lost_track(&backup, GOES_ON, at("2026-11-21T16:28:00Z")),
            None,
            "Velero may not know yet"
        );
        assert_eq!(lost_track(&backup, GOES_ON, at("2026-11-21T16:29:00Z")), Some(ended));
        assert_eq!(lost_track(&backup, "no such bucket", at("2026-11-21T16:29:00Z")), None);
    }

    #[test]
    fn a_request_has_failed_when_it_was_processed_with_errors() {
        let ended = |phase: &str, of: &[&str]| {
            let mut request = DeleteBackupRequest::new("a", DeleteBackupRequestSpec::default());
            request.status = Some(DeleteBackupRequestStatus {
                phase: phase.to_owned(),
                errors: of.iter().map(|text| (*text).to_owned()).collect(),
            });
            errors(&request)
        };
        assert_eq!(ended("InProgress", &["a"]), None);
        assert_eq!(ended("Processed", &[]), None);
        assert_eq!(ended("Processed", &["a", "b"]).as_deref(), Some("a; b"));
    }
}
