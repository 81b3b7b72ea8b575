//! [`ReportError`]: why a report could not be written.

use std::{io, path::PathBuf};

use thiserror::Error;

/// Why a report could not be written.
#[derive(Debug, Error)]
pub enum ReportError {
    /// The folder or a file in it could not be written.
    #[error("cannot write `{}`", path.display())]
    Write {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The judged run could not be put into JSON.
    #[error("cannot render report.json")]
    Json(#[from] serde_json::Error),
    /// A template is at fault.
    #[error("cannot render index.html")]
    Html(#[from] minijinja::Error),
    /// The judged run could not be put into JUnit's XML.
    #[error("cannot render junit.xml")]
    Junit(#[from] quick_junit::SerializeError),
    /// The timings could not be put into CSV.
    #[error("cannot render timings.csv")]
    Timings(#[from] csv::Error),
}
