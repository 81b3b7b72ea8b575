//! The stack under test: a [`Profile`] names components, [`install`] applies their manifests and waits until
//! each is ready, [`validate`] checks manifests that cannot run here.

mod access;
mod apply;
mod cause;
mod certificate;
mod component;
mod error;
mod git;
mod install;
mod installation;
mod installed;
mod manifest;
mod module;
mod object;
mod overlay;
mod part;
mod patch;
mod profile;
mod ready;
mod remove;
mod s3_keys;
mod secrets;
mod sops;
mod stuck;
mod validate;
mod values;
mod wait;

pub use access::S3Access;
pub use component::{Component, Condition};
pub use error::StackError;
pub use git::GitError;
pub use install::{StackContext, install, plan};
pub use installed::{InstalledComponent, InstalledStack};
pub use manifest::{ManifestError, Manifests};
pub use module::ModuleError;
pub(crate) use object::reference;
pub use patch::Patch;
pub use profile::{Profile, ProfileError, S3Place, StandIn};
pub use remove::uninstall;
pub use secrets::{
    CommittedSecrets, DecryptedSecret, Keeping, SecretManifest, committed_secrets, decrypted_secrets, digests_of,
    has_encrypted_secrets,
};
pub use sops::{Sops, SopsError};
pub use validate::{Validated, ValidatedObject, validate};

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod fixtures_observing;
#[cfg(test)]
mod fixtures_secrets;
