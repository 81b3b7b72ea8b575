//! Renders the reports of a run folder again from its `evidence.jsonl`.
//!
//! `cargo run -p shall-report --example render -- reports/latest`

use std::{env, error::Error, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(
        env::args_os()
            .nth(1)
            .ok_or("expected the run's folder as the only argument")?,
    );
    let records = shall_trace::read_evidence(&folder.join("evidence.jsonl"))?;
    shall_report::write_reports(&shall_trace::judge(&records), &folder)?;
    Ok(())
}
