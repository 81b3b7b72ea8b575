//! Where commands print: results on standard output, faults on standard error.

use std::{
    error::Error,
    io::{Write as _, stdout},
    iter::successors,
};

/// Prints a line of the result. A reader that has seen enough, such as `head`, is no fault.
pub(crate) fn line(text: &str) {
    let _closed = writeln!(stdout().lock(), "{text}");
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
    for source in successors(error.source(), |&error| error.source()) {
        eprintln!("  caused by: {source}");
    }
}
