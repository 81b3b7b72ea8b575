//! Documents to acceptance criteria: Markdown in, EARS clauses and budgets with their places out.
//!
//! [`load_specification`] is the entry: it reads every file, keeps every fault, and returns a
//! [`Specification`]. Nothing here knows of scenarios, evidence or clusters.

pub mod coverage;
mod criterion;

pub use criterion::{
    AcceptanceCriterion, Budget, Clause, ClauseRole, CriterionId, Operator, Pattern, SourceNote, Span, Specification, Unit,
};
