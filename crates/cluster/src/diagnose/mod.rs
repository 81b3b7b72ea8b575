//! Why something did not work: [`collect`] writes a bundle of what the cluster says, and finds the most likely cause.

mod archive;
mod bundle;
mod cause;
mod folder;
mod log;
mod object;
mod redact;
mod sign;

pub use bundle::{Diagnosis, Scope, collect};
pub use cause::{Sign, most_likely_cause};
