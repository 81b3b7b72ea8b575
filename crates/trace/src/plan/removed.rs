//! Sentences that are gone and may still be linked: [`Removed`].

use std::collections::BTreeMap;

use shall_spec::{CriterionId, Lock, Specification};

/// Removed sentences by the tag that links to them.
#[derive(Debug, Clone, Default)]
pub(super) struct Removed {
    by_tag: BTreeMap<String, RemovedSentence>,
}

/// A sentence that was accepted and is gone.
#[derive(Debug, Clone)]
pub(super) struct RemovedSentence {
    /// As it read last.
    pub(super) text: String,
    /// The criterion that reads most like it, with its sentence.
    pub(super) nearest: Option<(CriterionId, String)>,
}

impl Removed {
    /// What a lock holds and a specification does not.
    pub(super) fn new(lock: &Lock, specification: &Specification) -> Self {
        let removed = lock.compare(specification).removed.into_iter();
        let by_tag = removed.filter_map(|(id, nearest)| {
            let text = lock.get(&id)?.text.clone();
            let sentence = |near: CriterionId| {
                let found = specification.criteria.iter().find(|criterion| criterion.id == near)?;
                Some((near, found.text.clone()))
            };
            let nearest = nearest.and_then(sentence);
            Some((id.0, RemovedSentence { text, nearest }))
        });
        Self {
            by_tag: by_tag.collect(),
        }
    }

    /// The removed sentence that a tag links to, by all of it or by one response.
    pub(super) fn linked(&self, tag: &str) -> Option<&RemovedSentence> {
        let without_response = || {
            let (id, number) = tag.rsplit_once('.')?;
            number.parse::<usize>().ok()?;
            self.by_tag.get(id)
        };
        self.by_tag.get(tag).or_else(without_response)
    }
}
