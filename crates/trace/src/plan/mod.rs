//! Features to a plan: which scenarios run, and what each proves.
//!
//! [`plan`] is the entry; [`Features`] holds the feature files as they were read. Nothing here needs a cluster
//! but the [`Capabilities`] that were found on one.

mod build;
mod capability;
mod feature;
mod filter;
mod links;
mod lint;
mod measured;
mod outline;
mod place;
mod removed;
mod rule;
mod translation;

pub use build::{plan, plan_with_warnings};
pub use capability::Capabilities;
pub use feature::Features;
pub use filter::{Filter, FilterError};
pub use links::LinkedPlace;
pub use rule::feature_rules;
