//! How alike two sentences are, and which words differ.

use similar::{Algorithm, ChangeTag, TextDiff, capture_diff_slices, get_diff_ratio};

/// Unchanged words that are shown on each side of a change.
const CONTEXT: usize = 4;

/// Words that nearly every sentence has: they say nothing about which sentence it is.
const COMMON: &[&str] = &[
    "when", "while", "where", "if", "then", "given", "the", "a", "an", "shall", "system", "and", "or", "of", "to",
    "in", "is", "be", "for", "with", "that", "it", "its", "by", "on",
];

/// The words of a sentence that tell it from others, in small letters without punctuation; all of its words where
/// none of them does.
pub(super) fn telling_words(text: &str) -> Vec<String> {
    let words = text
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase())
        .filter(|word| !word.is_empty());
    let (common, telling): (Vec<_>, Vec<_>) = words.partition(|word| COMMON.contains(&word.as_str()));
    if telling.is_empty() { common } else { telling }
}

/// How alike two sentences are by their telling words in order: 0 for nothing in common, 1 for the same.
pub(super) fn likeness(a: &[String], b: &[String]) -> f64 {
    let operations = capture_diff_slices(Algorithm::Myers, a, b);
    f64::from(get_diff_ratio(&operations, a.len(), b.len()))
}

/// The words that differ between two sentences, with a few around them: `within [-30-] {+60+} seconds`.
#[must_use]
pub fn word_diff(old: &str, new: &str) -> String {
    let old: Vec<&str> = old.split_whitespace().collect();
    let new: Vec<&str> = new.split_whitespace().collect();
    let diff = TextDiff::from_slices(&old, &new);
    let mut parts = Vec::new();
    for operation in diff.ops() {
        let words = |tag| {
            let changes = diff.iter_changes(operation).filter(move |change| change.tag() == tag);
            changes.map(|change| change.value()).collect::<Vec<_>>()
        };
        for (tag, open, close) in [(ChangeTag::Delete, "[-", "-]"), (ChangeTag::Insert, "{+", "+}")] {
            let changed = words(tag);
            if !changed.is_empty() {
                parts.push(format!("{open}{}{close}", changed.join(" ")));
            }
        }
        let same = words(ChangeTag::Equal);
        if !same.is_empty() {
            let is_last = operation.old_range().end == old.len() && operation.new_range().end == new.len();
            parts.push(shortened(&same, parts.is_empty(), is_last));
        }
    }
    parts.join(" ")
}

/// The unchanged words near a change; `…` for those left out.
fn shortened(words: &[&str], is_first: bool, is_last: bool) -> String {
    let head = if is_first { 0 } else { CONTEXT };
    let tail = if is_last { 0 } else { CONTEXT };
    if words.len() <= head + tail + 1 {
        return words.join(" ");
    }
    let (before, rest) = words.split_at(head);
    let after = rest.get(rest.len() - tail..).unwrap_or_default();
    [before, &["…"], after].concat().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_number_is_shown_among_its_neighbours() {
        let old = "WHEN a pod mounts a claim, the cluster SHALL bind the claim within 30 seconds.";
        let new = "WHEN a pod mounts a claim, the cluster SHALL bind the claim within 60 seconds.";
        assert_eq!(word_diff(old, new), "… bind the claim within [-30-] {+60+} seconds.");
        assert_eq!(word_diff("a b", "a b c"), "a b {+c+}");
    }

    #[test]
    fn keywords_do_not_make_sentences_alike() {
        let likeness = |a, b| likeness(&telling_words(a), &telling_words(b));
        let stop = "WHEN the tank is full, the system SHALL stop the pump.";
        assert!(likeness(stop, "WHEN the tank is full, the system SHALL halt the pump.") >= 0.7);
        assert!(likeness(stop, "WHEN the door is open, the system SHALL light the lamp.") < 0.5);
    }
}
