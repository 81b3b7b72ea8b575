//! One product of a profile: [`Component`], and the [`Condition`]s under which it is ready.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Deserializer, de::Error as _};

/// One product of the stack, as the profile names it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Component {
    /// Its name, unique in the profile, such as `velero`.
    pub name: String,
    /// Its version, without a leading `v`.
    pub version: String,
    /// Where its manifests come from: module or repository, version and path.
    pub source: String,
    /// The images it runs: names known to the image builder (folders of `kind/images`), or full references
    /// where we have no recipe.
    pub images: Vec<String>,
    /// Folder of its manifests, relative to `fixtures/stack`.
    pub manifests: String,
    /// How long it may take to become ready, from the moment its workloads are applied.
    #[serde(deserialize_with = "duration")]
    pub deadline: Duration,
    /// What must hold beside every Deployment, `DaemonSet` and `StatefulSet` of its manifests being ready.
    #[serde(default)]
    pub ready: Vec<Condition>,
    /// Values for its templates, as `{{ parameters.NAME }}`.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// Parameters that an overlay has changed, one line each; empty in a profile that is none.
    #[serde(skip)]
    pub overlaid: Vec<String>,
}

/// A field of one object that must have a value before a component is ready.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Group and version, such as `velero.io/v1`.
    pub api_version: String,
    /// Kind, such as `BackupStorageLocation`.
    pub kind: String,
    /// Its namespace; `None` where it is cluster-scoped.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// Path of the field, parts joined by `.`, such as `status.phase`.
    pub field: String,
    /// The value that it must have.
    pub equals: String,
    /// Path of the time at which the field was judged; where the object's `spec` has just been changed, the field is
    /// believed only once that time has moved. `None` where the field never lags behind.
    pub judged_at: Option<String>,
    /// Values that show, when three states in a row have one, that it will not have it.
    #[serde(default)]
    pub hopeless: Vec<String>,
    /// Path of the field that says why it has another value; `None` where there is none.
    pub message: Option<String>,
}

/// Reads a duration such as `90s`.
fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    humantime::parse_duration(&text)
        .map_err(|error| D::Error::custom(format!("`{text}` is not a duration such as `90s`: {error}")))
}
