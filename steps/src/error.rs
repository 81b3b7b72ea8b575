//! Why a step ends its scenario: [`StepError`].
//!
//! Failed and errored are told apart by recorded checks: a check that was not met fails the scenario,
//! anything else means that nothing was judged.

use shall_cluster::chain;
use shall_trace::Check;

/// Why a step ends its scenario.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// A recorded check was not met.
    #[error("{subject}: expected {expected}, observed {observed}")]
    NotMet {
        /// What was compared.
        subject: String,
        /// The value expected.
        expected: String,
        /// The value observed.
        observed: String,
    },
    /// The step needs what no step before it has made.
    #[error("`{what}` is not there: no step of this scenario has made it")]
    Missing {
        /// What it needs.
        what: &'static str,
    },
    /// The step could not do what it says.
    #[error("{what}: {}", chain(source.as_ref()))]
    Errored {
        /// What was being done, on which thing.
        what: String,
        /// Why it could not be done.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl StepError {
    /// The error of a check that was not met.
    pub(crate) fn not_met(check: &Check) -> Self {
        Self::NotMet {
            subject: check.subject.clone(),
            expected: check.expected.clone(),
            observed: check.observed.clone(),
        }
    }

    /// Wraps an error with what was being done.
    pub(crate) fn errored<E>(what: impl Into<String>) -> impl FnOnce(E) -> Self
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let what = what.into();
        move |source| Self::Errored {
            what,
            source: source.into(),
        }
    }
}
