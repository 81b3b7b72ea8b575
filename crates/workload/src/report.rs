//! What the subcommands print on their standard output, one JSON document each.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::manifest::EntryKind;

/// Answer of `verify`: the tree that is there against the manifest, as sets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifyReport {
    /// Entries of the manifest; equals `examined` plus the number of `missing` ones.
    pub expected: u64,
    /// Entries of the manifest that were found and compared in full, contents included.
    pub examined: u64,
    /// Paths in the manifest that are not in the tree, sorted.
    pub missing: Vec<String>,
    /// Paths in the tree that are not in the manifest, sorted.
    pub extra: Vec<String>,
    /// What differs, sorted by path; a path appears once for each aspect.
    pub different: Vec<Difference>,
    /// Names directly below the directory that were left out on request and exist, sorted.
    pub ignored: Vec<String>,
    /// Bytes of content read and hashed.
    pub bytes: u64,
}

impl VerifyReport {
    /// Whether every entry was found equal and nothing else is there. A tree without entries is never clean.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.examined > 0
            && self.examined == self.expected
            && self.missing.is_empty()
            && self.extra.is_empty()
            && self.different.is_empty()
    }
}

impl fmt::Display for VerifyReport {
    /// One line: the numbers and, where there is damage, the first path of each set.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} examined", self.examined, self.expected)?;
        let sets = [
            ("missing", self.missing.len(), self.missing.first().cloned()),
            ("extra", self.extra.len(), self.extra.first().cloned()),
            (
                "different",
                self.different.len(),
                self.different.first().map(ToString::to_string),
            ),
        ];
        for (name, count, first) in sets {
            write!(f, ", {count} {name}")?;
            if let Some(first) = first {
                write!(f, " (first: {first})")?;
            }
        }
        Ok(())
    }
}

/// One aspect in which an entry differs from the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The entry's path, as in the manifest.
    pub path: String,
    /// The aspect.
    pub what: Aspect,
    /// The manifest's value.
    pub expected: String,
    /// The value found.
    pub observed: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} of `{}`: expected {}, observed {}",
            self.what, self.path, self.expected, self.observed
        )
    }
}

/// What of an entry can differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aspect {
    /// File, directory or link; where it differs nothing else of the entry is compared.
    Kind,
    /// Length of a regular file.
    Size,
    /// SHA-256 of a regular file.
    Content,
    /// Where a link points.
    Target,
    /// Permission bits.
    Mode,
    /// Owner and group.
    Owner,
}

impl fmt::Display for Aspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kind => "kind",
            Self::Size => "size",
            Self::Content => "content",
            Self::Target => "target",
            Self::Mode => "mode",
            Self::Owner => "owner",
        })
    }
}

/// Answer of `poison`: how the tree was made to differ from its manifest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoisonReport {
    /// Files whose content was changed, sorted.
    pub changed: Vec<String>,
    /// Entries that were removed, sorted.
    pub deleted: Vec<String>,
    /// Files that were added, sorted.
    pub added: Vec<String>,
}

/// Answer of `flip`: which byte was changed, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlipReport {
    /// The file, relative to the tree.
    pub path: String,
    /// The byte's position, counted from 0.
    pub offset: u64,
    /// Its value before.
    pub before: u8,
    /// Its value now, read back from the file.
    pub after: u8,
}

/// Answer of `ls`: what a directory holds, not recursive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// The directory as asked for.
    pub dir: String,
    /// Whether it exists; where it does not, `entries` is empty.
    pub exists: bool,
    /// Its entries, sorted by name.
    pub entries: Vec<ListedEntry>,
}

/// One entry of a [`Listing`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedEntry {
    /// Its name, written like [`Entry::path`](crate::Entry::path).
    pub name: String,
    /// What it is.
    pub kind: EntryKind,
}

/// Answer of `write`: what was written and synced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// The file as asked for.
    pub path: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// SHA-256 (lower-case hex) of what was written.
    pub sha256: String,
    /// Node's clock after the sync, in milliseconds since the Unix epoch.
    pub at_unix_ms: u64,
}

/// One line of the file that `hold --to` appends to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beat {
    /// Number of the beat, counted from 1 for each start of the program.
    pub n: u64,
    /// Node's clock when the beat was written, in milliseconds since the Unix epoch.
    pub at_unix_ms: u64,
    /// Beats that could not be written since the last one that could.
    pub lost: u64,
}
