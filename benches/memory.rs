//! One stage in one process, with its time and its peak memory as the kernel counted it (`VmHWM`), as a JSON line.
//!
//! `cargo run --release -p shall-report --example pipeline -- check 10000`; stages are `parse`, `check`, `report`, and
//! `document FILE`, which reads one file and tells the median of twenty times. `project N FOLDER` writes the corpus.
#![expect(clippy::print_stdout, reason = "an example that prints")]

mod corpus;
mod stage;

use std::{
    error::Error,
    fs,
    path::Path,
    time::{Duration, Instant},
};

use jiff::Timestamp;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["project", size, folder] => Ok(corpus::write_project(Path::new(folder), size.parse()?)?),
        ["document", file] => document(file),
        [stage @ ("parse" | "check" | "report"), size] => run(stage, size.parse()?),
        _ => Err("expected `parse N`, `check N`, `report N`, `document FILE` or `project N FOLDER`".into()),
    }
}

fn run(stage: &str, size: usize) -> Result<(), Box<dyn Error>> {
    let project = tempfile::tempdir()?;
    corpus::write_project(project.path(), size)?;
    let before = peak_kib()?;
    let start = Instant::now();
    let took = match stage {
        "parse" => {
            let specification = stage::parse(project.path())?;
            let took = start.elapsed();
            drop(specification);
            took
        }
        "check" => {
            let plan = stage::check(project.path())?;
            let took = start.elapsed();
            drop(plan);
            took
        }
        _ => {
            let records = stage::evidence(stage::check(project.path())?, Timestamp::UNIX_EPOCH);
            let start = Instant::now();
            let judged = stage::report(&records, project.path())?;
            let took = start.elapsed();
            drop(judged);
            took
        }
    };
    print(stage, &size.to_string(), took, peak_kib()?, before);
    Ok(())
}

fn document(file: &str) -> Result<(), Box<dyn Error>> {
    let text = fs::read_to_string(file)?;
    let mut times: Vec<Duration> = (0..20)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(shall_spec::read_document(file, &text));
            start.elapsed()
        })
        .collect();
    times.sort();
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    print("document", file, median, peak_kib()?, 0);
    Ok(())
}

fn print(stage: &str, of: &str, took: Duration, peak: u64, before: u64) {
    let milliseconds = took.as_secs_f64() * 1e3;
    println!(
        "{{\"stage\": \"{stage}\", \"of\": \"{of}\", \"ms\": {milliseconds:.2}, \"peak_kib\": {peak}, \"before_kib\": {before}}}"
    );
}

/// The most memory that this process had so far, in KiB; Linux only.
fn peak_kib() -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next());
    Ok(kib.ok_or("`/proc/self/status`: expected VmHWM")?.parse()?)
}
