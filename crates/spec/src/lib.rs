//! Documents to acceptance criteria: Markdown in, EARS clauses and budgets with their places out.
//!
//! [`load_specification`] is the entry: it reads every file, keeps every fault, and returns a
//! [`Specification`]. Nothing here knows of scenarios, evidence or clusters.

pub mod coverage;
mod criterion;
mod diagnostic;
mod source;

pub use criterion::{
    AcceptanceCriterion, Budget, Clause, ClauseRole, CriterionId, Operator, Pattern, SourceNote, Span, Specification, Unit,
};
pub use diagnostic::{Diagnostic, Place, Severity, SpecErrors};
pub use source::{Position, SourceText};
