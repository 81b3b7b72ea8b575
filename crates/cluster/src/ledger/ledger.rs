//! The synced list of what was created: [`Ledger`].

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File, OpenOptions, TryLockError},
    io::{Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{entry::Entry, error::LedgerError, place::Place, read::Read, record::Record};

/// Number of an entry in its ledger, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntryId(pub u64);

/// An entry that has not been undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Its number.
    pub id: EntryId,
    /// What it is.
    pub entry: Entry,
    /// When its creation was intended.
    pub at: Timestamp,
    /// Whether its creation was confirmed. Where not, it may or may not exist.
    pub created: bool,
    /// The UID it was given; `None` where it has none or where it was not confirmed.
    pub uid: Option<String>,
}

/// The synced list of what a run or a cluster created.
///
/// An entry is written and synced *before* the thing is created, so that whatever exists is listed, also
/// after kill -9. One process at a time: the file is locked for as long as this value lives, and the lock
/// ends with the process.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    owner: String,
    began: Timestamp,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    file: File,
    next: u64,
    held: BTreeMap<EntryId, Held>,
    namespaces: BTreeSet<String>,
}

impl Ledger {
    /// Opens the ledger of `owner` (a run's identifier or a cluster's name), or begins it.
    ///
    /// A last line that a killed process left unfinished is cut off.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or written, belongs to somebody else, is held by another process, or a
    /// line before its last one cannot be read.
    pub fn open(path: &Path, owner: &str) -> Result<Self, LedgerError> {
        Self::open_on(path, owner, None)
    }

    /// The same for a run, with the cluster that it runs on.
    ///
    /// # Errors
    ///
    /// As [`Ledger::open`].
    pub fn open_on(path: &Path, owner: &str, place: Option<Place>) -> Result<Self, LedgerError> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|source| io("make its folder", path, source))?;
        }
        let mut ledger = Self::take(path, true)?;
        if ledger.owner.is_empty() {
            owner.clone_into(&mut ledger.owner);
            let opened = Record::Opened {
                at: ledger.began,
                owner: owner.to_owned(),
                place,
            };
            ledger.append(&mut ledger.lock(), &opened)?;
            sync_folder(path)?;
        } else if ledger.owner != owner {
            let observed = ledger.owner;
            return Err(LedgerError::Other {
                path: path.to_owned(),
                expected: owner.to_owned(),
                observed,
            });
        }
        Ok(ledger)
    }

    /// Opens a ledger that exists, whoever owns it.
    ///
    /// # Errors
    ///
    /// As [`Ledger::open`], and when there is no such file.
    pub fn reopen(path: &Path) -> Result<Self, LedgerError> {
        Self::take(path, false)
    }

    fn take(path: &Path, create: bool) -> Result<Self, LedgerError> {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(create)
            .truncate(false)
            .open(path)
            .map_err(|source| io("open it", path, source))?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => LedgerError::InUse { path: path.to_owned() },
            TryLockError::Error(source) => io("lock it", path, source),
        })?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)
            .map_err(|source| io("read it", path, source))?;
        let read = Read::parse(path, &bytes)?;
        file.set_len(read.length)
            .map_err(|source| io("cut off its unfinished line", path, source))?;
        file.seek(SeekFrom::End(0))
            .map_err(|source| io("find its end", path, source))?;
        let state = State {
            file,
            next: read.next,
            held: read.held,
            namespaces: read.namespaces,
        };
        Ok(Self {
            path: path.to_owned(),
            owner: read.owner,
            began: read.began,
            state: Mutex::new(state),
        })
    }

    /// Lists something that is about to be created. On return the line is on the disk.
    ///
    /// # Errors
    ///
    /// When it cannot be written; then the thing must not be created.
    pub fn intend(&self, entry: Entry) -> Result<EntryId, LedgerError> {
        let mut state = self.lock();
        let id = EntryId(state.next);
        let at = Timestamp::now();
        self.append(
            &mut state,
            &Record::Intent {
                at,
                id: id.0,
                entry: entry.clone(),
            },
        )?;
        state.next += 1;
        state.namespaces.extend(entry.namespace().map(ToOwned::to_owned));
        state.held.insert(
            id,
            Held {
                id,
                entry,
                at,
                created: false,
                uid: None,
            },
        );
        Ok(id)
    }

    /// Confirms that it was created, with the UID it was given.
    ///
    /// # Errors
    ///
    /// When it cannot be written, or there is no such entry.
    pub fn created(&self, id: EntryId, uid: Option<&str>) -> Result<(), LedgerError> {
        let mut state = self.lock();
        if !state.held.contains_key(&id) {
            return Err(self.unknown(id));
        }
        let uid = uid.map(ToOwned::to_owned);
        self.append(
            &mut state,
            &Record::Created {
                at: Timestamp::now(),
                id: id.0,
                uid: uid.clone(),
            },
        )?;
        if let Some(held) = state.held.get_mut(&id) {
            held.created = true;
            held.uid = uid;
        }
        Ok(())
    }

    /// Takes an entry off the list: the thing is gone, was put back, or was never created.
    ///
    /// # Errors
    ///
    /// When it cannot be written, or there is no such entry.
    pub fn undone(&self, id: EntryId) -> Result<(), LedgerError> {
        let mut state = self.lock();
        if !state.held.contains_key(&id) {
            return Err(self.unknown(id));
        }
        self.append(
            &mut state,
            &Record::Undone {
                at: Timestamp::now(),
                id: id.0,
            },
        )?;
        state.held.remove(&id);
        Ok(())
    }

    /// What has not been undone, the last one first.
    #[must_use]
    pub fn held(&self) -> Vec<Held> {
        self.lock().held.values().rev().cloned().collect()
    }

    /// Every namespace that this ledger ever listed, those undone included.
    #[must_use]
    pub fn namespaces(&self) -> BTreeSet<String> {
        self.lock().namespaces.clone()
    }

    /// The run's identifier or the cluster's name.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// When it was begun.
    #[must_use]
    pub const fn began(&self) -> Timestamp {
        self.began
    }

    /// Its file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Removes the file if everything was undone; answers whether it did.
    ///
    /// # Errors
    ///
    /// When the file cannot be removed.
    pub fn close(self) -> Result<bool, LedgerError> {
        if !self.lock().held.is_empty() {
            return Ok(false);
        }
        fs::remove_file(&self.path).map_err(|source| io("remove it", &self.path, source))?;
        Ok(true)
    }

    /// Writes and syncs a line; one that could not be written whole is taken back.
    fn append(&self, state: &mut State, record: &Record) -> Result<(), LedgerError> {
        let mut write = || -> std::io::Result<()> {
            let mut line = serde_json::to_vec(record)?;
            line.push(b'\n');
            let end = state.file.stream_position()?;
            let written = state.file.write_all(&line).and_then(|()| state.file.sync_data());
            if written.is_err() {
                state.file.set_len(end)?;
                state.file.seek(SeekFrom::Start(end))?;
            }
            written
        };
        write().map_err(|source| io("write a line", &self.path, source))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unknown(&self, id: EntryId) -> LedgerError {
        LedgerError::UnknownEntry {
            path: self.path.clone(),
            id: id.0,
        }
    }
}

impl Drop for State {
    /// Gives the lock back at once. Closing the file would not: a child that another thread is just starting holds
    /// a copy of it until its program is loaded.
    fn drop(&mut self) {
        let _ends_with_the_file = self.file.unlock();
    }
}

pub(super) fn io(doing: &'static str, path: &Path, source: std::io::Error) -> LedgerError {
    LedgerError::Io {
        doing,
        path: path.to_owned(),
        source,
    }
}

/// Syncs the folder, so that a file just made is still there after a power cut.
fn sync_folder(path: &Path) -> Result<(), LedgerError> {
    let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) else {
        return Ok(());
    };
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|source| io("sync its folder", path, source))
}

#[cfg(test)]
mod tests;
