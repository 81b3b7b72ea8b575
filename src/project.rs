//! A team's project on disk: its specification and its features, read and joined before anything runs.

use std::{collections::BTreeMap, path::Path};

use jiff::{Timestamp, tz::TimeZone};
use shall_cluster::stack::Profile;
use shall_spec::{
    Diagnostic, LOCK_FILE, Loaded, Lock, Severity, SourceText, Span, Specification, read_specification_with,
};
use shall_steps::unmatched_steps;
use shall_trace::{Capabilities, Features, Filter, FilterError, Plan, Review, pins, plan_with_warnings};

use crate::{
    config::{BackendChoice, Config, ImagesChoice},
    mutant::{MutantErrors, mutant_faults, read_mutants},
    proofs::Proofs,
    rules::UNMATCHED,
    select::SelectArgs,
};

/// Why a project cannot be run. Every fault is in it.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// Specification, lock, waivers, features, mutants, proofs or steps have faults.
    #[error("the project has faults\n{}", rendered(&.0.findings))]
    Faults(ProjectFaults),
    /// What is wanted cannot be read.
    #[error(transparent)]
    Filter(#[from] FilterError),
}

/// What was found in a project that cannot be run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ProjectFaults {
    /// Faults, and the warnings that came with them.
    pub findings: Vec<Diagnostic>,
    /// Number of scenarios that were planned; 0 where faults kept them from it.
    pub scenarios: usize,
}

/// The errors among findings as text, one below the other.
pub(crate) fn rendered(findings: &[Diagnostic]) -> String {
    let errors = findings.iter().filter(|found| found.severity == Severity::Error);
    errors.map(Diagnostic::rendered).collect::<Vec<_>>().join("\n\n")
}

/// A specification with what people decided about it.
#[derive(Debug, Clone)]
pub struct Reviewed {
    /// The criteria of specification and documents, marked with the facts of the configuration.
    pub specification: Specification,
    /// The text of specification and documents, the specification first.
    pub sources: Vec<SourceText>,
    /// Number of `sources` that are the specification's.
    pub own: usize,
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
/// With every fault of them, and of everything beside them that can be read without them: features, mutants, proofs.
pub fn read_reviewed(config: &Config) -> Result<Reviewed, ProjectError> {
    let mut faults = Vec::new();
    let lock = Lock::read(&config.root.join(LOCK_FILE)).unwrap_or_else(|error| {
        faults.push(error.diagnostic());
        Lock::default()
    });
    let Loaded {
        mut specification,
        diagnostics,
        sources,
        own,
    } = read_specification_with(
        &config.spec_paths(),
        &config.document_paths(),
        &config.root,
        &lock,
        config.modals.into(),
    );
    if diagnostics.iter().all(|found| found.severity != Severity::Error) {
        let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
        faults.extend(config.decisions.faults(&specification, today));
    }
    if !faults.is_empty() || diagnostics.iter().any(|found| found.severity == Severity::Error) {
        let features = Features::read(&config.root, &config.features.to_string_lossy());
        faults.extend(diagnostics);
        faults.extend(features.faults().iter().cloned());
        faults.extend(file_faults(&config.root));
        return Err(ProjectError::Faults(ProjectFaults {
            findings: faults,
            scenarios: 0,
        }));
    }
    config.decisions.mark(&mut specification);
    Ok(Reviewed {
        specification,
        sources,
        own,
        lock,
        warnings: diagnostics,
    })
}

/// What is wrong with mutants and proofs of a project, as far as they can be read without its scenarios.
#[must_use]
pub fn file_faults(root: &Path) -> Vec<Diagnostic> {
    let mut faults = mutant_faults(root);
    faults.extend(Proofs::read(root).err().map(|error| error.diagnostic()));
    faults
}

/// Reads specification and features, and decides which scenarios run. Warnings are returned beside the plan.
///
/// # Errors
///
/// As [`read_reviewed`], then as [`join`].
pub fn read_project(
    config: &Config,
    select: &SelectArgs,
    capabilities: &Capabilities,
) -> Result<(Plan, Vec<Diagnostic>), ProjectError> {
    let read = read_reviewed(config)?;
    join(config, &read, &read_features(config, &read), select, capabilities)
}

/// Reads the features of a project, so that links to sentences that are gone are known.
#[must_use]
pub fn read_features(config: &Config, read: &Reviewed) -> Features {
    Features::read(&config.root, &config.features.to_string_lossy()).with_lock(&read.lock, &read.specification)
}

/// As [`read_project`], for a specification and features that were read.
///
/// # Errors
///
/// With what is wrong with the selection, else with every fault of features, steps, mutants and proofs.
pub fn join(
    config: &Config,
    read: &Reviewed,
    features: &Features,
    select: &SelectArgs,
    capabilities: &Capabilities,
) -> Result<(Plan, Vec<Diagnostic>), ProjectError> {
    let specification = &read.specification;
    let filter = Filter::parse(select.tags.as_deref(), &select.criterion, specification)?;
    let (mut plan, warnings) = match plan_with_warnings(specification, features, &filter, capabilities) {
        Ok(planned) => planned,
        Err(found) => return Err(faulty(read, found.into_iter().chain(file_faults(&config.root)), 0)),
    };
    let mut faults = Vec::new();
    if let Err(MutantErrors(found)) = read_mutants(&config.root, &plan) {
        faults.extend(found);
    }
    let proofs = Proofs::read(&config.root).unwrap_or_else(|error| {
        faults.push(error.diagnostic());
        Proofs::default()
    });
    faults.extend(step_faults(&config.root, &plan));
    if !faults.is_empty() {
        return Err(faulty(read, warnings.into_iter().chain(faults), plan.scenarios.len()));
    }
    plan.review = Review {
        pins: pins(&read.lock),
        waivers: config.decisions.waivers(),
        proofs: proofs.for_plan(&plan),
    };
    Ok((plan, read.warnings.iter().cloned().chain(warnings).collect()))
}

fn faulty(read: &Reviewed, findings: impl Iterator<Item = Diagnostic>, scenarios: usize) -> ProjectError {
    ProjectError::Faults(ProjectFaults {
        findings: read.warnings.iter().cloned().chain(findings).collect(),
        scenarios,
    })
}

/// Steps without a definition, or with several, as findings at their places.
fn step_faults(root: &Path, plan: &Plan) -> Vec<Diagnostic> {
    let unmatched = match unmatched_steps(root, &plan.scenarios) {
        Ok(unmatched) => unmatched,
        // The features were read a moment ago: they changed meanwhile.
        Err(error) => return vec![Diagnostic::of(&UNMATCHED, error.to_string())],
    };
    let mut sources: BTreeMap<String, SourceText> = BTreeMap::new();
    let mut findings = Vec::new();
    for (file, line, text) in unmatched {
        let read = || SourceText::new(&file, std::fs::read_to_string(root.join(&file)).unwrap_or_default());
        let source = sources.entry(file.clone()).or_insert_with(read);
        let message = format!("no step definition, or more than one, matches `{text}`");
        findings.push(Diagnostic::of(&UNMATCHED, message).at(source, step_span(source, line, &text), ""));
    }
    findings
}

/// Where a step's words stand on a line.
fn step_span(source: &SourceText, line: usize, words: &str) -> Span {
    let before = source.text().split_inclusive('\n').take(line.saturating_sub(1));
    let start: usize = before.map(str::len).sum();
    let rest = source.text().get(start..).unwrap_or_default();
    let text = rest.lines().next().unwrap_or_default();
    let indent = text.len() - text.trim_start().len();
    match text.find(words) {
        Some(at) => Span {
            start: start + at,
            end: start + at + words.len(),
        },
        // An outline's step is written with placeholders: the whole line is meant.
        None => Span {
            start: start + indent,
            end: start + text.trim_end().len(),
        },
    }
}

/// What scenarios may need that not every cluster or profile has: nodes, by the topology; components and their settings,
/// by the profile. Of a profile that cannot be read nothing is known to be there.
#[must_use]
pub fn capabilities(config: &Config) -> Capabilities {
    let three = config.topology == "three-node";
    let capabilities = Capabilities::default();
    let capabilities = if three {
        capabilities.present("three-nodes")
    } else {
        capabilities.missing("three-nodes", format!("topology {} has one node", config.topology))
    };
    let capabilities = of_engine(capabilities, config);
    let profile = Profile::load(&config.root.join("fixtures"), &config.profile);
    NEEDS.iter().fold(capabilities, |capabilities, need| match &profile {
        Ok(profile) => need.add_to(capabilities, profile),
        Err(error) => capabilities.missing(need.name, error.to_string()),
    })
}

/// Containers beside the cluster, and nodes that fail, take an engine of this machine, and some containers an image that is
/// not built here.
fn of_engine(capabilities: Capabilities, config: &Config) -> Capabilities {
    let capabilities = if config.backend == BackendChoice::Existing {
        let found = "backend existing has no container engine of this machine";
        capabilities.missing("containers", found).missing("node-failure", found)
    } else {
        capabilities.present("containers").present("node-failure")
    };
    let choice = match config.images {
        ImagesChoice::Pull => return capabilities.present("image-pull"),
        ImagesChoice::Auto => "auto",
        ImagesChoice::Build => "build",
    };
    let found = format!(
        "its image cannot be pulled: nothing here builds it, and images = {choice} pulls none for containers (hint: `--images pull`)"
    );
    capabilities.missing("image-pull", found)
}

/// A component that scenarios may need, with the setting that it has to have.
struct Need {
    /// The capability's name.
    name: &'static str,
    component: &'static str,
    /// Name and value of a parameter of the component.
    setting: Option<(&'static str, &'static str)>,
}

impl Need {
    const fn component(name: &'static str) -> Self {
        Self {
            name,
            component: name,
            setting: None,
        }
    }

    const fn setting(
        name: &'static str,
        component: &'static str,
        parameter: &'static str,
        value: &'static str,
    ) -> Self {
        Self {
            name,
            component,
            setting: Some((parameter, value)),
        }
    }

    fn add_to(&self, capabilities: Capabilities, profile: &Profile) -> Capabilities {
        let Some(component) = profile.component(self.component) else {
            let found = format!("profile {} has no component {}", profile.name, self.component);
            return capabilities.missing(self.name, found);
        };
        let Some((parameter, value)) = self.setting else {
            return capabilities.present(self.name);
        };
        match component.parameters.get(parameter) {
            Some(own) if own == value => capabilities.present(self.name),
            own => {
                let own = own.map_or("not set", String::as_str);
                let found = format!("{parameter} of {} is {own} in profile {}", self.component, profile.name);
                capabilities.missing(self.name, found)
            }
        }
    }
}

/// Every capability that a profile decides.
const NEEDS: [Need; 9] = [
    Need::component("loki"),
    Need::component("prometheus"),
    Need::component("alertmanager"),
    Need::component("external-dns"),
    Need::setting("loki-on-s3", "loki", "object_store", "s3"),
    Need::setting("log-retention-14d", "loki", "retention", "336h"),
    Need::setting("log-retention-7d", "loki", "retention", "168h"),
    Need::setting("metrics-retention-15d", "prometheus", "retention", "15d"),
    Need::setting("metrics-retention-30d", "prometheus", "retention", "30d"),
];

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn load(profile: &str) -> Profile {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        Profile::load(&fixtures, profile).unwrap()
    }

    fn of(profile: &Profile) -> Capabilities {
        NEEDS.iter().fold(Capabilities::default(), |capabilities, need| {
            need.add_to(capabilities, profile)
        })
    }

    #[test]
    fn a_platform_s_overlay_decides_which_retention_can_be_judged() {
        let (gpl, talos) = (of(&load("gpl")), of(&load("talos")));
        assert_eq!(gpl.reason_for_lack("log-retention-14d"), None);
        let lack = gpl.reason_for_lack("log-retention-7d").unwrap();
        assert_eq!(lack, "retention of loki is 336h in profile gpl");
        assert_eq!(talos.reason_for_lack("log-retention-7d"), None);
        assert!(talos.reason_for_lack("metrics-retention-15d").is_some());
    }

    #[test]
    fn containers_take_an_engine_and_some_a_registry() {
        let config = |backend: BackendChoice, images: ImagesChoice| {
            let root = Path::new(env!("CARGO_MANIFEST_DIR"));
            let config = Config::load(root, crate::config::ClusterArgs::default()).unwrap();
            of_engine(
                Capabilities::default(),
                &Config {
                    backend,
                    images,
                    ..config
                },
            )
        };
        let built = config(BackendChoice::Kind, ImagesChoice::Build);
        assert_eq!(built.reason_for_lack("containers"), None);
        assert!(built.reason_for_lack("image-pull").unwrap().contains("images = build"));
        let pulled = config(BackendChoice::Existing, ImagesChoice::Pull);
        assert_eq!(pulled.reason_for_lack("image-pull"), None);
        assert!(pulled.reason_for_lack("containers").unwrap().contains("existing"));
    }

    #[test]
    fn a_component_that_a_profile_lacks_is_named() {
        let mut profile = load("reference");
        assert_eq!(of(&profile).reason_for_lack("loki"), None);
        profile.components.retain(|component| component.name != "loki");
        assert_eq!(
            of(&profile).reason_for_lack("loki"),
            Some("profile reference has no component loki")
        );
    }
}
