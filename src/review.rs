//! What a project claims beside what was accepted and shown: [`review_findings`].

use std::path::Path;

use shall_spec::{Diagnostic, review, undeclared};
use shall_trace::{JudgedRun, Plan, claim_findings, judge, lock_findings, read_evidence};

use crate::{config::Config, project::Reviewed, report::EVIDENCE};

/// Finds what needs more than one document to be seen: changed and removed sentences, references to nothing, ticks on
/// what the last run did not prove.
#[must_use]
pub fn review_findings(config: &Config, read: &Reviewed, plan: &Plan) -> Vec<Diagnostic> {
    let mut findings = lock_findings(plan, &read.lock, &read.sources);
    findings.extend(undeclared(&read.sources, &read.specification));
    match last_run(&config.reports) {
        Ok(last) => findings.extend(claim_findings(&read.sources, &read.specification, last.as_ref())),
        Err(fault) => findings.push(fault),
    }
    findings
}

/// The newest run as its evidence shows it; `None` where there is none.
fn last_run(reports: &Path) -> Result<Option<JudgedRun>, Diagnostic> {
    let path = reports.join("latest").join(EVIDENCE);
    if !path.is_file() {
        return Ok(None);
    }
    let records = read_evidence(&path);
    records.map(|records| Some(judge(&records))).map_err(|error| {
        let message = format!("ticks are not compared with evidence: {error}");
        Diagnostic::of(&review::UNCOMPARED_TICKS, message)
    })
}
