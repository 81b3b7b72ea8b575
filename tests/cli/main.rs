//! The command line as a user meets it: files and a command in, exit code and text out. No cluster.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod bad_input;
mod case;
mod evidence;
mod formats;
mod identity;
mod integrations;
mod judging;
mod peers;
mod rule_pages;
mod scaffold;
mod trouble;
