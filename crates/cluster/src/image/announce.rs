//! The phase `images` of the progress: [`Announcer`].

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use crate::progress::{Event, Progress};

/// The phase under which everything here is said.
const PHASE: &str = "images";

/// Says what is done with images.
#[derive(Clone)]
pub(crate) struct Announcer(Arc<dyn Progress>);

impl Announcer {
    pub(crate) fn new(progress: Arc<dyn Progress>) -> Self {
        Self(progress)
    }

    /// An item begins; the answer is when.
    pub(crate) fn start(&self, item: &str, expected: Duration) -> Instant {
        self.0.event(Event::Started {
            phase: PHASE,
            item: item.to_owned(),
            expected: Some(expected),
        });
        Instant::now()
    }

    /// An item is at a step.
    pub(crate) fn step(&self, item: &str, step: &str) {
        self.0.event(Event::Step {
            phase: PHASE,
            item: item.to_owned(),
            step: step.to_owned(),
        });
    }

    /// An item is done; the answer is how long it took.
    pub(crate) fn finish(&self, item: &str, began: Instant, how: &str) -> Duration {
        let took = began.elapsed();
        self.0.event(Event::Finished {
            phase: PHASE,
            item: item.to_owned(),
            took,
            how: how.to_owned(),
        });
        took
    }
}
