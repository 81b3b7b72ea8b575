//! A team's project on disk: its specification and its features, read and joined before anything runs.

use shall_spec::{Diagnostic, Severity, SpecErrors, Specification, load_specification};
use shall_steps::{RunnerError, unmatched_steps};
use shall_trace::{Capabilities, Features, Filter, FilterError, Plan, plan};

use crate::{
    config::Config,
    mutant::{MutantErrors, read_mutants},
    proofs::{Proofs, ProofsError},
    select::SelectArgs,
};

/// Why a project cannot be run. Every fault of its kind is in it.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// The specification has faults.
    #[error("the specification has faults\n{0}")]
    Specification(SpecErrors),
    /// The features have faults, or do not fit the specification.
    #[error("the features have faults\n{}", rendered(.0))]
    Features(Vec<Diagnostic>),
    /// The mutants have faults, or do not fit the features.
    #[error(transparent)]
    Mutants(#[from] MutantErrors),
    /// What was shown to fail cannot be read.
    #[error(transparent)]
    Proofs(#[from] ProofsError),
    /// What is wanted cannot be read.
    #[error(transparent)]
    Filter(#[from] FilterError),
    /// A feature could not be read again.
    #[error(transparent)]
    Runner(#[from] RunnerError),
    /// Steps that no definition matches.
    #[error("no step definition, or more than one, matches:\n{}\n(hint: docs/guide/steps.md lists the steps)", listed(.0))]
    Unmatched(Vec<(String, usize, String)>),
}

fn rendered(diagnostics: &[Diagnostic]) -> String {
    diagnostics
        .iter()
        .map(Diagnostic::rendered)
        .collect::<Vec<_>>()
        .join("\n")
}

fn listed(steps: &[(String, usize, String)]) -> String {
    let lines: Vec<String> = steps
        .iter()
        .map(|(file, line, text)| format!("  {file}:{line}: {text}"))
        .collect();
    lines.join("\n")
}

/// Reads the specification of a project.
///
/// # Errors
///
/// With every fault of it.
pub fn read_specification(config: &Config) -> Result<Specification, ProjectError> {
    load_specification(&[config.root.join(&config.spec)], &config.root).map_err(ProjectError::Specification)
}

/// Reads specification and features, and decides which scenarios run. Warnings are returned beside the plan.
///
/// # Errors
///
/// With every fault of the first of: specification, selection, features, mutants, proofs, steps.
pub fn read_project(
    config: &Config,
    select: &SelectArgs,
    capabilities: &Capabilities,
) -> Result<(Plan, Vec<Diagnostic>), ProjectError> {
    let specification = read_specification(config)?;
    let filter = Filter::parse(select.tags.as_deref(), &select.criterion, &specification)?;
    let features = Features::read(&config.root, &config.features.to_string_lossy());
    let mut plan = plan(&specification, &features, &filter, capabilities).map_err(ProjectError::Features)?;
    read_mutants(&config.root, &plan)?;
    plan.review.proofs = Proofs::read(&config.root)?.for_plan(&plan);
    let unmatched = unmatched_steps(&config.root, &plan.scenarios)?;
    if !unmatched.is_empty() {
        return Err(ProjectError::Unmatched(unmatched));
    }
    let findings = features.lint(&specification, capabilities).into_iter();
    Ok((
        plan,
        findings.filter(|finding| finding.severity != Severity::Error).collect(),
    ))
}

/// What scenarios may need that not every cluster has; on kind and k3d with this topology.
#[must_use]
pub fn capabilities(config: &Config) -> Capabilities {
    let three = config.topology == "three-node";
    let capabilities = Capabilities::default();
    if three {
        capabilities.present("three-nodes")
    } else {
        capabilities.missing("three-nodes", format!("topology {} has one node", config.topology))
    }
}
