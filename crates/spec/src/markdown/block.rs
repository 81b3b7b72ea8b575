//! What a document consists of: [`Block`]s in order, with the lists and tables they stand in.

use super::folded::Folded;

/// A document's blocks, and the list items they belong to.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    pub(crate) blocks: Vec<Block>,
    pub(crate) items: Vec<Item>,
}

/// A run of text that stands by itself.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) kind: BlockKind,
    pub(crate) content: Folded,
    /// Index of the innermost list item around it.
    pub(crate) item: Option<usize>,
}

/// Where a block's text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BlockKind {
    Paragraph,
    /// Level 1 to 6.
    Heading(u8),
    /// All three count from 0; row 0 is the header.
    Cell {
        table: usize,
        row: usize,
        column: usize,
    },
    /// A code or HTML block; it has no text but ends what stands before it.
    Opaque,
}

/// A list item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    /// The item around it.
    pub(crate) parent: Option<usize>,
    /// Which list it stands in.
    pub(crate) list: usize,
    /// The number as written, without its `.` or `)`; `None` for a bullet.
    pub(crate) number: Option<String>,
    /// The state of its check box.
    pub(crate) checked: Option<bool>,
    /// Offset of its first byte.
    pub(crate) start: usize,
}
