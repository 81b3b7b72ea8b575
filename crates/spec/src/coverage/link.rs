//! Which criteria name which line of a document: [`Links`].

use std::collections::BTreeMap;

use super::error::CoverageError;
use super::inventory::{Inventory, StatedLines};
use crate::{AcceptanceCriterion, SourceNote, Specification};

/// Criteria by document and line, each once, in the order of the specification.
pub(super) struct Links<'a>(BTreeMap<(&'a str, usize), Vec<&'a AcceptanceCriterion>>);

impl<'a> Links<'a> {
    /// Follows every source note, and reports those that lead nowhere.
    pub(super) fn follow(spec: &'a Specification, inventories: &[Inventory]) -> (Self, Vec<CoverageError>) {
        let mut links = Self(BTreeMap::new());
        let mut errors = Vec::new();
        for criterion in &spec.criteria {
            if criterion.sources.is_empty() {
                errors.push(CoverageError::NoSource {
                    criterion: criterion.id.clone(),
                });
            }
            for source in &criterion.sources {
                errors.extend(source_fault(criterion, source, inventories));
                let there = links.0.entry((source.document.as_str(), source.line)).or_default();
                if there.iter().all(|known| known.id != criterion.id) {
                    there.push(criterion);
                }
            }
        }
        (links, errors)
    }

    /// The criteria that name one of `lines`, each once.
    pub(super) fn of(&self, document: &str, lines: impl IntoIterator<Item = usize>) -> Vec<&'a AcceptanceCriterion> {
        let mut criteria: Vec<&AcceptanceCriterion> = Vec::new();
        for criterion in lines
            .into_iter()
            .filter_map(|line| self.0.get(&(document, line)))
            .flatten()
        {
            if criteria.iter().all(|known| known.id != criterion.id) {
                criteria.push(criterion);
            }
        }
        criteria
    }

    /// Every statement of `inventory` that has neither a criterion nor a reason, or both.
    pub(super) fn statement_faults(&self, inventory: &Inventory) -> Vec<CoverageError> {
        let lines = inventory
            .stated
            .iter()
            .filter_map(|stated| self.statement_fault(inventory, stated));
        let headings = inventory.headings.iter().filter_map(|heading| {
            let says = heading.says.clone()?;
            let document = inventory.document.clone();
            let uncovered = self.of(&inventory.document, [heading.line]).is_empty();
            uncovered.then(|| CoverageError::Uncovered {
                document,
                lines: format!("line {}", heading.line),
                says,
            })
        });
        lines.chain(headings).collect()
    }

    fn statement_fault(&self, inventory: &Inventory, stated: &StatedLines) -> Option<CoverageError> {
        let (document, lines) = (inventory.document.clone(), stated.lines.in_words());
        match (
            self.of(&inventory.document, stated.lines.iter()).first(),
            &stated.no_criterion,
        ) {
            (Some(_), None) | (None, Some(_)) => None,
            (None, None) => Some(CoverageError::Uncovered {
                document,
                lines,
                says: stated.says.clone(),
            }),
            (Some(criterion), Some(_)) => Some(CoverageError::NeedlessReason {
                document,
                lines,
                criterion: criterion.id.clone(),
            }),
        }
    }
}

fn source_fault(
    criterion: &AcceptanceCriterion,
    source: &SourceNote,
    inventories: &[Inventory],
) -> Option<CoverageError> {
    let (criterion, document, line) = (criterion.id.clone(), source.document.clone(), source.line);
    let Some(inventory) = inventories.iter().find(|inventory| inventory.document == document) else {
        return Some(CoverageError::UnknownDocument { criterion, document });
    };
    let stated = inventory.stated.iter().any(|stated| stated.lines.contains(line));
    let heading = inventory
        .headings
        .iter()
        .any(|heading| heading.line == line && heading.says.is_some());
    if !stated && !heading {
        return Some(CoverageError::SourceStatesNothing {
            criterion,
            document,
            line,
        });
    }
    let (expected, observed) = (inventory.section(line), source.section.clone());
    (expected != observed).then_some(CoverageError::Section {
        criterion,
        document,
        line,
        expected,
        observed,
    })
}
