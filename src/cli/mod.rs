//! The command line: [`main`] parses, calls the subcommand and turns its end into an exit code.

mod accept;
mod check;
mod cleanup;
mod command;
mod doctor;
mod down;
mod explain;
mod form;
mod list;
pub(crate) mod output;
mod plan;
mod prove;
mod rendered;
mod report;
mod run;
mod scaffold;
mod up;

pub use command::main;
