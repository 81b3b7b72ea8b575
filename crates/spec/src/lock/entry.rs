//! [`Lock`]: the accepted sentences by identifier.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::criterion::CriterionId;

/// The accepted sentences of a specification by identifier, sorted, so that moving a sentence moves nothing here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lock {
    /// One entry for each criterion that was accepted.
    pub entries: BTreeMap<CriterionId, LockEntry>,
}

/// A sentence as it was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockEntry {
    /// The document that it stood in when the lock was last written.
    pub document: String,
    /// SHA-256 (hex) of `text`; a sentence with another hash is not what was accepted.
    pub hash: String,
    /// The sentence, white space folded, emphasis removed.
    pub text: String,
    /// Who accepted it.
    pub accepted_by: String,
    /// The day on which it was accepted, UTC.
    pub accepted_on: Date,
}

impl Lock {
    /// What was accepted under an identifier.
    #[must_use]
    pub fn get(&self, id: &CriterionId) -> Option<&LockEntry> {
        self.entries.get(id)
    }
}
