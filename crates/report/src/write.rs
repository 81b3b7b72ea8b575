//! [`write_reports`]: every format into one folder.

use std::{
    fs,
    path::{Path, PathBuf},
};

use shall_trace::JudgedRun;

use crate::{ReportError, render_html, render_json, render_junit, render_lcov, render_summary, render_timings};

/// Writes `index.html`, `report.json`, `junit.xml`, `summary.md`, `timings.csv` and `lcov.info` into `dir`, which
/// is created where it is missing, and returns their paths in this order.
///
/// Every format is rendered before the first is written, so a fault leaves the reports of before.
///
/// # Errors
///
/// Where a format cannot be rendered or a file cannot be written.
pub fn write_reports(judged: &JudgedRun, dir: &Path) -> Result<Vec<PathBuf>, ReportError> {
    let files = [
        ("index.html", render_html(judged)?),
        ("report.json", render_json(judged)?),
        ("junit.xml", render_junit(judged)?),
        ("summary.md", render_summary(judged)),
        ("timings.csv", render_timings(judged)?),
        ("lcov.info", render_lcov(judged)),
    ];
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| ReportError::Write { path, source }
    };
    fs::create_dir_all(dir).map_err(failed(dir))?;
    let mut written = Vec::new();
    for (name, text) in files {
        let path = dir.join(name);
        fs::write(&path, text).map_err(failed(&path))?;
        written.push(path);
    }
    Ok(written)
}
