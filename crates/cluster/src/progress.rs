//! What long work says while it goes on: [`Progress`], rendered by the command line and by nobody else.

use std::time::Duration;

/// Receives what long work says. Implementations must not block.
pub trait Progress: Send + Sync {
    /// Takes one event.
    fn event(&self, event: Event);
}

/// One thing that long work says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// An item of a phase begins, such as image `velero` of phase `images`.
    Started {
        /// `images`, `cluster`, `load` or `stack`.
        phase: &'static str,
        /// The image, node or component.
        item: String,
        /// How long it is expected to take, from an earlier run or the recipe; `None` where unknown.
        expected: Option<Duration>,
    },
    /// The item is at this step, such as `go build ./cmd/velero`.
    Step {
        /// As in `Started`.
        phase: &'static str,
        /// As in `Started`.
        item: String,
        /// What is being done.
        step: String,
    },
    /// The item is done.
    Finished {
        /// As in `Started`.
        phase: &'static str,
        /// As in `Started`.
        item: String,
        /// How long it took.
        took: Duration,
        /// How it was done, such as `cached`, `built`, `ready`.
        how: String,
    },
    /// A line worth reading.
    Note(String),
}

/// Says nothing; for tests.
#[derive(Debug, Default, Clone, Copy)]
pub struct Silent;

impl Progress for Silent {
    fn event(&self, _event: Event) {}
}
