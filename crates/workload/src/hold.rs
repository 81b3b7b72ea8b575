//! Staying alive until told to stop: [`hold`], with a heartbeat file where one is wanted.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::Path,
    time::Duration,
};

use crate::{fault::Fault, file::now_unix_ms, report::Beat, stop::Stop};

/// Waits for SIGTERM or SIGINT. With `beat`, appends a synced [`Beat`] line to its file once each period; a beat
/// that cannot be written is said on standard error and counted in the next that can.
///
/// # Errors
///
/// When signals cannot be awaited.
pub fn hold(beat: Option<(&Path, Duration)>) -> Result<(), Fault> {
    let stop = Stop::listen()?;
    let period = beat.map_or(Duration::from_hours(1), |(_, period)| period);
    let (mut n, mut lost) = (0, 0);
    loop {
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
                Err(refused) => {
                    // Nobody is left to tell where standard error is closed too.
                    let _closed = writeln!(io::stderr(), "warning: beat {n} to `{}`: {refused}", path.display());
                    lost += 1;
                }
            }
        }
        if stop.within(period) {
            return Ok(());
        }
    }
}

fn append(path: &Path, beat: &Beat) -> io::Result<()> {
    let mut line = serde_json::to_vec(beat)?;
    line.push(b'\n');
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    file.write_all(&line)?;
    file.sync_data()
}

/// Reads the beats of a file, oldest first.
///
/// # Errors
///
/// When it cannot be read, or a line is no beat: a torn write is damage to be seen.
pub fn read_beats(path: &Path) -> Result<Vec<Beat>, Fault> {
    let text = fs::read_to_string(path).map_err(Fault::io("read", path))?;
    let parse = |(line, number): (&str, usize)| {
        serde_json::from_str(line).map_err(|source| Fault::Beat {
            path: path.display().to_string(),
            line: number,
            source,
        })
    };
    text.lines().zip(1..).map(parse).collect()
}
