//! Where backups are kept.

use std::{collections::BTreeMap, time::Duration};

use cucumber::{gherkin::Step, then, when};
use k8s_openapi::{ByteString, api::core::v1::Secret, apimachinery::pkg::apis::meta::v1::ObjectMeta};
use kube::{Api, ResourceExt as _, api::PostParams};
use shall_cluster::{
    ledger::Entry,
    velero::{BackupStorageLocation, BackupStorageLocationSpec, NAMESPACE, location_state},
    watch::{Observation, observe},
};

use crate::{StepError, World, wait::check_seen};

/// Velero validates a location within its validation frequency, at most a minute by default.
const VALIDATED: Duration = Duration::from_mins(2);

impl World {
    /// Waits until the default location is available, before backups and restores.
    pub(crate) async fn await_location(&self) -> Result<(), StepError> {
        let seen = self.velero().await_location().await;
        seen.map_err(StepError::errored("the default storage location"))?;
        Ok(())
    }

    /// The location that backups go to that name none.
    pub(crate) async fn default_location(&self) -> Result<BackupStorageLocation, StepError> {
        let found = self.velero().default_location().await;
        let found = found.map_err(StepError::errored("list the storage locations"))?;
        found.ok_or(StepError::Missing {
            what: "default storage location",
        })
    }
}

#[when("the backup storage locations are validated")]
async fn locations_are_validated(world: &mut World) -> Result<(), StepError> {
    world.seen.location = Some(world.default_location().await?.name_any());
    Ok(())
}

#[then("the default location becomes available")]
async fn default_location_becomes_available(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let name = world.seen.location.clone().ok_or(StepError::Missing {
        what: "storage location",
    })?;
    let seen = world.velero().await_location().await;
    check_seen(&world.at(step), &format!("location {name}"), "phase Available", seen)?;
    Ok(())
}

#[then(expr = "the default location names an endpoint with the scheme {string}")]
async fn location_names_an_endpoint(world: &mut World, scheme: String, #[step] step: &Step) -> Result<(), StepError> {
    let location = world.default_location().await?;
    let url = location.spec.config.get("s3Url").cloned().unwrap_or_default();
    let met = url.starts_with(&format!("{scheme}://"));
    let recorder = world.at(step);
    recorder.check(
        "endpoint of the default location",
        format!("{scheme}://…"),
        &url,
        met,
        1,
    )?;
    let skips = location
        .spec
        .config
        .get("insecureSkipTLSVerify")
        .is_some_and(|value| value == "true");
    let observed = if skips { "not verified" } else { "verified" };
    recorder.check("certificate of the endpoint", "verified", observed, !skips, 1)
}

#[when("a backup storage location with a wrong secret key is created")]
async fn location_with_a_wrong_key(world: &mut World) -> Result<(), StepError> {
    let name = world.scope.name("wrong");
    let text = format!(
        "[default]\naws_access_key_id={}\naws_secret_access_key=wrong\n",
        world.run.s3.access_key
    );
    let secrets: Api<Secret> = Api::namespaced(world.run.clients.patient.clone(), NAMESPACE);
    let secret = Secret {
        metadata: ObjectMeta {
            name: Some(name.clone()),
            labels: Some(world.scope.labels()),
            ..ObjectMeta::default()
        },
        data: Some([("cloud".to_owned(), ByteString(text.into_bytes()))].into()),
        ..Secret::default()
    };
    let id = world.intend(Entry::object::<Secret>(Some(NAMESPACE), &name))?;
    let made = secrets
        .create(&PostParams::default(), &secret)
        .await
        .map_err(StepError::errored("create a secret"))?;
    world.confirm(id, made.uid().as_deref())?;
    let default = world.default_location().await?.spec;
    let credential: BTreeMap<String, String> = [
        ("name".to_owned(), name.clone()),
        ("key".to_owned(), "cloud".to_owned()),
    ]
    .into();
    let mut object_storage = default.object_storage.clone();
    object_storage.insert("prefix".to_owned(), name.clone());
    let spec = BackupStorageLocationSpec {
        default: false,
        credential: Some(credential),
        object_storage,
        ..default
    };
    let mut location = BackupStorageLocation::new(&name, spec);
    let id = world.intend(Entry::object::<BackupStorageLocation>(Some(NAMESPACE), &name))?;
    world
        .velero()
        .create_location(&mut location)
        .await
        .map_err(StepError::errored("create a storage location"))?;
    world.confirm(id, None)?;
    world.seen.location = Some(name);
    Ok(())
}

#[then("the location becomes unavailable, because its credentials are refused")]
async fn location_becomes_unavailable(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let name = world.seen.location.clone().ok_or(StepError::Missing {
        what: "storage location",
    })?;
    let api = world.velero().api::<BackupStorageLocation>();
    let seen = observe(
        &api,
        &name,
        "the location unavailable",
        VALIDATED,
        |location| match location.and_then(location_state) {
            Some((phase, message)) if phase == "Unavailable" => Observation::Met(message),
            Some((phase, _)) => Observation::Impossible(format!("phase {phase}")),
            None => Observation::Pending("not validated yet".to_owned()),
        },
    )
    .await;
    let recorder = world.at(step);
    let message = check_seen(&recorder, &format!("location {name}"), "phase Unavailable", seen)?.value;
    // The refusal must be the one expected, not a time-out or a missing bucket.
    let refused = ["SignatureDoesNotMatch", "InvalidAccessKeyId", "AccessDenied", "403"]
        .iter()
        .any(|code| message.contains(code));
    recorder.check(
        "reason of the refusal",
        "SignatureDoesNotMatch or another refusal of the credentials",
        message,
        refused,
        1,
    )
}
