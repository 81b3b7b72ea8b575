//! A profile that is another one with some parameters or components changed: [`Overlay`], such as a platform's retention.

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;

use super::{
    component::Component,
    profile::{Profile, ProfileError, parse_error},
};

/// What a file of `fixtures/profiles` with a `base` says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Overlay {
    /// Its name, equal to its file's stem.
    name: String,
    /// What it is for, one sentence.
    description: String,
    /// The profile that it is laid over; not an overlay itself.
    pub(super) base: String,
    /// Why its settings prove no budget; `None` where they do.
    development: Option<String>,
    /// Components of the base that it leaves out.
    #[serde(default)]
    without: Vec<String>,
    /// Components that it adds, after those of the base.
    #[serde(default, rename = "component")]
    components: Vec<Component>,
    /// Component → parameter → value. Both must be in the base, so that a misspelled one changes nothing unseen.
    #[serde(default)]
    parameters: BTreeMap<String, BTreeMap<String, String>>,
}

impl Overlay {
    /// Parses a profile's file; `None` where it has no `base` and so is no overlay.
    pub(super) fn parse(path: &Path, text: &str) -> Result<Option<Self>, ProfileError> {
        let is_overlay = text
            .parse::<toml::Table>()
            .is_ok_and(|table| table.contains_key("base"));
        if !is_overlay {
            return Ok(None);
        }
        let overlay = toml::from_str(text).map_err(|error| parse_error(path, text, &error))?;
        Ok(Some(overlay))
    }

    /// Fails where its name is not its file's.
    pub(super) fn check_name(&self, path: &Path) -> Result<(), Vec<String>> {
        let is_stem = path.file_stem().is_some_and(|stem| stem == self.name.as_str());
        is_stem
            .then_some(())
            .ok_or_else(|| vec![format!("name: expected the file's stem, observed `{}`", self.name)])
    }

    /// The base with its changes, each changed parameter a line in every report.
    ///
    /// # Errors
    ///
    /// Every component or parameter that the base does not have.
    pub(super) fn apply(self, mut base: Profile) -> Result<Profile, Vec<String>> {
        let mut faults = Vec::new();
        for name in &self.without {
            match base.components.iter().position(|component| component.name == *name) {
                Some(index) => drop(base.components.remove(index)),
                None => faults.push(format!("without: no component `{name}` in `{}`", self.base)),
            }
        }
        base.components.extend(self.components.iter().cloned());
        for (name, values) in &self.parameters {
            let Some(component) = base.components.iter_mut().find(|component| component.name == *name) else {
                faults.push(format!("parameters: no component `{name}` in `{}`", self.base));
                continue;
            };
            for (parameter, value) in values {
                match component.parameters.insert(parameter.clone(), value.clone()) {
                    None => faults.push(format!("parameters: component `{name}` has no parameter `{parameter}`")),
                    Some(before) if before != *value => component.overlaid.push(self.note(parameter, &before, value)),
                    Some(_) => {}
                }
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let (name, description, development) = (self.name, self.description, self.development);
        Ok(Profile {
            name,
            description,
            development: development.or(base.development),
            ..base
        })
    }

    fn note(&self, parameter: &str, before: &str, value: &str) -> String {
        let mark = if self.development.is_some() {
            "development only: "
        } else {
            ""
        };
        format!(
            "{mark}profile `{}` sets {parameter} to {value} (`{}`: {before})",
            self.name, self.base
        )
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const BASE: &str = r#"
name = "base"
description = "one component"
[s3]
namespace = "s3"
service = "s3"
port = 7070
bucket = "b"
[[component]]
name = "prometheus"
version = "1"
source = "nowhere"
images = ["prometheus"]
manifests = "prometheus"
deadline = "90s"
[component.parameters]
retention = "15d"
interval = "30s"
"#;

    /// Loads an overlay of this text over the base.
    fn load(overlay: &str) -> Result<Profile, ProfileError> {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("stack/prometheus")).unwrap();
        fs::create_dir(folder.path().join("profiles")).unwrap();
        fs::write(folder.path().join("profiles/base.toml"), BASE).unwrap();
        let text = format!("name = \"over\"\ndescription = \"d\"\n{overlay}");
        fs::write(folder.path().join("profiles/over.toml"), text).unwrap();
        Profile::load(folder.path(), "over")
    }

    #[test]
    fn an_overlay_changes_parameters_and_says_so() {
        let profile =
            load("base = \"base\"\n[parameters.prometheus]\nretention = \"30d\"\ninterval = \"30s\"\n").unwrap();
        assert_eq!((profile.name.as_str(), profile.development.as_deref()), ("over", None));
        assert_eq!(profile.components[0].parameters["retention"], "30d");
        assert_eq!(
            profile.components[0].overlaid,
            ["profile `over` sets retention to 30d (`base`: 15d)"]
        );
    }

    #[test]
    fn an_overlay_replaces_components() {
        let added = "[[component]]\nname = \"operator\"\nversion = \"2\"\nsource = \"nowhere\"\nimages = []\n\
                     manifests = \"prometheus\"\ndeadline = \"90s\"\n";
        let profile = load(&format!("base = \"base\"\nwithout = [\"prometheus\"]\n{added}")).unwrap();
        let names: Vec<_> = profile.components.iter().map(|part| part.name.as_str()).collect();
        assert_eq!(names, ["operator"]);
        let error = load(&format!("base = \"base\"\nwithout = [\"loki\"]\n{added}{added}")).unwrap_err();
        assert!(error.to_string().contains("without: no component `loki`"), "{error}");
        let error = load(&format!("base = \"base\"\n{added}{added}")).unwrap_err();
        assert!(error.to_string().contains("`operator` stands twice"), "{error}");
    }

    #[test]
    fn an_overlay_for_development_marks_every_change() {
        let text = "base = \"base\"\ndevelopment = \"too fast\"\n[parameters.prometheus]\ninterval = \"1s\"\n";
        let profile = load(text).unwrap();
        assert_eq!(profile.development.as_deref(), Some("too fast"));
        assert!(profile.components[0].overlaid[0].starts_with("development only: profile `over`"));
    }

    #[test]
    fn what_the_base_does_not_have_is_refused_all_at_once() {
        let text = "base = \"base\"\n[parameters.prometheus]\nretentoin = \"30d\"\n[parameters.loki]\nx = \"1\"\n";
        let error = load(text).unwrap_err().to_string();
        assert!(
            error.contains("no component `loki`") && error.contains("no parameter `retentoin`"),
            "{error}"
        );
    }

    #[test]
    fn an_overlay_of_itself_and_an_unknown_key_are_refused() {
        let error = load("base = \"over\"\n[parameters]\n").unwrap_err().to_string();
        assert!(error.contains("unknown field `base`"), "{error}");
        let error = load("base = \"base\"\nparameter = 1\n[parameters]\n")
            .unwrap_err()
            .to_string();
        assert!(error.contains("did you mean `parameters`?"), "{error}");
    }
}
