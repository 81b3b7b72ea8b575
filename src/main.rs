//! The command line's entry: parse, call, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    shall::cli::main(std::env::args_os())
}
