//! What can be wrong between documents, inventories and criteria: [`CoverageError`].

use std::fmt;
use std::path::PathBuf;

use crate::CriterionId;

/// One fault of an inventory or of a source note.
#[derive(Debug, thiserror::Error)]
pub enum CoverageError {
    /// The folder of inventories, or one of them, cannot be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// The folder or file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// An inventory is not the TOML that is expected.
    #[error("`{}` is no line inventory: {source}", path.display())]
    Parse {
        /// The file.
        path: PathBuf,
        /// Place and cause.
        source: Box<toml::de::Error>,
    },
    /// The folder holds no inventory, so nothing would be checked.
    #[error("no inventory in `{}`\n(hint: one <document>.toml for each source document belongs there)", dir.display())]
    Empty {
        /// The folder.
        dir: PathBuf,
    },
    /// Lines that the inventory does not mention.
    #[error("`{document}`: the inventory leaves out {lines}: expected each line once")]
    LinesLeftOut {
        /// Short name of the document.
        document: String,
        /// The lines, such as `line 7` or `lines 3, 9-12`.
        lines: String,
    },
    /// A line that the inventory mentions more than once.
    #[error("`{document}`: the inventory has line {line} twice: expected each line once")]
    LineTwice {
        /// Short name of the document.
        document: String,
        /// The line.
        line: usize,
    },
    /// A line past the document's end.
    #[error("`{document}`: the inventory has line {line}: expected at most {lines}")]
    LineBeyondEnd {
        /// Short name of the document.
        document: String,
        /// The line.
        line: usize,
        /// Number of lines of the document.
        lines: usize,
    },
    /// A paraphrase that is too long to be one, or missing.
    #[error("`{document}` {lines}: expected a paraphrase of 1 to {MAX_WORDS} words, observed {words}")]
    Paraphrase {
        /// Short name of the document.
        document: String,
        /// The lines.
        lines: String,
        /// Words in it.
        words: usize,
    },
    /// A line that states something, and no criterion names it.
    #[error(
        "`{document}` {lines} (\"{says}\"): expected a criterion or a reason, observed neither\n(hint: add a Source note to a criterion of spec/, or `no_criterion` to the line)"
    )]
    Uncovered {
        /// Short name of the document.
        document: String,
        /// The lines.
        lines: String,
        /// What they state.
        says: String,
    },
    /// A line with a reason for having no criterion that has one.
    #[error("`{document}` {lines}: has `no_criterion`, but {criterion} names it")]
    NeedlessReason {
        /// Short name of the document.
        document: String,
        /// The lines.
        lines: String,
        /// A criterion that names the line.
        criterion: CriterionId,
    },
    /// A criterion without a source note.
    #[error("{criterion}: expected a source note, observed none")]
    NoSource {
        /// The criterion.
        criterion: CriterionId,
    },
    /// A source note on a document without an inventory.
    #[error("{criterion}: its source `{document}` has no inventory in spec/sources/")]
    UnknownDocument {
        /// The criterion.
        criterion: CriterionId,
        /// The document it names.
        document: String,
    },
    /// A source note on a line that states nothing.
    #[error("{criterion}: its source, line {line} of `{document}`, states nothing by the inventory")]
    SourceStatesNothing {
        /// The criterion.
        criterion: CriterionId,
        /// Short name of the document.
        document: String,
        /// The line it names.
        line: usize,
    },
    /// A source note whose section is not that of its line.
    #[error("{criterion}: section of line {line} of `{document}`: expected \"{expected}\", observed \"{observed}\"")]
    Section {
        /// The criterion.
        criterion: CriterionId,
        /// Short name of the document.
        document: String,
        /// The line it names.
        line: usize,
        /// The section that the line stands in.
        expected: String,
        /// The section that the note names.
        observed: String,
    },
}

/// Longest paraphrase of a line, in words: long enough to find it, too short to copy it.
pub(super) const MAX_WORDS: usize = 10;

/// Every fault that was found; never empty.
#[derive(Debug)]
pub struct CoverageErrors(pub Vec<CoverageError>);

impl fmt::Display for CoverageErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.len();
        write!(
            f,
            "coverage of the source documents: {count} {}",
            if count == 1 { "fault" } else { "faults" }
        )?;
        self.0.iter().try_for_each(|error| write!(f, "\n{error}"))
    }
}

impl std::error::Error for CoverageErrors {}

/// `value` where nothing is wrong, else everything that is.
pub(super) fn unless_faulty<T>(value: T, errors: Vec<CoverageError>) -> Result<T, CoverageErrors> {
    if errors.is_empty() {
        Ok(value)
    } else {
        Err(CoverageErrors(errors))
    }
}
