//! The containers of a run, started when they are first asked for: [`ContainerHost`].

use std::{path::PathBuf, sync::Arc};

use tokio::sync::OnceCell;

use super::{error::ContainerError, fault::ContainerFault, stack::ContainerStack};
use crate::{backend::StateDir, chain, engine::Engine, image::ImageMode, ledger::Ledger, progress::Progress};

/// What starting containers takes.
pub struct HostOptions {
    /// The workspace, with `fixtures` and `kind`.
    pub root: PathBuf,
    /// The engine; `None` where there is none of ours.
    pub engine: Option<Engine>,
    /// Where images come from.
    pub mode: ImageMode,
    /// The run's ledger: containers and network are in it before they are made.
    pub ledger: Arc<Ledger>,
    /// Where the engine's socket is kept.
    pub state: StateDir,
    /// Hears of the images.
    pub progress: Arc<dyn Progress>,
    /// Deliberate faults, put in while the stack starts; empty but under a mutant.
    pub faults: Vec<ContainerFault>,
}

/// The containers of a run, started when they are first asked for and removed when this is dropped.
pub struct ContainerHost {
    options: HostOptions,
    /// Why they were not started is kept too: every scenario is told, none waits again.
    stack: OnceCell<Result<ContainerStack, String>>,
}

impl ContainerHost {
    /// A host that has not started anything.
    #[must_use]
    pub fn new(options: HostOptions) -> Self {
        Self {
            options,
            stack: OnceCell::new(),
        }
    }

    /// The stack, started where it is not yet.
    ///
    /// # Errors
    ///
    /// When there is no engine, or the stack could not be started; then it is not tried again.
    pub async fn stack(&self) -> Result<&ContainerStack, ContainerError> {
        let engine = self.options.engine.as_ref().ok_or(ContainerError::NoEngine)?;
        let start = async || {
            let started = ContainerStack::start(&self.options, engine).await;
            started.map_err(|error| chain(&error))
        };
        let stack = self.stack.get_or_init(start).await;
        stack.as_ref().map_err(|why| ContainerError::NotStarted(why.clone()))
    }

    /// The stack where it was started and runs; nothing is started.
    #[must_use]
    pub fn started(&self) -> Option<&ContainerStack> {
        self.stack.get()?.as_ref().ok()
    }
}
