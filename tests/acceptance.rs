//! The acceptance target: `cargo test --test acceptance` is `shall run`, with its flags after `--`.

use std::{ffi::OsString, process::ExitCode};

fn main() -> ExitCode {
    let flags = std::env::args_os().skip(1);
    shall::cli::main(["shall", "run"].into_iter().map(OsString::from).chain(flags))
}
