//! Waiting for a condition: [`observe`] and [`observe_set`] watch, end at once when the condition can no
//! longer come true, and keep what they saw for the error. How late a watch is, a [`Canary`] measures.

mod canary;
mod observation;
mod observe;
mod poll;
mod trace;
mod view;
mod window;

pub use canary::{Canary, CanaryError, CanaryReport};
pub use observation::{Observation, ObserveError, Seen, Transition};
pub use observe::{gone, observe, observe_same, observe_set};
pub use poll::poll;
pub use view::Watched;
pub use window::{never, stays};
