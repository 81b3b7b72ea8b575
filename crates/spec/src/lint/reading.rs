//! The rules of reading: what [`read_specification`](crate::read_specification) and
//! [`read_document`](crate::read_document) find while they read, as the same kind of table as the sentence rules.
//!
//! These are not chosen: they run whenever a document is read.

use crate::diagnostic::Severity;

use super::rule::{Rule, rule};

const READING: &[Rule] = &[
    rule(
        "EARS-010",
        Severity::Warning,
        true,
        "the keyword contradicts the category that the document declares",
        "correct the category or the keyword",
    ),
    rule(
        "READ-001",
        Severity::Warning,
        true,
        "a document without a statement",
        "a document in another form or language has no criteria to judge; point `shall` at the one that has",
    ),
    rule(
        "READ-002",
        Severity::Info,
        true,
        "sentences with another modal verb are not read",
        "`--modals shall-and-must`, or `modals = \"shall-and-must\"` in shall.toml, reads MUST too",
    ),
    rule(
        "READ-003",
        Severity::Info,
        true,
        "scenario bullets are not read as statements",
        "configure the reader to take them, or move them into a feature file",
    ),
    rule(
        "SPEC-001",
        Severity::Error,
        true,
        "a specification that cannot be read",
        "name a Markdown file in UTF-8, or a folder of them",
    ),
    rule(
        "SPEC-003",
        Severity::Error,
        true,
        "a sentence with SHALL and no identifier",
        "write `- **AC-001-01** WHEN …`",
    ),
    rule(
        "SPEC-004",
        Severity::Error,
        true,
        "an identifier without exactly one sentence with SHALL",
        "a criterion is one sentence: `WHEN …, the system SHALL …`",
    ),
    rule(
        "SPEC-005",
        Severity::Error,
        true,
        "a line below a criterion that is unknown, empty, malformed or there twice",
        "write `Name: value` with a known name",
    ),
    rule(
        "SPEC-006",
        Severity::Error,
        true,
        "a metric key that is malformed or belongs to no budget",
        "write `{metric: restore-duration}` behind the budget",
    ),
    rule(
        "SPEC-007",
        Severity::Error,
        true,
        "one of several budgets has no key",
        "write `{metric: key}` behind it, or put a number that is no budget into a code span",
    ),
    rule(
        "SPEC-008",
        Severity::Error,
        true,
        "an identifier is given twice",
        "give each criterion an identifier of its own",
    ),
    rule(
        "SPEC-009",
        Severity::Error,
        true,
        "one metric has two limits",
        "make the limits equal, give the metrics different keys, or add `Contradicted:` with the fact",
    ),
    rule(
        "TRACE-002",
        Severity::Error,
        true,
        "an identifier stands twice in one document",
        "give each statement an identifier of its own",
    ),
];

/// Every rule of reading, sorted by identifier.
#[must_use]
pub fn reading_rules() -> &'static [Rule] {
    READING
}
