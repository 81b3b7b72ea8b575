//! The rules as a table: identifier, weight, what it looks for, how to mend it.
//!
//! A rule is on by default only where it was right in at least nine of ten findings. Counted by hand on the documents
//! named in `fixtures/specs/README.md`; rules that were not measured often enough are off.

use crate::diagnostic::Severity;

/// One rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Rule {
    /// Its identifier, such as `EARS-005`.
    pub id: &'static str,
    /// The weight of its findings.
    pub severity: Severity,
    /// Whether it runs when nothing is configured.
    pub is_default: bool,
    /// What it finds.
    pub title: &'static str,
    /// How to mend what it finds.
    pub hint: &'static str,
}

pub(super) const fn rule(
    id: &'static str,
    severity: Severity,
    is_default: bool,
    title: &'static str,
    hint: &'static str,
) -> Rule {
    Rule {
        id,
        severity,
        is_default,
        title,
        hint,
    }
}

pub(super) const ORDER: Rule = rule(
    "EARS-002",
    Severity::Warning,
    true,
    "clauses stand in another order than where, while, when or if",
    "write what holds first, then what happens: `WHERE …, WHILE …, WHEN …, the system SHALL …`",
);
pub(super) const NO_THEN: Rule = rule(
    "EARS-003",
    Severity::Info,
    false,
    "an IF clause without THEN",
    "write `IF …, THEN the system SHALL …`",
);
pub(super) const TWO_TRIGGERS: Rule = rule(
    "EARS-004",
    Severity::Warning,
    true,
    "two triggers in one statement",
    "make a statement of each trigger",
);
pub(super) const NO_SYSTEM: Rule = rule(
    "EARS-005",
    Severity::Warning,
    true,
    "no system is named",
    "say who does it: `…, the backup controller SHALL …`",
);
pub(super) const OPENER: Rule = rule(
    "EARS-007",
    Severity::Warning,
    true,
    "the statement opens with a word that EARS does not have",
    "write WHEN for an event, WHILE for a state, WHERE for a feature, IF for a fault",
);
pub(super) const MIXED_CASE: Rule = rule(
    "EARS-008",
    Severity::Warning,
    true,
    "the modal verb is written unlike in the rest of the document",
    "write SHALL in one way throughout",
);
pub(super) const MIXED_MODAL: Rule = rule(
    "EARS-009",
    Severity::Warning,
    true,
    "another modal verb stands beside SHALL",
    "use SHALL for what is required, and a statement of its own for what is not",
);
pub(super) const VAGUE: Rule = rule(
    "QUAL-101",
    Severity::Warning,
    true,
    "a word that no test can decide",
    "name the value, the list or the limit that is meant",
);
pub(super) const ESCAPE: Rule = rule(
    "QUAL-102",
    Severity::Warning,
    true,
    "an escape clause",
    "say under which condition it is required, with WHERE or WHILE",
);
pub(super) const OPEN_END: Rule = rule(
    "QUAL-103",
    Severity::Warning,
    true,
    "an open end",
    "list everything that is meant",
);
pub(super) const SEVERAL: Rule = rule(
    "QUAL-106",
    Severity::Info,
    false,
    "several SHALL in one statement",
    "make a statement of each response, so that each has its own verdict",
);
pub(super) const PRONOUN: Rule = rule(
    "QUAL-108",
    Severity::Warning,
    true,
    "a pronoun stands for the system",
    "name the system",
);
pub(super) const UNFINISHED: Rule = rule(
    "QUAL-113",
    Severity::Error,
    true,
    "the statement is not finished",
    "fill in what is missing",
);
pub(super) const UNBOUNDED: Rule = rule(
    "BUDG-203",
    Severity::Warning,
    true,
    "a time or an amount that cannot be measured",
    "give a number and a unit: `within 30 seconds`",
);
pub(super) const STATUS_LIE: Rule = rule(
    "STAT-401",
    Severity::Error,
    true,
    "a task is ticked while parts of it are open",
    "finish the parts, or take the tick back",
);

/// Every rule of sentences and status.
#[must_use]
pub fn rules() -> &'static [Rule] {
    &[
        ORDER,
        NO_THEN,
        TWO_TRIGGERS,
        NO_SYSTEM,
        OPENER,
        MIXED_CASE,
        MIXED_MODAL,
        VAGUE,
        ESCAPE,
        OPEN_END,
        SEVERAL,
        PRONOUN,
        UNFINISHED,
        UNBOUNDED,
        STATUS_LIE,
    ]
}
