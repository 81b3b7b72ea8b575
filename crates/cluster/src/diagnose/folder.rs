//! Where a bundle is written: [`Folder`], file by file, redacted, up to a size.

use std::{io, path::PathBuf};

use super::redact::Redactor;

/// The most that a bundle holds.
const MOST_BYTES: usize = 32 * 1024 * 1024;

/// A folder of text files. What was written stays, whatever happens after.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    pub(super) redactor: Redactor,
    left: usize,
}

impl Folder {
    /// Makes the folder.
    pub(super) fn create(path: PathBuf, redactor: Redactor) -> io::Result<Self> {
        std::fs::create_dir_all(&path)?;
        Ok(Self {
            path,
            redactor,
            left: MOST_BYTES,
        })
    }

    /// Writes a file without secrets; one that does not fit any more is refused as a whole.
    pub(super) fn write(&mut self, file: &str, text: &str) -> io::Result<()> {
        let text = self.redactor.redact(text);
        let Some(left) = self.left.checked_sub(text.len()) else {
            let why = format!(
                "left out: {} bytes, and the bundle holds {MOST_BYTES} at most",
                text.len()
            );
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, why));
        };
        let path = self.path.join(file);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, text)?;
        self.left = left;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_refused_and_what_does_is_redacted() {
        let place = tempfile::tempdir().unwrap();
        let redactor = Redactor::new(&["planted-secret".to_owned()]);
        let mut folder = Folder::create(place.path().join("bundle"), redactor).unwrap();
        folder.left = 40;
        folder.write("n/pod.log", "the planted-secret is out").unwrap();
        assert_eq!(
            std::fs::read_to_string(place.path().join("bundle/n/pod.log")).unwrap(),
            "the [redacted] is out"
        );
        assert!(folder.write("n/large.log", &"x".repeat(41)).is_err());
        assert!(!place.path().join("bundle/n/large.log").exists());
        folder.write("n/small.log", "fits").unwrap();
    }
}
