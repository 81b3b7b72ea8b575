//! One criterion to its scenarios: [`scenarios_of`].
//!
//! WHERE and WHILE become `Given`; WHEN and IF a `Given` and a `When`; each SHALL a `Then` that compares, with a step for
//! each budget. IF and WHERE hold or do not: each has, beside the positive scenario, a negative one in which the condition
//! does not hold and the response does not come.

use shall_spec::{AcceptanceCriterion, Clause, ClauseRole};
use shall_trace::Link;

use super::{
    sentence::{capitalized, condition_denied, denied, is_plural, third_person, uncapitalized, without_budgets},
    skeleton::{Step, StepScenario},
};

/// What the system is called where a sentence names none.
const NAMELESS: &str = "the system";

/// The scenarios of some responses of a criterion, counted from 1; titles are unique.
pub(super) fn scenarios_of(criterion: &AcceptanceCriterion, tag: &str, responses: &[usize]) -> Vec<StepScenario> {
    let mut scenarios: Vec<StepScenario> = Vec::new();
    for number in responses {
        let one = Response::new(criterion, *number);
        let own = match criterion.responses.len() {
            0 | 1 => tag.to_owned(),
            _ => format!("{tag}.{number}"),
        };
        scenarios.push(one.positive(&own));
        let conditions = criterion.clauses.iter().filter(|clause| holds_or_not(clause));
        scenarios.extend(conditions.map(|condition| one.negative(&own, condition)));
    }
    let mut seen: Vec<String> = Vec::new();
    for scenario in &mut scenarios {
        let same = seen.iter().filter(|title| **title == scenario.title).count();
        seen.push(scenario.title.clone());
        if same > 0 {
            scenario.title = format!("{} ({})", scenario.title, same + 1);
        }
    }
    scenarios
}

fn holds_or_not(clause: &Clause) -> bool {
    matches!(clause.role, ClauseRole::Feature | ClauseRole::Unwanted)
}

/// One response with everything that its scenarios say.
struct Response<'a> {
    criterion: &'a AcceptanceCriterion,
    system: String,
    /// Without the numbers of its budgets.
    phrase: String,
    /// Keys of its budgets; `None` for one without.
    budgets: Vec<Option<&'a str>>,
}

impl<'a> Response<'a> {
    fn new(criterion: &'a AcceptanceCriterion, number: usize) -> Self {
        let link = Link {
            criterion: criterion.id.clone(),
            response: (criterion.responses.len() > 1).then_some(number),
        };
        let budgets = link.budgets(criterion);
        let written = criterion.responses.get(number.saturating_sub(1));
        let written = written.map_or(criterion.text.as_str(), String::as_str);
        let phrase = without_budgets(
            written.trim_end_matches('.'),
            budgets.iter().map(|budget| budget.text.as_str()),
        );
        Self {
            criterion,
            system: system_of(criterion, number),
            phrase,
            budgets: budgets.iter().map(|budget| budget.metric.as_deref()).collect(),
        }
    }

    fn positive(&self, tag: &str) -> StepScenario {
        let outcome = self.outcome(&self.phrase);
        let kept = if self.budgets.is_empty() {
            ""
        } else {
            " within its budget"
        };
        let mut steps = self.conditions(None);
        steps.push(("Then", outcome.clone()));
        for budget in &self.budgets {
            let text = match budget {
                Some(key) => format!("it stays within the budget \"{key}\""),
                None => "it stays within its budget".to_owned(),
            };
            steps.push(("Then", text));
        }
        StepScenario {
            tags: vec![tag.to_owned()],
            title: capitalized(&format!("{outcome}{kept}")),
            steps: with_and(steps),
        }
    }

    /// The response does not come where one of the conditions does not hold and the others do.
    fn negative(&self, tag: &str, condition: &Clause) -> StepScenario {
        let outcome = self.outcome(&denied(&self.phrase));
        let mut steps = self.conditions(Some(condition));
        steps.push(("Then", outcome.clone()));
        StepScenario {
            tags: vec![tag.to_owned(), "negative".to_owned()],
            title: capitalized(&format!("{outcome} unless {}", condition.text)),
            steps: with_and(steps),
        }
    }

    fn outcome(&self, phrase: &str) -> String {
        format!("{} {}", self.system, third_person(phrase, is_plural(&self.system)))
    }

    /// `Given` and `When`, one condition denied.
    fn conditions(&self, absent: Option<&Clause>) -> Vec<(&'static str, String)> {
        let said = |clause: &Clause| match absent {
            Some(absent) if absent == clause => condition_denied(&clause.text),
            Some(_) | None => clause.text.clone(),
        };
        let clauses = |roles: [ClauseRole; 2]| {
            let all = self.criterion.clauses.iter();
            all.filter(move |clause| roles.contains(&clause.role))
        };
        let states = clauses([ClauseRole::Feature, ClauseRole::Precondition]);
        let mut steps: Vec<(&'static str, String)> = states.map(|clause| ("Given", said(clause))).collect();
        let mut events: Vec<String> = clauses([ClauseRole::Trigger, ClauseRole::Unwanted]).map(said).collect();
        let verb = if is_plural(&self.system) { "are" } else { "is" };
        match events.pop() {
            Some(last) => {
                if steps.is_empty() {
                    steps.push(("Given", format!("{} {verb} in place", self.system)));
                }
                steps.extend(events.into_iter().map(|event| ("Given", event)));
                steps.push(("When", last));
            }
            None => steps.push(("When", format!("{} {verb} observed", self.system))),
        }
        steps
    }
}

/// The system that a response is of: the last that is named before it.
fn system_of(criterion: &AcceptanceCriterion, number: usize) -> String {
    let with_role = |role: ClauseRole| criterion.clauses.iter().filter(move |clause| clause.role == role);
    let response = with_role(ClauseRole::Response).nth(number.saturating_sub(1));
    let before = |clause: &&Clause| response.is_none_or(|response| clause.span.start <= response.span.start);
    let named = with_role(ClauseRole::System).rfind(before);
    let named = named.or_else(|| with_role(ClauseRole::System).next());
    named
        .map(|clause| clause.text.as_str())
        .filter(|text| !text.is_empty() && !text.eq_ignore_ascii_case("there"))
        .map_or_else(|| NAMELESS.to_owned(), uncapitalized)
}

/// Steps of the same kind behind the first are joined with `And`.
fn with_and(steps: Vec<(&'static str, String)>) -> Vec<Step> {
    let mut last = "";
    let steps = steps.into_iter().map(|(kind, text)| {
        let keyword = if kind == last { "And" } else { kind };
        last = kind;
        Step { keyword, text }
    });
    steps.collect()
}

#[cfg(test)]
mod tests {
    use shall_spec::{Span, read_document};

    use super::*;

    /// The scenarios of a sentence, as lines.
    fn lines(sentence: &str) -> Vec<String> {
        let document = read_document("a.md", &format!("- {sentence}\n"));
        let statement = &document.statements[0];
        let criterion = AcceptanceCriterion {
            id: shall_spec::CriterionId("A-1".into()),
            file: "a.md".into(),
            line: 1,
            column: 1,
            area: "a".into(),
            platform: None,
            subjects: Vec::new(),
            text: statement.text.clone(),
            hash: String::new(),
            pattern: statement.pattern,
            clauses: statement.clauses.clone(),
            responses: statement
                .sentence
                .responses
                .iter()
                .map(|one| one.text.clone())
                .collect(),
            budgets: statement.budgets.clone(),
            sources: Vec::new(),
            contradicted: None,
            unsatisfiable: None,
        };
        assert!(
            criterion
                .clauses
                .iter()
                .all(|clause| clause.span != Span { start: 0, end: 0 })
        );
        let numbers: Vec<usize> = (1..=criterion.responses.len()).collect();
        let scenarios = scenarios_of(&criterion, "A-1", &numbers);
        let mut lines = Vec::new();
        for scenario in scenarios {
            lines.push(format!("@{} {}", scenario.tags.join(" @"), scenario.title));
            lines.extend(
                scenario
                    .steps
                    .iter()
                    .map(|step| format!("{} {}", step.keyword, step.text)),
            );
        }
        lines
    }

    #[test]
    fn an_event_becomes_given_when_then_with_its_budget() {
        let found = lines("WHEN a claim is made, the cluster SHALL bind the claim within 30 seconds.");
        let expected = [
            "@A-1 The cluster binds the claim within its budget",
            "Given the cluster is in place",
            "When a claim is made",
            "Then the cluster binds the claim",
            "And it stays within its budget",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_fault_has_a_positive_and_a_negative_scenario() {
        let found = lines("WHILE Velero runs, IF the location is unreachable, THEN Velero SHALL report it.");
        let expected = [
            "@A-1 Velero reports it",
            "Given Velero runs",
            "When the location is unreachable",
            "Then Velero reports it",
            "@A-1 @negative Velero does not report it unless the location is unreachable",
            "Given Velero runs",
            "When the location is not unreachable",
            "Then Velero does not report it",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_feature_is_denied_in_its_given() {
        let found = lines("WHERE local-path is the backend, the cluster SHALL use folders.");
        assert_eq!(found[1], "Given local-path is the backend");
        assert_eq!(found[2], "When the cluster is observed");
        assert_eq!(found[5], "Given local-path is not the backend");
    }

    #[test]
    fn each_response_has_a_scenario_of_its_own() {
        let found = lines("WHEN a claim goes, the provisioner SHALL delete the volume and SHALL remove its folder.");
        let titles: Vec<&String> = found.iter().filter(|line| line.starts_with('@')).collect();
        assert_eq!(
            titles,
            [
                "@A-1.1 The provisioner deletes the volume",
                "@A-1.2 The provisioner removes its folder"
            ]
        );
    }
}
