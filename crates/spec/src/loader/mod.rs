//! Our own specification format to criteria: [`load_specification`], strict where the general reader is lenient.

mod attribute;
mod conflict;
mod documents;
mod files;
mod item;
mod metric;
mod specification;

pub use files::read_sources;
pub use specification::{Loaded, load_specification, read_specification, read_specification_with};
