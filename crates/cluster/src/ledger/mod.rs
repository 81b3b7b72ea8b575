//! What we created: [`Ledger`], a synced list that outlives a killed process, and what is done with it:
//! [`undo`] takes everything back in reverse order, [`leaks`] finds what nobody took back.

mod entry;
mod error;
mod leak;
#[expect(clippy::module_inception, reason = "the main type of this module is the ledger")]
mod ledger;
mod leftover;
mod object;
mod place;
mod read;
mod record;
mod run;
mod stuck;
mod undo;

#[cfg(test)]
pub(crate) mod mock;

pub use entry::{Entry, ObjectRef};
pub use error::LedgerError;
pub use leak::{LeakError, RUN_LABEL, leaks};
pub use ledger::{EntryId, Held, Ledger};
pub use leftover::{Leftover, Why};
pub use place::Place;
pub use run::{FoundRuns, RunLedger, find_runs};
pub use undo::{Undo, UndoError, Undoing, undo, undo_chosen};
