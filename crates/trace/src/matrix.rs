//! [`TraceMatrix`]: criterion × scenario × verdict, to be read in both directions, and [`Coverage`].

use serde::Serialize;
use shall_spec::CriterionId;

use crate::{criterion::JudgedCriterion, planned::ScenarioKey, scenario::JudgedScenario, verdict::Verdict};

/// Where a criterion meets a scenario.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Cell {
    /// The criterion.
    pub criterion: CriterionId,
    /// The scenario.
    pub scenario: ScenarioKey,
    /// The response that the scenario proves, counted from 1; `None` for all.
    pub response: Option<usize>,
    /// What the scenario shows.
    pub verdict: Verdict,
}

/// Every link between a criterion and a scenario.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TraceMatrix {
    /// Sorted by criterion, then scenario.
    pub cells: Vec<Cell>,
    /// Scenarios that are linked to no criterion, by place.
    pub untraced: Vec<ScenarioKey>,
}

impl TraceMatrix {
    /// The matrix of these scenarios.
    pub(crate) fn new(scenarios: &[JudgedScenario]) -> Self {
        let cell = |scenario: &JudgedScenario, link: &crate::Link| Cell {
            criterion: link.criterion.clone(),
            scenario: scenario.key().clone(),
            response: link.response,
            verdict: scenario.verdict,
        };
        let mut cells: Vec<_> = scenarios
            .iter()
            .flat_map(|scenario| scenario.links.iter().map(move |link| cell(scenario, link)))
            .collect();
        cells.sort();
        let untraced = scenarios.iter().filter(|scenario| scenario.links.is_empty());
        Self {
            cells,
            untraced: untraced.map(|scenario| scenario.key().clone()).collect(),
        }
    }

    /// The cells of one criterion, by scenario.
    #[must_use]
    pub fn of_criterion(&self, id: &CriterionId) -> &[Cell] {
        let start = self.cells.partition_point(|cell| cell.criterion < *id);
        let length = self.cells[start..].partition_point(|cell| cell.criterion == *id);
        &self.cells[start..start + length]
    }

    /// The cells of one scenario, by criterion.
    pub fn of_scenario<'a, 'k>(&'a self, key: &'k ScenarioKey) -> impl Iterator<Item = &'a Cell> + use<'a, 'k> {
        self.cells.iter().filter(move |cell| cell.scenario == *key)
    }
}

/// Share of the criteria that have at least one scenario; says nothing of passing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// Criteria of the specification.
    pub criteria: usize,
    /// Those with at least one scenario.
    pub covered: usize,
}

impl Coverage {
    pub(crate) fn new(criteria: &[JudgedCriterion]) -> Self {
        let covered = criteria.iter().filter(|judged| !judged.scenarios.is_empty()).count();
        Self {
            criteria: criteria.len(),
            covered,
        }
    }
}
