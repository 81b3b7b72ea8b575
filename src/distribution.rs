//! How measured values spread: [`distribution`].

use std::collections::BTreeMap;

use shall_spec::Unit;

/// A table with the number, the smallest, the median, the 95th percentile (nearest rank) and the largest value of each
/// metric, in the order of their names. Values are metric, value and unit; a metric has one unit.
pub(crate) fn distribution<'a>(values: impl IntoIterator<Item = (&'a str, f64, Unit)>) -> String {
    let mut of_metric: BTreeMap<&str, (Unit, Vec<f64>)> = BTreeMap::new();
    for (metric, value, unit) in values {
        of_metric.entry(metric).or_insert((unit, Vec::new())).1.push(value);
    }
    let width = of_metric
        .keys()
        .map(|metric| metric.len())
        .max()
        .unwrap_or_default()
        .max("metric".len());
    let mut table = format!(
        "{:<width$} {:>4} {:>10} {:>10} {:>10} {:>10}\n",
        "metric", "n", "min", "p50", "p95", "max"
    );
    for (metric, (unit, mut values)) in of_metric {
        values.sort_by(f64::total_cmp);
        let cells = [0, 50, 95, 100].map(|percent| {
            let value = values[rank(percent, values.len())];
            format!("{:>10}", format!("{value:.2} {unit}"))
        });
        let line = format!("{metric:<width$} {:>4} {}\n", values.len(), cells.join(" "));
        table.push_str(&line);
    }
    table
}

/// Index of the nearest rank of a percentile among `count` sorted values, of which there is at least one.
fn rank(percent: usize, count: usize) -> usize {
    (percent * count).div_ceil(100).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_metric_has_a_row_of_its_own() {
        let table = distribution([
            ("restore", 9.0, Unit::Second),
            ("backup", 3.0, Unit::Second),
            ("backup", 1.0, Unit::Second),
            ("backup", 2.0, Unit::Second),
        ]);
        let expected = "\
metric     n        min        p50        p95        max
backup     3     1.00 s     2.00 s     3.00 s     3.00 s
restore    1     9.00 s     9.00 s     9.00 s     9.00 s
";
        assert_eq!(table, expected);
    }

    #[test]
    fn ranks_are_those_of_the_nearest_value() {
        assert_eq!([0, 50, 95, 100].map(|percent| rank(percent, 10)), [0, 4, 9, 9]);
        assert_eq!([0, 50, 95, 100].map(|percent| rank(percent, 1)), [0, 0, 0, 0]);
    }
}
