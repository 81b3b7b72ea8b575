//! A measured interval against a limit: [`judge_budget`] converts units and never rounds a doubt away.

use std::fmt;

use serde::{Deserialize, Serialize};
use shall_spec::{Budget, Operator, Unit};

use crate::evidence::Measurement;

/// Where a measured interval lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BudgetVerdict {
    /// All of it keeps the limit.
    Inside,
    /// Nothing was measured.
    Unmeasured,
    /// The limit lies within it.
    Straddling,
    /// It is no interval, or its unit is of another kind than the limit's.
    Malformed,
    /// All of it breaks the limit.
    Outside,
}

impl BudgetVerdict {
    /// The name as in JSON.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Inside => "inside",
            Self::Unmeasured => "unmeasured",
            Self::Straddling => "straddling",
            Self::Malformed => "malformed",
            Self::Outside => "outside",
        }
    }
}

impl fmt::Display for BudgetVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.key())
    }
}

/// What a unit measures. Units of one kind convert into each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Time,
    Size,
    Percent,
    Count,
    Cpu,
    Rate,
    Throughput,
}

/// The unit's kind and its size in the kind's smallest unit, a whole number so that conversion is exact.
fn scale(unit: Unit) -> (Kind, f64) {
    match unit {
        Unit::Millisecond => (Kind::Time, 1.0),
        Unit::Second => (Kind::Time, 1e3),
        Unit::Minute => (Kind::Time, 60e3),
        Unit::Hour => (Kind::Time, 3_600e3),
        Unit::Day => (Kind::Time, 86_400e3),
        Unit::Kilobyte => (Kind::Size, 1e3),
        Unit::Megabyte => (Kind::Size, 1e6),
        Unit::Gigabyte => (Kind::Size, 1e9),
        Unit::Kibibyte => (Kind::Size, 1024.0),
        Unit::Mebibyte => (Kind::Size, 1024.0 * 1024.0),
        Unit::Gibibyte => (Kind::Size, 1024.0 * 1024.0 * 1024.0),
        Unit::Percent => (Kind::Percent, 1.0),
        Unit::Count => (Kind::Count, 1.0),
        Unit::MilliCpu => (Kind::Cpu, 1.0),
        Unit::PerMinute => (Kind::Rate, 1.0),
        Unit::MegabytePerSecond => (Kind::Throughput, 1.0),
    }
}

/// A value in another unit; `None` where the two are of different kinds.
#[must_use]
pub fn convert(value: f64, from: Unit, to: Unit) -> Option<f64> {
    let ((kind, factor), (other, divisor)) = (scale(from), scale(to));
    (kind == other).then(|| value * factor / divisor)
}

/// The unit's symbol as in JSON, with `%` and `/min` as they are read, and nothing for a number of things.
#[must_use]
pub fn symbol(unit: Unit) -> &'static str {
    match unit {
        Unit::Millisecond => "ms",
        Unit::Second => "s",
        Unit::Minute => "min",
        Unit::Hour => "h",
        Unit::Day => "d",
        Unit::Kilobyte => "KB",
        Unit::Megabyte => "MB",
        Unit::Gigabyte => "GB",
        Unit::Kibibyte => "KiB",
        Unit::Mebibyte => "MiB",
        Unit::Gibibyte => "GiB",
        Unit::Percent => "%",
        Unit::Count => "",
        Unit::MilliCpu => "mCPU",
        Unit::PerMinute => "/min",
        Unit::MegabytePerSecond => "MB/s",
    }
}

/// A value as it is read: at most three decimals, then the unit.
#[must_use]
pub fn format_value(value: f64, unit: Unit) -> String {
    let unit = symbol(unit);
    let gap = if unit.is_empty() || unit == "%" || unit.starts_with('/') {
        ""
    } else {
        " "
    };
    format!("{}{gap}{unit}", format_number(value))
}

/// An interval as it is read: `12.41 to 12.43 s`, or one value where both ends read the same.
#[must_use]
pub fn format_interval(lower: f64, upper: f64, unit: Unit) -> String {
    let (low, high) = (format_number(lower), format_number(upper));
    if low == high {
        format_value(upper, unit)
    } else {
        format!("{low} to {}", format_value(upper, unit))
    }
}

fn format_number(value: f64) -> String {
    let text = format!("{value:.3}");
    match text.split_once('.') {
        Some((_, _)) => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        None => text,
    }
}

/// Compares the whole interval with the limit.
#[must_use]
pub fn judge_budget(budget: &Budget, measurement: &Measurement) -> BudgetVerdict {
    let ((kind, factor), (wanted, unit)) = (scale(measurement.unit), scale(budget.unit));
    let (lower, upper, limit) = (
        measurement.lower * factor,
        measurement.upper * factor,
        budget.value * unit,
    );
    let ordered = lower.is_finite() && upper.is_finite() && lower <= upper;
    if kind != wanted || !ordered || !limit.is_finite() {
        return BudgetVerdict::Malformed;
    }
    let (inside, outside) = match budget.op {
        Operator::AtMost => (upper <= limit, lower > limit),
        Operator::Below => (upper < limit, lower >= limit),
        Operator::AtLeast => (lower >= limit, upper < limit),
        Operator::Above => (lower > limit, upper <= limit),
        Operator::Exactly => (lower >= limit && upper <= limit, lower > limit || upper < limit),
    };
    match (inside, outside) {
        (true, _) => BudgetVerdict::Inside,
        (false, true) => BudgetVerdict::Outside,
        (false, false) => BudgetVerdict::Straddling,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{criterion, limit, measurement};

    fn judge(op: Operator, value: f64, unit: Unit, lower: f64, upper: f64) -> BudgetVerdict {
        let mut measured = measurement("m", lower, upper);
        measured.unit = Unit::Second;
        judge_budget(&limit(&criterion("X", 1), op, value, unit), &measured)
    }

    #[test]
    fn a_limit_is_kept_only_by_the_whole_interval() {
        use BudgetVerdict::{Inside, Outside, Straddling};
        let at_most = |lower, upper| judge(Operator::AtMost, 0.5, Unit::Minute, lower, upper);
        assert_eq!(at_most(12.0, 30.0), Inside);
        assert_eq!(at_most(29.99, 30.01), Straddling);
        assert_eq!(at_most(30.01, 30.02), Outside);
        let below = |lower, upper| judge(Operator::Below, 30.0, Unit::Second, lower, upper);
        assert_eq!(below(12.0, 30.0), Straddling);
        assert_eq!(below(30.0, 31.0), Outside);
        let at_least = |lower, upper| judge(Operator::AtLeast, 1.0, Unit::Hour, lower, upper);
        assert_eq!(at_least(3600.0, 3601.0), Inside);
        assert_eq!(at_least(3599.0, 3601.0), Straddling);
        assert_eq!(at_least(1.0, 2.0), Outside);
        let exactly = |lower, upper| judge(Operator::Exactly, 30.0, Unit::Second, lower, upper);
        assert_eq!(exactly(30.0, 30.0), Inside);
        assert_eq!(exactly(30.0, 30.5), Straddling);
        assert_eq!(exactly(30.1, 30.5), Outside);
        let above = |lower, upper| judge(Operator::Above, 30.0, Unit::Second, lower, upper);
        assert_eq!(above(29.0, 30.0), Outside);
    }

    #[test]
    fn what_is_no_interval_of_the_kind_is_malformed() {
        assert_eq!(
            judge(Operator::AtMost, 500.0, Unit::Mebibyte, 1.0, 2.0),
            BudgetVerdict::Malformed
        );
        assert_eq!(
            judge(Operator::AtMost, 5.0, Unit::Second, f64::NAN, 2.0),
            BudgetVerdict::Malformed
        );
        assert_eq!(
            judge(Operator::AtMost, 5.0, Unit::Second, 3.0, 2.0),
            BudgetVerdict::Malformed
        );
        assert_eq!(
            judge(Operator::AtMost, 5.0, Unit::Second, 3.0, f64::INFINITY),
            BudgetVerdict::Malformed
        );
    }

    #[test]
    fn values_read_as_people_write_them() {
        assert_eq!(format_interval(12.41, 12.43, Unit::Second), "12.41 to 12.43 s");
        assert_eq!(format_interval(300.0, 300.000_01, Unit::Mebibyte), "300 MiB");
        assert_eq!(format_value(95.0, Unit::Percent), "95%");
        assert_eq!(format_value(2.0, Unit::Count), "2");
        assert_eq!(format_value(f64::NAN, Unit::Second), "NaN s");
    }

    #[test]
    fn conversion_is_exact_on_whole_units() {
        assert_eq!(convert(30.0, Unit::Second, Unit::Minute), Some(0.5));
        assert_eq!(convert(1.0, Unit::Gibibyte, Unit::Mebibyte), Some(1024.0));
        assert_eq!(convert(1.0, Unit::Gibibyte, Unit::Second), None);
    }
}
