//! `shall plan`: which scenarios would run, what each proves, what is uncovered.

use std::collections::BTreeSet;

use clap::Args;
use shall_spec::CriterionId;
use shall_trace::{NotRunReason, Plan, PlannedScenario};

use super::{command::Fault, output};
use crate::{
    Exit,
    config::{ClusterArgs, Config},
    project::{capabilities, read_project},
    select::SelectArgs,
};

/// What `plan` takes.
#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    select: SelectArgs,
}

pub(crate) fn plan(args: &PlanArgs) -> Result<Exit, Fault> {
    let here = std::env::current_dir().map_err(Fault::usage)?;
    let config = Config::load(&here, ClusterArgs::default())?;
    let (plan, _warnings) = read_project(&config, &args.select, &capabilities(&config)).map_err(Fault::usage)?;
    let runs: Vec<&PlannedScenario> = plan
        .scenarios
        .iter()
        .filter(|scenario| scenario.not_run.is_none())
        .collect();
    let suspects = plan.suspects();
    for scenario in &plan.scenarios {
        output::line(&scenario_line(scenario, &suspects));
    }
    let uncovered = uncovered(&plan);
    output::line(&format!(
        "\n{} of {} scenarios would run; {} of {} criteria are uncovered",
        runs.len(),
        plan.scenarios.len(),
        uncovered.len(),
        plan.criteria.len()
    ));
    for id in uncovered {
        let waiver = plan
            .review
            .waivers
            .iter()
            .find(|waiver| waiver.criterion.as_str() == id);
        let reason = waiver.map(|waiver| format!(", waived by {}: {}", waiver.owner, waiver.reason));
        output::line(&format!("  uncovered {id}{}", reason.unwrap_or_default()));
    }
    for id in &suspects {
        output::line(&format!(
            "  suspect {id}: its sentence changed since it was accepted; `shall check` shows the words"
        ));
    }
    Ok(if runs.is_empty() { Exit::Nothing } else { Exit::Green })
}

fn scenario_line(scenario: &PlannedScenario, suspects: &[&CriterionId]) -> String {
    let state = match &scenario.not_run {
        None => "runs".to_owned(),
        Some(NotRunReason::NotSelected) => "not selected".to_owned(),
        Some(NotRunReason::MissingCapability { capability, reason }) => {
            format!("not run: needs {capability}: {reason}")
        }
    };
    let place = format!("{}:{}", scenario.key.file, scenario.key.line);
    let is_suspect = scenario
        .tags
        .iter()
        .any(|tag| suspects.iter().any(|id| links_to(tag, id.as_str())));
    let mark = if is_suspect { " (suspect)" } else { "" };
    format!(
        "{place:<44} {state:<12} {}\n{:44} proves {}{mark}",
        scenario.name,
        "",
        scenario.tags.join(", ")
    )
}

/// Criteria that no scenario names.
fn uncovered(plan: &Plan) -> Vec<String> {
    let tags: BTreeSet<&str> = plan
        .scenarios
        .iter()
        .flat_map(|scenario| scenario.tags.iter().map(String::as_str))
        .collect();
    let named = |id: &str| tags.iter().any(|tag| links_to(tag, id));
    let ids = plan.criteria.iter().map(|criterion| criterion.id.to_string());
    ids.filter(|id| !named(id)).collect()
}

/// Whether a tag names a criterion, all of it or one response.
fn links_to(tag: &str, id: &str) -> bool {
    tag == id || tag.rsplit_once('.').is_some_and(|(head, _)| head == id)
}
