//! Numbered log lines: [`LogPlan`] says what is written, [`write_lines`] writes it, [`LogLine`] reads a line back.

mod line;
mod plan;
mod write;

pub use line::LogLine;
pub use plan::{LogPlan, LogReport, MAX_LINE_BYTES, Shape};
pub use write::write_lines;
