//! Why a subcommand could not do its work: [`Fault`]. Damage that `verify` finds is its answer, not a fault.

use std::io;
use std::path::Path;

use thiserror::Error;

/// What kept the program from doing what it was asked.
#[derive(Debug, Error)]
pub enum Fault {
    /// The operating system refused.
    #[error("{action} `{path}`")]
    Io {
        /// What was tried, as a verb phrase.
        action: &'static str,
        /// The path it was tried on.
        path: String,
        /// Why it was refused.
        source: io::Error,
    },
    /// The plan cannot be carried out.
    #[error("{what} of the plan: expected {expected}, observed {observed}")]
    Plan {
        /// The field.
        what: &'static str,
        /// What it may hold.
        expected: String,
        /// What it holds.
        observed: String,
    },
    /// The directory to seed holds something already.
    #[error(
        "directory to seed `{dir}`: expected to be empty, observed `{found}`\n(hint: seed a fresh volume, or name what may be there with --ignore)"
    )]
    NotEmpty {
        /// The directory.
        dir: String,
        /// The first entry in it.
        found: String,
    },
    /// The tree has nothing to change.
    #[error("tree `{dir}`: expected at least one regular file with content, observed none")]
    NothingToPoison {
        /// The directory.
        dir: String,
    },
    /// The file is shorter than the byte asked for.
    #[error("offset in `{path}`: expected below its {size} bytes, observed {offset}")]
    OffsetBeyondEnd {
        /// The file.
        path: String,
        /// Its length.
        size: u64,
        /// The offset asked for.
        offset: u64,
    },
    /// A path leads out of the tree.
    #[error("path `{path}`: expected to be relative and without `..`")]
    PathOutsideTree {
        /// The path as given.
        path: String,
    },
    /// A JSON document is not what it should be: a manifest, a question, an update.
    #[error("document from `{origin}` cannot be read")]
    Document {
        /// The file, or `-` for standard input.
        origin: String,
        /// Where it departs from the format.
        source: serde_json::Error,
    },
    /// A line of a file of beats is not one.
    #[error("beat on line {line} of `{path}` cannot be read")]
    Beat {
        /// The file.
        path: String,
        /// The line, counted from 1.
        line: usize,
        /// Where it departs from the format.
        source: serde_json::Error,
    },
    /// The answer could not be written as JSON.
    #[error("answer cannot be written as JSON")]
    Answer(#[source] serde_json::Error),
}

impl Fault {
    /// Wraps an I/O error with what was tried and where; for `map_err`.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.display().to_string();
        move |source| Self::Io { action, path, source }
    }
}
