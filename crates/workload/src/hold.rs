//! Staying alive until told to stop: [`hold`], with a heartbeat file where one is wanted.

use std::{
    fs::OpenOptions,
    io::{self, Write as _},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use signal_hook::consts::{SIGINT, SIGTERM};

use crate::{fault::Fault, report::Beat};

/// Waits for SIGTERM or SIGINT. With `beat`, appends a synced [`Beat`] line to its file once each period; a beat
/// that cannot be written is counted in the next that can.
///
/// # Errors
///
/// When signals cannot be awaited.
pub fn hold(beat: Option<(&Path, Duration)>) -> Result<(), Fault> {
    let stop = Arc::new(AtomicBool::new(false));
    let (sender, stopped) = mpsc::channel::<()>();
    let mut signals =
        signal_hook::iterator::Signals::new([SIGTERM, SIGINT]).map_err(Fault::io("await signals", Path::new("-")))?;
    let flag = Arc::clone(&stop);
    std::thread::spawn(move || {
        if signals.forever().next().is_some() {
            flag.store(true, Ordering::SeqCst);
            drop(sender);
        }
    });
    let period = beat.map_or(Duration::from_hours(1), |(_, period)| period);
    let (mut n, mut lost) = (0, 0);
    while !stop.load(Ordering::SeqCst) {
        if let Some((path, _)) = beat {
            n += 1;
            match append(
                path,
                &Beat {
                    n,
                    at_unix_ms: now_unix_ms(),
                    lost,
                },
            ) {
                Ok(()) => lost = 0,
                Err(_refused) => lost += 1,
            }
        }
        if stopped.recv_timeout(period) == Err(mpsc::RecvTimeoutError::Disconnected) {
            break;
        }
    }
    Ok(())
}

fn append(path: &Path, beat: &Beat) -> io::Result<()> {
    let mut line = serde_json::to_vec(beat)?;
    line.push(b'\n');
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    file.write_all(&line)?;
    file.sync_data()
}

/// This machine's clock, in milliseconds since the Unix epoch.
fn now_unix_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
