//! Container engines that hold nodes and containers: [`Engine`], the settings it runs with, and what the host lacks ([`Problem`]).

mod detect;
mod doctor;
mod facts;
mod install;
mod pause;
mod settings;
mod socket;
mod undo;

pub use detect::{Engine, EngineError, EngineKind, Preference, Privilege};
pub use doctor::{Needs, Problem, diagnose};
pub(crate) use facts::find_program;
pub use facts::{HostFacts, Limit};
pub use install::{InstallError, install};
pub use pause::{go_on, pause};
pub use settings::EngineSettings;
pub use socket::EngineSocket;
pub use undo::EngineUndo;
pub(crate) use undo::remove;
