//! What a cluster can do, as far as scenarios ask: [`Capabilities`].

use std::collections::BTreeMap;

/// The capabilities that a `@needs-…` tag may name, each present or missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// By name without `needs-`; `Some` says what was found instead.
    missing: BTreeMap<String, Option<String>>,
}

impl Capabilities {
    /// Adds a capability that the cluster has.
    #[must_use]
    pub fn present(mut self, name: &str) -> Self {
        self.missing.insert(name.to_owned(), None);
        self
    }

    /// Adds a capability that the cluster lacks, with what was found instead.
    #[must_use]
    pub fn missing(mut self, name: &str, found: impl Into<String>) -> Self {
        self.missing.insert(name.to_owned(), Some(found.into()));
        self
    }

    /// Whether a tag may name it.
    #[must_use]
    pub fn is_known(&self, name: &str) -> bool {
        self.missing.contains_key(name)
    }

    /// What was found instead of a capability; `None` where it is present or not known.
    #[must_use]
    pub fn reason_for_lack(&self, name: &str) -> Option<&str> {
        self.missing.get(name)?.as_deref()
    }

    /// Every name, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.missing.keys().map(String::as_str)
    }
}
