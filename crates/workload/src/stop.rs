//! Being told to stop: [`Stop`], SIGTERM and SIGINT as a wait that can end early.

use std::{path::Path, sync::mpsc, time::Duration};

use signal_hook::consts::{SIGINT, SIGTERM};

use crate::fault::Fault;

/// Hears SIGTERM and SIGINT from its creation on.
#[derive(Debug)]
pub struct Stop(mpsc::Receiver<()>);

impl Stop {
    /// Begins to hear.
    ///
    /// # Errors
    ///
    /// When signals cannot be awaited.
    pub fn listen() -> Result<Self, Fault> {
        let (sender, stopped) = mpsc::channel::<()>();
        let mut signals = signal_hook::iterator::Signals::new([SIGTERM, SIGINT])
            .map_err(Fault::io("await signals", Path::new("-")))?;
        std::thread::spawn(move || {
            if signals.forever().next().is_some() {
                drop(sender);
            }
        });
        Ok(Self(stopped))
    }

    /// Waits for `span`, or less where it is told to stop; answers whether it was.
    #[must_use]
    pub fn within(&self, span: Duration) -> bool {
        self.0.recv_timeout(span) == Err(mpsc::RecvTimeoutError::Disconnected)
    }

    /// Waits until it is told to stop.
    pub fn wait(&self) {
        while !self.within(Duration::from_hours(1)) {}
    }
}
