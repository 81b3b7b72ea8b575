//! How a stack keeps its Secrets: [`committed_secrets`] says it of those in Git, [`decrypted_secrets`] what they hold.

use std::{collections::BTreeMap, path::Path};

use k8s_openapi::api::core::v1::Secret;
use kube::{ResourceExt as _, core::DynamicObject};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{
    certificate::{S3Identity, hex},
    component::Component,
    error::StackError,
    git::Committed,
    install::StackContext,
    manifest::{Sort, encrypted_files, parse_objects, parse_one, read, render_objects, yaml_files},
    object::reference_of,
    part::open,
    patch::Patch,
    profile::{Profile, S3Place},
    s3_keys::unfit,
    sops::{SopsError, VALUES, check_encrypted},
    values::Values,
};

/// Annotation of a Secret's template: its keys whose values stand in Git and are no secrets, divided by blanks.
const SETTINGS: &str = "shall.dev/no-secret";

/// How a Secret is kept in Git.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keeping {
    /// Every value is encrypted by SOPS, for these age recipients.
    Encrypted(Vec<String>),
    /// No value of it stands in Git but those of these keys, which its author declares no secrets: a template, whose
    /// values are made with the cluster, or a manifest without values.
    Made(Vec<String>),
    /// Values stand there in plain text: one line each, with its key and never the value.
    Plain(Vec<String>),
}

/// A Secret's manifest in Git.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretManifest {
    /// Its file, from the folder of the stack's manifests.
    pub file: String,
    /// Its namespace and name, as `velero/cloud-credentials`.
    pub secret: String,
    /// How it is kept.
    pub keeping: Keeping,
}

/// The Secrets of a profile in Git.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommittedSecrets {
    /// The commit that they were read from, shortened.
    pub commit: String,
    /// Each manifest of a Secret.
    pub manifests: Vec<SecretManifest>,
}

/// What SOPS decrypts of one Secret, as digests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecryptedSecret {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Key → SHA-256 of its value in hex digits.
    pub digests: BTreeMap<String, String>,
}

/// Whether a profile's components have manifests that SOPS has encrypted.
///
/// # Errors
///
/// When a component's folder cannot be read.
pub fn has_encrypted_secrets(profile: &Profile, fixtures: &Path) -> Result<bool, StackError> {
    for component in &profile.components {
        if !encrypted_files(&fixtures.join("stack").join(&component.manifests))?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Decrypts the Secrets of a profile; only digests of their values leave this.
///
/// # Errors
///
/// When one cannot be decrypted or is no Secret.
pub async fn decrypted_secrets(profile: &Profile, context: &StackContext) -> Result<Vec<DecryptedSecret>, StackError> {
    let opened = open(profile, context).await?;
    let secrets = opened.iter().map(|(path, text)| {
        // The fault may quote a value.
        let secret: Secret = serde_saphyr::from_str(text)
            .map_err(|_fault: serde_saphyr::Error| unfit(path, vec!["expected a Secret".to_owned()]))?;
        Ok(DecryptedSecret {
            namespace: secret.namespace().unwrap_or_default(),
            name: secret.name_any(),
            digests: digests_of(secret),
        })
    });
    secrets.collect()
}

/// Key → SHA-256 of its value in hex digits, of a Secret.
#[must_use]
pub fn digests_of(secret: Secret) -> BTreeMap<String, String> {
    let data = secret.data.unwrap_or_default().into_iter();
    let plain = secret.string_data.unwrap_or_default().into_iter();
    data.map(|(key, value)| (key, value.0))
        .chain(plain.map(|(key, value)| (key, value.into_bytes())))
        .map(|(key, value)| (key, hex(&Sha256::digest(value))))
        .collect()
}

/// Reads every manifest of a Secret that the components of a profile have in the last commit.
///
/// # Errors
///
/// When Git, the profile or a manifest cannot be read.
pub async fn committed_secrets(name: &str, fixtures: &Path) -> Result<CommittedSecrets, StackError> {
    let committed = Committed::unpack(fixtures, &["profiles", "stack"]).await?;
    let profile = Profile::load(committed.folder(), name)?;
    Ok(CommittedSecrets {
        manifests: secret_manifests(&profile, committed.folder())?,
        commit: committed.commit,
    })
}

/// Every manifest of a Secret that the components of a profile have.
pub(super) fn secret_manifests(profile: &Profile, fixtures: &Path) -> Result<Vec<SecretManifest>, StackError> {
    let stack = fixtures.join("stack");
    let mut manifests = Vec::new();
    for component in &profile.components {
        for path in yaml_files(&stack.join(&component.manifests))? {
            let text = read(&path)?;
            let file = path.strip_prefix(&stack).unwrap_or(&path).display().to_string();
            let found = match Sort::of(&path) {
                Sort::Encrypted => vec![of_encrypted(&path, &text)?],
                Sort::Template => of_template(&path, &text, component, &profile.s3)?,
                Sort::Plain => of_plain(&path, &text)?,
                Sort::Patches => of_patches(&parse_one::<Vec<Patch>>(&path, &text)?),
            };
            manifests.extend(found.into_iter().map(|(secret, keeping)| SecretManifest {
                file: file.clone(),
                secret,
                keeping,
            }));
        }
    }
    Ok(manifests)
}

type Found = (String, Keeping);

fn of_encrypted(path: &Path, text: &str) -> Result<Found, StackError> {
    let name = parse_objects(path, text)?.iter().map(name_of).collect::<Vec<_>>();
    let keeping = match check_encrypted(path, text) {
        Ok(recipients) => Keeping::Encrypted(recipients),
        Err(SopsError::NotEncrypted { faults, .. }) => Keeping::Plain(faults),
        Err(other) => return Err(other.into()),
    };
    Ok((name.join(", "), keeping))
}

/// A file that is applied as it stands holds every value of its Secrets in plain text.
fn of_plain(path: &Path, text: &str) -> Result<Vec<Found>, StackError> {
    let objects = parse_objects(path, text)?;
    let secrets = objects.iter().filter(|object| is_secret(object));
    Ok(secrets
        .map(|secret| {
            let faults: Vec<String> = values_of(secret).into_keys().map(|key| in_plain_text(&key)).collect();
            let keeping = if faults.is_empty() {
                Keeping::Made(Vec::new())
            } else {
                Keeping::Plain(faults)
            };
            (name_of(secret), keeping)
        })
        .collect())
}

/// A template is rendered for two clusters: a value that is the same in both stands in Git.
fn of_template(path: &Path, text: &str, component: &Component, place: &S3Place) -> Result<Vec<Found>, StackError> {
    let render = |cluster: &str| {
        let part = |name: &str| format!("{name} of the {cluster} cluster");
        let identity = S3Identity::assemble(
            part("access key"),
            part("secret key"),
            part("CA"),
            part("certificate"),
            part("key"),
            part("end"),
        );
        let values = Values {
            place,
            host: place.host(),
            identity: &identity,
            parameters: &component.parameters,
            nodes: 1,
        };
        render_objects(path, text, &values)
    };
    let (one, other) = (render("one")?, render("other")?);
    let pairs = one.iter().zip(&other).filter(|(object, _)| is_secret(object));
    Ok(pairs
        .map(|(one, other)| (name_of(one), keeping_of(one, &values_of(other))))
        .collect())
}

/// How a rendered Secret is kept, whose values for another cluster are `other`.
fn keeping_of(secret: &DynamicObject, other: &BTreeMap<String, Value>) -> Keeping {
    let declared = secret.annotations().get(SETTINGS).cloned().unwrap_or_default();
    let same = values_of(secret)
        .into_iter()
        .filter(|(key, value)| other.get(key) == Some(value));
    let is_declared = |key: &String| {
        let bare = key.split_once('.').map_or(key.as_str(), |(_, bare)| bare);
        declared.split_whitespace().any(|name| name == bare)
    };
    let (settings, plain): (Vec<String>, Vec<String>) = same.map(|(key, _)| key).partition(is_declared);
    if plain.is_empty() {
        Keeping::Made(settings)
    } else {
        Keeping::Plain(plain.iter().map(|key| in_plain_text(key)).collect())
    }
}

/// A patch holds in plain text what it writes into a Secret.
fn of_patches(patches: &[Patch]) -> Vec<Found> {
    let targets = patches.iter().filter_map(|patch| Some((patch, patch.target.as_ref()?)));
    targets
        .filter(|(_, target)| target.kind == "Secret")
        .map(|(patch, target)| {
            let faults = vec![format!("patch ({}): observed plain text", patch.note)];
            (target.name.clone(), Keeping::Plain(faults))
        })
        .collect()
}

fn is_secret(object: &DynamicObject) -> bool {
    let reference = reference_of(object);
    (reference.api_version.as_str(), reference.kind.as_str()) == ("v1", "Secret")
}

fn name_of(object: &DynamicObject) -> String {
    format!("{}/{}", object.namespace().unwrap_or_default(), object.name_any())
}

/// The values of a Secret by their place, such as `data.cloud`.
fn values_of(secret: &DynamicObject) -> BTreeMap<String, Value> {
    let parts = VALUES
        .iter()
        .filter_map(|part| Some((*part, secret.data.get(part)?.as_object()?)));
    let values = parts.flat_map(|(part, fields)| fields.iter().map(move |(key, value)| (part, key, value)));
    values
        .map(|(part, key, value)| (format!("{part}.{key}"), value.clone()))
        .collect()
}

fn in_plain_text(key: &str) -> String {
    format!("`{key}`: expected an encrypted value, or in a template one made with the cluster, observed plain text")
}
