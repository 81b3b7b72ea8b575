//! The node image's recipe, `kind/node/node.toml`: [`NodeRecipe`].

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;

use super::error::ImageError;

/// How a root file system becomes a node.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NodeRecipe {
    /// Repository and tag of the built image, with Kubernetes' version filled in.
    pub(crate) reference: String,
    /// Upstream's image, for where registries can be reached.
    pub(crate) upstream: String,
    /// Seconds that it takes once its parts are there.
    pub(crate) expected_s: u64,
    /// The component that builds the Kubernetes programs; its version is the node's.
    pub(crate) kubernetes: String,
    /// The component whose module holds the node's base files, and the directory of them in it.
    pub(crate) base: BaseFiles,
    /// Images imported into the node's containerd.
    pub(crate) images: Vec<String>,
    /// Built program → path.
    pub(crate) programs: BTreeMap<String, String>,
    /// Path → target of a symbolic link.
    pub(crate) links: BTreeMap<String, String>,
    /// Directories whose files are made executable.
    pub(crate) executable: Vec<String>,
    /// Files removed; `*` stands for any characters in the last part.
    pub(crate) remove: Vec<String>,
    /// Directories made.
    pub(crate) directories: Vec<String>,
    /// Path → text appended to a file.
    pub(crate) append: BTreeMap<String, String>,
    /// Units that start with the node.
    pub(crate) enable: Vec<String>,
    /// Units that never start.
    pub(crate) mask: Vec<String>,
    /// Settings laid over containerd's configuration file.
    pub(crate) containerd: toml::Table,
    /// Changes of the image's configuration, as a Containerfile writes them.
    pub(crate) changes: Vec<String>,
}

/// Where the base files are.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BaseFiles {
    /// The component whose go.mod pins the module.
    pub(crate) component: String,
    /// The directory inside the module.
    pub(crate) dir: String,
}

impl NodeRecipe {
    /// Reads it.
    pub(crate) fn read(path: &Path) -> Result<Self, ImageError> {
        let text = std::fs::read_to_string(path).map_err(ImageError::file("reading", path))?;
        toml::from_str(&text).map_err(|failed| ImageError::Recipes {
            faults: vec![format!("{}: {failed}", path.display())],
        })
    }
}

/// Lays settings over a table: tables are merged, everything else is replaced.
pub(crate) fn merge(under: &mut toml::Table, over: &toml::Table) {
    for (key, value) in over {
        match (under.get_mut(key), value) {
            (Some(toml::Value::Table(below)), toml::Value::Table(above)) => merge(below, above),
            _ => {
                under.insert(key.clone(), value.clone());
            }
        }
    }
}

/// Whether a file name matches a pattern of literal parts between `*`.
pub(crate) fn name_matches(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(mut left) = name.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(at) = left.find(part) else { return false };
        left = &left[at + part.len()..];
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_laid_over_and_the_rest_is_kept() {
        let mut under: toml::Table = toml::from_str("version = 2\n[a.b]\nkept = 1\nchanged = false\n").unwrap();
        merge(
            &mut under,
            &toml::from_str("[a.b]\nchanged = true\n[a.c]\nnew = \"x\"\n").unwrap(),
        );
        let expected: toml::Table =
            toml::from_str("version = 2\n[a.b]\nkept = 1\nchanged = true\n[a.c]\nnew = \"x\"\n").unwrap();
        assert_eq!(under, expected);
    }

    #[test]
    fn patterns_match_names() {
        assert!(name_matches("*", "anything"));
        assert!(name_matches("*udev*", "systemd-udevd-kernel.socket"));
        assert!(!name_matches("*initctl*", "dbus.socket"));
        assert!(name_matches("a.service", "a.service") && !name_matches("a.service", "b.service"));
        assert!(!name_matches("a*a", "a"), "one letter is not both ends");
    }

    #[test]
    fn an_unknown_setting_is_a_fault_that_names_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("node.toml");
        std::fs::write(&path, "referense = \"x\"\n").unwrap();
        let text = NodeRecipe::read(&path).unwrap_err().to_string();
        assert!(text.contains("node.toml") && text.contains("referense"), "{text}");
    }
}
