//! One file per report format, all from one judged run.
//!
//! [`write_reports`] writes every format into the run's folder. No format makes a verdict of its own: each
//! writes what [`shall_trace::judge`] found, so that all of them agree.

mod error;
mod format;
mod html;
mod json;
mod junit;
mod lcov;
mod summary;
mod timings;
mod write;

pub use error::ReportError;
pub use html::render_html;
pub use json::{SCHEMA_VERSION, render_json};
pub use junit::render_junit;
pub use lcov::render_lcov;
pub use summary::render_summary;
pub use timings::render_timings;
pub use write::write_reports;
