//! The command line as a user meets it: files and a command in, exit code and text out. No cluster.

mod bad_input;
mod case;
mod judging;
mod trouble;
