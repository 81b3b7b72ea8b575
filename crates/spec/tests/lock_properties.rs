//! Properties of the lock: what is written is read back, and an edited sentence is found among all others.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use proptest::prelude::*;
use shall_spec::{
    Acceptance, CriterionId, LOCK_FILE, Lock, LockEntry, ReadOptions, Specification, read_specification_with,
};

fn entry() -> impl Strategy<Value = LockEntry> {
    let day = (2000_i16..2100, 1_i8..13, 1_i8..29);
    (any::<String>(), any::<String>(), any::<String>(), any::<String>(), day).prop_map(
        |(document, hash, text, accepted_by, (year, month, day))| LockEntry {
            document,
            hash,
            text,
            accepted_by,
            accepted_on: jiff::civil::date(year, month, day),
        },
    )
}

fn lock() -> impl Strategy<Value = Lock> {
    prop::collection::btree_map(any::<String>().prop_map(CriterionId), entry(), 0..8)
        .prop_map(|entries| Lock { entries })
}

/// How one sentence is changed: nothing, a word replaced, added or taken out, at a place.
#[derive(Debug, Clone)]
enum Edit {
    Keep,
    Replace(usize, String),
    Add(usize, String),
    Take(usize),
    Remove,
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        Just(Edit::Keep),
        (any::<usize>(), word()).prop_map(|(at, word)| Edit::Replace(at, word)),
        (any::<usize>(), word()).prop_map(|(at, word)| Edit::Add(at, word)),
        any::<usize>().prop_map(Edit::Take),
        Just(Edit::Remove),
    ]
}

/// A word that the grammar gives no meaning to.
fn word() -> impl Strategy<Value = String> {
    "[b-z]{2}[a-z]{1,5}x"
}

/// The words of a sentence's system and response, none of them twice in the document.
fn sentences() -> impl Strategy<Value = Vec<Vec<String>>> {
    prop::collection::btree_set(word(), 60..120).prop_map(|words| {
        let words: Vec<String> = words.into_iter().collect();
        words.chunks_exact(6).map(<[String]>::to_vec).collect()
    })
}

fn edited(words: &[String], edit: &Edit) -> Option<Vec<String>> {
    let mut words = words.to_vec();
    let place = |at: &usize| at % words.len();
    match edit {
        Edit::Keep => {}
        Edit::Replace(at, word) => {
            let at = place(at);
            words[at].clone_from(word);
        }
        Edit::Add(at, word) => words.insert(place(at), word.clone()),
        Edit::Take(at) => {
            words.remove(place(at));
        }
        Edit::Remove => return None,
    }
    Some(words)
}

fn sentence(words: &[String]) -> String {
    let (system, response) = words.split_at(2);
    format!("- The {} SHALL {}.\n", system.join(" "), response.join(" "))
}

fn read(text: &str, lock: &Lock) -> Specification {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.md"), text).unwrap();
    read_specification_with(
        &[],
        &[PathBuf::from("a.md")],
        folder.path(),
        lock,
        ReadOptions::default(),
    )
    .specification
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_is_read_back(lock in lock()) {
        let path = Path::new(LOCK_FILE);
        let text = lock.print(path).unwrap();
        let read = Lock::parse(&text, path).unwrap();
        prop_assert_eq!(&read, &lock);
        prop_assert_eq!(read.print(path).unwrap(), text);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>()) {
        let _any = Lock::parse(&text, Path::new(LOCK_FILE));
    }

    #[test]
    fn sentences_keep_their_identifiers_through_edits_removals_and_a_new_order(
        sentences in sentences(),
        edits in prop::collection::vec(edit(), 20),
        turn in any::<usize>(),
    ) {
        let before: String = sentences.iter().map(|words| sentence(words)).collect();
        let specification = read(&before, &Lock::default());
        let ids: Vec<CriterionId> = specification.criteria.iter().map(|one| one.id.clone()).collect();
        prop_assert_eq!(ids.len(), sentences.len());
        let mut lock = Lock::default();
        let acceptance = Acceptance { ids: ids.clone(), by: "A".into(), on: jiff::civil::date(2026, 11, 20) };
        lock.accept(&specification, &acceptance);
        let kept = sentences.iter().zip(&edits).zip(&ids);
        let mut kept: Vec<_> = kept.filter_map(|((words, edit), id)| Some((edited(words, edit)?, id))).collect();
        let turn = turn % kept.len().max(1);
        kept.rotate_left(turn);
        let after: String = kept.iter().map(|(words, _)| sentence(words)).collect();
        let found = read(&after, &lock);
        let found: Vec<_> = found.criteria.iter().map(|one| one.id.clone()).collect();
        let expected: Vec<_> = kept.iter().map(|(_, id)| (*id).clone()).collect();
        prop_assert_eq!(&found, &expected);
    }

    #[test]
    fn no_two_sentences_share_an_identifier(numbers in prop::collection::vec(0_u8..4, 1..12)) {
        let items: Vec<_> = numbers.iter().map(|number| format!("- The pump SHALL stop valve{number}x.")).collect();
        let text = items.join("\n");
        let mut lock = Lock::default();
        for _ in 0..2 {
            let specification = read(&text, &lock);
            let ids: Vec<_> = specification.criteria.iter().map(|one| one.id.clone()).collect();
            prop_assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), numbers.len());
            let acceptance = Acceptance { ids, by: "A".into(), on: jiff::civil::date(2026, 11, 20) };
            lock.accept(&specification, &acceptance);
            prop_assert_eq!(lock.compare(&specification), shall_spec::Differences::default());
        }
        prop_assert_eq!(lock.entries.len(), numbers.len());
    }
}

/// A document of sentences that share most of their words, each with a word of its own before and after the edit.
fn alike(count: usize, response: &str) -> String {
    let sentence = |number| {
        format!("- WHEN claim c{number}x is made, the provisioner of the cluster SHALL {response} volume v{number}x.")
    };
    (0..count).map(sentence).collect::<Vec<_>>().join("\n")
}

/// How long it takes to find every sentence again where each was edited.
fn find_again(count: usize) -> Duration {
    let before = read(&alike(count, "bind"), &Lock::default());
    let ids: Vec<CriterionId> = before.criteria.iter().map(|one| one.id.clone()).collect();
    let mut lock = Lock::default();
    let acceptance = Acceptance {
        ids: ids.clone(),
        by: "A".into(),
        on: jiff::civil::date(2026, 11, 20),
    };
    lock.accept(&before, &acceptance);
    let text = alike(count, "provide");
    let began = Instant::now();
    let after = read(&text, &lock);
    let changed = lock.compare(&after).changed.len();
    let took = began.elapsed();
    assert_eq!(changed, count, "a sentence was taken for another or for a new one");
    assert!(after.criteria.iter().map(|one| &one.id).eq(&ids));
    took
}

#[test]
fn finding_sentences_again_takes_time_in_proportion_to_their_number() {
    let (few, many) = (find_again(400), find_again(3_200));
    // Eight times as many; three times that for a busy machine. Each with each would take 64 times as long.
    assert!(many < few * 24, "400 sentences took {few:?}, 3,200 took {many:?}");
}
