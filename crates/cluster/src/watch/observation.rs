//! What a wait answers: [`Observation`] each turn, [`Seen`] or [`ObserveError`] at its end.

use std::time::{Duration, Instant};

use jiff::Timestamp;

/// What a predicate answers about the state that it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Observation<T> {
    /// Not yet, and why.
    Pending(String),
    /// The condition holds.
    Met(T),
    /// The condition can no longer come true, and why.
    Impossible(String),
}

/// A change of what was seen, kept for the error and the evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// When it was seen, by our clock.
    pub at: Timestamp,
    /// What was seen.
    pub state: String,
}

/// A condition that came true.
#[derive(Debug, Clone)]
pub struct Seen<T> {
    /// What the predicate answered.
    pub value: T,
    /// When the state that meets the condition arrived, by our monotonic clock: the latest instant at which it came true.
    pub at: Instant,
    /// When the last state that did not meet it arrived: it came true after that. `None` where the first look met it.
    pub unmet: Option<Instant>,
    /// How many states were looked at.
    pub observations: usize,
    /// What was seen on the way, in order.
    pub transitions: Vec<Transition>,
}

/// Why a condition was not seen to come true.
#[derive(Debug, thiserror::Error)]
pub enum ObserveError {
    /// It can no longer come true.
    #[error("{what}: {reason}")]
    Impossible {
        /// What was awaited.
        what: String,
        /// Why it can no longer come true.
        reason: String,
        /// What was seen on the way.
        transitions: Vec<Transition>,
    },
    /// Its deadline passed.
    #[error("{what}: not within {}, last seen {last}, unchanged for {:.0} s", humantime::format_duration(*deadline), unchanged.as_secs_f64())]
    Deadline {
        /// What was awaited.
        what: String,
        /// The deadline.
        deadline: Duration,
        /// The last state seen.
        last: String,
        /// How long that state had not changed.
        unchanged: Duration,
        /// What was seen on the way.
        transitions: Vec<Transition>,
    },
    /// A state that had to stay did not.
    #[error("{what}: ended after {:.1} s: {observed}", after.as_secs_f64())]
    Ended {
        /// What had to stay.
        what: String,
        /// How long it stayed.
        after: Duration,
        /// What was seen instead.
        observed: String,
    },
    /// The API server refused or did not answer.
    #[error("{what}: the API server did not answer as it should")]
    Api {
        /// What was awaited.
        what: String,
        /// What it said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl ObserveError {
    /// What was last seen, in one line; `None` where nothing could be seen.
    #[must_use]
    pub fn observed(&self) -> Option<String> {
        match self {
            Self::Impossible { reason, .. } => Some(reason.clone()),
            Self::Deadline { last, deadline, .. } => {
                Some(format!("{last} (for {})", humantime::format_duration(*deadline)))
            }
            Self::Ended { observed, after, .. } => Some(format!("{observed} after {:.1} s", after.as_secs_f64())),
            Self::Api { .. } => None,
        }
    }
}
