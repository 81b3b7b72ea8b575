//! What Git holds of a folder: [`Committed`], its last commit unpacked beside it.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::command::{Command, CommandError};

/// What Git holds cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// Git refused.
    #[error("`{folder}` cannot be read from Git\n(hint: the project must be a Git repository with a commit)")]
    Refused {
        /// The folder.
        folder: PathBuf,
        /// What git said.
        #[source]
        source: CommandError,
    },
    /// The commit could not be unpacked.
    #[error("the commit of `{folder}` could not be unpacked")]
    Unpack {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

/// Parts of a folder as the last commit has them, removed when this is dropped.
pub(super) struct Committed {
    place: TempDir,
    /// The commit, shortened.
    pub(super) commit: String,
}

impl Committed {
    /// Unpacks `parts` of `folder`.
    pub(super) async fn unpack(folder: &Path, parts: &[&str]) -> Result<Self, GitError> {
        let refused = |source| GitError::Refused {
            folder: folder.to_owned(),
            source,
        };
        let unpack = |source| GitError::Unpack {
            folder: folder.to_owned(),
            source,
        };
        let git = || Command::new("git").dir(folder);
        let commit = git().args(["rev-parse", "--short", "HEAD"]).run().await;
        let commit = commit.map_err(refused)?.stdout.trim().to_owned();
        let place = tempfile::tempdir().map_err(unpack)?;
        let archive = place.path().join("commit.tar");
        let written = git()
            .args(["archive", "--format=tar", "--output"])
            .args([&archive])
            .args([&commit])
            .args(parts);
        written.run().await.map_err(refused)?;
        let file = std::fs::File::open(&archive).map_err(unpack)?;
        tar::Archive::new(file).unpack(place.path()).map_err(unpack)?;
        Ok(Self { place, commit })
    }

    /// Where it is unpacked.
    pub(super) fn folder(&self) -> &Path {
        self.place.path()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn git(folder: &Path, line: &str) {
        let set = [
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@b.invalid",
            "-c",
            "commit.gpgsign=false",
        ];
        let run = Command::new("git").dir(folder).args(set).args(line.split(' '));
        run.run().await.unwrap();
    }

    #[tokio::test]
    async fn what_is_not_committed_is_not_in_git() {
        let repository = tempfile::tempdir().unwrap();
        let inner = repository.path().join("fixtures");
        std::fs::create_dir_all(inner.join("stack")).unwrap();
        std::fs::write(inner.join("stack/a.yaml"), "committed").unwrap();
        git(repository.path(), "init -q").await;
        git(repository.path(), "add .").await;
        git(repository.path(), "commit -q -m a").await;
        std::fs::write(inner.join("stack/a.yaml"), "changed").unwrap();
        std::fs::write(inner.join("stack/b.yaml"), "new").unwrap();
        let committed = Committed::unpack(&inner, &["stack"]).await.unwrap();
        let read = |name: &str| std::fs::read_to_string(committed.folder().join("stack").join(name));
        assert_eq!(read("a.yaml").unwrap(), "committed");
        assert!(read("b.yaml").is_err());
        assert!(!committed.commit.is_empty());
    }

    #[tokio::test]
    async fn a_folder_without_git_is_refused_with_a_hint() {
        let folder = tempfile::tempdir().unwrap();
        let said = Committed::unpack(folder.path(), &["stack"]).await.map(|_committed| ());
        assert!(said.unwrap_err().to_string().contains("must be a Git repository"));
    }
}
