//! The rules about what people decided and claim: accepted sentences, waivers, ticks and references. They look at more
//! than one document, so they are found where lock, features and evidence are known.

use crate::diagnostic::Severity;

use super::rule::Rule;

const fn rule(id: &'static str, severity: Severity, title: &'static str, hint: &'static str) -> Rule {
    Rule {
        id,
        severity,
        is_default: true,
        title,
        hint,
    }
}

/// A sentence changed since it was accepted.
pub const CHANGED: Rule = rule(
    "LOCK-001",
    Severity::Error,
    "a sentence changed since it was accepted, so its scenarios are suspect",
    "read its scenarios against the new sentence, then `shall check --accept ID`",
);
/// A scenario is linked to a sentence that is gone.
pub const REMOVED_LINK: Rule = rule(
    "LOCK-002",
    Severity::Error,
    "a link to a removed sentence",
    "link the sentence that took its place, or remove the scenario",
);
/// A sentence was never accepted.
pub const NEVER_ACCEPTED: Rule = rule(
    "LOCK-003",
    Severity::Warning,
    "a sentence that was never accepted: a change of it would not be noticed",
    "`shall check --accept-new` takes it into shall.lock",
);
/// An accepted sentence is gone, and nothing is linked to it.
pub const REMOVED: Rule = rule(
    "LOCK-004",
    Severity::Warning,
    "an accepted sentence stands in no document any more",
    "`shall check --accept ID` takes it out of shall.lock",
);
/// The lock is no lock.
pub const UNREAD_LOCK: Rule = rule(
    "LOCK-005",
    Severity::Error,
    "shall.lock cannot be used",
    "after a merge, keep one table for each criterion",
);
/// A waiver's day has passed.
pub const EXPIRED: Rule = rule(
    "WAIVE-001",
    Severity::Error,
    "a waiver that has expired",
    "prove the criterion, or have the waiver renewed by its owner",
);
/// A waiver or a fact about a criterion that nobody knows.
pub const UNKNOWN_CRITERION: Rule = rule(
    "WAIVE-002",
    Severity::Error,
    "a waiver or a fact names no criterion of the specification",
    "write the identifier as `shall list` shows it",
);
/// Two waivers of one criterion, or two facts of one kind.
pub const DECIDED_TWICE: Rule = rule(
    "WAIVE-003",
    Severity::Error,
    "a criterion is waived, contradicted or called unsatisfiable twice",
    "keep one of the two",
);
/// A tick on what the last run did not prove.
pub const UNPROVEN_TICK: Rule = rule(
    "STAT-402",
    Severity::Error,
    "a task is ticked while its criteria are not proven",
    "mend what keeps the criterion from passing, or take the tick back",
);
/// Ticks that nothing can be held against.
pub const UNCOMPARED_TICKS: Rule = rule(
    "STAT-403",
    Severity::Info,
    "ticks are not compared with evidence, because there is no run",
    "`shall run` makes one",
);
/// A reference to an identifier that no criterion has.
pub const UNDECLARED: Rule = rule(
    "TRACE-001",
    Severity::Warning,
    "an identifier is used and never declared",
    "write the identifier of a criterion, or declare this one",
);

/// Every rule about decisions and claims.
#[must_use]
pub fn review_rules() -> &'static [Rule] {
    &[
        CHANGED,
        REMOVED_LINK,
        NEVER_ACCEPTED,
        REMOVED,
        UNREAD_LOCK,
        EXPIRED,
        UNKNOWN_CRITERION,
        DECIDED_TWICE,
        UNPROVEN_TICK,
        UNCOMPARED_TICKS,
        UNDECLARED,
    ]
}
