//! How Secrets are kept in Git, and that what runs reads the same.

use std::{collections::BTreeSet, time::Duration};

use cucumber::{gherkin::Step, then, when};
use jiff::Timestamp;
use k8s_openapi::api::core::v1::{Pod, Secret};
use kube::{Api, ResourceExt as _, api::ListParams};
use shall_cluster::{
    probe::{FaultSpec, restart_again},
    stack::{DecryptedSecret, Keeping, SecretManifest, committed_secrets, decrypted_secrets, digests_of},
    velero::{BackupStorageLocation, CredentialKey, NAMESPACE, location_state},
    watch::{Observation, observe},
};

use super::security::CREDENTIALS;
use crate::{Recorder, StepError, World, wait::check_seen};

/// Labels of the server's pods.
const SERVER: &str = "deploy=velero";
/// The server takes seconds to start.
const STARTED: Duration = Duration::from_mins(3);
/// Velero validates a location within its validation frequency, at most a minute by default.
const VALIDATED: Duration = Duration::from_mins(2);

#[when("the Secret manifests of the stack are read from Git")]
async fn manifests_are_read(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let read = committed_secrets(&world.run.profile.name, &world.run.stack.fixtures).await;
    let read = read.map_err(StepError::errored("read the Secret manifests from Git"))?;
    let recorder = world.at(step);
    recorder.note(format!("read from commit {}", read.commit));
    world.seen.secrets = Some(read.manifests);
    Ok(())
}

impl World {
    /// The manifests that were read.
    fn secrets(&self) -> Result<&[SecretManifest], StepError> {
        self.seen.secrets.as_deref().ok_or(StepError::Missing {
            what: "Secret manifests",
        })
    }

    /// The Secret that Velero reads its S3 credentials from, as the cluster has it.
    async fn s3_secret(&self, name: &str) -> Result<Secret, StepError> {
        let api: Api<Secret> = Api::namespaced(self.run.clients.strict.clone(), NAMESPACE);
        let read = api.get(name).await;
        read.map_err(StepError::errored("read Velero's S3 Secret"))
    }
}

#[then("none of them holds a value in plain text")]
fn none_holds_plain_text(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let manifests = world.secrets()?;
    let recorder = world.at(step);
    let mut plain = Vec::new();
    for SecretManifest { file, secret, keeping } in manifests {
        match keeping {
            Keeping::Encrypted(_) => {}
            Keeping::Made(settings) => recorder.note(made(file, secret, settings)),
            Keeping::Plain(faults) => plain.extend(faults.iter().map(|fault| format!("{file} {secret}: {fault}"))),
        }
    }
    let expected = "every value encrypted by SOPS, or not in Git";
    let observed = if plain.is_empty() {
        format!("{} manifests without a plain value", manifests.len())
    } else {
        plain.join("; ")
    };
    recorder.check(
        "Secret manifests in Git",
        expected,
        observed,
        plain.is_empty(),
        manifests.len(),
    )
}

/// What is said of a template.
fn made(file: &str, secret: &str, settings: &[String]) -> String {
    let beside = if settings.is_empty() {
        String::new()
    } else {
        let settings = settings.join(", ");
        format!("; declared to be settings, in Git: {settings}")
    };
    format!("{file} {secret}: a template that holds no secret value{beside}")
}

#[then("what of them Git must keep is encrypted with SOPS and an age key")]
fn kept_with_sops(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    check_encrypted(&world.at(step), world.secrets()?, |_manifest| true)
}

#[then("the file of Velero's S3 Secret is encrypted with SOPS and an age key")]
fn file_of_velero_is_encrypted(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let name = format!("{NAMESPACE}/{CREDENTIALS}");
    check_encrypted(&world.at(step), world.secrets()?, |manifest| manifest.secret == name)
}

/// Checks that some of these manifests hold values in Git and each of those is encrypted.
fn check_encrypted(
    recorder: &Recorder,
    manifests: &[SecretManifest],
    is_meant: impl Fn(&SecretManifest) -> bool,
) -> Result<(), StepError> {
    let mut faults = Vec::new();
    let mut encrypted = Vec::new();
    for manifest in manifests.iter().filter(|manifest| is_meant(manifest)) {
        match &manifest.keeping {
            Keeping::Encrypted(recipients) => {
                encrypted.push(format!("{} for {}", manifest.file, recipients.join(", ")));
            }
            Keeping::Made(_) => {}
            Keeping::Plain(plain) => faults.push(format!("{}: {}", manifest.file, plain.join("; "))),
        }
    }
    let observed = if faults.is_empty() { &encrypted } else { &faults };
    recorder.check(
        "Secret manifests with values in Git",
        "encrypted with SOPS and an age key, with a MAC",
        observed.join(", "),
        faults.is_empty() && !encrypted.is_empty(),
        encrypted.len() + faults.len(),
    )
}

#[when("Velero's S3 Secret is read")]
async fn secret_is_read(world: &mut World) -> Result<(), StepError> {
    world.seen.secret_keys = world
        .s3_secret(CREDENTIALS)
        .await?
        .data
        .unwrap_or_default()
        .into_iter()
        .filter(|(_, value)| !value.0.is_empty())
        .map(|(key, _)| key)
        .collect();
    Ok(())
}

#[then(expr = "it has values for the keys {string}, {string}, {string} and {string}")]
fn has_values_for(
    world: &mut World,
    first: String,
    second: String,
    third: String,
    fourth: String,
    #[step] step: &Step,
) -> Result<(), StepError> {
    let found = &world.seen.secret_keys;
    let expected = BTreeSet::from([first, second, third, fourth]);
    let list = |keys: Vec<&String>| keys.into_iter().cloned().collect::<Vec<_>>().join(", ");
    world.at(step).check(
        "keys of Velero's S3 Secret",
        format!("at least {}", list(expected.iter().collect())),
        list(found.iter().collect()),
        expected.is_subset(found),
        found.len(),
    )
}

#[when("Velero starts anew")]
async fn velero_starts_anew(world: &mut World) -> Result<(), StepError> {
    let client = &world.run.clients.patient;
    let restart = FaultSpec::Restart {
        namespace: NAMESPACE.to_owned(),
        labels: SERVER.to_owned(),
    };
    restart_again(client, &[restart], STARTED)
        .await
        .map_err(StepError::errored("restart Velero's server"))?;
    let pods: Api<Pod> = Api::namespaced(client.clone(), NAMESPACE);
    let pods = pods.list(&ListParams::default().labels(SERVER)).await;
    let pods = pods.map_err(StepError::errored("list Velero's pods"))?;
    let started = pods.into_iter().filter_map(|pod| pod.status?.start_time).max();
    world.seen.velero_started = started.map(|time| time.0);
    Ok(())
}

#[then("the Secret of its credentials holds what SOPS decrypts")]
async fn secret_holds_what_sops_decrypts(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let location = world.default_location().await?;
    let read = world.velero().credential_of(&location).await;
    let read = read.map_err(StepError::errored("find the Secret of Velero's credentials"))?;
    let CredentialKey { secret: name, key } = read.ok_or(StepError::Missing {
        what: "Secret of Velero's credentials",
    })?;
    let decrypted = decrypted_secrets(&world.run.profile, &world.run.stack).await;
    let decrypted = decrypted.map_err(StepError::errored("decrypt the stack's Secrets"))?;
    let meant = |secret: &&DecryptedSecret| secret.namespace == NAMESPACE && secret.name == name;
    let Some(expected) = decrypted.iter().find(meant) else {
        let names: Vec<String> = decrypted.iter().map(|secret| secret.name.clone()).collect();
        let expected = format!("one that SOPS encrypts: {}", names.join(", "));
        return world
            .at(step)
            .check("Secret of Velero's credentials", expected, name, false, 1);
    };
    let recorder = world.at(step);
    let has_key = expected.digests.contains_key(&key);
    recorder.check("key that Velero reads", "one that SOPS encrypts", &key, has_key, 1)?;
    let observed = digests_of(world.s3_secret(&name).await?);
    let differ: Vec<&str> = expected
        .digests
        .iter()
        .filter(|(key, digest)| observed.get(*key) != Some(*digest))
        .map(|(key, _)| key.as_str())
        .collect();
    let said = if differ.is_empty() {
        "the same".to_owned()
    } else {
        format!("other values of {}", differ.join(", "))
    };
    recorder.check(
        format!("SHA-256 of each value of {NAMESPACE}/{name}"),
        "that of the decrypted value",
        said,
        differ.is_empty(),
        expected.digests.len(),
    )
}

#[then("the S3 server takes these credentials from it")]
async fn server_takes_the_credentials(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let started = world.seen.velero_started.ok_or(StepError::Missing {
        what: "start of Velero",
    })?;
    let name = world.default_location().await?.name_any();
    let api = world.velero().api::<BackupStorageLocation>();
    let what = "the location validated since Velero started";
    let seen = observe(&api, &name, what, VALIDATED, |location| {
        validated_since(location, started)
    })
    .await;
    let expected = "phase Available since Velero started";
    check_seen(&world.at(step), &format!("location {name}"), expected, seen)?;
    Ok(())
}

/// Whether a location has been found available since then.
fn validated_since(location: Option<&BackupStorageLocation>, started: Timestamp) -> Observation<()> {
    let validated = location
        .and_then(|location| location.status.as_ref()?.last_validation_time.as_ref())
        .map(|time| time.0);
    let Some(at) = validated.filter(|at| *at > started) else {
        return Observation::Pending("not validated since Velero started".to_owned());
    };
    match location.and_then(location_state) {
        Some((phase, _)) if phase == "Available" => Observation::Met(()),
        Some((phase, message)) => Observation::Impossible(format!("phase {phase} at {at}: {message}")),
        None => Observation::Pending("no phase yet".to_owned()),
    }
}
