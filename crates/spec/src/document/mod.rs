//! Any team's Markdown to statements: [`read_document`], lenient where our own loader is strict.

mod category;
mod context;
mod gather;
mod identify;
mod notes;
mod reader;
mod table;

pub use reader::{Document, ReadOptions, read_document, read_document_with};
