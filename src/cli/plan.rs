//! `shall plan`: which scenarios would run, what each proves, what is uncovered.

use clap::Args;
use serde::Serialize;
use shall_spec::CriterionId;
use shall_trace::{Link, NotRunReason, Plan, PlannedScenario};

use super::{
    command::Fault,
    form::{Form, print_json},
    output,
};
use crate::{
    Exit,
    config::{ClusterArgs, Config},
    project::{capabilities, read_project},
    select::SelectArgs,
};

/// Version of the JSON form, `docs/schema/plan-v1.schema.json`.
const SCHEMA: u32 = 1;

/// What `plan` takes.
#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    select: SelectArgs,
    /// How the plan is printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Form,
}

/// The JSON form.
#[derive(Serialize)]
struct Planned<'a> {
    criteria: usize,
    runs: usize,
    scenarios: Vec<Row<'a>>,
    uncovered: Vec<String>,
    /// Criteria that a scenario proves and whose sentence changed since it was accepted.
    suspect: Vec<&'a CriterionId>,
    /// Criteria that need not be shown for now.
    waived: Vec<&'a CriterionId>,
}

/// One scenario of the JSON form.
#[derive(Serialize)]
struct Row<'a> {
    file: &'a str,
    line: usize,
    feature: &'a str,
    name: &'a str,
    tags: &'a [String],
    proves: Vec<Link>,
    state: &'static str,
    /// Why it does not run, where a capability is missing.
    reason: Option<String>,
}

pub(crate) fn plan(args: &PlanArgs) -> Result<Exit, Fault> {
    let here = std::env::current_dir().map_err(Fault::usage)?;
    let config = Config::load(&here, ClusterArgs::default())?;
    let (plan, _warnings) = read_project(&config, &args.select, &capabilities(&config)).map_err(Fault::usage)?;
    let runs = plan
        .scenarios
        .iter()
        .filter(|scenario| scenario.not_run.is_none())
        .count();
    match args.format {
        Form::Text => print_text(&plan, runs),
        Form::Json => {
            let rows = plan.scenarios.iter().zip(plan.links());
            let rows = rows.map(|(scenario, links)| row(scenario, links));
            let planned = Planned {
                criteria: plan.criteria.len(),
                runs,
                scenarios: rows.collect(),
                uncovered: uncovered(&plan),
                suspect: plan.suspects(),
                waived: plan.review.waivers.iter().map(|waiver| &waiver.criterion).collect(),
            };
            print_json(SCHEMA, &planned)?;
        }
    }
    Ok(if runs == 0 { Exit::Nothing } else { Exit::Green })
}

fn print_text(plan: &Plan, runs: usize) {
    let suspects = plan.suspects();
    for scenario in &plan.scenarios {
        output::line(&scenario_line(scenario, &suspects));
    }
    let uncovered = uncovered(plan);
    output::line(&format!(
        "\n{runs} of {} scenarios would run; {} of {} criteria are uncovered",
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
}

fn row(scenario: &PlannedScenario, proves: Vec<Link>) -> Row<'_> {
    let (state, reason) = match &scenario.not_run {
        None => ("runs", None),
        Some(NotRunReason::NotSelected) => ("not_selected", None),
        Some(NotRunReason::MissingCapability { capability, reason }) => {
            ("not_run", Some(format!("needs {capability}: {reason}")))
        }
    };
    Row {
        file: &scenario.key.file,
        line: scenario.key.line,
        feature: &scenario.feature,
        name: &scenario.name,
        tags: &scenario.tags,
        proves,
        state,
        reason,
    }
}

fn scenario_line(scenario: &PlannedScenario, suspects: &[&CriterionId]) -> String {
    let state = match &scenario.not_run {
        None => "runs".to_owned(),
        Some(NotRunReason::NotSelected) => "not selected".to_owned(),
        Some(NotRunReason::MissingCapability { capability, reason }) => {
            format!("not run: needs {capability}: {reason}")
        }
    };
    let place = scenario.key.to_string();
    let is_suspect = suspects.iter().any(|id| scenario.names(id));
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
    let is_named = |id: &CriterionId| plan.scenarios.iter().any(|scenario| scenario.names(id));
    let ids = plan.criteria.iter().map(|criterion| &criterion.id);
    ids.filter(|id| !is_named(id)).map(ToString::to_string).collect()
}
