//! Every rule that `shall check` can raise, with the page that explains it.

mod page;
mod registry;
mod selection;

pub use page::page;
pub(crate) use registry::{UNMATCHED, UNREAD_CONFIG, UNREAD_MUTANT, UNREAD_PROOFS};
pub use registry::{UnknownRule, all, find};
pub use selection::{RuleArgs, Selection, SelectionError};
