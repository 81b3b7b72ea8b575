//! What a response quotes: no limit of its own stands there.

use std::ops::Range;

use crate::quotation::marked_quotations;
use crate::token::Tokens;

/// What a message is said to say: `an error indicating that the name cannot exceed 32 characters`.
const SPEECH: &[&str] = &[
    "indicating that",
    "stating that",
    "saying that",
    "explaining that",
    "warning that",
    "indicando que",
    "señalando que",
    "informando que",
    "indiquant que",
];

/// The tokens of a range that are quoted: inside quotation marks, of which an open one quotes up to the end, and behind
/// words such as `indicating that` up to the next limit or comma.
pub(super) fn quotations(tokens: &Tokens<'_>, limit: &Range<usize>) -> Vec<Range<usize>> {
    let mut found = marked_quotations(tokens, limit);
    for at in limit.clone() {
        let Some(length) = SPEECH
            .iter()
            .map(|phrase| tokens.phrase(at, phrase))
            .find(|length| *length > 0)
        else {
            continue;
        };
        let end = (at + length..limit.end)
            .find(|at| tokens.is_any(*at, &[",", ";", "within"]))
            .unwrap_or(limit.end);
        if !found.iter().any(|quoted| quoted.start < end && at < quoted.end) {
            found.push(at..end);
        }
    }
    found.sort_by_key(|quoted| quoted.start);
    found
}
