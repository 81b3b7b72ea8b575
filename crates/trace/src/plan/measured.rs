//! Budgets that no scenario measures: [`unmeasured_budgets`].

use std::collections::HashMap;

use shall_spec::{AcceptanceCriterion, Budget, CriterionId, Diagnostic, Specification};

use super::{
    feature::{FeatureFile, FoundScenario},
    lint::names_budget,
    place::line_span,
};
use crate::tag::{Link, link_among};

/// A link, and the scenario that has it.
struct Linked<'a> {
    link: Link,
    file: &'a FeatureFile,
    scenario: &'a FoundScenario,
}

/// Finds criteria that scenarios prove and of which one budget is measured by none of these. A criterion without a
/// scenario is uncovered, which is said elsewhere.
pub(super) fn unmeasured_budgets(files: &[FeatureFile], specification: &Specification) -> Vec<Diagnostic> {
    let with_budget = || {
        let criteria = specification.criteria.iter();
        criteria.filter(|criterion| !criterion.budgets.is_empty())
    };
    let by_id: HashMap<&str, &AcceptanceCriterion> = with_budget()
        .map(|criterion| (criterion.id.as_str(), criterion))
        .collect();
    let scenarios: Vec<(&FeatureFile, Vec<FoundScenario>)> =
        files.iter().map(|file| (file, file.scenarios())).collect();
    let mut linked: HashMap<CriterionId, Vec<Linked<'_>>> = HashMap::new();
    for (file, scenario) in scenarios
        .iter()
        .flat_map(|(file, all)| all.iter().map(move |one| (*file, one)))
    {
        for tag in &scenario.tags {
            if let Some(link) = link_among(tag, &by_id) {
                let linked = linked.entry(link.criterion.clone()).or_default();
                linked.push(Linked { link, file, scenario });
            }
        }
    }
    let findings = with_budget().flat_map(|criterion| {
        let linked = linked.get(&criterion.id).map_or(&[][..], Vec::as_slice);
        let missing = criterion
            .budgets
            .iter()
            .filter(|budget| !is_measured(budget, criterion, linked));
        missing
            .filter_map(|budget| finding(budget, criterion, linked))
            .collect::<Vec<_>>()
    });
    findings.collect()
}

/// Whether a linked scenario that answers for a budget has a step about it. The step names the metric, but where the
/// link answers for one alone.
fn is_measured(budget: &Budget, criterion: &AcceptanceCriterion, linked: &[Linked<'_>]) -> bool {
    linked.iter().any(|one| {
        let own = one.link.budgets(criterion);
        let names = |step: &str| match budget.metric.as_deref() {
            Some(metric) => step.contains(metric) || own.len() == 1 && !step.contains('"'),
            None => true,
        };
        let mut steps = one.scenario.steps.iter();
        own.contains(&budget) && steps.any(|(_, step)| names_budget(step) && names(step))
    })
}

/// The finding, at the criterion's first scenario.
fn finding(budget: &Budget, criterion: &AcceptanceCriterion, linked: &[Linked<'_>]) -> Option<Diagnostic> {
    let first = linked.first()?;
    let key = budget
        .metric
        .as_ref()
        .map(|metric| format!(" `{metric}`"))
        .unwrap_or_default();
    let message = format!(
        "budget{key} (`{}`) of `{}` is measured by no scenario",
        budget.text, criterion.id
    );
    let span = line_span(&first.file.source, first.scenario.start);
    Some(
        Diagnostic::warning("FEATURE-014", message)
            .at(&first.file.source, span, "its first scenario")
            .hint("add a step that measures it, and names its metric in quotes"),
    )
}
