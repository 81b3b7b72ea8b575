//! Documents to acceptance criteria: Markdown in, EARS clauses and budgets with their places out.
//!
//! [`load_specification`] is the entry: it reads every file, keeps every fault, and returns a
//! [`Specification`]. Nothing here knows of scenarios, evidence or clusters.

mod budget;
pub mod coverage;
mod criterion;
mod diagnostic;
mod document;
mod ears;
mod formula;
mod identity;
mod language;
mod lexeme;
mod lint;
mod loader;
mod lock;
mod markdown;
mod nearest;
mod quotation;
mod source;
mod statement;
mod token;

pub use budget::Schedule;
pub use criterion::{
    AcceptanceCriterion, Budget, Clause, ClauseRole, CriterionId, Operator, Pattern, SourceNote, Span, Specification,
    Unit,
};
pub use diagnostic::{Diagnostic, Place, Severity, SpecErrors};
pub use document::{Document, Mention, ReadOptions, Tick, mentions, read_document, read_document_with, ticks};
pub use ears::{Condition, ConditionKind, EarsSentence, Modals, Part, Response, parse_sentence};
pub use lint::{Linted, Rule, lint_document, lint_source, reading_rules, review, rules, undeclared};
pub use loader::{Loaded, load_specification, read_sources, read_specification, read_specification_with};
pub use lock::{Acceptance, Accepted, Differences, LOCK_FILE, Lock, LockEntry, LockError, tag_form, word_diff};
pub use nearest::nearest;
pub use source::{Position, SourceText};
pub use statement::Statement;
