//! The program that runs in the pods of scenarios, and the types it speaks.
//!
//! `shall-workload` seeds a volume by a [`SeedPlan`] and prints the [`Manifest`]; `verify` compares a volume with
//! a manifest and prints a [`VerifyReport`]. Probes run it through the API server's exec and read its standard output.
//! It judges nothing: its exit code says whether it could do its work, the verdict on the answer is the caller's.

mod damage;
mod fault;
mod file;
mod hold;
mod list;
mod manifest;
mod plan;
mod report;
mod seed;
mod tree;
mod verify;

pub use damage::{flip, poison};
pub use fault::Fault;
pub use file::{read_to, write};
pub use hold::{hold, read_beats};
pub use list::list;
pub use manifest::{Entry, EntryKind, Manifest};
pub use plan::{MAX_FILES, MIN_FILES, SeedPlan};
pub use report::{Aspect, Beat, Difference, FlipReport, ListedEntry, Listing, PoisonReport, VerifyReport, Written};
pub use seed::seed;
pub use verify::verify;
