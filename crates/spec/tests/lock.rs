//! The lock on documents as people edit them: what keeps an identifier, what makes a sentence suspect.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use shall_spec::{
    Acceptance, CriterionId, LOCK_FILE, Lock, ReadOptions, Specification, read_specification_with, undeclared,
};

const DOCUMENT: &str = "\
# Pump

- [ ] WHEN the tank is full, the controller SHALL stop the pump within 2 seconds.
- [ ] WHILE the tank is empty, the controller SHALL keep the inlet valve open.
- [ ] IF the level sensor fails, THEN the controller SHALL sound the alarm.
";

/// The specification of these documents, read with a lock.
fn read(documents: &[(&str, &str)], lock: &Lock) -> Specification {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in documents {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let paths: Vec<_> = documents.iter().map(|(name, _)| PathBuf::from(name)).collect();
    let loaded = read_specification_with(&[], &paths, folder.path(), lock, ReadOptions::default());
    loaded.specification
}

/// A lock that has accepted all of a specification.
fn accepted(specification: &Specification) -> Lock {
    let mut lock = Lock::default();
    lock.accept(specification, &acceptance(ids(specification)));
    lock
}

fn acceptance(ids: Vec<CriterionId>) -> Acceptance {
    Acceptance {
        ids,
        by: "A. Reviewer".into(),
        on: "2026-11-20".parse().unwrap(),
    }
}

fn ids(specification: &Specification) -> Vec<CriterionId> {
    specification
        .criteria
        .iter()
        .map(|criterion| criterion.id.clone())
        .collect()
}

/// The identifier of the sentence that holds some words.
fn id_of(specification: &Specification, words: &str) -> CriterionId {
    let mut found = specification.criteria.iter().filter(|one| one.text.contains(words));
    found.next().unwrap().id.clone()
}

#[test]
fn a_sentence_without_identifier_gets_one_that_tells_document_and_hash() {
    let specification = read(&[("pump.md", DOCUMENT)], &Lock::default());
    for criterion in &specification.criteria {
        let expected = format!("pump~{}", &criterion.hash[..6]);
        assert_eq!(criterion.id.as_str(), expected);
        assert!(criterion.id.is_derived());
    }
    assert_eq!(specification.criteria.len(), 3);
}

#[test]
fn ticking_moving_and_reordering_keep_identifiers_and_make_nothing_suspect() {
    let before = read(&[("pump.md", DOCUMENT)], &Lock::default());
    let lock = accepted(&before);
    let ticked = DOCUMENT.replace("- [ ] WHEN", "- [x] **WHEN**");
    let mut lines: Vec<&str> = DOCUMENT.lines().collect();
    lines[2..].reverse();
    let reordered = lines.join("\n");
    let (kept, gone) = DOCUMENT.split_once("- [ ] IF").unwrap();
    let moved = format!("# Alarms\n\n- [ ] IF{gone}");
    for documents in [
        vec![("pump.md", ticked.as_str())],
        vec![("pump.md", &reordered)],
        vec![("pump.md", kept), ("alarm.md", &moved)],
    ] {
        let after = read(&documents, &lock);
        for words in ["stop the pump", "inlet valve", "alarm"] {
            assert_eq!(id_of(&after, words), id_of(&before, words), "{documents:?}");
        }
        assert_eq!(
            lock.compare(&after),
            shall_spec::Differences::default(),
            "{documents:?}"
        );
    }
}

#[test]
fn an_edited_sentence_keeps_its_identifier_and_is_suspect_until_it_is_accepted() {
    let before = read(&[("pump.md", DOCUMENT)], &Lock::default());
    let mut lock = accepted(&before);
    let edited = DOCUMENT.replace("2 seconds", "5 seconds");
    let after = read(&[("pump.md", &edited)], &lock);
    let id = id_of(&before, "stop the pump");
    assert_eq!(id_of(&after, "stop the pump"), id);
    assert_eq!(lock.compare(&after).changed, std::slice::from_ref(&id));
    let done = lock.accept(&after, &acceptance(vec![id.clone()]));
    assert_eq!(done.changed, [id]);
    assert_eq!(lock.compare(&after), shall_spec::Differences::default());
    assert_eq!(ids(&read(&[("pump.md", &edited)], &lock)), ids(&after));
}

#[test]
fn two_sentences_edited_at_once_are_not_taken_for_each_other() {
    let before = read(&[("pump.md", DOCUMENT)], &Lock::default());
    let lock = accepted(&before);
    let edited = DOCUMENT
        .replace("sound the alarm", "sound the alarm and close the outlet")
        .replace("stop the pump within 2 seconds", "halt the pump within 2 seconds");
    let after = read(&[("pump.md", &edited)], &lock);
    assert_eq!(id_of(&after, "halt the pump"), id_of(&before, "stop the pump"));
    assert_eq!(id_of(&after, "outlet"), id_of(&before, "alarm"));
}

#[test]
fn a_new_sentence_takes_no_identifier_of_one_that_went() {
    let before = read(&[("pump.md", DOCUMENT)], &Lock::default());
    let lock = accepted(&before);
    let (head, _) = DOCUMENT.split_once("- [ ] IF").unwrap();
    let other = format!("{head}- [ ] WHERE a display is fitted, the panel SHALL show the water temperature.\n");
    let after = read(&[("pump.md", &other)], &lock);
    let differences = lock.compare(&after);
    assert_eq!(differences.new, [id_of(&after, "display")]);
    assert_eq!(differences.removed, [(id_of(&before, "alarm"), None)]);
}

#[test]
fn a_removed_sentence_names_the_one_that_reads_most_like_it() {
    let before = read(
        &[("a.md", "- **AC-1** The pump SHALL stop within 2 seconds.\n")],
        &Lock::default(),
    );
    let lock = accepted(&before);
    let after = read(&[("a.md", "- **AC-7** The pump SHALL stop within 3 seconds.\n")], &lock);
    let removed = (CriterionId("AC-1".into()), Some(CriterionId("AC-7".into())));
    assert_eq!(lock.compare(&after).removed, [removed]);
}

#[test]
fn accepting_leaves_who_accepted_the_others_and_follows_documents() {
    let before = read(&[("pump.md", DOCUMENT)], &Lock::default());
    let mut lock = accepted(&before);
    let after = read(&[("well.md", DOCUMENT)], &lock);
    let mut later = acceptance(ids(&after));
    later.by = "B. Later".into();
    assert_eq!(lock.accept(&after, &later), shall_spec::Accepted::default());
    assert!(
        lock.entries
            .values()
            .all(|entry| entry.accepted_by == "A. Reviewer" && entry.document == "well.md")
    );
}

#[test]
fn identifiers_of_documents_are_tags_and_the_same_one_twice_in_a_document_is_an_error() {
    let text = "### Requirement 3\n\n1. WHEN a user logs in, the system SHALL greet the user.\n";
    let specification = read(&[("auth.md", text)], &Lock::default());
    assert_eq!(ids(&specification), [CriterionId("Requirement-3.1".into())]);
    let folder = tempfile::tempdir().unwrap();
    let twice = "- **AC-1** The pump SHALL stop.\n- **AC-1** The pump SHALL start.\n";
    std::fs::write(folder.path().join("a.md"), twice).unwrap();
    let loaded = read_specification_with(
        &[],
        &[PathBuf::from("a.md")],
        folder.path(),
        &Lock::default(),
        ReadOptions::default(),
    );
    let rules: Vec<_> = loaded.diagnostics.iter().map(|one| one.rule).collect();
    assert_eq!((rules, loaded.specification.criteria.len()), (vec!["TRACE-002"], 1));
}

#[test]
fn a_lock_is_written_and_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(LOCK_FILE);
    assert_eq!(Lock::read(&path).unwrap(), Lock::default());
    let lock = accepted(&read(&[("pump.md", DOCUMENT)], &Lock::default()));
    lock.write(&path).unwrap();
    assert_eq!(Lock::read(&path).unwrap(), lock);
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        1,
        "a file was left beside the lock"
    );
    let text = lock.print(Path::new(LOCK_FILE)).unwrap();
    assert!(text.contains("[criteria.\"pump~"), "{text}");
}

#[test]
fn an_identifier_of_a_known_family_that_nothing_declares_is_found() {
    let text = "## AC-002 Backups\n\n- **AC-001-01** The pump SHALL stop, per AC-001-10.\n\nTrace: AC-001-01, AC-002, CVE-2024-1.\n";
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.md"), text).unwrap();
    let loaded = read_specification_with(
        &[PathBuf::from("a.md")],
        &[],
        folder.path(),
        &Lock::default(),
        ReadOptions::default(),
    );
    let found = undeclared(&loaded.sources, &loaded.specification);
    let seen: Vec<_> = found
        .iter()
        .map(|one| (one.message.as_str(), one.hint.as_deref()))
        .collect();
    assert_eq!(
        seen,
        [("`AC-001-10` is declared nowhere", Some("did you mean `AC-001-01`?"))]
    );
}

/// Our own sentences without their identifiers, each with one word changed at the same time: alike as sentences of one
/// hand are, they are still told apart.
#[test]
fn every_sentence_of_our_own_specification_is_found_again_after_an_edit() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let own = Lock::read(&root.join(LOCK_FILE)).unwrap();
    let list = |change: &dyn Fn(usize, &str) -> String| {
        let lines = own.entries.values().enumerate();
        let items: Vec<_> = lines
            .map(|(at, entry)| format!("- {}", change(at, &entry.text)))
            .collect();
        items.join("\n")
    };
    let before = read(&[("all.md", &list(&|_, text| text.to_owned()))], &Lock::default());
    let lock = accepted(&before);
    let edit = |at: usize, text: &str| {
        let mut words: Vec<&str> = text.split(' ').collect();
        let verb = words
            .iter()
            .position(|word| word.eq_ignore_ascii_case("shall"))
            .unwrap();
        let behind = verb + 1 + at % (words.len() - verb - 1);
        words[behind] = "otherwise";
        words.join(" ")
    };
    let after = read(&[("all.md", &list(&edit))], &lock);
    let pairs = || before.criteria.iter().zip(&after.criteria);
    let kept = pairs().filter(|(before, after)| before.id == after.id).count();
    let changed = pairs().filter(|(before, after)| before.text != after.text).count();
    assert!(changed > 350, "{changed}");
    assert!(
        kept * 100 >= before.criteria.len() * 99,
        "{kept} of {}",
        before.criteria.len()
    );
}
