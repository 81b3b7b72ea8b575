//! What is wrong with the sentences of a document: [`lint_document`], by rules that each can be explained.

mod engine;
mod reading;
mod rule;
mod sentence;
mod status;
mod words;

pub use engine::lint_document;
pub use reading::reading_rules;
pub use rule::{Rule, rules};
