//! The command line as a user meets it: files and a command in, exit code and text out. No cluster.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bad_input;
mod case;
mod evidence;
mod identity;
mod judging;
mod trouble;
