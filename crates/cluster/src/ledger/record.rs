//! The lines of a ledger's file: [`Record`].

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{entry::Entry, place::Place};

/// One line. A ledger's state is what its lines say, read from the first to the last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "snake_case")]
pub(super) enum Record {
    /// The first line: whose ledger it is.
    Opened {
        /// When, UTC.
        at: Timestamp,
        /// The run's identifier or the cluster's name.
        owner: String,
        /// The cluster of a run; `None` for the ledger of a cluster.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place: Option<Place>,
    },
    /// Something is about to be created or changed.
    Intent {
        /// When, UTC.
        at: Timestamp,
        /// Number of the entry, from 1.
        id: u64,
        /// What it is.
        entry: Entry,
    },
    /// It was created.
    Created {
        /// When, UTC.
        at: Timestamp,
        /// Number of the entry.
        id: u64,
        /// The UID that the API server or the engine gave it, where it gave one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        uid: Option<String>,
    },
    /// It is gone, or put back.
    Undone {
        /// When, UTC.
        at: Timestamp,
        /// Number of the entry.
        id: u64,
    },
}
