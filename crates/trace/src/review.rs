//! What people decided about criteria, looked up by criterion: [`Reviewed`]; and the links that no longer stand on the
//! sentence that was accepted: [`Plan::suspects`].

use std::collections::{BTreeSet, HashMap};

use shall_spec::{AcceptanceCriterion, CriterionId, Lock};

use crate::{
    planned::{Pin, Plan, Proof, Review, Waiver},
    tag::link_among,
};

/// The sentences that links were made to, as a lock holds them.
#[must_use]
pub fn pins(lock: &Lock) -> Vec<Pin> {
    let pin = |(id, entry): (&CriterionId, &shall_spec::LockEntry)| Pin {
        criterion: id.clone(),
        hash: entry.hash.clone(),
    };
    lock.entries.iter().map(pin).collect()
}

impl Plan {
    /// The criteria whose sentence changed since it was accepted and that a scenario is linked to, in the order of the
    /// documents.
    #[must_use]
    pub fn suspects(&self) -> Vec<&CriterionId> {
        let reviewed = Reviewed::new(&self.review);
        let changed = self.criteria.iter().filter(|criterion| reviewed.is_changed(criterion));
        let linked = linked_criteria(self, changed);
        let ids = self.criteria.iter().map(|criterion| &criterion.id);
        ids.filter(|id| linked.contains(id)).collect()
    }
}

/// The criteria among some that the scenarios of a plan are linked to.
pub(crate) fn linked_criteria<'a>(
    plan: &Plan,
    criteria: impl Iterator<Item = &'a AcceptanceCriterion>,
) -> BTreeSet<CriterionId> {
    let by_id: HashMap<&str, &AcceptanceCriterion> =
        criteria.map(|criterion| (criterion.id.as_str(), criterion)).collect();
    let tags = plan.scenarios.iter().flat_map(|scenario| &scenario.tags);
    tags.filter_map(|tag| link_among(tag, &by_id))
        .map(|link| link.criterion)
        .collect()
}

/// A review by criterion.
pub(crate) struct Reviewed<'a> {
    pins: HashMap<&'a CriterionId, &'a str>,
    waivers: HashMap<&'a CriterionId, Vec<&'a Waiver>>,
    proofs: HashMap<&'a CriterionId, Vec<&'a Proof>>,
}

impl<'a> Reviewed<'a> {
    pub(crate) fn new(review: &'a Review) -> Self {
        let mut reviewed = Self {
            pins: review
                .pins
                .iter()
                .map(|pin| (&pin.criterion, pin.hash.as_str()))
                .collect(),
            waivers: HashMap::new(),
            proofs: HashMap::new(),
        };
        for waiver in &review.waivers {
            reviewed.waivers.entry(&waiver.criterion).or_default().push(waiver);
        }
        for proof in &review.proofs {
            reviewed.proofs.entry(&proof.pin.criterion).or_default().push(proof);
        }
        reviewed
    }

    /// Whether the sentence is another than the one that was accepted; one that was never accepted is not.
    pub(crate) fn is_changed(&self, criterion: &AcceptanceCriterion) -> bool {
        self.pins.get(&criterion.id).is_some_and(|hash| *hash != criterion.hash)
    }

    pub(crate) fn waivers(&self, criterion: &CriterionId) -> &[&'a Waiver] {
        self.waivers.get(criterion).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn proofs(&self, criterion: &CriterionId) -> &[&'a Proof] {
        self.proofs.get(criterion).map_or(&[], Vec::as_slice)
    }
}
