//! Removing containers, networks and images of the engine that a ledger lists, and ending pauses: [`EngineUndo`].

use std::time::Duration;

use futures::{FutureExt as _, future::BoxFuture};
use tokio::sync::OnceCell;

use super::{
    detect::{Engine, Preference},
    pause::go_on,
};
use crate::ledger::{Entry, Held, Undo, UndoError};

/// Removes what a run's ledger lists of the engine. Which engine that is stands in each entry; it is looked for when the
/// first one is undone.
#[derive(Debug, Default)]
pub struct EngineUndo {
    podman: OnceCell<Engine>,
    docker: OnceCell<Engine>,
}

impl EngineUndo {
    /// Whether an entry is one that this removes.
    #[must_use]
    pub fn takes(entry: &Entry) -> bool {
        parts(entry).is_some() || matches!(entry, Entry::EnginePause { .. })
    }

    async fn engine(&self, kind: &str) -> Result<&Engine, UndoError> {
        let preference: Preference = kind.parse().map_err(|fault: String| UndoError::Failed(fault.into()))?;
        let cell = if kind == "docker" { &self.docker } else { &self.podman };
        let detected = cell.get_or_try_init(|| Engine::detect(preference)).await;
        detected.map_err(|error| UndoError::Failed(error.into()))
    }
}

impl Undo for EngineUndo {
    fn undo<'a>(&'a self, held: &'a Held, _deadline: Duration) -> BoxFuture<'a, Result<(), UndoError>> {
        async move {
            if let Entry::EnginePause { engine, name } = &held.entry {
                let ended = go_on(self.engine(engine).await?, name).await;
                return ended.map_err(|error| UndoError::Failed(error.into()));
            }
            let Some((_thing, kind, _name)) = parts(&held.entry) else {
                return Err(UndoError::NotMine);
            };
            remove(self.engine(kind).await?, &held.entry).await
        }
        .boxed()
    }
}

/// What an entry is to the engine: kind of thing, engine, name.
fn parts(entry: &Entry) -> Option<(&'static str, &str, &str)> {
    match entry {
        Entry::EngineNetwork { engine, name } => Some(("network", engine, name)),
        Entry::EngineContainer { engine, name } => Some(("container", engine, name)),
        Entry::EngineImage { engine, reference } => Some(("image", engine, reference)),
        Entry::Cluster { .. }
        | Entry::EnginePause { .. }
        | Entry::Namespace { .. }
        | Entry::Object(_)
        | Entry::S3Prefix { .. }
        | Entry::VeleroBackup { .. }
        | Entry::VeleroBackupsOf { .. }
        | Entry::Patched { .. } => None,
    }
}

/// Removes a container (with its anonymous volumes), a network or an image of this engine. That it is gone already is
/// no error.
///
/// # Errors
///
/// [`UndoError::NotMine`] for what is no thing of this engine, else what the engine said.
pub(crate) async fn remove(engine: &Engine, entry: &Entry) -> Result<(), UndoError> {
    let Some((thing, kind, name)) = parts(entry) else {
        return Err(UndoError::NotMine);
    };
    if kind != engine.kind().to_string() {
        return Err(UndoError::NotMine);
    }
    if engine.command([thing, "inspect", name]).run().await.is_err() {
        return Ok(());
    }
    let mut remove = engine.command([thing, "rm", "--force", name]);
    if thing == "container" {
        remove = remove.args(["--volumes"]);
    }
    let removed = remove.run().await;
    removed
        .map(|_output| ())
        .map_err(|error| UndoError::Failed(error.into()))
}
