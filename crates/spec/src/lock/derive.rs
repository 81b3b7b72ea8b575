//! Identifiers for statements that have none: [`derive_ids`] finds them again in the lock, or makes them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    entry::{Lock, LockEntry},
    index::TextIndex,
};
use crate::criterion::CriterionId;

/// Stands in derived identifiers and in no other.
const SIGN: char = '~';

/// Digits of the hash in a new identifier; more where another sentence has them.
const DIGITS: usize = 6;

impl CriterionId {
    /// Whether the identifier was derived, because the document gives the sentence none.
    #[must_use]
    pub fn is_derived(&self) -> bool {
        self.0.contains(SIGN)
    }
}

/// A statement without an identifier.
pub(crate) struct Unnamed<'a> {
    pub(crate) document: &'a str,
    pub(crate) text: &'a str,
    pub(crate) hash: &'a str,
}

/// The identifier of each statement, in the order given: that of the entry with its hash, else that of the entry with
/// the nearest text, else a new one of document and hash.
pub(crate) fn derive_ids(unnamed: &[Unnamed<'_>], names: &BTreeMap<String, String>, lock: &Lock) -> Vec<CriterionId> {
    let mut matching = Matching {
        free: lock.entries.iter().filter(|(id, _)| id.is_derived()).collect(),
        found: vec![None; unnamed.len()],
    };
    matching.by_hash(unnamed);
    matching.by_text(unnamed);
    let mut used: BTreeSet<CriterionId> = lock.entries.keys().cloned().collect();
    let mut ids = Vec::with_capacity(unnamed.len());
    for (one, found) in unnamed.iter().zip(matching.found) {
        let id = found.unwrap_or_else(|| new_id(one, names, &used));
        used.insert(id.clone());
        ids.push(id);
    }
    ids
}

/// Entries without a statement so far, and what each statement was found to be.
struct Matching<'a> {
    free: BTreeMap<&'a CriterionId, &'a LockEntry>,
    found: Vec<Option<CriterionId>>,
}

impl Matching<'_> {
    fn take(&mut self, statement: usize, id: &CriterionId) {
        self.free.remove(id);
        if let Some(found) = self.found.get_mut(statement) {
            *found = Some(id.clone());
        }
    }

    /// Word for word the same: in its document first, then anywhere.
    fn by_hash(&mut self, unnamed: &[Unnamed<'_>]) {
        let mut by_hash: HashMap<&str, Vec<(&CriterionId, &LockEntry)>> = HashMap::new();
        for (id, entry) in &self.free {
            by_hash.entry(&entry.hash).or_default().push((id, entry));
        }
        for same_document in [true, false] {
            for (at, one) in unnamed.iter().enumerate() {
                let Some(entries) = by_hash.get_mut(one.hash) else {
                    continue;
                };
                let wanted = entries
                    .iter()
                    .position(|(_, entry)| !same_document || entry.document == one.document);
                if self.found.get(at).is_some_and(Option::is_none)
                    && let Some(position) = wanted
                {
                    let (id, _) = entries.remove(position);
                    self.take(at, id);
                }
            }
        }
    }

    /// The pairs of sentences that are most alike, best first; in one document before across documents.
    fn by_text(&mut self, unnamed: &[Unnamed<'_>]) {
        let entries: Vec<(&CriterionId, &LockEntry)> = self.free.iter().map(|(id, entry)| (*id, *entry)).collect();
        let index = TextIndex::new(entries.iter().map(|(_, entry)| entry.text.as_str()));
        let mut pairs = Vec::new();
        for (at, one) in unnamed.iter().enumerate() {
            if self.found.get(at).is_none_or(Option::is_some) {
                continue;
            }
            for (likeness, entry) in index.near(one.text) {
                let moved = entries
                    .get(entry)
                    .is_none_or(|(_, entry)| entry.document != one.document);
                pairs.push((likeness, moved, at, entry));
            }
        }
        pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2, a.3).cmp(&(b.1, b.2, b.3))));
        for (_, _, at, entry) in pairs {
            let Some((id, _)) = entries.get(entry) else { continue };
            if self.free.contains_key(id) && self.found.get(at).is_some_and(Option::is_none) {
                self.take(at, id);
            }
        }
    }
}

/// A new identifier, such as `auth~3f2a9c`. It hangs on the sentence alone, so that two branches which each add a
/// sentence give them different ones.
fn new_id(one: &Unnamed<'_>, names: &BTreeMap<String, String>, used: &BTreeSet<CriterionId>) -> CriterionId {
    let name = names.get(one.document).map_or(one.document, String::as_str);
    let by_digits = (DIGITS..=one.hash.len())
        .map(|digits| CriterionId(format!("{name}{SIGN}{}", one.hash.get(..digits).unwrap_or(one.hash))));
    let by_number = (2..).map(|number: usize| CriterionId(format!("{name}{SIGN}{}.{number}", one.hash)));
    let mut new = by_digits.chain(by_number).filter(|id| !used.contains(id));
    new.next()
        .unwrap_or_else(|| CriterionId(format!("{name}{SIGN}{}", one.hash)))
}
