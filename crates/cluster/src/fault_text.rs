//! What an error says: [`chain`].

use std::{error::Error, iter::successors};

/// An error with everything that caused it, on one line. A cause whose text the error repeats is left out.
#[must_use]
pub fn chain(error: &(dyn Error + 'static)) -> String {
    successors(Some(error), |&error| error.source()).fold(String::new(), |text, error| match error.to_string() {
        cause if text.is_empty() => cause,
        cause if text.contains(&cause) => text,
        cause => format!("{text}: {cause}"),
    })
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Outer {
        text: &'static str,
        #[source]
        source: io::Error,
    }

    fn told(text: &'static str) -> String {
        chain(&Outer {
            text,
            source: io::Error::other("the disk is full"),
        })
    }

    #[test]
    fn each_cause_is_told_once() {
        assert_eq!(told("write the ledger"), "write the ledger: the disk is full");
        assert_eq!(told("write: the disk is full"), "write: the disk is full");
    }
}
