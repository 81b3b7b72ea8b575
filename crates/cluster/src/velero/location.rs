//! Where backups go: the default storage location, and the wait for it.

use std::time::Duration;

use kube::{ResourceExt as _, api::ListParams};

use super::{operation::Velero, predicate::location_state, resource::BackupStorageLocation};
use crate::watch::{Observation, ObserveError, Seen, observe};

/// Velero validates a location within its validation frequency, at most a minute by default.
const VALIDATED: Duration = Duration::from_mins(2);

impl Velero {
    /// The location that backups go to that name none; `None` where there is none.
    ///
    /// # Errors
    ///
    /// When the locations cannot be listed.
    pub async fn default_location(&self) -> Result<Option<BackupStorageLocation>, kube::Error> {
        let list = self.api::<BackupStorageLocation>().list(&ListParams::default()).await?;
        Ok(list.into_iter().find(|location| location.spec.default))
    }

    /// Waits until the default location is available. Velero refuses backups and restores while a validation has just
    /// failed.
    ///
    /// # Errors
    ///
    /// When there is no default location, or it is not available within two minutes.
    pub async fn await_location(&self) -> Result<Seen<()>, ObserveError> {
        let what = "the default storage location available";
        let found = self.default_location().await.map_err(|source| ObserveError::Api {
            what: what.to_owned(),
            source: source.into(),
        })?;
        let Some(location) = found else {
            return Err(ObserveError::Impossible {
                what: what.to_owned(),
                reason: "no storage location is the default".to_owned(),
                transitions: Vec::new(),
            });
        };
        let api = self.api::<BackupStorageLocation>();
        observe(&api, &location.name_any(), what, VALIDATED, available).await
    }
}

fn available(location: Option<&BackupStorageLocation>) -> Observation<()> {
    match location.and_then(location_state) {
        Some((phase, _)) if phase == "Available" => Observation::Met(()),
        Some((phase, message)) => Observation::Pending(format!("phase {phase} {message}")),
        None => Observation::Pending("not validated yet".to_owned()),
    }
}
