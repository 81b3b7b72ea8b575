//! Categories that documents declare for their statements, beside the one that the keyword gives.

use crate::criterion::Pattern;

const NAMES: &[(&str, Pattern)] = &[
    ("ubiquitous", Pattern::Ubiquitous),
    ("event-driven", Pattern::Event),
    ("event driven", Pattern::Event),
    ("event", Pattern::Event),
    ("state-driven", Pattern::State),
    ("state driven", Pattern::State),
    ("state", Pattern::State),
    ("unwanted behaviour", Pattern::Unwanted),
    ("unwanted behavior", Pattern::Unwanted),
    ("unwanted", Pattern::Unwanted),
    ("optional feature", Pattern::Optional),
    ("optional-feature", Pattern::Optional),
    ("optional", Pattern::Optional),
    ("complex", Pattern::Complex),
];

/// The category that a cell or label names, where it names one of EARS.
pub(super) fn declared(label: &str) -> Option<Pattern> {
    let lower = label
        .trim()
        .trim_matches(|c: char| !c.is_alphanumeric())
        .to_ascii_lowercase();
    let name = lower
        .strip_suffix(" requirement")
        .or_else(|| lower.strip_suffix(" requirements"))
        .unwrap_or(&lower);
    NAMES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, pattern)| *pattern)
}

/// The name of a pattern in messages.
pub(super) fn name(pattern: Pattern) -> &'static str {
    match pattern {
        Pattern::Ubiquitous => "ubiquitous",
        Pattern::Event => "event-driven",
        Pattern::State => "state-driven",
        Pattern::Optional => "optional feature",
        Pattern::Unwanted => "unwanted behaviour",
        Pattern::Complex => "complex",
    }
}
