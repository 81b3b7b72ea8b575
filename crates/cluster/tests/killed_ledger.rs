//! A process is killed with SIGKILL while it writes its ledger: everything that it was told is written is there.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    env,
    io::{BufRead as _, BufReader, Write as _},
    process::{Command, Stdio},
    time::Duration,
};

use shall_cluster::ledger::{Entry, Ledger, LedgerError, find_runs};

/// Names the file in which the child keeps its ledger.
const CHILD: &str = "SHALL_TEST_LEDGER";

#[test]
#[ignore = "the child of the test below; alone it has no ledger to write"]
fn child_writes_until_it_is_killed() {
    let path = env::var_os(CHILD).unwrap();
    let ledger = Ledger::open(path.as_ref(), "killed").unwrap();
    let mut out = std::io::stderr();
    for index in 0.. {
        let id = ledger
            .intend(Entry::Namespace {
                name: format!("shall-{index}"),
            })
            .unwrap();
        writeln!(out, "intended {}", id.0).unwrap();
        if index % 2 == 0 {
            ledger.created(id, Some(&format!("uid-{index}"))).unwrap();
            writeln!(out, "created {}", id.0).unwrap();
        }
        if index % 5 == 0 {
            ledger.undone(id).unwrap();
            writeln!(out, "undone {}", id.0).unwrap();
        }
    }
}

/// What the child said after a line was on the disk.
#[derive(Default)]
struct Said {
    intended: Vec<u64>,
    created: Vec<u64>,
    undone: Vec<u64>,
}

impl Said {
    fn take(&mut self, line: &str) {
        let Some((word, id)) = line.split_once(' ') else { return };
        let Ok(id) = id.parse() else { return };
        match word {
            "intended" => self.intended.push(id),
            "created" => self.created.push(id),
            "undone" => self.undone.push(id),
            _ => {}
        }
    }
}

fn kill_after(path: &std::path::Path, lines: usize) -> Said {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "child_writes_until_it_is_killed", "--ignored", "--nocapture"])
        .env(CHILD, path)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = Said::default();
    let mut reader = BufReader::new(child.stderr.take().unwrap()).lines();
    for line in reader.by_ref().take(lines) {
        said.take(&line.unwrap());
    }
    assert!(
        matches!(Ledger::reopen(path), Err(LedgerError::InUse { .. })),
        "a living process holds its ledger"
    );
    child.kill().unwrap();
    child.wait().unwrap();
    for line in reader {
        said.take(&line.unwrap());
    }
    said
}

#[test]
fn what_a_killed_process_intended_is_listed() {
    for lines in [1, 7, 40, 150] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("killed.jsonl");
        let said = kill_after(&path, lines);
        assert!(
            said.intended.len() * 2 >= lines / 2,
            "the child wrote before it was killed"
        );

        let found = find_runs(folder.path(), Duration::ZERO).unwrap().runs;
        assert_eq!(
            found
                .iter()
                .map(|run| (run.run.as_str(), run.in_use))
                .collect::<Vec<_>>(),
            [("killed", false)]
        );
        let ledger = Ledger::open(&path, "killed").unwrap();
        let held = ledger.held();
        for id in &said.intended {
            let entry = held.iter().find(|held| held.id.0 == *id);
            if said.undone.contains(id) {
                assert!(entry.is_none(), "entry {id} was undone");
            } else if let Some(entry) = entry {
                assert!(
                    !said.created.contains(id) || entry.uid.is_some(),
                    "entry {id} was confirmed"
                );
            } else {
                // Only its last record may be further than what the child could still say.
                assert_eq!(Some(id), said.intended.last(), "entry {id} was intended");
            }
        }
        let next = ledger
            .intend(Entry::Namespace {
                name: "after".to_owned(),
            })
            .unwrap();
        assert!(said.intended.iter().all(|id| *id < next.0), "no number is used twice");
    }
}

/// The half line that a kill in the middle of a write leaves, at every length.
#[test]
fn a_line_torn_at_any_byte_is_tolerated() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r1.jsonl");
    let ledger = Ledger::open(&path, "r1").unwrap();
    ledger.intend(Entry::Namespace { name: "a".to_owned() }).unwrap();
    let whole = std::fs::read(&path).unwrap();
    ledger.intend(Entry::Namespace { name: "b".to_owned() }).unwrap();
    drop(ledger);
    let all = std::fs::read(&path).unwrap();
    for length in whole.len()..all.len() {
        std::fs::write(&path, &all[..length]).unwrap();
        let ledger = Ledger::open(&path, "r1").unwrap();
        assert_eq!(ledger.held().len(), 1, "torn after {length} bytes");
        drop(ledger);
        assert_eq!(std::fs::read(&path).unwrap(), whole);
    }
}
