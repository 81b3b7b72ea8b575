//! Properties of the budget grammar: what is printed is read again, whatever stands around it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use shall_spec::{Budget, Operator, Span, Unit, read_document};

fn operator() -> impl Strategy<Value = Operator> {
    prop::sample::select(vec![
        Operator::AtMost,
        Operator::Below,
        Operator::AtLeast,
        Operator::Above,
        Operator::Exactly,
    ])
}

fn unit() -> impl Strategy<Value = Unit> {
    prop::sample::select(vec![
        Unit::Millisecond,
        Unit::Second,
        Unit::Minute,
        Unit::Hour,
        Unit::Day,
        Unit::Kilobyte,
        Unit::Megabyte,
        Unit::Gigabyte,
        Unit::Kibibyte,
        Unit::Mebibyte,
        Unit::Gibibyte,
        Unit::Percent,
        Unit::Count,
        Unit::MilliCpu,
        Unit::PerMinute,
        Unit::MegabytePerSecond,
    ])
}

/// A limit with at most three decimals; a percentile only where one can be meant.
fn budget() -> impl Strategy<Value = Budget> {
    let percentile = prop::option::of(prop::sample::select(vec![50.0, 90.0, 95.0, 99.0, 99.9]));
    (operator(), 1_u32..10_000_000, unit(), percentile).prop_map(|(op, thousandths, unit, percentile)| Budget {
        metric: None,
        op,
        value: f64::from(thousandths) / 1000.0,
        unit,
        percentile: percentile.filter(|_| !matches!(unit, Unit::Percent | Unit::Count)),
        text: String::new(),
        about: None,
        span: Span { start: 0, end: 0 },
    })
}

type Limit = (Operator, f64, Unit, Option<f64>);

fn limit(budget: &Budget) -> Limit {
    (budget.op, budget.value, budget.unit, budget.percentile)
}

/// The limits that are read in a response.
fn read(response: &str) -> Vec<Limit> {
    let document = read_document("any.md", &format!("WHEN it rains, the mill SHALL {response}.\n"));
    assert_eq!(document.statements.len(), 1, "{response}");
    document.statements.first().unwrap().budgets.iter().map(limit).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_printed_limit_is_read_again(budget in budget(), words in "[b-z]{4}x( [b-z]{3}x){0,3}") {
        let printed = budget.printed();
        prop_assert_eq!(read(&format!("keep {printed}")), vec![limit(&budget)], "{}", printed);
        let inside = format!("{words} {printed} near the {words}");
        prop_assert_eq!(read(&inside), vec![limit(&budget)], "{}", inside);
        let bracketed = format!("{words} ({printed})");
        prop_assert_eq!(read(&bracketed), vec![limit(&budget)], "{}", bracketed);
    }

    #[test]
    fn two_printed_limits_are_two(first in budget(), second in budget()) {
        let printed = format!("keep {} for reading, and keep {} for writing", first.printed(), second.printed());
        prop_assert_eq!(read(&printed), vec![limit(&first), limit(&second)], "{}", printed);
    }

    #[test]
    fn a_quoted_limit_limits_nothing(budget in budget()) {
        let quoted = format!("show the words \"keep {}\" to the miller", budget.printed());
        prop_assert_eq!(read(&quoted), vec![], "{}", quoted);
    }

    #[test]
    fn a_limit_of_the_trigger_limits_nothing(budget in budget()) {
        let text = format!("WHEN the load is {}, the mill SHALL halt.\n", budget.printed());
        let document = read_document("any.md", &text);
        prop_assert_eq!(document.statements.first().map(|s| s.budgets.len()), Some(0), "{}", text);
    }
}
