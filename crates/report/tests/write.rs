//! The files of a run's folder, and that a report of many scenarios stays small.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod fixture;

use std::fs;

use shall_report::{render_html, write_reports};
use shall_trace::judge;

#[test]
fn every_format_is_written_and_named() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("run");
    let written = write_reports(&judge(&fixture::run()), &folder).unwrap();
    let names: Vec<_> = written
        .iter()
        .map(|path| path.file_name().unwrap().to_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "index.html",
            "report.json",
            "junit.xml",
            "summary.md",
            "timings.csv",
            "lcov.info"
        ]
    );
    assert!(written.iter().all(|path| fs::metadata(path).unwrap().len() > 100));
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let error = write_reports(&judge(&[]), &file.path().join("run")).unwrap_err();
    assert!(error.to_string().contains("run"), "{error}");
}

#[test]
fn a_run_without_records_still_has_a_report() {
    let html = render_html(&judge(&[])).unwrap();
    assert!(html.contains("the evidence holds no plan") && html.contains("0 of 0 criteria judged"));
}

#[test]
fn a_thousand_scenarios_take_less_than_their_share_of_twelve_megabytes() {
    let html = render_html(&judge(&fixture::large(1000))).unwrap();
    assert!(html.len() < 1_200_000 + 60_000, "{} bytes", html.len());
}
