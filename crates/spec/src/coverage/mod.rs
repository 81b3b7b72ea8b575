//! From the lines of the source documents to criteria: what `docs/coverage.md` shows.
//!
//! An [`Inventory`] says for every line of a document what it states or why it states nothing.
//! [`render_coverage`] joins it with the source notes of a [`Specification`](crate::Specification)
//! and refuses to render while a line has neither a criterion nor a reason.

mod error;
mod inventory;
mod link;
mod render;

pub use error::{CoverageError, CoverageErrors};
pub use inventory::{Heading, Inventory, LineRanges, SkippedLines, StatedLines, load_inventories};
pub use render::render_coverage;
