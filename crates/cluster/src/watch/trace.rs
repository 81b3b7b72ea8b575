//! What a wait has seen so far: [`Trace`], and the answers it ends with.

use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::observation::{ObserveError, Seen, Transition};

/// What a wait has seen so far.
pub(super) struct Trace {
    what: String,
    unmet: Option<Instant>,
    changed: Instant,
    observations: usize,
    transitions: Vec<Transition>,
}

impl Trace {
    pub(super) fn new(what: &str) -> Self {
        let now = Instant::now();
        Self {
            what: what.to_owned(),
            unmet: None,
            changed: now,
            observations: 0,
            transitions: Vec::new(),
        }
    }

    /// Keeps a state where it differs from the last one.
    pub(super) fn note(&mut self, state: &str) {
        if self.transitions.last().is_none_or(|last| last.state != state) {
            self.changed = Instant::now();
            self.transitions.push(Transition {
                at: Timestamp::now(),
                state: state.to_owned(),
            });
        }
    }

    /// A state that does not meet the condition, known to be the state at `at`.
    pub(super) fn pending(&mut self, state: &str, at: Instant) {
        self.observations += 1;
        self.unmet = Some(at);
        self.note(state);
    }

    /// A look that ended nothing: what it said could not be confirmed.
    pub(super) fn unconfirmed(&mut self) {
        self.observations += 1;
    }

    pub(super) fn met<T>(mut self, value: T) -> Seen<T> {
        self.observations += 1;
        Seen {
            value,
            at: Instant::now(),
            unmet: self.unmet,
            observations: self.observations,
            transitions: self.transitions,
        }
    }

    pub(super) fn impossible(self, reason: String) -> ObserveError {
        ObserveError::Impossible {
            what: self.what,
            reason,
            transitions: self.transitions,
        }
    }

    pub(super) fn deadline(self, deadline: Duration) -> ObserveError {
        let last = self
            .transitions
            .last()
            .map_or("nothing", |last| last.state.as_str())
            .to_owned();
        let unchanged = self.changed.elapsed();
        ObserveError::Deadline {
            what: self.what,
            deadline,
            last,
            unchanged,
            transitions: self.transitions,
        }
    }

    pub(super) fn api(self, source: Box<dyn std::error::Error + Send + Sync>) -> ObserveError {
        ObserveError::Api {
            what: self.what,
            source,
        }
    }
}
