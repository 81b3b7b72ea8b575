//! The one form of an identifier that features, flags, lock and reports use: [`tag_form`], and whose it is where several
//! documents have it.

use std::collections::{BTreeMap, BTreeSet};

use super::entry::Lock;
use crate::criterion::CriterionId;

/// An identifier as a tag: `Requirement 3.1` becomes `Requirement-3.1`. Letters, digits, `-`, `_` and `.` stay; all
/// else becomes one hyphen.
#[must_use]
pub fn tag_form(id: &str) -> String {
    let kept = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let parts: Vec<&str> = id.split(|c| !kept(c)).filter(|part| !part.is_empty()).collect();
    parts.join("-")
}

/// A statement with an identifier of its own.
pub(crate) struct Named<'a> {
    /// Its document's path.
    pub(crate) document: &'a str,
    /// Its identifier as written.
    pub(crate) written: &'a str,
    /// Its sentence's hash.
    pub(crate) hash: &'a str,
}

/// The identifier of each statement over the whole specification, in the order given.
///
/// A form that one document has is that form. Where several have it, each takes its document's name before it, but for
/// the one that the lock holds under the bare form. What the lock holds is kept. `taken` are identifiers that are
/// settled already.
pub(crate) fn explicit_ids(
    explicit: &[Named<'_>],
    taken: &BTreeSet<CriterionId>,
    names: &BTreeMap<String, String>,
    lock: &Lock,
) -> Vec<CriterionId> {
    let forms: Vec<Forms> = explicit.iter().map(|one| Forms::of(one, names)).collect();
    let mut holders: BTreeMap<&CriterionId, usize> = BTreeMap::new();
    for forms in &forms {
        *holders.entry(&forms.bare).or_default() += 1;
    }
    // Whether the lock holds this form for this very statement: in its document, or word for word in one that is gone.
    let kept = |one: &Named<'_>, form: &CriterionId| {
        lock.get(form).is_some_and(|entry| {
            entry.document == one.document || entry.hash == one.hash && !names.contains_key(&entry.document)
        })
    };
    let owned: BTreeSet<&CriterionId> = explicit
        .iter()
        .zip(&forms)
        .filter(|(one, forms)| kept(one, &forms.bare))
        .map(|(_, forms)| &forms.bare)
        .collect();
    let choose = |(one, forms): (&Named<'_>, &Forms)| {
        let is_free = !taken.contains(&forms.bare);
        let is_alone = holders.get(&forms.bare) == Some(&1);
        let bare = is_free && (kept(one, &forms.bare) || is_alone && !owned.contains(&forms.bare));
        if bare && !kept(one, &forms.prefixed) {
            forms.bare.clone()
        } else {
            forms.prefixed.clone()
        }
    };
    explicit.iter().zip(&forms).map(choose).collect()
}

/// The two forms that an identifier may take.
struct Forms {
    bare: CriterionId,
    prefixed: CriterionId,
}

impl Forms {
    fn of(one: &Named<'_>, names: &BTreeMap<String, String>) -> Self {
        let bare = tag_form(one.written);
        let name = names.get(one.document).map_or(one.document, String::as_str);
        Self {
            prefixed: CriterionId(format!("{name}:{bare}")),
            bare: CriterionId(bare),
        }
    }
}

/// A short name for each document: its stem, with as many folders before it as tell it from the others.
pub(crate) fn short_names<'a>(documents: impl Iterator<Item = &'a str>) -> BTreeMap<String, String> {
    let documents: BTreeSet<&str> = documents.collect();
    let name = |document: &str, parts: usize| {
        let path = document.rsplit_once('.').map_or(document, |(path, _)| path);
        let forms: Vec<String> = path.split('/').map(tag_form).filter(|part| !part.is_empty()).collect();
        let is_whole = parts >= forms.len();
        (
            forms
                .get(forms.len().saturating_sub(parts)..)
                .unwrap_or_default()
                .join("/"),
            is_whole,
        )
    };
    let mut names = BTreeMap::new();
    let mut open: Vec<&str> = documents.into_iter().collect();
    let mut parts = 1;
    while !open.is_empty() {
        let mut by_name: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for document in &open {
            by_name.entry(name(document, parts).0).or_default().push(document);
        }
        open.clear();
        for (short, holders) in by_name {
            let is_last = holders.iter().all(|document| name(document, parts).1);
            if holders.len() > 1 && !is_last {
                open.extend(holders);
            } else {
                names.extend(holders.into_iter().map(|document| (document.to_owned(), short.clone())));
            }
        }
        parts += 1;
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lock::LockEntry;

    fn ids(explicit: &[(&str, &str)], lock: &Lock) -> Vec<String> {
        let names = short_names(explicit.iter().map(|(document, _)| *document));
        let explicit: Vec<_> = explicit
            .iter()
            .map(|(document, written)| Named {
                document,
                written,
                hash: "00",
            })
            .collect();
        let ids = explicit_ids(&explicit, &BTreeSet::new(), &names, lock);
        ids.into_iter().map(|id| id.0).collect()
    }

    fn lock(id: &str, document: &str) -> Lock {
        let entry = LockEntry {
            document: document.into(),
            hash: "00".into(),
            text: "T".into(),
            accepted_by: "A".into(),
            accepted_on: "2026-11-20".parse().unwrap(),
        };
        Lock {
            entries: [(CriterionId(id.into()), entry)].into(),
        }
    }

    #[test]
    fn a_tag_holds_no_space_and_no_sign_of_a_tag_expression() {
        assert_eq!(tag_form("Requirement 3.1"), "Requirement-3.1");
        assert_eq!(tag_form("NFR-PERF-001 (partial)"), "NFR-PERF-001-partial");
        assert_eq!(tag_form("需求 3"), "需求-3");
    }

    #[test]
    fn a_document_is_named_by_as_many_folders_as_it_takes() {
        let names = short_names(["specs/auth/requirements.md", "specs/bill/requirements.md", "nfr.md"].into_iter());
        let names: Vec<&str> = names.values().map(String::as_str).collect();
        assert_eq!(names, ["nfr", "auth/requirements", "bill/requirements"]);
    }

    #[test]
    fn an_identifier_of_two_documents_takes_their_names_and_one_of_the_lock_stays() {
        let both = [("auth.md", "Requirement 1.1"), ("bill.md", "Requirement 1.1")];
        assert_eq!(ids(&both[..1], &Lock::default()), ["Requirement-1.1"]);
        assert_eq!(
            ids(&both, &Lock::default()),
            ["auth:Requirement-1.1", "bill:Requirement-1.1"]
        );
        assert_eq!(
            ids(&both, &lock("Requirement-1.1", "auth.md")),
            ["Requirement-1.1", "bill:Requirement-1.1"]
        );
        assert_eq!(
            ids(&both[1..], &lock("bill:Requirement-1.1", "bill.md")),
            ["bill:Requirement-1.1"],
            "an identifier changed because another document went"
        );
        assert_eq!(
            ids(
                &[("pay.md", "Requirement 1.1")],
                &lock("bill:Requirement-1.1", "bill.md")
            ),
            ["Requirement-1.1"]
        );
    }
}
