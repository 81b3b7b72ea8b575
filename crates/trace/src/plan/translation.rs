//! Where a scenario falls short of the translation from EARS: WHILE and WHERE to `Given`, WHEN to `When`, SHALL to
//! a `Then` that compares, IF and WHERE to a positive and a negative scenario.

use std::collections::{BTreeMap, HashMap};

use shall_spec::{AcceptanceCriterion, Budget, ClauseRole, Diagnostic, Rule, Span, Specification};

use super::{
    feature::{FeatureFile, Features, FoundScenario},
    place::line_span,
    rule::{ALL_AT_ONCE, NO_GIVEN, NO_NEGATIVE, NO_THEN, NO_WHEN, NUMBER_AGAIN, TWO_WHEN},
};
use crate::tag::{Link, NEGATIVE, link_among};

/// The kinds of step, in the order that a scenario has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Given,
    When,
    Then,
}

impl Features {
    /// Where scenarios fall short of the translation of their criteria, by file and line; all are warnings.
    ///
    /// `selected` says which rules run: [`Rule::is_default`] for those that are right nine times in ten.
    #[must_use]
    pub fn lint_translation(&self, specification: &Specification, selected: impl Fn(&Rule) -> bool) -> Vec<Diagnostic> {
        let criteria = specification.criteria.iter();
        let by_id: HashMap<&str, &AcceptanceCriterion> = criteria.map(|one| (one.id.as_str(), one)).collect();
        let mut findings = Vec::new();
        let mut linked = selected(&NO_NEGATIVE).then(Linked::new);
        for file in &self.files {
            for found in file.scenarios() {
                let links = links_of(&found, &by_id);
                let check = Check {
                    file,
                    found: &found,
                    links: &links,
                };
                check.all(&mut findings);
                if let Some(linked) = &mut linked {
                    linked.add(file, &found, &links);
                }
            }
        }
        if let Some(linked) = linked {
            linked.without_negative(&mut findings);
        }
        findings.retain(|(rule, _)| selected(rule));
        let mut diagnostics: Vec<Diagnostic> = findings.into_iter().map(|(_, diagnostic)| diagnostic).collect();
        diagnostics.sort_by_key(|finding| {
            let place = finding.place.as_ref();
            place.map(|place| (place.source.path().to_owned(), place.span.start, finding.rule))
        });
        diagnostics.dedup();
        diagnostics
    }
}

type Finding = (&'static Rule, Diagnostic);

fn finding(rule: &'static Rule, file: &FeatureFile, span: Span, words: &str) -> Finding {
    let diagnostic = Diagnostic::of(rule, format!("{}: {words}", rule.title));
    (rule, diagnostic.at(&file.source, span, ""))
}

fn links_of<'a>(
    found: &FoundScenario,
    by_id: &HashMap<&str, &'a AcceptanceCriterion>,
) -> Vec<(Link, &'a AcceptanceCriterion)> {
    let links = found.tags.iter().filter_map(|tag| {
        let link = link_among(tag, by_id)?;
        let criterion = *by_id.get(link.criterion.as_str())?;
        Some((link, criterion))
    });
    links.collect()
}

struct Check<'a> {
    file: &'a FeatureFile,
    found: &'a FoundScenario,
    links: &'a [(Link, &'a AcceptanceCriterion)],
}

impl Check<'_> {
    fn all(&self, findings: &mut Vec<Finding>) {
        let kinds = kinds(self.found);
        let name = format!("`{}`", self.found.scenario.name);
        if !kinds.iter().any(|(kind, _)| *kind == Kind::Then) {
            findings.push(self.titled(&NO_THEN, &name));
        }
        let again = kinds
            .windows(2)
            .find(|pair| matches!(pair, [(Kind::Then, _), (Kind::When, _)]));
        if let Some([_, (_, at)]) = again {
            findings.push(finding(&TWO_WHEN, self.file, line_span(&self.file.source, *at), &name));
        }
        self.conditions(&kinds, findings);
        self.numbers(findings);
        for (link, criterion) in self.links {
            if link.response.is_none() && criterion.responses.len() > 1 {
                let words = format!("{name} for the {} of `{}`", criterion.responses.len(), criterion.id);
                findings.push(self.titled(&ALL_AT_ONCE, &words));
            }
        }
    }

    /// Triggers without `When`, states without `Given`.
    fn conditions(&self, kinds: &[(Kind, usize)], findings: &mut Vec<Finding>) {
        let has = |wanted: Kind| kinds.iter().any(|(kind, _)| *kind == wanted);
        let clause = |roles: &[ClauseRole]| {
            let clauses = self
                .links
                .iter()
                .flat_map(|(_, criterion)| criterion.clauses.iter().map(move |clause| (&criterion.id, clause)));
            clauses.into_iter().find(|(_, clause)| roles.contains(&clause.role))
        };
        if let Some((id, trigger)) = clause(&[ClauseRole::Trigger, ClauseRole::Unwanted])
            && !has(Kind::When)
        {
            findings.push(self.titled(&NO_WHEN, &format!("`{}` of `{id}`", trigger.text)));
        }
        if let Some((id, state)) = clause(&[ClauseRole::Feature, ClauseRole::Precondition])
            && !has(Kind::Given)
        {
            findings.push(self.titled(&NO_GIVEN, &format!("`{}` of `{id}`", state.text)));
        }
    }

    /// Steps that say the number and the unit of a budget.
    fn numbers(&self, findings: &mut Vec<Finding>) {
        let budgets: Vec<&Budget> = self
            .links
            .iter()
            .flat_map(|(link, criterion)| link.budgets(criterion))
            .collect();
        for (at, step) in &self.found.steps {
            if let Some(budget) = budgets.iter().find(|budget| repeats(step, &budget.text)) {
                let span = line_span(&self.file.source, *at);
                findings.push(finding(&NUMBER_AGAIN, self.file, span, &format!("`{}`", budget.text)));
            }
        }
    }

    fn titled(&self, rule: &'static Rule, words: &str) -> Finding {
        finding(rule, self.file, line_span(&self.file.source, self.found.start), words)
    }
}

/// Whether a step says the number of a budget's words with the word behind it, as in `30 seconds`.
fn repeats(step: &str, budget: &str) -> bool {
    let words: Vec<&str> = budget.split_whitespace().collect();
    let number = words
        .iter()
        .position(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    let Some(rest) = number.and_then(|at| words.get(at..)) else {
        return false;
    };
    let wanted = rest
        .iter()
        .take(2)
        .copied()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase();
    let step = step.to_lowercase();
    step.match_indices(&wanted).any(|(at, _)| {
        let before = step.get(..at).and_then(|text| text.chars().next_back());
        before.is_none_or(|letter| !letter.is_alphanumeric())
    })
}

/// The kind and offset of each step; `And`, `But` and `*` go with the step before.
fn kinds(found: &FoundScenario) -> Vec<(Kind, usize)> {
    let mut kind = Kind::Given;
    let steps = found.steps.iter().map(|(at, step)| {
        kind = match step.split_whitespace().next() {
            Some("Given") => Kind::Given,
            Some("When") => Kind::When,
            Some("Then") => Kind::Then,
            Some(_) | None => kind,
        };
        (kind, *at)
    });
    steps.collect()
}

/// What the scenarios of each criterion that needs both paths are.
struct Linked<'a> {
    /// By criterion: its first scenario, whether one is negative, and the words for which one is needed.
    criteria: BTreeMap<&'a str, (&'a FeatureFile, usize, bool, &'static str)>,
}

impl<'a> Linked<'a> {
    fn new() -> Self {
        Self {
            criteria: BTreeMap::new(),
        }
    }

    fn add(&mut self, file: &'a FeatureFile, found: &FoundScenario, links: &[(Link, &'a AcceptanceCriterion)]) {
        let negative = found.tags.iter().any(|tag| tag == NEGATIVE);
        for (_, criterion) in links {
            let Some(words) = criterion.negative_case() else {
                continue;
            };
            let entry = self.criteria.entry(criterion.id.as_str());
            entry.or_insert((file, found.start, false, words)).2 |= negative;
        }
    }

    fn without_negative(&self, findings: &mut Vec<Finding>) {
        for (id, (file, start, negative, words)) in &self.criteria {
            if !negative {
                let span = line_span(&file.source, *start);
                findings.push(finding(&NO_NEGATIVE, file, span, &format!("`{id}` says {words}")));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_repeats_a_budget_where_number_and_unit_stand_in_it() {
        assert!(repeats("Then the claim is bound in 30 seconds", "within 30 seconds"));
        assert!(repeats("Then it uses under 500Mi", "< 500Mi"));
        assert!(!repeats("Then 130 seconds pass", "within 30 seconds"));
        assert!(!repeats("Then 30 claims are bound", "within 30 seconds"));
        assert!(!repeats("Then it is within its budget", "within 30 seconds"));
    }
}
