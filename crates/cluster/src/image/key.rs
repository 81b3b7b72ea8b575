//! The content address of a cache entry: [`Key`], a digest over everything that its bytes depend on.

use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::error::ImageError;

/// Raised when the builder's own steps change what they make of the same inputs.
pub(crate) const BUILDER_REVISION: &str = "2";

/// A finished digest, as 24 hex digits: short enough for a file name, long enough to be unique.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key(String);

impl Key {
    /// The digits.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Collects inputs; each is framed by its length, so that no two lists of inputs give the same bytes.
#[derive(Debug, Clone)]
pub(crate) struct KeyMaker(Sha256);

impl KeyMaker {
    /// Starts with the builder's revision and the architecture.
    pub(crate) fn new() -> Self {
        let mut maker = Self(Sha256::new());
        maker.add("builder", BUILDER_REVISION);
        maker.add("architecture", std::env::consts::ARCH);
        maker
    }

    /// Adds a named input.
    pub(crate) fn add(&mut self, name: &str, value: impl AsRef<[u8]>) {
        for part in [name.as_bytes(), value.as_ref()] {
            self.0.update((part.len() as u64).to_le_bytes());
            self.0.update(part);
        }
    }

    /// Adds the path and content of every file below a directory, in the order of their paths; symbolic links count as what they point to.
    pub(crate) fn add_dir(&mut self, dir: &Path) -> Result<(), ImageError> {
        for entry in walkdir::WalkDir::new(dir).sort_by_file_name().follow_links(true) {
            let entry = entry.map_err(|failed| ImageError::File {
                action: "reading",
                path: dir.to_owned(),
                source: failed.into(),
            })?;
            if entry.file_type().is_file() {
                let content = std::fs::read(entry.path()).map_err(ImageError::file("reading", entry.path()))?;
                let name = entry.path().strip_prefix(dir).unwrap_or(entry.path());
                self.add(&name.to_string_lossy(), content);
            }
        }
        Ok(())
    }

    /// The address of what was added.
    pub(crate) fn finish(self) -> Key {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digest = self.0.finalize();
        let digits = digest.iter().take(12).flat_map(|byte| [byte >> 4, byte & 15]);
        Key(digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key_of(dir: &Path) -> Key {
        let mut maker = KeyMaker::new();
        maker.add_dir(dir).unwrap();
        maker.finish()
    }

    #[test]
    fn any_changed_added_or_renamed_file_changes_the_address() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("go.mod"), "module a").unwrap();
        let first = key_of(dir.path());
        assert_eq!(first, key_of(dir.path()));
        std::fs::write(dir.path().join("go.mod"), "module b").unwrap();
        let changed = key_of(dir.path());
        std::fs::write(dir.path().join("go.sum"), "").unwrap();
        let added = key_of(dir.path());
        std::fs::rename(dir.path().join("go.sum"), dir.path().join("go.work")).unwrap();
        let renamed = key_of(dir.path());
        let all = [&first, &changed, &added, &renamed].map(Key::as_str);
        assert_eq!(
            all.iter().collect::<std::collections::BTreeSet<_>>().len(),
            4,
            "{all:?}"
        );
    }

    #[test]
    fn inputs_are_framed() {
        let (mut one, mut other) = (KeyMaker::new(), KeyMaker::new());
        one.add("a", "bc");
        other.add("ab", "c");
        assert_ne!(one.finish(), other.finish());
    }
}
