//! A specification beside what was accepted of it: [`Differences`].

use super::{entry::Lock, index::TextIndex};
use crate::criterion::{AcceptanceCriterion, CriterionId, Specification};

/// Where a specification is not what was accepted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Differences {
    /// Criteria whose sentence changed, in the order of the documents.
    pub changed: Vec<CriterionId>,
    /// Criteria that were never accepted, in the order of the documents.
    pub new: Vec<CriterionId>,
    /// Entries whose sentence is in no document any more, each with the criterion that reads most like it.
    pub removed: Vec<(CriterionId, Option<CriterionId>)>,
}

impl Lock {
    /// Whether the sentence of a criterion is another than the one that was accepted.
    #[must_use]
    pub fn is_suspect(&self, criterion: &AcceptanceCriterion) -> bool {
        self.get(&criterion.id)
            .is_some_and(|entry| entry.hash != criterion.hash)
    }

    /// Compares a specification with what was accepted of it.
    #[must_use]
    pub fn compare(&self, specification: &Specification) -> Differences {
        let ids = |wanted: &dyn Fn(&AcceptanceCriterion) -> bool| {
            let criteria = specification.criteria.iter().filter(|criterion| wanted(criterion));
            criteria.map(|criterion| criterion.id.clone()).collect()
        };
        Differences {
            changed: ids(&|criterion| self.is_suspect(criterion)),
            new: ids(&|criterion| self.get(&criterion.id).is_none()),
            removed: self.removed(specification),
        }
    }

    fn removed(&self, specification: &Specification) -> Vec<(CriterionId, Option<CriterionId>)> {
        let present: std::collections::HashSet<&CriterionId> =
            specification.criteria.iter().map(|criterion| &criterion.id).collect();
        let gone: Vec<_> = self.entries.iter().filter(|(id, _)| !present.contains(id)).collect();
        if gone.is_empty() {
            return Vec::new();
        }
        let index = TextIndex::new(specification.criteria.iter().map(|criterion| criterion.text.as_str()));
        let nearest = |text: &str| {
            let (_, at) = index.near(text).into_iter().next()?;
            Some(specification.criteria.get(at)?.id.clone())
        };
        gone.into_iter()
            .map(|(id, entry)| (id.clone(), nearest(&entry.text)))
            .collect()
    }
}
