//! The ledgers that runs left: [`find_runs`].

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::Timestamp;

use super::{
    error::LedgerError,
    ledger::{Ledger, io},
    place::Place,
    read::Read,
};

/// The ledger of a run that was not undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunLedger {
    /// The run's identifier.
    pub run: String,
    /// The cluster that it ran on; `None` in a ledger that does not say.
    pub place: Option<Place>,
    /// Its file.
    pub path: PathBuf,
    /// When the run began.
    pub began: Timestamp,
    /// How many entries were not undone. An empty ledger is listed too: its run was killed before it could remove it.
    pub held: usize,
    /// Whether its process is alive; then it must be left alone.
    pub in_use: bool,
}

/// What a folder of ledgers holds.
#[derive(Debug, Default)]
pub struct FoundRuns {
    /// The runs, the oldest first.
    pub runs: Vec<RunLedger>,
    /// Ledgers that cannot be read, each with its place; they keep no other run from being undone.
    pub unreadable: Vec<LedgerError>,
}

/// Finds the runs' ledgers in a folder that were begun at least `older_than` ago.
///
/// A folder that does not exist holds none.
///
/// # Errors
///
/// When the folder cannot be read. A ledger that cannot is in the answer.
pub fn find_runs(folder: &Path, older_than: Duration) -> Result<FoundRuns, LedgerError> {
    let files = match fs::read_dir(folder) {
        Ok(files) => files,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(FoundRuns::default()),
        Err(source) => return Err(io("list its folder", folder, source)),
    };
    let now = Timestamp::now();
    let mut found = FoundRuns::default();
    for file in files {
        let path = file.map_err(|source| io("list its folder", folder, source))?.path();
        if path.extension().is_none_or(|extension| extension != "jsonl") {
            continue;
        }
        match read(&path) {
            Ok(run) => {
                let age = Duration::try_from(now.duration_since(run.began)).unwrap_or_default();
                if age >= older_than {
                    found.runs.push(run);
                }
            }
            Err(error) => found.unreadable.push(error),
        }
    }
    found.runs.sort_by(|a, b| (a.began, &a.run).cmp(&(b.began, &b.run)));
    Ok(found)
}

fn read(path: &Path) -> Result<RunLedger, LedgerError> {
    let bytes = fs::read(path).map_err(|source| io("read it", path, source))?;
    let read = Read::parse(path, &bytes)?;
    let in_use = match Ledger::reopen(path) {
        Ok(_) => false,
        Err(LedgerError::InUse { .. }) => true,
        Err(error) => return Err(error),
    };
    let name = || {
        path.file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
            .unwrap_or_default()
    };
    let run = if read.owner.is_empty() { name() } else { read.owner };
    Ok(RunLedger {
        run,
        place: read.place,
        path: path.to_owned(),
        began: read.began,
        held: read.held.len(),
        in_use,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Entry;

    #[test]
    fn runs_are_found_by_age_and_a_living_one_is_marked() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let old = r#"{"record":"opened","at":"2026-01-01T00:00:00Z","owner":"old"}"#;
        fs::write(path("old.jsonl"), format!("{old}\n")).unwrap();
        fs::write(path("notes.txt"), "not a ledger").unwrap();
        let place = Place {
            backend: "kind".to_owned(),
            cluster: "dev".to_owned(),
        };
        let living = Ledger::open_on(&path("new.jsonl"), "new", Some(place.clone())).unwrap();
        living.intend(Entry::Namespace { name: "a".to_owned() }).unwrap();

        fs::write(path("broken.jsonl"), "not a record\n").unwrap();

        let found = find_runs(folder.path(), Duration::ZERO).unwrap();
        assert_eq!(found.unreadable.len(), 1, "it is told, and hides no other run");
        let all: Vec<_> = found
            .runs
            .iter()
            .map(|run| (run.run.as_str(), run.held, run.in_use))
            .collect();
        assert_eq!(all, [("old", 0, false), ("new", 1, true)]);
        let places: Vec<_> = found.runs.iter().map(|run| run.place.clone()).collect();
        assert_eq!(places, [None, Some(place)], "a ledger that does not say is read too");
        let old = find_runs(folder.path(), Duration::from_hours(2)).unwrap().runs;
        assert_eq!(old.iter().map(|run| run.run.as_str()).collect::<Vec<_>>(), ["old"]);
        assert_eq!(find_runs(&path("no-such-folder"), Duration::ZERO).unwrap().runs, []);
    }
}
