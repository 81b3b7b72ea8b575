//! Why a ledger cannot be used: [`LedgerError`].

use std::path::PathBuf;

/// Why a ledger cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The system refused.
    #[error("ledger `{path}`: could not {doing}", path = path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// The ledger's file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// Another process has it open.
    #[error(
        "ledger `{path}` is in use by another process\n(hint: another `shall` is at work on it; wait for its end, or end it)",
        path = path.display()
    )]
    InUse {
        /// The ledger's file.
        path: PathBuf,
    },
    /// A line that is not the last one cannot be read.
    #[error(
        "ledger `{path}`: line {line} cannot be read\n(hint: what it lists still exists; look at the line before you remove the file)",
        path = path.display()
    )]
    Corrupt {
        /// The ledger's file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
    /// It belongs to another run or cluster.
    #[error("ledger `{path}`: expected the one of `{expected}`, observed the one of `{observed}`", path = path.display())]
    Other {
        /// The ledger's file.
        path: PathBuf,
        /// Whose ledger was asked for.
        expected: String,
        /// Whose it is.
        observed: String,
    },
    /// A record names an entry that was never intended.
    #[error("ledger `{path}`: there is no entry {id}", path = path.display())]
    UnknownEntry {
        /// The ledger's file.
        path: PathBuf,
        /// The entry's number.
        id: u64,
    },
}
