//! Waiting for a condition: [`observe`] and [`observe_set`] watch, end at once when the condition can no
//! longer come true, and keep what they saw for the error.

mod observation;
mod observe;
mod poll;

pub use observation::{Observation, ObserveError, Seen, Transition};
pub use observe::{gone, observe, observe_set, stays};
pub use poll::poll;
