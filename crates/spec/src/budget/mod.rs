//! Limits of responses as typed quantities: [`read_budgets`] gives operator, number, unit, percentile and place.

mod bare;
mod bare_words;
mod carry;
mod comparison;
mod comparison_other;
mod context;
mod count;
mod count_words;
mod fit;
mod guard;
mod ideograph;
mod judge;
mod label;
mod letters;
mod load;
mod measured;
mod number;
mod operator;
mod percentile;
mod pick;
mod quantity;
mod quotation;
mod range;
mod rate;
mod recent;
mod scan;
mod schedule;
mod settle;
mod share;
mod symbol;
mod symbol_other;
mod unit;
mod whole;

pub(crate) use scan::{Found, attach_subject_quantile, read_budgets, read_closing_limit, read_opening_limit};
pub use schedule::Schedule;
pub(crate) use schedule::read_schedules;
