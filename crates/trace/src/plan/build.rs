//! [`plan`]: features, specification, filter and capabilities joined.

use shall_spec::{Diagnostic, Severity, Specification};

use super::{
    capability::Capabilities,
    feature::{FeatureFile, Features, FoundScenario},
    filter::Filter,
    lint::lint,
    measured::unmeasured_budgets,
};
use crate::{
    planned::{NotRunReason, Plan, PlannedScenario, Review, ScenarioKey},
    scenario::links_of,
    tag::{ById, ScenarioTag, by_id},
};

/// Plans a run: every scenario of the features, with the reason for each that will not run.
///
/// # Errors
///
/// Every fault of the features at once, with file and line; never an empty list. Warnings are *not* errors:
/// they come only with [`Features::lint`], or beside an error.
pub fn plan(
    specification: &Specification,
    features: &Features,
    filter: &Filter,
    capabilities: &Capabilities,
) -> Result<Plan, Vec<Diagnostic>> {
    plan_with_warnings(specification, features, filter, capabilities).map(|(plan, _)| plan)
}

/// As [`plan`], with the warnings about the features.
///
/// # Errors
///
/// As [`plan`].
pub fn plan_with_warnings(
    specification: &Specification,
    features: &Features,
    filter: &Filter,
    capabilities: &Capabilities,
) -> Result<(Plan, Vec<Diagnostic>), Vec<Diagnostic>> {
    let findings = features.lint(specification, capabilities);
    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        return Err(findings);
    }
    let by_id = by_id(specification);
    let scenarios = features.files.iter().flat_map(|file| {
        let found = file.scenarios().into_iter();
        found
            .map(|scenario| planned(file, scenario, &by_id, filter, capabilities))
            .collect::<Vec<_>>()
    });
    let plan = Plan {
        criteria: specification.criteria.clone(),
        scenarios: scenarios.collect(),
        filtered: !filter.is_empty(),
        review: Review::default(),
    };
    Ok((plan, findings))
}

impl Features {
    /// Everything that is wrong with the features, by file and line, warnings included.
    #[must_use]
    pub fn lint(&self, specification: &Specification, capabilities: &Capabilities) -> Vec<Diagnostic> {
        let mut findings = self.faults.clone();
        let by_id = by_id(specification);
        for file in &self.files {
            findings.extend(file.empty_outlines());
            findings.extend(lint(file, &by_id, capabilities, &self.removed));
        }
        // A fault of a tag or a step is why a budget is not measured: it is told alone.
        if findings.iter().all(|finding| finding.severity != Severity::Error) {
            findings.extend(unmeasured_budgets(&self.files, specification));
        }
        findings.sort_by_key(|finding| {
            (
                finding.path().map(str::to_owned),
                finding.position().map(|at| (at.line, at.column)),
                finding.rule,
            )
        });
        findings.dedup();
        findings
    }
}

fn planned(
    file: &FeatureFile,
    found: FoundScenario,
    by_id: &ById<'_>,
    filter: &Filter,
    capabilities: &Capabilities,
) -> PlannedScenario {
    let mut planned = PlannedScenario {
        key: ScenarioKey::new(file.source.path(), found.scenario.line),
        feature: file.feature.name.clone(),
        name: found.scenario.name,
        tags: found.tags,
        steps: found.steps.into_iter().map(|(_, step)| step).collect(),
        not_run: None,
    };
    let links = links_of(&planned, by_id);
    planned.not_run = if filter.selects(&planned.tags, &links) {
        missing_capability(&planned, by_id, capabilities)
    } else {
        Some(NotRunReason::NotSelected)
    };
    planned
}

fn missing_capability(
    planned: &PlannedScenario,
    by_id: &ById<'_>,
    capabilities: &Capabilities,
) -> Option<NotRunReason> {
    planned
        .tags
        .iter()
        .find_map(|tag| match ScenarioTag::parse_among(tag, by_id) {
            ScenarioTag::Needs(capability) => {
                capabilities
                    .reason_for_lack(&capability)
                    .map(|reason| NotRunReason::MissingCapability {
                        reason: reason.to_owned(),
                        capability: capability.clone(),
                    })
            }
            ScenarioTag::Link(_)
            | ScenarioTag::Requirement(_)
            | ScenarioTag::Control
            | ScenarioTag::NoSuchResponse { .. }
            | ScenarioTag::Unknown { .. } => None,
        })
}
