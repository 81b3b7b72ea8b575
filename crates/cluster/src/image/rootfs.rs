//! The Debian root file system that the node image and some files of other images come from: [`Rootfs`].

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use super::{
    cache::Cache,
    error::ImageError,
    key::{Key, KeyMaker},
};
use crate::{command::Command, engine};

/// A slow mirror is waited for, a dead one is not.
const BOOTSTRAP_WITHIN: Duration = Duration::from_mins(20);

/// How many root file systems are kept.
const KEPT: usize = 2;

/// What is installed, `kind/node/rootfs.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RootfsRecipe {
    /// Debian's suite.
    pub(crate) suite: String,
    /// Where packages come from.
    pub(crate) mirror: String,
    /// Seconds that it takes cold.
    pub(crate) expected_s: u64,
    /// Packages beyond Debian's minimal set.
    pub(crate) packages: Vec<String>,
}

/// An installed root file system in the cache.
#[derive(Debug, Clone)]
pub(crate) struct Rootfs {
    /// Its root directory.
    pub(crate) dir: PathBuf,
    /// Whether it was there already.
    pub(crate) cached: bool,
    /// `package version` lines, as installed.
    packages: Vec<String>,
}

/// What the cache remembers of it.
#[derive(Debug, Serialize, Deserialize)]
struct Record {
    /// `package version` lines, as installed.
    packages: Vec<String>,
}

impl RootfsRecipe {
    pub(crate) fn read(path: &Path) -> Result<Self, ImageError> {
        let text = std::fs::read_to_string(path).map_err(ImageError::file("reading", path))?;
        toml::from_str(&text).map_err(|failed| ImageError::Recipes {
            faults: vec![format!("{}: {failed}", path.display())],
        })
    }

    /// Its address: the recipe, not the day's package versions; those are in the record.
    pub(crate) fn key(&self) -> Key {
        let mut maker = KeyMaker::new();
        maker.add("suite", &self.suite);
        maker.add("mirror", &self.mirror);
        for package in &self.packages {
            maker.add("package", package);
        }
        maker.finish()
    }

    /// The same Debian with other packages.
    pub(crate) fn with_packages(&self, packages: Vec<String>) -> Self {
        Self {
            packages,
            ..self.clone()
        }
    }

    /// Takes it from the cache, where it is kept under `name`, or installs it.
    pub(crate) async fn ensure(&self, cache: &Cache, name: &str) -> Result<Rootfs, ImageError> {
        let key = self.key();
        let entry = cache.entry("rootfs", name, &key);
        let dir = entry.dir().join("root");
        let _lock = entry.lock().await?;
        if let Some(Record { packages }) = entry.record() {
            let cached = true;
            return Ok(Rootfs { dir, cached, packages });
        }
        let staging = entry.stage()?;
        let root = staging.dir().join("root");
        self.bootstrap(&root).await?;
        let packages = installed_packages(&root)?;
        let record = Record { packages };
        staging.commit(&record)?;
        cache.prune("rootfs", name, KEPT)?;
        let (cached, packages) = (false, record.packages);
        Ok(Rootfs { dir, cached, packages })
    }

    /// Runs debootstrap in a mount namespace of its own, so that an interrupted one leaves no mount behind.
    async fn bootstrap(&self, root: &Path) -> Result<(), ImageError> {
        let missing = || ImageError::Input {
            image: "rootfs".to_owned(),
            expected: "debootstrap on PATH (hint: `shall doctor --install`)".to_owned(),
            found: "none".to_owned(),
        };
        let debootstrap = engine::find_program("debootstrap").ok_or_else(missing)?;
        let include = format!("--include={}", self.packages.join(","));
        let command = Command::new("unshare").args(["--mount", "--pid", "--fork", "--kill-child"]);
        let command = command.args([debootstrap.as_os_str()]).args([
            "--variant=minbase",
            "--force-check-gpg",
            &include,
            &self.suite,
        ]);
        let command = command
            .args([root.as_os_str()])
            .args([&self.mirror])
            .deadline(BOOTSTRAP_WITHIN);
        command.run().await.map_err(ImageError::step("rootfs", "debootstrap"))?;
        for emptied in [
            "var/cache/apt/archives",
            "var/lib/apt/lists",
            "usr/share/doc",
            "usr/share/man",
            "usr/share/locale",
            "usr/share/info",
        ] {
            let dir = root.join(emptied);
            super::cache::remove_tree(&dir)?;
            std::fs::create_dir_all(&dir).map_err(ImageError::file("making", &dir))?;
        }
        Ok(())
    }
}

impl Rootfs {
    /// The exact version of a package that is to be of the given one, such as `2.53.3+ds1-2` for `v2.53.3`.
    pub(crate) fn version_of(&self, package: &str, wanted: &str) -> Result<String, ImageError> {
        let line = self
            .packages
            .iter()
            .find_map(|line| line.strip_prefix(package)?.strip_prefix(' '));
        let found = line.unwrap_or("none");
        let upstream = found.split_once(':').map_or(found, |(_epoch, version)| version);
        let rest = upstream.strip_prefix(wanted.trim_start_matches('v'));
        if rest.is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_digit())) {
            return Ok(found.to_owned());
        }
        Err(ImageError::Input {
            image: package.to_owned(),
            expected: format!(
                "Debian package `{package}` of version {wanted} (hint: Debian has moved on; change `version` in image.toml)"
            ),
            found: found.to_owned(),
        })
    }
}

/// `package version` of each entry in dpkg's status file.
fn installed_packages(root: &Path) -> Result<Vec<String>, ImageError> {
    let path = root.join("var/lib/dpkg/status");
    let status = std::fs::read_to_string(&path).map_err(ImageError::file("reading", &path))?;
    Ok(packages_of(&status))
}

fn packages_of(status: &str) -> Vec<String> {
    let field = |entry: &str, key: &str| {
        entry
            .lines()
            .find_map(|line| line.strip_prefix(key))
            .map(|value| value.trim().to_owned())
    };
    status
        .split("\n\n")
        .filter_map(|entry| Some(format!("{} {}", field(entry, "Package:")?, field(entry, "Version:")?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipe() -> RootfsRecipe {
        toml::from_str("suite = \"trixie\"\nmirror = \"http://mirror.invalid/debian\"\nexpected_s = 60\npackages = [\"runc\", \"jq\"]\n").unwrap()
    }

    #[test]
    fn another_package_is_another_root_file_system() {
        let mut other = recipe();
        other.packages.push("socat".to_owned());
        assert_ne!(recipe().key(), other.key());
        other.packages.pop();
        other.expected_s = 90;
        assert_eq!(recipe().key(), other.key(), "an expectation is no input");
    }

    #[test]
    fn a_package_of_another_version_than_the_recipe_says_is_refused() {
        let rootfs = Rootfs {
            dir: "/x".into(),
            cached: true,
            packages: vec![
                "prometheus 2.53.3+ds1-2".to_owned(),
                "busybox-static 1:1.37.0-6+b3".to_owned(),
            ],
        };
        assert_eq!(rootfs.version_of("prometheus", "v2.53.3").unwrap(), "2.53.3+ds1-2");
        assert_eq!(rootfs.version_of("busybox-static", "1.37").unwrap(), "1:1.37.0-6+b3");
        assert!(rootfs.version_of("prometheus", "v2.5").is_err(), "2.53 is not 2.5");
        let error = rootfs.version_of("prometheus", "v3.5.0").unwrap_err().to_string();
        assert!(
            error.contains("version v3.5.0") && error.ends_with("found 2.53.3+ds1-2"),
            "{error}"
        );
        assert!(rootfs.version_of("bind9", "9.20").is_err());
    }

    #[test]
    fn package_versions_are_recorded() {
        let status = "Package: runc\nStatus: install ok installed\nVersion: 1.1.15\n\nPackage: jq\nVersion: 1.7.1-6\n";
        assert_eq!(packages_of(status), ["runc 1.1.15", "jq 1.7.1-6"]);
    }
}
