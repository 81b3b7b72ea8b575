//! What a tree of files holds: [`Manifest`], printed by `seed` and compared by `verify`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Every entry below a directory, as it was written; the directory itself is not an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Text that stands in the nonce file and that all contents are derived from; unique for each seeding.
    pub nonce: String,
    /// Seed number of the plan.
    pub seed: u64,
    /// The entries, sorted by path; paths are unique.
    pub entries: Vec<Entry>,
    /// Sum of the sizes of all regular files, in bytes.
    pub bytes: u64,
    /// `true` where every entry was given the owner planned for it; `false` where that was not permitted,
    /// in which case the entries hold the owner that they have instead.
    pub owners_applied: bool,
}

impl Manifest {
    /// The entry at `path`, where there is one.
    #[must_use]
    pub fn entry(&self, path: &str) -> Option<&Entry> {
        let found = self.entries.binary_search_by(|entry| entry.path.as_str().cmp(path));
        found.ok().and_then(|index| self.entries.get(index))
    }
}

/// One file, directory or link of a tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Path relative to the tree, `/` separators; bytes that are not UTF-8 are written `\xNN`, a backslash `\\`.
    pub path: String,
    /// What it is.
    pub kind: EntryKind,
    /// Length in bytes of a regular file; 0 for every other kind.
    pub size: u64,
    /// SHA-256 (lower-case hex) of a regular file's content; `None` for every other kind.
    pub sha256: Option<String>,
    /// Permission bits, at most `0o7777`; for links they mean nothing and are not compared.
    pub mode: u32,
    /// Numeric owner.
    pub uid: u32,
    /// Numeric group.
    pub gid: u32,
    /// Where a symbolic link points, as written in it; `None` for every other kind.
    pub target: Option<String>,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link, whether or not its target exists.
    Symlink,
    /// A device, socket or pipe; `seed` makes none.
    Other,
}

impl fmt::Display for EntryKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File => "file",
            Self::Directory => "directory",
            Self::Symlink => "symlink",
            Self::Other => "other",
        })
    }
}
