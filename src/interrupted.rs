//! What interrupted runs left on the engine: containers and networks hold names and addresses that the next run needs,
//! and a node that is still paused cannot be used.

use std::{os::unix::net::UnixStream, path::Path, time::Duration};

use shall_cluster::{
    engine::EngineUndo,
    ledger::{Ledger, LedgerError, Leftover, RunLedger, Undo, Undoing, find_runs, undo_chosen},
    progress::{Event, Progress},
};

/// For everything that one run left on the engine.
const UNDONE: Duration = Duration::from_mins(2);

/// Takes back what the ledgers in `runs` list of the engine, those of living runs apart, and says so. What a run left
/// in its cluster stays listed for `shall cleanup`. What cannot be taken back is told and keeps nothing from going on.
pub(crate) async fn clear_engine(runs: &Path, engine: &dyn Undo, progress: &dyn Progress) {
    let note = |text: String| progress.event(Event::Note(text));
    remove_dead_sockets(runs);
    let found = match find_runs(runs, Duration::ZERO) {
        Ok(found) => found,
        Err(error) => return note(error.to_string()),
    };
    // Ledgers that cannot be read are the business of `shall cleanup`.
    for run in found.runs.iter().filter(|run| !run.in_use) {
        match clear(run, engine).await {
            Ok(Cleared { taken: 0, left }) if left.is_empty() => {}
            Ok(Cleared { taken, left }) => {
                let name = &run.run;
                note(format!(
                    "run {name} was interrupted: {taken} things that it left on the engine are removed"
                ));
                for leftover in left {
                    note(format!("run {name}: {leftover}"));
                }
            }
            Err(error) => note(error.to_string()),
        }
    }
}

/// Removes the sockets, beside the ledgers, that nobody serves any more. One that cannot be removed is in nobody's way.
fn remove_dead_sockets(runs: &Path) {
    let files = std::fs::read_dir(runs).into_iter().flatten().flatten();
    for socket in files.map(|file| file.path()) {
        let is_socket = socket.extension().is_some_and(|extension| extension == "sock");
        let refused = |error: std::io::Error| error.kind() == std::io::ErrorKind::ConnectionRefused;
        if is_socket && UnixStream::connect(&socket).is_err_and(refused) {
            let _stays = std::fs::remove_file(&socket);
        }
    }
}

struct Cleared {
    taken: usize,
    left: Vec<Leftover>,
}

async fn clear(run: &RunLedger, engine: &dyn Undo) -> Result<Cleared, LedgerError> {
    let ledger = Ledger::reopen(&run.path)?;
    let held = || ledger.held().into_iter().filter(|held| EngineUndo::takes(&held.entry));
    let before = held().count();
    if before == 0 {
        return Ok(Cleared {
            taken: 0,
            left: Vec::new(),
        });
    }
    let left = undo_of_engine(&ledger, engine, UNDONE).await;
    let taken = before - held().count();
    ledger.close()?;
    Ok(Cleared { taken, left })
}

/// Takes back what a ledger lists of the engine: it outlives the cluster that it ran beside.
pub(crate) async fn undo_of_engine(ledger: &Ledger, engine: &dyn Undo, deadline: Duration) -> Vec<Leftover> {
    let with = Undoing {
        client: None,
        outside: &[engine],
        deadline,
        force_finalizers: false,
    };
    undo_chosen(ledger, &with, |held| EngineUndo::takes(&held.entry)).await
}

#[cfg(test)]
mod tests {
    use std::{os::unix::net::UnixListener, sync::Mutex};

    use futures::{FutureExt as _, future::BoxFuture};
    use shall_cluster::{
        ledger::{Entry, Held, UndoError},
        progress::Silent,
    };

    use super::*;

    /// Removes everything but what is named.
    struct Engine<'a> {
        keeps: &'a str,
        removed: Mutex<Vec<String>>,
    }

    impl Undo for Engine<'_> {
        fn undo<'a>(&'a self, held: &'a Held, _deadline: Duration) -> BoxFuture<'a, Result<(), UndoError>> {
            let what = held.entry.to_string();
            async move {
                if what.contains(self.keeps) {
                    return Err(UndoError::Failed("it is in use".into()));
                }
                self.removed.lock().unwrap().push(what);
                Ok(())
            }
            .boxed()
        }
    }

    #[derive(Default)]
    struct Notes(Mutex<Vec<String>>);

    impl Progress for Notes {
        fn event(&self, event: Event) {
            if let Event::Note(text) = event {
                self.0.lock().unwrap().push(text);
            }
        }
    }

    fn container(name: &str) -> Entry {
        Entry::EngineContainer {
            engine: "podman".to_owned(),
            name: name.to_owned(),
        }
    }

    #[tokio::test]
    async fn what_a_dead_run_left_on_the_engine_goes_and_the_rest_stays_listed() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(format!("{name}.jsonl"));
        let namespace = Entry::Namespace {
            name: "data".to_owned(),
        };
        let both = Ledger::open(&path("both"), "both").unwrap();
        both.intend(namespace).unwrap();
        both.intend(container("both-web")).unwrap();
        let only = Ledger::open(&path("only"), "only").unwrap();
        only.intend(container("only-web")).unwrap();
        only.intend(container("only-stuck")).unwrap();
        drop((both, only));
        let living = Ledger::open(&path("living"), "living").unwrap();
        living.intend(container("living-web")).unwrap();
        let (engine, notes) = (
            Engine {
                keeps: "stuck",
                removed: Mutex::default(),
            },
            Notes::default(),
        );

        clear_engine(folder.path(), &engine, &notes).await;

        let mut removed = engine.removed.into_inner().unwrap();
        removed.sort();
        assert_eq!(
            removed,
            ["podman container `both-web`", "podman container `only-web`"],
            "a living run is left alone"
        );
        let held = |name: &str| Ledger::reopen(&path(name)).unwrap().held();
        assert_eq!(held("both").len(), 1, "its namespace is for `shall cleanup`");
        assert_eq!(held("only").len(), 1);
        let notes = notes.0.into_inner().unwrap();
        let said = |text: &str| notes.iter().any(|note| note.contains(text));
        assert!(said("run both was interrupted: 1 things"), "{notes:?}");
        assert!(said("only-stuck") && said("it is in use"), "{notes:?}");
    }

    #[test]
    fn a_socket_that_nobody_serves_goes() {
        let folder = tempfile::tempdir().unwrap();
        let (dead, served) = (folder.path().join("engine-1.sock"), folder.path().join("engine-2.sock"));
        drop(UnixListener::bind(&dead).unwrap());
        let _listener = UnixListener::bind(&served).unwrap();
        remove_dead_sockets(folder.path());
        assert!(!dead.exists());
        assert!(served.exists());
    }

    #[tokio::test]
    async fn a_ledger_that_lists_nothing_more_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("only.jsonl");
        Ledger::open(&path, "only").unwrap().intend(container("web")).unwrap();
        let engine = Engine {
            keeps: "nothing",
            removed: Mutex::default(),
        };
        clear_engine(folder.path(), &engine, &Silent).await;
        assert!(!path.exists());
    }
}
