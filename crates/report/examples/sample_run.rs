//! Writes a folder with the evidence and the reports of a run in which every verdict occurs.
//!
//! `cargo run -p shall-report --example sample_run -- FOLDER [SCENARIOS]`; with a number, a run of so many
//! passing scenarios instead.

#![expect(clippy::unwrap_used, reason = "the fixture is written for tests")]

#[path = "../tests/fixture/mod.rs"]
mod fixture;

use std::{env, error::Error, fs, path::PathBuf};

use shall_trace::EvidenceFile;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args_os().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("expected a folder as the first argument")?);
    let number = arguments
        .next()
        .and_then(|number| number.to_str().map(str::parse::<usize>))
        .transpose()?;
    fs::create_dir_all(&folder)?;
    let records = number.map_or_else(fixture::run, fixture::large);
    if number.is_none() {
        let file = EvidenceFile::create(&folder.join("evidence.jsonl"))?;
        for record in &records {
            file.append(record)?;
        }
    }
    shall_report::write_reports(&shall_trace::judge(&records), &folder)?;
    Ok(())
}
