//! A run's folder: its evidence judged, its reports written, `latest` pointed at it.

use std::{
    io,
    path::{Path, PathBuf},
};

use shall_report::{ReportError, write_reports};
use shall_trace::{EvidenceError, JudgedRun, judge, read_evidence};

/// Name of the evidence file in a run's folder.
pub const EVIDENCE: &str = "evidence.jsonl";

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The evidence cannot be used.
    #[error("`{folder}` holds no evidence that can be used")]
    Evidence {
        /// The run's folder.
        folder: PathBuf,
        /// Why.
        #[source]
        source: EvidenceError,
    },
    /// A format could not be written.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// A file could not be written.
    #[error("`{path}` could not be written")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// Judges the evidence of a run and writes every report into its folder. Returns what was judged and the page.
///
/// # Errors
///
/// When there is no evidence, or a report cannot be written.
pub fn render(folder: &Path) -> Result<(JudgedRun, PathBuf), RenderError> {
    let records = read_evidence(&folder.join(EVIDENCE)).map_err(|source| RenderError::Evidence {
        folder: folder.to_owned(),
        source,
    })?;
    let judged = judge(&records);
    write_reports(&judged, folder)?;
    write_job_summary(folder)?;
    Ok((judged, folder.join("index.html")))
}

/// Points `latest` at a run's folder.
///
/// # Errors
///
/// When the link cannot be made.
pub fn point_latest(reports: &Path, run: &str) -> Result<(), RenderError> {
    let link = reports.join("latest");
    let failed = |source| RenderError::Write {
        path: link.clone(),
        source,
    };
    match std::fs::remove_file(&link) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error)),
    }
    std::os::unix::fs::symlink(run, &link).map_err(failed)
}

/// Appends the summary to the file that a CI service names, where it names one.
fn write_job_summary(folder: &Path) -> Result<(), RenderError> {
    use io::Write as _;
    let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").map(PathBuf::from) else {
        return Ok(());
    };
    let append = || -> io::Result<()> {
        let summary = std::fs::read(folder.join("summary.md"))?;
        std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)?
            .write_all(&summary)
    };
    append().map_err(|source| RenderError::Write {
        path: path.clone(),
        source,
    })
}
