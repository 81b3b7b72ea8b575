//! EARS sentences to a typed clause tree: [`EarsSentence`], with the place of each clause.

mod boundary;
mod closing;
mod condition;
mod dialect;
mod example;
mod mention;
mod parse;
mod segment;
mod sentence;

pub use dialect::Modals;
pub(crate) use dialect::{DETERMINERS, opens_with_keyword};
pub(crate) use example::names_anti_example;
pub(crate) use mention::is_keyword_paragraph;
pub use parse::parse_sentence;
pub(crate) use parse::{Parsed, parse_tokens};
pub(crate) use segment::segments;
pub use sentence::{Condition, ConditionKind, EarsSentence, Part, Response};
