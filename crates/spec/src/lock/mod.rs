//! What was accepted: [`Lock`] holds the sentence of each criterion as somebody accepted it, and so its identity.
//!
//! The file stands beside `shall.toml` and is committed. A sentence that no longer reads as it was accepted makes its
//! scenarios suspect; a sentence without an identifier of its own is found again by it.

mod accept;
mod compare;
mod derive;
mod entry;
mod file;
mod index;
mod name;
mod words;

pub use accept::{Acceptance, Accepted};
pub use compare::Differences;
pub(crate) use derive::{Unnamed, derive_ids};
pub use entry::{Lock, LockEntry};
pub use file::{LOCK_FILE, LockError};
pub use name::tag_form;
pub(crate) use name::{Named, explicit_ids, short_names};
pub use words::word_diff;
