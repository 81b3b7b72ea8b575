//! Faults between criteria: identifiers given twice, and one metric with two limits.

use std::collections::BTreeMap;

use crate::criterion::{AcceptanceCriterion, Budget, Operator, Span, Unit};
use crate::diagnostic::Diagnostic;
use crate::source::SourceText;

/// A criterion with the document it stands in.
pub(super) struct Located {
    pub(super) criterion: AcceptanceCriterion,
    pub(super) source: SourceText,
}

/// Says which identifiers are given twice.
pub(super) fn find_duplicates(all: &[Located], diagnostics: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<&str, &AcceptanceCriterion> = BTreeMap::new();
    for located in all {
        let criterion = &located.criterion;
        if let Some(earlier) = first.get(criterion.id.as_str()) {
            let message = format!(
                "`{}`: expected one criterion of this identifier, found another at {}:{}",
                criterion.id, earlier.file, earlier.line
            );
            let span = criterion
                .clauses
                .first()
                .map_or(Span { start: 0, end: 0 }, |clause| clause.span);
            diagnostics.push(
                Diagnostic::error("SPEC-008", message)
                    .at(&located.source, span, "second one")
                    .hint("give each criterion an identifier of its own"),
            );
        } else {
            first.insert(criterion.id.as_str(), criterion);
        }
    }
}

/// Says which metrics have limits that cannot both be meant, within one platform. Criteria that are marked as
/// contradicted or unsatisfiable have said so already.
pub(super) fn find_conflicts(all: &[Located], diagnostics: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<Key<'_>, Vec<(&AcceptanceCriterion, &Budget)>> = BTreeMap::new();
    for located in all
        .iter()
        .filter(|located| located.criterion.contradicted.is_none() && located.criterion.unsatisfiable.is_none())
    {
        for budget in &located.criterion.budgets {
            let Some(metric) = &budget.metric else { continue };
            let key = (
                located.criterion.platform.as_deref(),
                metric.as_str(),
                budget.percentile.map(f64::to_bits),
            );
            let earlier = seen.entry(key).or_default();
            if let Some((other, limit)) = earlier.iter().find(|(_, limit)| is_conflict(limit, budget)) {
                diagnostics.push(conflict(located, metric, budget, other, limit));
            }
            earlier.push((&located.criterion, budget));
        }
    }
}

/// Platform, metric, percentile.
type Key<'a> = (Option<&'a str>, &'a str, Option<u64>);

fn conflict(
    located: &Located,
    metric: &str,
    budget: &Budget,
    other: &AcceptanceCriterion,
    limit: &Budget,
) -> Diagnostic {
    let platform = located
        .criterion
        .platform
        .as_deref()
        .map(|platform| format!(" of platform `{platform}`"))
        .unwrap_or_default();
    let message = format!(
        "metric `{metric}`{platform} has two limits: `{}` here, `{}` in `{}` at {}:{}",
        budget.text, limit.text, other.id, other.file, other.line
    );
    let hint = "make the limits equal, give the metrics different keys, or add `Contradicted:` with the fact";
    Diagnostic::error("SPEC-009", message)
        .at(&located.source, budget.span, "")
        .hint(hint)
}

/// Whether two limits of one metric differ in value on the same side, or leave nothing between them.
pub(crate) fn is_conflict(a: &Budget, b: &Budget) -> bool {
    let (Some(x), Some(y)) = (in_base_unit(a), in_base_unit(b)) else {
        return a.unit != b.unit;
    };
    if dimension(a.unit) != dimension(b.unit) {
        return true;
    }
    let differ = (x - y).abs() > 1e-9 * x.abs().max(y.abs());
    match (side(a.op), side(b.op)) {
        (Side::Upper, Side::Lower) => y > x,
        (Side::Lower, Side::Upper) => x > y,
        (Side::Exact, Side::Upper) | (Side::Lower, Side::Exact) => x > y && differ,
        (Side::Exact, Side::Lower) | (Side::Upper, Side::Exact) => x < y && differ,
        (Side::Upper, Side::Upper) | (Side::Lower, Side::Lower) | (Side::Exact, Side::Exact) => differ,
    }
}

enum Side {
    Upper,
    Lower,
    Exact,
}

fn side(op: Operator) -> Side {
    match op {
        Operator::AtMost | Operator::Below => Side::Upper,
        Operator::AtLeast | Operator::Above => Side::Lower,
        Operator::Exactly => Side::Exact,
    }
}

/// What a unit measures, and how many of the smallest unit of its kind are in it.
fn dimension(unit: Unit) -> u8 {
    match unit {
        Unit::Millisecond | Unit::Second | Unit::Minute | Unit::Hour | Unit::Day => 0,
        Unit::Kilobyte | Unit::Megabyte | Unit::Gigabyte | Unit::Kibibyte | Unit::Mebibyte | Unit::Gibibyte => 1,
        Unit::Percent => 2,
        Unit::Count => 3,
        Unit::MilliCpu => 4,
        Unit::PerMinute => 5,
        Unit::MegabytePerSecond => 6,
    }
}

fn in_base_unit(budget: &Budget) -> Option<f64> {
    let factor = match budget.unit {
        Unit::Millisecond
        | Unit::Percent
        | Unit::Count
        | Unit::MilliCpu
        | Unit::PerMinute
        | Unit::MegabytePerSecond => 1.0,
        Unit::Second | Unit::Kilobyte => 1e3,
        Unit::Minute => 6e4,
        Unit::Hour => 3.6e6,
        Unit::Day => 8.64e7,
        Unit::Megabyte => 1e6,
        Unit::Gigabyte => 1e9,
        Unit::Kibibyte => 1024.0,
        Unit::Mebibyte => 1024.0 * 1024.0,
        Unit::Gibibyte => 1024.0 * 1024.0 * 1024.0,
    };
    let value = budget.value * factor;
    value.is_finite().then_some(value)
}
