//! Scenario outlines to scenarios, one for each row of examples, with the same key as the runner gives them.

use gherkin::{Examples, Scenario, Step};

/// A scenario as the runner will see it.
#[derive(Debug, Clone)]
pub(super) struct Expanded {
    pub(super) name: String,
    /// Line that tells it from the others: its own, or one for each example row. The runner counts rows from
    /// the line of `Examples:`, two lines below it for the first; so do we, also where comments stand between.
    pub(super) line: usize,
    /// Offset behind its tags.
    pub(super) tags_end: usize,
    pub(super) tags: Vec<String>,
    pub(super) steps: Vec<Step>,
    /// Placeholders that the examples do not have.
    pub(super) unknown: Vec<String>,
}

/// The scenarios of an outline, or the scenario itself.
pub(super) fn expand(scenario: &Scenario) -> Vec<Expanded> {
    if scenario.examples.is_empty() {
        return vec![Expanded {
            name: scenario.name.clone(),
            line: scenario.position.line,
            tags_end: scenario.span.start,
            tags: scenario.tags.clone(),
            steps: scenario.steps.clone(),
            unknown: Vec::new(),
        }];
    }
    scenario
        .examples
        .iter()
        .flat_map(|examples| expand_examples(scenario, examples))
        .collect()
}

fn expand_examples(scenario: &Scenario, examples: &Examples) -> Vec<Expanded> {
    let rows = examples.table.as_ref().and_then(|table| table.rows.split_first());
    let Some((header, rows)) = rows else { return Vec::new() };
    rows.iter()
        .enumerate()
        .map(|(index, row)| expand_row(scenario, examples, index, header, row))
        .collect()
}

fn expand_row(scenario: &Scenario, examples: &Examples, index: usize, header: &[String], row: &[String]) -> Expanded {
    let mut unknown = Vec::new();
    let mut fill = |text: &str| replace(text, header, row, &mut unknown);
    let name = fill(&scenario.name);
    let mut steps = scenario.steps.clone();
    for step in &mut steps {
        step.value = fill(&step.value);
    }
    Expanded {
        name,
        line: examples.position.line + index + 2,
        tags_end: examples.span.start,
        tags: scenario.tags.iter().chain(&examples.tags).cloned().collect(),
        steps,
        unknown,
    }
}

/// Replaces each `<name>` by its cell. A name does not begin or end with white space.
fn replace(text: &str, header: &[String], row: &[String], unknown: &mut Vec<String>) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        replaced.push_str(before);
        let name = after
            .split_once('>')
            .map(|(name, _)| name)
            .filter(|name| is_placeholder(name));
        let Some(name) = name else {
            replaced.push('<');
            rest = after;
            continue;
        };
        match header
            .iter()
            .position(|column| column == name)
            .and_then(|column| row.get(column))
        {
            Some(cell) => replaced.push_str(cell),
            None => unknown.push(name.to_owned()),
        }
        rest = after.get(name.len() + 1..).unwrap_or_default();
    }
    replaced.push_str(rest);
    replaced
}

fn is_placeholder(name: &str) -> bool {
    !name.is_empty() && name.trim() == name && !name.contains(['\t', '\n', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTLINE: &str = "Feature: Claims\n  Scenario Outline: A claim of <size> is bound\n    When a claim of <size> is made, 1 < 2\n    Then <what> holds\n\n    @slow\n    Examples:\n      | size |\n      | 1Gi  |\n      | 2Gi  |\n";

    #[test]
    fn each_row_becomes_a_scenario_with_the_line_of_its_row() {
        let feature = gherkin::Feature::parse(OUTLINE, gherkin::GherkinEnv::default()).unwrap();
        let rows = expand(&feature.scenarios[0]);
        let seen: Vec<_> = rows
            .iter()
            .map(|row| (row.line, row.name.as_str(), row.steps[0].value.as_str()))
            .collect();
        let expected = [
            (9, "A claim of 1Gi is bound", "a claim of 1Gi is made, 1 < 2"),
            (10, "A claim of 2Gi is bound", "a claim of 2Gi is made, 1 < 2"),
        ];
        assert_eq!(seen, expected);
        assert_eq!(
            (rows[0].tags.as_slice(), rows[0].unknown.as_slice()),
            (["slow".into()].as_slice(), ["what".into()].as_slice())
        );
    }
}
