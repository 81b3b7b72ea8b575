//! Reading a ledger's file: [`Read`], what its lines say when they are read from the first to the last.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use jiff::Timestamp;

use super::{
    error::LedgerError,
    ledger::{EntryId, Held},
    place::Place,
    record::Record,
};

/// What the lines of a file say.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) owner: String,
    pub(super) place: Option<Place>,
    pub(super) began: Timestamp,
    pub(super) held: BTreeMap<EntryId, Held>,
    pub(super) namespaces: BTreeSet<String>,
    pub(super) next: u64,
    /// Bytes up to the end of the last whole line.
    pub(super) length: u64,
}

impl Read {
    /// Reads lines; one without an end, which a killed process left, is not counted.
    pub(super) fn parse(path: &Path, bytes: &[u8]) -> Result<Self, LedgerError> {
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let mut read = Self {
            owner: String::new(),
            place: None,
            began: Timestamp::now(),
            held: BTreeMap::new(),
            namespaces: BTreeSet::new(),
            next: 1,
            length: u64::try_from(whole).unwrap_or(u64::MAX),
        };
        let lines = bytes[..whole]
            .split(|byte| *byte == b'\n')
            .enumerate()
            .filter(|(_, line)| !line.is_empty());
        for (index, line) in lines {
            let record = serde_json::from_slice(line).map_err(|source| LedgerError::Corrupt {
                path: path.to_owned(),
                line: index + 1,
                source,
            })?;
            read.take(path, record)?;
        }
        Ok(read)
    }

    fn take(&mut self, path: &Path, record: Record) -> Result<(), LedgerError> {
        let unknown = |id| LedgerError::UnknownEntry {
            path: path.to_owned(),
            id,
        };
        match record {
            Record::Opened { at, owner, place } => (self.began, self.owner, self.place) = (at, owner, place),
            Record::Intent { at, id, entry } => {
                self.next = self.next.max(id + 1);
                self.namespaces.extend(entry.namespace().map(ToOwned::to_owned));
                let id = EntryId(id);
                self.held.insert(
                    id,
                    Held {
                        id,
                        entry,
                        at,
                        created: false,
                        uid: None,
                    },
                );
            }
            Record::Created { id, uid, .. } => {
                let held = self.held.get_mut(&EntryId(id)).ok_or_else(|| unknown(id))?;
                (held.created, held.uid) = (true, uid);
            }
            Record::Undone { id, .. } => {
                self.held.remove(&EntryId(id)).ok_or_else(|| unknown(id))?;
            }
        }
        Ok(())
    }
}
