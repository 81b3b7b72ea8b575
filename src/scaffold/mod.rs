//! From criteria to feature skeletons, by the rules that `docs/guide/scaffold.md` states.
//!
//! [`skeletons`] decides which files there would be, [`Skeleton::text`] is what stands in one; nothing here writes
//! over a file.

mod plan;
mod sentence;
mod skeleton;
mod translate;

pub use plan::{Scaffold, ScaffoldError, Skipped, skeletons, write};
pub use skeleton::{Skeleton, Step, StepScenario};
