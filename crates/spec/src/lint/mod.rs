//! What is wrong with the sentences of a document: [`lint_document`], by rules that each can be explained.

mod engine;
mod reading;
pub mod review;
mod rule;
mod sentence;
mod status;
mod undeclared;
mod words;

pub use engine::{Linted, lint_document, lint_source};
pub use reading::reading_rules;
pub use rule::{Rule, rules};
pub use undeclared::undeclared;
