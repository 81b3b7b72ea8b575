//! `shall check`: specification and features, every fault at once.

use clap::Args;
use shall_spec::{Diagnostic, Severity};

use super::{
    accept::{AcceptArgs, accept},
    command::Fault,
    output,
};
use crate::{
    Exit,
    config::{ClusterArgs, Config},
    project::{capabilities, join_features, read_reviewed},
    review::{exit_of, review_findings},
    select::SelectArgs,
};

/// What `check` takes.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    accept: AcceptArgs,
}

pub(crate) fn check(args: &CheckArgs) -> Result<Exit, Fault> {
    let here = std::env::current_dir().map_err(Fault::usage)?;
    let config = Config::load(&here, ClusterArgs::default())?;
    let mut read = read_reviewed(&config).map_err(Fault::usage)?;
    if args.accept.is_asked() {
        accept(&args.accept, &config, &mut read)?;
    }
    let joined = join_features(&config, &read, &SelectArgs::default(), &capabilities(&config));
    let (plan, mut findings) = joined.map_err(Fault::usage)?;
    findings.extend(review_findings(&config, &read, &plan));
    for finding in &findings {
        output::line(&finding.rendered());
    }
    let (criteria, scenarios) = (plan.criteria.len(), plan.scenarios.len());
    output::line(&format!(
        "{criteria} criteria, {scenarios} scenarios: {}, {} warnings",
        match count(&findings, Severity::Error) {
            0 => "no errors".to_owned(),
            1 => "1 error".to_owned(),
            errors => format!("{errors} errors"),
        },
        count(&findings, Severity::Warning)
    ));
    Ok(exit_of(&findings))
}

fn count(findings: &[Diagnostic], severity: Severity) -> usize {
    findings.iter().filter(|finding| finding.severity == severity).count()
}
