//! duvet beside it, where it is installed: the same documents, each criterion cited by one implementation and one test.

use std::{
    fmt::Write as _,
    fs, io,
    path::Path,
    process::{Command, Stdio},
};

use crate::corpus::{PART, sentence};

/// How duvet comes to be measured: the version that the figures in `docs/performance.md` are of.
pub(crate) const INSTALL: &str = "cargo install duvet --version 0.4.3 --locked";

/// What its configuration has to name.
const SCHEMA: &str = "https://awslabs.github.io/duvet/config/v0.4.0.json";

/// Whether `duvet` is on the path.
pub(crate) fn is_installed() -> bool {
    run(Path::new("."), "--help").is_ok()
}

/// Writes what duvet needs beside the documents of a project: its configuration and sources that cite every criterion.
///
/// # Errors
///
/// Where a file cannot be written.
pub(crate) fn write_citations(root: &Path, count: usize) -> io::Result<()> {
    fs::create_dir_all(root.join(".duvet"))?;
    fs::create_dir_all(root.join("src"))?;
    let mut config = format!("'$schema' = \"{SCHEMA}\"\n\n[[source]]\npattern = \"src/**/*.rs\"\n");
    for part in 0..count.div_ceil(PART) {
        let _ = write!(config, "\n[[specification]]\nsource = \"spec/part-{part:05}.md\"\n");
        let numbers = part * PART..((part + 1) * PART).min(count);
        fs::write(root.join(format!("src/part{part}.rs")), citations(part, numbers))?;
    }
    config.push_str("\n[report.html]\nenabled = true\n\n[report.json]\nenabled = true\n");
    fs::write(root.join(".duvet/config.toml"), config)
}

/// Writes duvet's reports of a project.
///
/// # Errors
///
/// Where duvet does not start, or finds a fault.
pub(crate) fn report(root: &Path) -> io::Result<()> {
    run(root, "report")
}

fn run(root: &Path, argument: &str) -> io::Result<()> {
    let output = Command::new("duvet")
        .arg(argument)
        .current_dir(root)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .output()?;
    if output.status.success() {
        Ok(())
    } else {
        Err(io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()))
    }
}

fn citations(part: usize, numbers: std::ops::Range<usize>) -> String {
    let mut text = String::new();
    for number in numbers {
        let target = format!("spec/part-{part:05}.md#claims-of-part-{part}");
        let cited = sentence(number);
        let _ = write!(text, "//= {target}\n//# {cited}\nfn f_{number}() {{}}\n\n");
        let _ = write!(
            text,
            "//= {target}\n//= type=test\n//# {cited}\nfn t_{number}() {{}}\n\n"
        );
    }
    text
}
