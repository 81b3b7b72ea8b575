//! Why something did not work: [`collect`] writes a bundle of what the cluster says, and finds the most likely cause.

mod bundle;
mod cause;
mod redact;

pub use bundle::{Diagnosis, collect};
pub use cause::{Sign, most_likely_cause};
