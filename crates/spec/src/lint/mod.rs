//! What is wrong with the sentences of a document: [`lint_document`], by rules that each can be explained.

mod engine;
pub mod review;
mod rule;
mod sentence;
mod status;
mod undeclared;
mod words;

pub use engine::lint_document;
pub use rule::{Rule, rules};
pub use undeclared::undeclared;
