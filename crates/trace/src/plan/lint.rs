//! What is wrong with the scenarios of a feature: tags, titles and budgets.

use std::collections::{BTreeSet, HashMap};

use shall_spec::{AcceptanceCriterion, Budget, Diagnostic, review};

use super::{
    capability::Capabilities,
    feature::{FeatureFile, FoundScenario},
    place::{line_above, line_span, tag_span},
    removed::{Removed, RemovedSentence},
};
use crate::tag::{ById, Link, NEGATIVE, ScenarioTag, nearest};

/// Everything that is wrong with a feature's scenarios.
pub(super) fn lint(
    file: &FeatureFile,
    by_id: &ById<'_>,
    capabilities: &Capabilities,
    removed: &Removed,
) -> Vec<Diagnostic> {
    let scenarios = file.scenarios();
    let mut findings = duplicate_titles(file, &scenarios);
    for found in &scenarios {
        let linter = Linter {
            file,
            found,
            by_id,
            capabilities,
            removed,
        };
        findings.extend(found.tags.iter().filter_map(|tag| linter.tag(tag)));
        findings.extend(found.scenario.unknown.iter().map(|name| linter.placeholder(name)));
        findings.extend(linter.budgets());
        findings.extend(linter.untraced());
    }
    findings
}

/// Two scenarios with one title cannot be told apart in a report. Rows of one outline may share theirs.
fn duplicate_titles(file: &FeatureFile, scenarios: &[FoundScenario]) -> Vec<Diagnostic> {
    let mut first: HashMap<(&Option<String>, &str), usize> = HashMap::new();
    let mut findings = Vec::new();
    for found in scenarios {
        let start = *first.entry((&found.rule, &found.scenario.name)).or_insert(found.start);
        if start != found.start {
            let line = file.source.position(start).line;
            let message = format!(
                "scenario `{}` has the title of the one at line {line}",
                found.scenario.name
            );
            findings.push(Diagnostic::error("FEATURE-004", message).at(
                &file.source,
                line_span(&file.source, found.start),
                "second",
            ));
        }
    }
    findings
}

struct Linter<'a> {
    file: &'a FeatureFile,
    found: &'a FoundScenario,
    by_id: &'a ById<'a>,
    capabilities: &'a Capabilities,
    removed: &'a Removed,
}

impl Linter<'_> {
    fn tag(&self, tag: &str) -> Option<Diagnostic> {
        match ScenarioTag::parse_among(tag, self.by_id) {
            ScenarioTag::Link(_) | ScenarioTag::Requirement(_) => None,
            ScenarioTag::Control => self.wip(tag),
            ScenarioTag::Needs(capability) if self.capabilities.is_known(&capability) => None,
            ScenarioTag::Needs(capability) => {
                let message = format!("no capability `{capability}` is defined");
                let near = nearest(&capability, self.capabilities.names()).map(|name| format!("@needs-{name}"));
                Some(self.tag_error("FEATURE-007", tag, message, near))
            }
            ScenarioTag::NoSuchResponse { criterion, responses } => {
                let message =
                    format!("criterion `{criterion}`: expected a response from 1 to {responses}, observed `@{tag}`");
                Some(self.tag_error("FEATURE-006", tag, message, None))
            }
            ScenarioTag::Unknown { nearest } => {
                if let Some(sentence) = self.removed.linked(tag) {
                    return Some(self.removed_link(tag, sentence));
                }
                let message = format!("tag `@{tag}` names no criterion and steers nothing");
                Some(self.tag_error("FEATURE-005", tag, message, nearest.map(|name| format!("@{name}"))))
            }
        }
    }

    fn tag_error(&self, rule: &'static str, tag: &str, message: String, near: Option<String>) -> Diagnostic {
        let span = tag_span(&self.file.source, self.found.scenario.tags_end, tag);
        let error = Diagnostic::error(rule, message).at(&self.file.source, span, "");
        match near {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error,
        }
    }

    fn removed_link(&self, tag: &str, sentence: &RemovedSentence) -> Diagnostic {
        let span = tag_span(&self.file.source, self.found.scenario.tags_end, tag);
        let message = format!("tag `@{tag}` links to a sentence that was removed: {}", sentence.text);
        let hint = match &sentence.nearest {
            Some((id, text)) => format!("`@{id}` reads most like it: {text}"),
            None => "no sentence reads like it; take the tag away".to_owned(),
        };
        Diagnostic::of(&review::REMOVED_LINK, message)
            .at(&self.file.source, span, "")
            .hint(hint)
    }

    /// Work in progress carries the issue that ends it on the line above, as in `# #12`.
    fn wip(&self, tag: &str) -> Option<Diagnostic> {
        if tag != "wip" {
            return None;
        }
        let span = tag_span(&self.file.source, self.found.scenario.tags_end, tag);
        let above = line_above(&self.file.source, span.start).trim_start();
        let number = above.strip_prefix('#').and_then(|comment| comment.split_once('#'));
        let has_issue = number.is_some_and(|(_, number)| number.starts_with(|digit: char| digit.is_ascii_digit()));
        (!has_issue).then(|| {
            self.tag_error(
                "FEATURE-008",
                tag,
                "`@wip` has no issue number on the line above".to_owned(),
                None,
            )
            .hint("write a comment such as `# #12` above it")
        })
    }

    fn placeholder(&self, name: &str) -> Diagnostic {
        let message = format!("placeholder `<{name}>` is no column of the examples");
        Diagnostic::error("FEATURE-009", message).at(&self.file.source, self.title(), "in this outline")
    }

    /// A scenario that proves a criterion with a budget measures it: one of its steps says *budget*, and names
    /// the metric where there are several. A negative one has nothing to measure: the response does not come.
    fn budgets(&self) -> Vec<Diagnostic> {
        let links = self.links();
        let budgets: Vec<&Budget> = links
            .iter()
            .flat_map(|(link, criterion)| link.budgets(criterion))
            .collect();
        let keys: BTreeSet<&str> = budgets.iter().filter_map(|budget| budget.metric.as_deref()).collect();
        let steps: Vec<_> = self.found.steps.iter().filter(|(_, step)| names_budget(step)).collect();
        if budgets.is_empty() {
            return steps.iter().map(|(at, _)| self.no_budget(*at)).collect();
        }
        if steps.is_empty() && self.found.tags.iter().any(|tag| tag == NEGATIVE) {
            return Vec::new();
        }
        if steps.is_empty() {
            return vec![self.unmeasured(&links)];
        }
        steps
            .iter()
            .filter_map(|(at, step)| self.budget_step(*at, step, &keys))
            .collect()
    }

    fn budget_step(&self, at: usize, step: &str, keys: &BTreeSet<&str>) -> Option<Diagnostic> {
        let named = keys.iter().filter(|key| step.contains(**key)).count();
        let quoted = step
            .split_once("budget \"")
            .and_then(|(_, rest)| rest.split_once('"'))
            .map(|(key, _)| key);
        let list = keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
        let message = match quoted {
            Some(key) if !keys.contains(key) => format!("budget `{key}`: expected one of {list}"),
            None if keys.len() > 1 && named != 1 => format!("step names none of the budgets {list}"),
            Some(_) | None => return None,
        };
        let span = line_span(&self.file.source, at);
        Some(
            Diagnostic::error("FEATURE-011", message)
                .at(&self.file.source, span, "")
                .hint("name the metric in quotes"),
        )
    }

    fn unmeasured(&self, links: &[(Link, &AcceptanceCriterion)]) -> Diagnostic {
        let ids = links
            .iter()
            .filter(|(link, criterion)| !link.budgets(criterion).is_empty());
        let ids = ids
            .map(|(link, _)| format!("`{}`", link.criterion))
            .collect::<Vec<_>>()
            .join(", ");
        let message = format!("scenario measures nothing, but {ids} has a budget");
        Diagnostic::error("FEATURE-010", message)
            .at(&self.file.source, self.title(), "no step of it says `budget`")
            .hint("add a step such as `And provisioning stays within its budget`, or link one response, as in `@AC-001-01.2`")
    }

    fn no_budget(&self, at: usize) -> Diagnostic {
        let message = "step is about a budget, but no criterion of the scenario has one";
        Diagnostic::error("FEATURE-012", message).at(&self.file.source, line_span(&self.file.source, at), "")
    }

    fn untraced(&self) -> Option<Diagnostic> {
        let any = |tag: &String| {
            matches!(
                ScenarioTag::parse_among(tag, self.by_id),
                ScenarioTag::Link(_) | ScenarioTag::Unknown { .. } | ScenarioTag::NoSuchResponse { .. }
            )
        };
        (!self.found.tags.iter().any(any)).then(|| {
            let message = format!("scenario `{}` proves no criterion", self.found.scenario.name);
            Diagnostic::warning("FEATURE-013", message).at(&self.file.source, self.title(), "no criterion's tag")
        })
    }

    fn links(&self) -> Vec<(Link, &AcceptanceCriterion)> {
        let mut links = Vec::new();
        for tag in &self.found.tags {
            if let ScenarioTag::Link(link) = ScenarioTag::parse_among(tag, self.by_id)
                && let Some(criterion) = self.by_id.get(link.criterion.as_str()).copied()
            {
                links.push((link, criterion));
            }
        }
        links
    }

    fn title(&self) -> shall_spec::Span {
        line_span(&self.file.source, self.found.start)
    }
}

/// Whether a step is about a budget.
pub(super) fn names_budget(step: &str) -> bool {
    step.split(|letter: char| !letter.is_alphanumeric())
        .any(|word| word == "budget")
}
