//! What somebody accepts: [`Acceptance`], taken into the lock.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::entry::{Lock, LockEntry};
use crate::criterion::{AcceptanceCriterion, CriterionId, Specification};

/// What is accepted, by whom and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// These sentences as they read now; those that are gone leave the lock.
    pub ids: Vec<CriterionId>,
    /// Who accepts them.
    pub by: String,
    /// The day, UTC.
    pub on: Date,
}

/// What an acceptance did to the lock, in the order of the identifiers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accepted {
    /// Sentences that the lock did not hold.
    pub added: Vec<CriterionId>,
    /// Sentences that read otherwise before.
    pub changed: Vec<CriterionId>,
    /// Entries whose sentence is gone.
    pub removed: Vec<CriterionId>,
}

impl Lock {
    /// Takes an acceptance. Sentences that the lock holds as they read now keep who accepted them; the documents of all
    /// entries are brought up to date. An identifier that neither lock nor specification has does nothing.
    pub fn accept(&mut self, specification: &Specification, acceptance: &Acceptance) -> Accepted {
        let by_id: BTreeMap<&CriterionId, &AcceptanceCriterion> = specification
            .criteria
            .iter()
            .map(|criterion| (&criterion.id, criterion))
            .collect();
        let mut accepted = Accepted::default();
        let mut ids: Vec<&CriterionId> = acceptance.ids.iter().collect();
        ids.sort_unstable();
        ids.dedup();
        for id in ids {
            match (by_id.get(id), self.entries.get(id)) {
                (Some(criterion), Some(entry)) if entry.hash == criterion.hash => {}
                (Some(criterion), entry) => {
                    let list = if entry.is_some() {
                        &mut accepted.changed
                    } else {
                        &mut accepted.added
                    };
                    list.push(id.clone());
                    self.entries.insert(id.clone(), entry_of(criterion, acceptance));
                }
                (None, Some(_)) => {
                    self.entries.remove(id);
                    accepted.removed.push(id.clone());
                }
                (None, None) => {}
            }
        }
        for (id, entry) in &mut self.entries {
            if let Some(criterion) = by_id.get(id) {
                entry.document.clone_from(&criterion.file);
            }
        }
        accepted
    }
}

fn entry_of(criterion: &AcceptanceCriterion, acceptance: &Acceptance) -> LockEntry {
    LockEntry {
        document: criterion.file.clone(),
        hash: criterion.hash.clone(),
        text: criterion.text.clone(),
        accepted_by: acceptance.by.clone(),
        accepted_on: acceptance.on,
    }
}
