//! A feature file to be: [`Skeleton`], as Gherkin in [`Skeleton::text`].

use std::fmt::Write as _;

use serde::Serialize;

/// A step: keyword and words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// `Given`, `When`, `Then` or `And`.
    pub keyword: &'static str,
    /// What stands behind it.
    pub text: String,
}

/// A scenario to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepScenario {
    /// Without `@`.
    pub tags: Vec<String>,
    /// The outcome, in the present tense.
    pub title: String,
    /// The steps.
    pub steps: Vec<Step>,
}

/// The feature file of one criterion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skeleton {
    /// Identifier of the criterion.
    pub criterion: String,
    /// Where it goes, relative to the project.
    pub path: String,
    /// Title of the feature.
    #[serde(skip)]
    pub title: String,
    /// Place and words of the criterion.
    #[serde(skip)]
    pub source: String,
    /// Its scenarios.
    pub scenarios: Vec<StepScenario>,
}

impl Skeleton {
    /// The file's text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!(
            "# Skeleton of {}. Its steps have no definitions yet: docs/guide/steps.md lists those that there are.\nFeature: {}\n",
            self.source, self.title
        );
        for scenario in &self.scenarios {
            let tags: Vec<String> = scenario.tags.iter().map(|tag| format!("@{tag}")).collect();
            let _ = write!(text, "\n  {}\n  Scenario: {}\n", tags.join(" "), scenario.title);
            for step in &scenario.steps {
                let _ = writeln!(text, "    {} {}", step.keyword, step.text);
            }
        }
        text
    }
}
