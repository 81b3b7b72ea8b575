//! The content-addressed cache: [`Cache`], whose entries are whole or absent.

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
};

use serde::{Serialize, de::DeserializeOwned};

use super::{error::ImageError, key::Key};

/// The file that makes an entry whole; written last.
const RECORD: &str = "record.json";

/// What is added to the name of an entry that is being made.
const PARTIAL: &str = ".partial-";

/// Where images, programs and the engine's settings are kept: `SHALL_CACHE`, `XDG_CACHE_HOME/shall` or `~/.cache/shall`.
#[must_use]
pub fn cache_dir() -> PathBuf {
    choose_dir(|key| {
        std::env::var_os(key)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    })
}

fn choose_dir(var: impl Fn(&str) -> Option<PathBuf>) -> PathBuf {
    var("SHALL_CACHE")
        .or_else(|| var("XDG_CACHE_HOME").map(|dir| dir.join("shall")))
        .or_else(|| var("HOME").map(|dir| dir.join(".cache/shall")))
        .unwrap_or_else(|| std::env::temp_dir().join("shall-cache"))
}

/// Entries by kind (`images`, `programs`, `rootfs`), name and key.
#[derive(Debug, Clone)]
pub(crate) struct Cache {
    root: PathBuf,
}

/// One entry, whether or not it exists.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    dir: PathBuf,
    lock: PathBuf,
}

/// An entry being made, invisible until it is committed.
#[derive(Debug)]
pub(crate) struct Staging {
    dir: PathBuf,
    whole: PathBuf,
}

/// Keeps other processes from making the same entry.
#[derive(Debug)]
pub(crate) struct EntryLock {
    _file: File,
}

impl Cache {
    pub(crate) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn entry(&self, kind: &str, name: &str, key: &Key) -> Entry {
        let title = format!("{name}-{}", key.as_str());
        Entry {
            lock: self.lock_path(kind, &title),
            dir: self.root.join(kind).join(title),
        }
    }

    /// Removes all but the newest versions of a name, and what killed attempts left; one that is being made is left alone.
    pub(crate) fn prune(&self, kind: &str, name: &str, kept: usize) -> Result<(), ImageError> {
        let dir = self.root.join(kind);
        let mut versions = Vec::new();
        for entry in fs::read_dir(&dir).map_err(ImageError::file("listing", &dir))?.flatten() {
            let title = entry.file_name().to_string_lossy().into_owned();
            match title.split_once(PARTIAL) {
                Some((title, _attempt)) if is_version(title, name) && !self.is_locked(kind, title) => {
                    // What its children still write makes this fail; then it goes the next time.
                    let _left = fs::remove_dir_all(entry.path());
                }
                None if is_version(&title, name) => {
                    versions.push((entry.metadata().and_then(|found| found.modified()).ok(), entry.path()));
                }
                Some(_) | None => {}
            }
        }
        versions.sort();
        let surplus = versions.len().saturating_sub(kept);
        versions[..surplus].iter().try_for_each(|(_, dir)| remove_tree(dir))
    }

    fn lock_path(&self, kind: &str, title: &str) -> PathBuf {
        self.root.join("locks").join(format!("{kind}-{title}"))
    }

    /// Whether somebody is making it. A lock that cannot be asked counts as held.
    fn is_locked(&self, kind: &str, title: &str) -> bool {
        match File::open(self.lock_path(kind, title)) {
            Ok(file) => file.try_lock().is_err(),
            Err(failed) => failed.kind() != std::io::ErrorKind::NotFound,
        }
    }
}

/// Whether an entry's title is `name` and a key.
fn is_version(title: &str, name: &str) -> bool {
    title
        .rsplit_once('-')
        .is_some_and(|(of, key)| of == name && key.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

impl Entry {
    /// Where its files are once it is whole.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Its record, if it is whole.
    pub(crate) fn record<R: DeserializeOwned>(&self) -> Option<R> {
        serde_json::from_slice(&fs::read(self.dir.join(RECORD)).ok()?).ok()
    }

    /// Waits until no other process makes it.
    pub(crate) async fn lock(&self) -> Result<EntryLock, ImageError> {
        let path = self.lock.clone();
        let locked = tokio::task::spawn_blocking(move || {
            fs::create_dir_all(path.parent().unwrap_or(Path::new("/")))?;
            let file = File::options().create(true).truncate(false).write(true).open(&path)?;
            file.lock()?;
            Ok(EntryLock { _file: file })
        });
        let locked = locked.await.unwrap_or_else(|failed| Err(std::io::Error::other(failed)));
        locked.map_err(ImageError::file("locking", &self.lock))
    }

    /// Starts to make it, in a directory of this attempt's own: what a killed attempt left may still be written to by its children.
    /// The caller holds the lock.
    pub(crate) fn stage(&self) -> Result<Staging, ImageError> {
        let parent = self.dir.parent().unwrap_or(Path::new("/"));
        fs::create_dir_all(parent).map_err(ImageError::file("making", parent))?;
        remove_tree(&self.dir)?;
        let title = self.dir.file_name().unwrap_or_default().to_string_lossy();
        let made = tempfile::Builder::new()
            .prefix(&format!("{title}{PARTIAL}"))
            .tempdir_in(parent);
        let dir = made.map_err(ImageError::file("making", parent))?.keep();
        // The root of what is made, which a temporary directory hides from others.
        super::context::set_mode(&dir, 0o755).map_err(ImageError::file("changing", &dir))?;
        Ok(Staging {
            dir,
            whole: self.dir.clone(),
        })
    }
}

impl Staging {
    /// Where its files are written.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Makes it whole: the record is synced, then the directory appears under its own name in one step.
    pub(crate) fn commit(self, record: &impl Serialize) -> Result<PathBuf, ImageError> {
        let path = self.dir.join(RECORD);
        let write = || {
            let mut file = File::create(&path)?;
            file.write_all(&serde_json::to_vec_pretty(record)?)?;
            file.sync_all()
        };
        write().map_err(ImageError::file("writing", &path))?;
        fs::rename(&self.dir, &self.whole).map_err(ImageError::file("renaming", &self.dir))?;
        Ok(self.whole)
    }
}

/// Removes a directory tree; one that is absent is no error.
pub(crate) fn remove_tree(dir: &Path) -> Result<(), ImageError> {
    match fs::remove_dir_all(dir) {
        Err(failed) if failed.kind() != std::io::ErrorKind::NotFound => Err(ImageError::file("removing", dir)(failed)),
        _removed => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::key::KeyMaker;

    fn entry(root: &Path) -> Entry {
        Cache::new(root.to_owned()).entry("images", "velero", &KeyMaker::new().finish())
    }

    #[test]
    fn a_half_built_entry_is_never_taken_for_a_whole_one() {
        let root = tempfile::tempdir().unwrap();
        let entry = entry(root.path());
        let staging = entry.stage().unwrap();
        fs::write(staging.dir().join("image.tar"), "half").unwrap();
        assert_eq!(entry.record::<String>(), None);
        drop(staging);
        // As after a kill in the middle: the next attempt starts from nothing.
        let again = entry.stage().unwrap();
        assert!(!again.dir().join("image.tar").exists());
        fs::write(again.dir().join("image.tar"), "whole").unwrap();
        again.commit(&"record").unwrap();
        assert_eq!(entry.record::<String>().as_deref(), Some("record"));
        assert_eq!(fs::read_to_string(entry.dir().join("image.tar")).unwrap(), "whole");
    }

    #[test]
    fn an_entry_without_a_readable_record_is_made_again() {
        let root = tempfile::tempdir().unwrap();
        let entry = entry(root.path());
        fs::create_dir_all(entry.dir()).unwrap();
        fs::write(entry.dir().join(RECORD), "{ \"name\": \"vel").unwrap();
        assert_eq!(entry.record::<serde_json::Value>(), None);
        entry.stage().unwrap().commit(&1).unwrap();
        assert_eq!(entry.record::<u8>(), Some(1));
    }

    #[test]
    fn only_the_newest_versions_of_a_name_are_kept() {
        let root = tempfile::tempdir().unwrap();
        let cache = Cache::new(root.path().to_owned());
        let make = |name: &str, version: &str| {
            let mut maker = KeyMaker::new();
            maker.add("version", version);
            cache
                .entry("images", name, &maker.finish())
                .stage()
                .unwrap()
                .commit(&version)
                .unwrap()
        };
        let other = make("velero-plugin-for-aws", "1");
        let versions = ["1", "2", "3"].map(|version| make("velero", version));
        for (age, dir) in versions.iter().rev().enumerate() {
            let at = std::time::SystemTime::now() - std::time::Duration::from_hours(age as u64);
            File::open(dir).unwrap().set_modified(at).unwrap();
        }
        cache.prune("images", "velero", 2).unwrap();
        assert_eq!(versions.map(|dir| dir.exists()), [false, true, true]);
        assert!(other.exists());
    }

    #[tokio::test]
    async fn what_a_killed_attempt_left_is_removed_and_what_is_being_made_is_not() {
        let root = tempfile::tempdir().unwrap();
        let cache = Cache::new(root.path().to_owned());
        let entry = |version: &str| {
            let mut maker = KeyMaker::new();
            maker.add("version", version);
            cache.entry("images", "velero", &maker.finish())
        };
        let left = entry("killed").stage().unwrap();
        let making = entry("in progress");
        let lock = making.lock().await.unwrap();
        let staging = making.stage().unwrap();
        cache.prune("images", "velero", 3).unwrap();
        assert!(!left.dir().exists());
        assert!(staging.dir().exists());
        drop(lock);
    }

    #[tokio::test]
    async fn one_entry_is_made_by_one_at_a_time() {
        let root = tempfile::tempdir().unwrap();
        let entry = entry(root.path());
        let held = entry.lock().await.unwrap();
        let soon = std::time::Duration::from_millis(200);
        let second = tokio::time::timeout(soon, entry.lock()).await;
        assert!(second.is_err(), "the lock was given twice");
        drop(held);
        assert!(entry.lock().await.is_ok());
    }

    #[test]
    fn the_directory_follows_the_variables_in_order() {
        let with = |set: &[(&str, &str)]| {
            let set: Vec<(String, PathBuf)> = set
                .iter()
                .map(|(key, value)| ((*key).to_owned(), PathBuf::from(value)))
                .collect();
            choose_dir(move |key| set.iter().find(|(name, _)| name == key).map(|(_, value)| value.clone()))
        };
        assert_eq!(with(&[("SHALL_CACHE", "/c"), ("HOME", "/h")]), PathBuf::from("/c"));
        assert_eq!(
            with(&[("XDG_CACHE_HOME", "/x"), ("HOME", "/h")]),
            PathBuf::from("/x/shall")
        );
        assert_eq!(with(&[("HOME", "/h")]), PathBuf::from("/h/.cache/shall"));
    }
}
