//! Upstream's own manifests, taken from its Go module: [`ModuleFiles`], verified by the sum that a component pins.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::Deserialize;

use super::manifest::{ManifestError, read, yaml_files};
use crate::{
    command::{Command, CommandError},
    image::{go_program, refused_module},
};

/// File of a component's folder that names the module.
const FILE: &str = "module.toml";
/// The largest module that we take files from has 12 MB.
const DOWNLOAD_WITHIN: Duration = Duration::from_mins(5);

/// Manifests of a Go module cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModuleError {
    /// One of its files, or the file that names it, cannot be read.
    #[error(transparent)]
    File(#[from] ManifestError),
    /// The file does not say which module.
    #[error("`{path}` names no module")]
    Parse {
        /// The file.
        path: PathBuf,
        /// What is wrong in it.
        #[source]
        source: toml::de::Error,
    },
    /// The module proxy does not serve that version.
    #[error(
        "module `{module}` {version} is not served by the module proxy: {said}\n(hint: choose another published version \
         in `{path}`)"
    )]
    Refused {
        /// The module.
        module: String,
        /// Its version.
        version: String,
        /// What Go said.
        said: String,
        /// The file to edit.
        path: PathBuf,
    },
    /// Go could not be run, or failed for another reason.
    #[error("module `{module}` could not be downloaded for `{path}`")]
    Download {
        /// The module.
        module: String,
        /// The file that names it.
        path: PathBuf,
        /// Why.
        #[source]
        source: CommandError,
    },
    /// What Go printed is not what it prints.
    #[error("module `{module}`: what `go mod download` printed cannot be read")]
    Printed {
        /// The module.
        module: String,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// What was downloaded is not what is pinned.
    #[error(
        "module `{module}` {version}: expected the sum {expected} of `{path}`, observed {observed}\n(hint: a published \
         version never changes; trust neither before you know why)"
    )]
    Sum {
        /// The module.
        module: String,
        /// Its version.
        version: String,
        /// The sum that is pinned.
        expected: String,
        /// The sum of what was downloaded.
        observed: String,
        /// The file that pins it.
        path: PathBuf,
    },
}

/// What `module.toml` says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Module {
    /// Its path.
    #[serde(rename = "module")]
    pub(super) path: String,
    /// Its version, such as `v0.82.2`.
    pub(super) version: String,
    /// Its `h1:` sum, as in a `go.sum`.
    pub(super) sum: String,
    /// Folders of it whose YAML files are manifests.
    pub(super) folders: Vec<PathBuf>,
}

/// What `go mod download -json` prints of a module that it has.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Downloaded {
    dir: PathBuf,
    sum: String,
}

impl Module {
    /// The module of a component's folder; `None` where its manifests are all in the folder.
    pub(super) fn of(folder: &Path) -> Result<Option<(PathBuf, Self)>, ModuleError> {
        let path = folder.join(FILE);
        if !path.is_file() {
            return Ok(None);
        }
        let text = read(&path)?;
        match toml::from_str(&text) {
            Ok(module) => Ok(Some((path, module))),
            Err(source) => Err(ModuleError::Parse { path, source }),
        }
    }

    /// Its files, downloaded by Go where its cache does not have them.
    async fn files(&self, path: &Path) -> Result<Vec<PathBuf>, ModuleError> {
        let address = format!("{}@{}", self.path, self.version);
        let command = Command::new(go_program())
            .args(["mod", "download", "-json", &address])
            .deadline(DOWNLOAD_WITHIN);
        let output = command.run().await.map_err(|failed| self.refused(path, failed))?;
        let downloaded: Downloaded = serde_json::from_str(&output.stdout).map_err(|source| ModuleError::Printed {
            module: self.path.clone(),
            source,
        })?;
        if downloaded.sum != self.sum {
            return Err(ModuleError::Sum {
                module: self.path.clone(),
                version: self.version.clone(),
                expected: self.sum.clone(),
                observed: downloaded.sum,
                path: path.to_owned(),
            });
        }
        let mut files = Vec::new();
        for folder in &self.folders {
            files.extend(yaml_files(&downloaded.dir.join(folder))?);
        }
        Ok(files)
    }

    /// What Go's failure means.
    fn refused(&self, path: &Path, failed: CommandError) -> ModuleError {
        match refused_module(&failed) {
            Some((module, version, said)) => ModuleError::Refused {
                module,
                version,
                said,
                path: path.to_owned(),
            },
            None => ModuleError::Download {
                module: self.path.clone(),
                path: path.to_owned(),
                source: failed,
            },
        }
    }
}

/// The files that components take from modules, by the component's folder.
#[derive(Debug, Clone, Default)]
pub(crate) struct ModuleFiles(BTreeMap<PathBuf, Vec<PathBuf>>);

impl ModuleFiles {
    /// Downloads what the components in these folders name.
    pub(crate) async fn fetch(folders: impl Iterator<Item = PathBuf>) -> Result<Self, ModuleError> {
        let mut found = BTreeMap::new();
        for folder in folders {
            if let Some((path, module)) = Module::of(&folder)? {
                found.insert(folder, module.files(&path).await?);
            }
        }
        Ok(Self(found))
    }

    /// Those of a component's folder; none where it names no module.
    pub(crate) fn of(&self, folder: &Path) -> &[PathBuf] {
        self.0.get(folder).map(Vec::as_slice).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "module = \"example.com/m\"\nversion = \"v1.2.3\"\nsum = \"h1:a=\"\nfolders = [\"crds\"]\n";

    fn module() -> Module {
        toml::from_str(TEXT).unwrap()
    }

    fn refused(tail: &str) -> ModuleError {
        let failed = CommandError::Failed {
            line: "go mod download".to_owned(),
            code: "exit status: 1".to_owned(),
            tail: tail.to_owned(),
        };
        module().refused(Path::new("stack/m/module.toml"), failed)
    }

    #[test]
    fn a_folder_without_the_file_names_no_module() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Module::of(folder.path()).unwrap().is_none());
        std::fs::write(folder.path().join(FILE), TEXT).unwrap();
        assert_eq!(Module::of(folder.path()).unwrap().unwrap().1, module());
        std::fs::write(folder.path().join(FILE), "modul = 1\n").unwrap();
        let error = Module::of(folder.path()).unwrap_err();
        assert!(matches!(error, ModuleError::Parse { .. }), "{error}");
    }

    #[test]
    fn a_version_that_is_not_served_names_the_file_to_edit() {
        let said = "{\n\t\"Error\": \"example.com/m@v1.2.3: reading https://proxy.invalid/m/@v/v1.2.3.info: 404 Not Found\"\n}";
        let error = refused(said).to_string();
        assert!(
            error.contains("module `example.com/m` v1.2.3 is not served") && error.contains("`stack/m/module.toml`"),
            "{error}"
        );
        assert!(matches!(refused("no route to host"), ModuleError::Download { .. }));
    }
}
