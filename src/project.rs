//! A team's project on disk: its specification and its features, read and joined before anything runs.

use jiff::{Timestamp, tz::TimeZone};
use shall_spec::{
    Diagnostic, LOCK_FILE, Loaded, Lock, LockError, Severity, SourceText, SpecErrors, Specification,
    read_specification_with,
};
use shall_steps::{RunnerError, unmatched_steps};
use shall_trace::{Capabilities, Features, Filter, FilterError, Plan, Review, pins, plan};

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
    /// What was accepted cannot be read.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// Waivers and facts have faults.
    #[error("waivers and facts have faults\n{}", rendered(.0))]
    Decisions(Vec<Diagnostic>),
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

/// A specification with what people decided about it.
#[derive(Debug, Clone)]
pub struct Reviewed {
    /// The criteria of specification and documents, marked with the facts of the configuration.
    pub specification: Specification,
    /// The text of specification and documents.
    pub sources: Vec<SourceText>,
    /// What was accepted.
    pub lock: Lock,
    /// What is worth knowing about the documents.
    pub warnings: Vec<Diagnostic>,
}

/// Reads the specification of a project.
///
/// # Errors
///
/// With every fault of it.
pub fn read_specification(config: &Config) -> Result<Specification, ProjectError> {
    read_reviewed(config).map(|read| read.specification)
}

/// Reads the specification of a project with lock, waivers and facts.
///
/// # Errors
///
/// With every fault of the first of: lock, specification, waivers and facts.
pub fn read_reviewed(config: &Config) -> Result<Reviewed, ProjectError> {
    let lock = Lock::read(&config.root.join(LOCK_FILE))?;
    let Loaded {
        mut specification,
        diagnostics,
        sources,
    } = read_specification_with(&config.spec_paths(), &config.document_paths(), &config.root, &lock);
    if diagnostics.iter().any(|found| found.severity == Severity::Error) {
        return Err(ProjectError::Specification(SpecErrors { diagnostics }));
    }
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let faults = config.decisions.faults(&specification, today);
    if !faults.is_empty() {
        return Err(ProjectError::Decisions(faults));
    }
    config.decisions.mark(&mut specification);
    Ok(Reviewed {
        specification,
        sources,
        lock,
        warnings: diagnostics,
    })
}

/// Reads specification and features, and decides which scenarios run. Warnings are returned beside the plan.
///
/// # Errors
///
/// With every fault of the first of: lock, specification, waivers and facts, selection, features, mutants, proofs,
/// steps.
pub fn read_project(
    config: &Config,
    select: &SelectArgs,
    capabilities: &Capabilities,
) -> Result<(Plan, Vec<Diagnostic>), ProjectError> {
    join_features(config, &read_reviewed(config)?, select, capabilities)
}

/// As [`read_project`], for a specification that was read.
///
/// # Errors
///
/// With every fault of the first of: selection, features, mutants, proofs, steps.
pub fn join_features(
    config: &Config,
    read: &Reviewed,
    select: &SelectArgs,
    capabilities: &Capabilities,
) -> Result<(Plan, Vec<Diagnostic>), ProjectError> {
    join(config, read, &read_features(config, read), select, capabilities)
}

/// Reads the features of a project, so that links to sentences that are gone are known.
#[must_use]
pub fn read_features(config: &Config, read: &Reviewed) -> Features {
    Features::read(&config.root, &config.features.to_string_lossy()).with_lock(&read.lock, &read.specification)
}

/// As [`join_features`], for features that were read.
///
/// # Errors
///
/// With every fault of the first of: selection, features, mutants, proofs, steps.
pub fn join(
    config: &Config,
    read: &Reviewed,
    features: &Features,
    select: &SelectArgs,
    capabilities: &Capabilities,
) -> Result<(Plan, Vec<Diagnostic>), ProjectError> {
    let specification = &read.specification;
    let filter = Filter::parse(select.tags.as_deref(), &select.criterion, specification)?;
    let mut plan = plan(specification, features, &filter, capabilities).map_err(ProjectError::Features)?;
    read_mutants(&config.root, &plan)?;
    plan.review = Review {
        pins: pins(&read.lock),
        waivers: config.decisions.waivers(),
        proofs: Proofs::read(&config.root)?.for_plan(&plan),
    };
    let unmatched = unmatched_steps(&config.root, &plan.scenarios)?;
    if !unmatched.is_empty() {
        return Err(ProjectError::Unmatched(unmatched));
    }
    let findings = features.lint(specification, capabilities).into_iter();
    let warnings = findings.filter(|finding| finding.severity != Severity::Error);
    Ok((plan, read.warnings.iter().cloned().chain(warnings).collect()))
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
