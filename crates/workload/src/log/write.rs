//! Writing a plan's lines: [`write_lines`].

use std::{
    io::Write,
    path::Path,
    time::{Duration, Instant},
};

use super::{
    line::LogLine,
    plan::{LogPlan, LogReport},
};
use crate::{fault::Fault, file::now_unix_ms, stop::Stop};

/// So many numbers are written between two looks at whether to stop, where no rate is asked for.
const BATCH: u64 = 256;

/// Writes the plan's lines, each with the clock of its moment, at the plan's rate; ends early where it is told to stop.
///
/// # Errors
///
/// When the plan cannot be carried out or `out` does not take a line.
pub fn write_lines(plan: &LogPlan, out: &mut impl Write, stop: &Stop) -> Result<LogReport, Fault> {
    plan.validate()?;
    let (began, began_unix_ms) = (Instant::now(), now_unix_ms());
    let mut written = 0;
    while written < plan.count && !is_told_to_stop(plan, written, began, stop) {
        write_event(plan, plan.first + written, out)?;
        written += 1;
        if plan.per_second > 0 || written.is_multiple_of(BATCH) {
            out.flush().map_err(Fault::io("write", Path::new("the log")))?;
        }
    }
    out.flush().map_err(Fault::io("write", Path::new("the log")))?;
    Ok(LogReport {
        written,
        began_unix_ms,
        ended_unix_ms: now_unix_ms(),
    })
}

/// Waits until the next number is due; answers whether it was told to stop instead.
fn is_told_to_stop(plan: &LogPlan, written: u64, began: Instant, stop: &Stop) -> bool {
    if plan.per_second == 0 {
        return written.is_multiple_of(BATCH) && stop.within(Duration::ZERO);
    }
    let due = Duration::from_secs(written) / plan.per_second;
    stop.within(due.saturating_sub(began.elapsed()))
}

fn write_event(plan: &LogPlan, n: u64, out: &mut impl Write) -> Result<(), Fault> {
    for part in 1..=plan.shape.parts() {
        let line = LogLine {
            nonce: plan.nonce.clone(),
            n,
            part,
            parts: plan.shape.parts(),
            at_unix_ms: now_unix_ms(),
        };
        let mut text = line.text(plan.shape, plan.bytes).map_err(Fault::Answer)?;
        text.push('\n');
        // In one piece: the program at the other end of a pipe sees no half of a line.
        out.write_all(text.as_bytes())
            .map_err(Fault::io("write", Path::new("the log")))?;
    }
    Ok(())
}
