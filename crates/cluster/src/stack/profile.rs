//! Which components, versions and stand-ins make the stack: [`Profile`], read from `fixtures/profiles`.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{component::Component, overlay::Overlay};

/// A profile cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// No profile has that name.
    #[error("no profile `{name}` in `{folder}`: expected one of {known}{hint}")]
    Missing {
        /// The name asked for.
        name: String,
        /// Where it was looked for.
        folder: PathBuf,
        /// The names there are.
        known: String,
        /// The nearest name, as a second line; empty where none is near.
        hint: String,
    },
    /// Its file cannot be read.
    #[error("profile `{path}` cannot be read")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// Its file is not a profile.
    #[error("profile `{path}` line {line}: {message}{hint}")]
    Parse {
        /// The file.
        path: PathBuf,
        /// Line of the fault, counted from 1.
        line: usize,
        /// What is wrong.
        message: String,
        /// The nearest key, as a second line; empty where none is near.
        hint: String,
    },
    /// What it says does not hold together.
    #[error("profile `{path}`: {}", faults.join("; "))]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Each fault.
        faults: Vec<String>,
    },
}

/// Which components, versions and stand-ins make the stack.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Its name, equal to its file's stem.
    pub name: String,
    /// What it is for, one sentence.
    pub description: String,
    /// Where its S3 server is found.
    pub s3: S3Place,
    /// Its components in the order in which they become ready.
    #[serde(rename = "component")]
    pub components: Vec<Component>,
    /// Products that the documents ask for and a component stands in for.
    #[serde(default, rename = "stand_in")]
    pub stand_ins: Vec<StandIn>,
    /// Why its settings prove no budget; `None` where they do.
    pub development: Option<String>,
}

/// Where the S3 server of a profile is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct S3Place {
    /// Namespace of its Service.
    pub namespace: String,
    /// Name of its Service.
    pub service: String,
    /// Port of its Service; TLS only.
    pub port: u16,
    /// The bucket that backups go to.
    pub bucket: String,
}

impl S3Place {
    /// The server's name inside the cluster, such as `s3.s3.svc`.
    #[must_use]
    pub fn host(&self) -> String {
        format!("{}.{}.svc", self.service, self.namespace)
    }
}

/// A product that judges criteria of another.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandIn {
    /// The product that the document asks for; equals a criterion's subject.
    pub subject: String,
    /// The component that runs in its place.
    pub component: String,
    /// Why.
    pub reason: String,
}

impl Profile {
    /// Reads the profile `name` from `profiles/<name>.toml` below the fixtures folder; an overlay is laid over its base.
    ///
    /// # Errors
    ///
    /// When there is none of that name, its file cannot be read or parsed, or what it says does not hold together.
    pub fn load(fixtures: &Path, name: &str) -> Result<Self, ProfileError> {
        let (path, text) = read(fixtures, name)?;
        let Some(overlay) = Overlay::parse(&path, &text)? else {
            return Self::checked(&path, &text, fixtures);
        };
        let invalid = |faults| {
            let path = path.clone();
            ProfileError::Invalid { path, faults }
        };
        overlay.check_name(&path).map_err(invalid)?;
        // Its base is no overlay: `base` is an unknown key there.
        let (base_path, base_text) = read(fixtures, &overlay.base)?;
        let base = Self::checked(&base_path, &base_text, fixtures)?;
        let profile = overlay.apply(base).map_err(invalid)?;
        let faults = profile.faults(&path, fixtures);
        if faults.is_empty() {
            Ok(profile)
        } else {
            Err(invalid(faults))
        }
    }

    fn checked(path: &Path, text: &str, fixtures: &Path) -> Result<Self, ProfileError> {
        let profile = Self::parse(path, text)?;
        let faults = profile.faults(path, fixtures);
        if faults.is_empty() {
            Ok(profile)
        } else {
            let path = path.to_owned();
            Err(ProfileError::Invalid { path, faults })
        }
    }

    /// Parses the text of a profile file; `path` stands in messages only.
    ///
    /// # Errors
    ///
    /// When the text is not a profile; an unknown key names the nearest one.
    pub fn parse(path: &Path, text: &str) -> Result<Self, ProfileError> {
        toml::from_str(text).map_err(|error| parse_error(path, text, &error))
    }

    /// The component of that name.
    #[must_use]
    pub fn component(&self, name: &str) -> Option<&Component> {
        self.components.iter().find(|component| component.name == name)
    }

    /// What does not hold together, all of it.
    fn faults(&self, path: &Path, fixtures: &Path) -> Vec<String> {
        let mut faults = Vec::new();
        if path.file_stem().is_none_or(|stem| stem != self.name.as_str()) {
            faults.push(format!("name: expected the file's stem, observed `{}`", self.name));
        }
        let mut seen = BTreeSet::new();
        for component in &self.components {
            if !seen.insert(&component.name) {
                faults.push(format!("component `{}` stands twice", component.name));
            }
            if !fixtures.join("stack").join(&component.manifests).is_dir() {
                faults.push(format!(
                    "component `{}`: no folder `stack/{}`",
                    component.name, component.manifests
                ));
            }
        }
        for stand_in in &self.stand_ins {
            if self.component(&stand_in.component).is_none() {
                faults.push(format!(
                    "stand-in for `{}`: no component `{}`",
                    stand_in.subject, stand_in.component
                ));
            }
        }
        faults
    }
}

/// The path and text of a profile's file; where there is none, the names there are.
fn read(fixtures: &Path, name: &str) -> Result<(PathBuf, String), ProfileError> {
    let folder = fixtures.join("profiles");
    let path = folder.join(format!("{name}.toml"));
    if !path.is_file() {
        let known = names_in(&folder);
        let hint = nearest(name, &known)
            .map(|near| format!("\n(hint: did you mean `{near}`?)"))
            .unwrap_or_default();
        return Err(ProfileError::Missing {
            name: name.to_owned(),
            folder,
            known: known.join(", "),
            hint,
        });
    }
    match fs::read_to_string(&path) {
        Ok(text) => Ok((path, text)),
        Err(source) => Err(ProfileError::Read { path, source }),
    }
}

/// Where in the text a fault is, with the nearest key where one is unknown.
pub(super) fn parse_error(path: &Path, text: &str, error: &toml::de::Error) -> ProfileError {
    let offset = error.span().map_or(0, |span| span.start);
    let line = 1 + text.get(..offset).map_or(0, |before| before.matches('\n').count());
    ProfileError::Parse {
        path: path.to_owned(),
        line,
        message: error.message().to_owned(),
        hint: nearest_key(error.message()),
    }
}

/// The profiles of a folder, sorted.
fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| {
        let path = entry.path();
        (path.extension()? == "toml").then(|| path.file_stem().map(|stem| stem.to_string_lossy().into_owned()))?
    });
    names.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The candidate that is spelled most alike; `None` where none is near.
fn nearest<'a>(word: &str, candidates: &'a [String]) -> Option<&'a str> {
    let scored = candidates
        .iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate.as_str()));
    scored
        .filter(|(score, _)| *score > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// The nearest key of serde's message about an unknown one, as a hint line; the message puts the unknown key
/// and then each expected one between backticks.
fn nearest_key(message: &str) -> String {
    if !message.starts_with("unknown field") {
        return String::new();
    }
    let quoted: Vec<String> = message.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    let Some((unknown, expected)) = quoted.split_first() else {
        return String::new();
    };
    nearest(unknown, expected)
        .map(|near| format!("\n(hint: did you mean `{near}`?)"))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"
name = "small"
description = "one component"
[s3]
namespace = "s3"
service = "s3"
port = 7070
bucket = "b"
[[component]]
name = "store"
version = "1"
source = "nowhere"
images = ["busybox"]
manifests = "store"
deadline = "90s"
"#;

    #[test]
    fn a_profile_is_read_with_its_deadline() {
        let profile = Profile::parse(Path::new("small.toml"), SMALL).unwrap();
        assert_eq!(profile.components[0].deadline, std::time::Duration::from_secs(90));
    }

    #[test]
    fn an_unknown_key_names_the_nearest_one_and_its_line() {
        let text = SMALL.replace("images =", "imagse =");
        let error = Profile::parse(Path::new("small.toml"), &text).unwrap_err().to_string();
        assert!(
            error.contains("line 13") && error.contains("did you mean `images`?"),
            "{error}"
        );
    }

    #[test]
    fn a_deadline_that_is_none_is_refused_with_an_example() {
        let text = SMALL.replace("90s", "soon");
        let error = Profile::parse(Path::new("small.toml"), &text).unwrap_err().to_string();
        assert!(error.contains("`soon` is not a duration such as `90s`"), "{error}");
    }

    #[test]
    fn every_fault_of_a_profile_is_reported_at_once() {
        let text = format!("{SMALL}\n[[stand_in]]\nsubject = \"x\"\ncomponent = \"sotre\"\nreason = \"r\"\n");
        let profile = Profile::parse(Path::new("small.toml"), &text).unwrap();
        let faults = profile.faults(Path::new("other.toml"), Path::new("/nonexistent"));
        assert_eq!(faults.len(), 3, "{faults:?}");
    }

    #[test]
    fn an_unknown_profile_names_those_there_are() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("profiles")).unwrap();
        fs::write(folder.path().join("profiles/reference.toml"), "").unwrap();
        let error = Profile::load(folder.path(), "refrence").unwrap_err().to_string();
        assert!(error.contains("did you mean `reference`?"), "{error}");
    }
}
