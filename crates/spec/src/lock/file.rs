//! `shall.lock` on disk: TOML, one table for each criterion.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::entry::{Lock, LockEntry};
use crate::criterion::CriterionId;
use crate::diagnostic::Diagnostic;
use crate::lint::review::UNREAD_LOCK;
use crate::source::SourceText;

/// Name of the file, beside `shall.toml`.
pub const LOCK_FILE: &str = "shall.lock";

/// Version of the format that is written and read.
const VERSION: u32 = 1;

/// First lines of the file.
const HEADER: &str = "\
# The sentences of the specification as they were accepted. Written by `shall check --accept`; commit it.
# A sentence that reads otherwise now makes its scenarios suspect.
";

/// Why a lock cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// The file could not be read.
    #[error("`{}` could not be read", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file could not be written.
    #[error("`{}` could not be written", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is no lock.
    #[error(
        "`{}`: expected a lock\n(hint: after a merge, keep one table for each criterion and run `shall check`)",
        path.display()
    )]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong, with its place.
        source: toml::de::Error,
    },
    /// The file was written by another version.
    #[error(
        "`{}`: expected version {VERSION}, found {found}\n(hint: use the `shall` that wrote it)",
        path.display()
    )]
    Version {
        /// The file.
        path: PathBuf,
        /// The version that it names.
        found: u32,
    },
    /// An entry could not be put into TOML.
    #[error("`{}`: an entry cannot be written", path.display())]
    Encode {
        /// The file.
        path: PathBuf,
        /// Why.
        source: toml::ser::Error,
    },
}

impl LockError {
    /// The fault as a finding in `shall.lock`, which is read again for its excerpt.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        let (Self::Read { path, .. }
        | Self::Write { path, .. }
        | Self::Content { path, .. }
        | Self::Version { path, .. }
        | Self::Encode { path, .. }) = self;
        let source = SourceText::new(LOCK_FILE, std::fs::read_to_string(path).unwrap_or_default());
        match self {
            Self::Content { source: error, .. } => Diagnostic::of_toml(&UNREAD_LOCK, &source, error),
            Self::Version { found, .. } => {
                let message = format!("expected version {VERSION}, found {found}");
                Diagnostic::of_file(&UNREAD_LOCK, &source, message).hint("use the `shall` that wrote it")
            }
            Self::Read { source: error, .. } => Diagnostic::of_file(
                &UNREAD_LOCK,
                &source,
                format!("expected a readable file, observed: {error}"),
            ),
            Self::Write { .. } | Self::Encode { .. } => Diagnostic::of_file(&UNREAD_LOCK, &source, self),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    version: u32,
    #[serde(default)]
    criteria: BTreeMap<CriterionId, LockEntry>,
}

#[derive(Deserialize)]
struct Version {
    version: u32,
}

impl Lock {
    /// Reads a lock; a file that is not there is an empty one.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read, is no lock, or was written by another version.
    pub fn read(path: &Path) -> Result<Self, LockError> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&text, path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(source) => Err(LockError::Read {
                path: path.to_owned(),
                source,
            }),
        }
    }

    /// Reads the text of a lock; `path` is named in errors.
    ///
    /// # Errors
    ///
    /// Where the text is no lock, or was written by another version.
    pub fn parse(text: &str, path: &Path) -> Result<Self, LockError> {
        let version = |found| LockError::Version {
            path: path.to_owned(),
            found,
        };
        match toml::from_str(text) {
            Ok(Content {
                version: VERSION,
                criteria,
            }) => Ok(Self { entries: criteria }),
            Ok(Content { version: found, .. }) => Err(version(found)),
            Err(source) => match toml::from_str(text) {
                // Another version may have another shape.
                Ok(Version { version: found }) if found != VERSION => Err(version(found)),
                Ok(_) | Err(_) => Err(LockError::Content {
                    path: path.to_owned(),
                    source,
                }),
            },
        }
    }

    /// The lock as text: the same for the same entries.
    ///
    /// # Errors
    ///
    /// Where an entry cannot be put into TOML; `path` is named.
    pub fn print(&self, path: &Path) -> Result<String, LockError> {
        let content = Content {
            version: VERSION,
            criteria: self.entries.clone(),
        };
        let text = toml::to_string(&content).map_err(|source| LockError::Encode {
            path: path.to_owned(),
            source,
        })?;
        Ok(format!("{HEADER}{text}"))
    }

    /// Writes the lock in one go: the file is the old one or the new one, never half of it.
    ///
    /// # Errors
    ///
    /// Where the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), LockError> {
        let text = self.print(path)?;
        let written = path.with_extension("lock.new");
        let write = || std::fs::write(&written, text).and_then(|()| std::fs::rename(&written, path));
        write().map_err(|source| LockError::Write {
            path: path.to_owned(),
            source,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_reads_as_people_would_write_it() {
        let text = "version = 1\n\n[criteria.\"auth~1a2b3c\"]\ndocument = \"a.md\"\nhash = \"00\"\ntext = \"T\"\naccepted_by = \"A\"\naccepted_on = \"2026-11-20\"\n";
        let lock = Lock::parse(text, Path::new(LOCK_FILE)).unwrap();
        assert_eq!(lock.entries.len(), 1);
        assert_eq!(
            lock.print(Path::new(LOCK_FILE)).unwrap(),
            format!("{HEADER}{text}"),
            "printed otherwise"
        );
    }

    #[test]
    fn one_criterion_twice_and_another_version_are_refused() {
        let entry = "[criteria.A-1]\ndocument = \"a.md\"\nhash = \"00\"\ntext = \"T\"\naccepted_by = \"A\"\naccepted_on = \"2026-11-20\"\n";
        let path = Path::new(LOCK_FILE);
        let twice = Lock::parse(&format!("version = 1\n{entry}{entry}"), path);
        assert!(matches!(twice, Err(LockError::Content { .. })), "{twice:?}");
        let newer = Lock::parse("version = 2\nsentences = []\n", path);
        assert!(matches!(newer, Err(LockError::Version { found: 2, .. })), "{newer:?}");
    }
}
