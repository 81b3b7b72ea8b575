//! Any team's Markdown to statements: [`read_document`], lenient where our own loader is strict.

mod category;
mod context;
mod gather;
mod identify;
mod mention;
mod notes;
mod reader;
mod table;

pub use mention::{Mention, Tick, mentions, ticks};
pub(crate) use mention::{is_reference, is_ticked_heading, mentions_of};
pub(crate) use reader::read_source;
pub use reader::{Document, ReadOptions, read_document, read_document_with};
