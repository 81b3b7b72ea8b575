//! Where commands print: results on standard output, faults on standard error.

use std::error::Error;

/// Prints a line of the result.
#[expect(clippy::print_stdout, reason = "results of commands go to standard output")]
pub(crate) fn line(text: &str) {
    println!("{text}");
}

/// Prints a line about faults of the input.
#[expect(clippy::print_stderr, reason = "faults go to standard error")]
pub(crate) fn error(text: &str) {
    eprintln!("{text}");
}

/// Prints a fault with its sources, each on a line.
#[expect(clippy::print_stderr, reason = "faults go to standard error")]
pub(crate) fn fault(error: &(dyn Error + 'static)) {
    eprintln!("error: {error}");
    let mut next = error.source();
    while let Some(source) = next {
        eprintln!("  caused by: {source}");
        next = source.source();
    }
}
