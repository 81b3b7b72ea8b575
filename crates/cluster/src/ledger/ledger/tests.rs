use super::*;

fn namespace(name: &str) -> Entry {
    Entry::Namespace { name: name.to_owned() }
}

#[test]
fn what_was_not_undone_is_listed_the_last_one_first() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs/r1.jsonl");
    let ledger = Ledger::open(&path, "r1").unwrap();
    let first = ledger.intend(namespace("a")).unwrap();
    let second = ledger.intend(namespace("b")).unwrap();
    let third = ledger.intend(namespace("c")).unwrap();
    ledger.created(first, Some("uid-a")).unwrap();
    ledger.undone(second).unwrap();
    drop(ledger);

    let ledger = Ledger::open(&path, "r1").unwrap();
    let held: Vec<_> = ledger
        .held()
        .into_iter()
        .map(|held| (held.id, held.created, held.uid))
        .collect();
    assert_eq!(held, [(third, false, None), (first, true, Some("uid-a".to_owned()))]);
    assert_eq!(ledger.namespaces().into_iter().collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!(ledger.intend(namespace("d")).unwrap(), EntryId(4));
}

#[test]
fn a_torn_last_line_is_cut_off_and_writing_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r1.jsonl");
    let ledger = Ledger::open(&path, "r1").unwrap();
    ledger.intend(namespace("a")).unwrap();
    drop(ledger);
    let mut file = OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(br#"{"record":"intent","at":"2026-01-0"#).unwrap();
    drop(file);

    let ledger = Ledger::open(&path, "r1").unwrap();
    assert_eq!(ledger.held().len(), 1);
    ledger.intend(namespace("b")).unwrap();
    drop(ledger);
    assert_eq!(Ledger::reopen(&path).unwrap().held().len(), 2);
}

#[test]
fn a_bad_line_in_the_middle_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r1.jsonl");
    fs::write(
        &path,
        "{\"record\":\"opened\",\"at\":\"2026-01-01T00:00:00Z\",\"owner\":\"r1\"}\nrubbish\n",
    )
    .unwrap();
    let error = Ledger::open(&path, "r1").unwrap_err();
    assert!(matches!(error, LedgerError::Corrupt { line: 2, .. }), "{error}");
}

#[test]
fn the_ledger_of_somebody_else_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r1.jsonl");
    drop(Ledger::open(&path, "r1").unwrap());
    let error = Ledger::open(&path, "r2").unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("expected the one of `r2`, observed the one of `r1`"),
        "{error}"
    );
}

#[test]
fn one_process_at_a_time_holds_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r1.jsonl");
    let first = Ledger::open(&path, "r1").unwrap();
    assert!(matches!(Ledger::reopen(&path), Err(LedgerError::InUse { .. })));
    drop(first);
    assert!(Ledger::reopen(&path).is_ok());
}

#[test]
fn an_empty_ledger_is_removed_and_a_held_one_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r1.jsonl");
    let ledger = Ledger::open(&path, "r1").unwrap();
    let id = ledger.intend(namespace("a")).unwrap();
    assert!(!ledger.close().unwrap());
    let ledger = Ledger::open(&path, "r1").unwrap();
    ledger.undone(id).unwrap();
    assert!(matches!(
        ledger.undone(id),
        Err(LedgerError::UnknownEntry { id: 1, .. })
    ));
    assert!(ledger.close().unwrap());
    assert!(!path.exists());
}
