//! A budget as a drawing: [`BudgetBar`] puts limit and measured interval on one scale.

use serde::Serialize;
use shall_spec::Operator;
use shall_trace::{BudgetVerdict, JudgedBudget, convert, format_interval, format_value};

/// Width of the drawing in its own units.
const WIDTH: f64 = 200.0;
/// Share of the width that the larger of limit and measured value takes.
const FILL: f64 = 0.8;
/// Least width at which an interval can be seen.
const HAIR: f64 = 2.5;

/// A limit and what was measured for it, with the geometry of its drawing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct BudgetBar {
    verdict: &'static str,
    metric: String,
    words: String,
    limit: String,
    limit_x: String,
    allowed_x: String,
    allowed_width: String,
    intervals: Vec<Interval>,
}

/// One measured interval.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Interval {
    verdict: &'static str,
    text: String,
    x: String,
    width: String,
    from: String,
    to: String,
    bound: String,
}

impl BudgetBar {
    pub(super) fn new(judged: &JudgedBudget) -> Self {
        let budget = &judged.budget;
        let scale = Scale::new(judged);
        let limit_x = scale.x(budget.value);
        let (allowed_x, allowed_width) = match budget.op {
            Operator::AtMost | Operator::Below => (0.0, limit_x),
            Operator::AtLeast | Operator::Above => (limit_x, WIDTH - limit_x),
            Operator::Exactly => (limit_x - HAIR / 2.0, HAIR),
        };
        let percentile = budget
            .percentile
            .map(|percentile| format!("p{percentile} "))
            .unwrap_or_default();
        Self {
            verdict: judged.verdict.key(),
            metric: budget.metric.clone().unwrap_or_default(),
            words: budget.text.clone(),
            limit: format!(
                "{percentile}{} {}",
                sign(budget.op),
                format_value(budget.value, budget.unit)
            ),
            limit_x: number(limit_x),
            allowed_x: number(allowed_x),
            allowed_width: number(allowed_width),
            intervals: intervals(judged, &scale),
        }
    }
}

fn intervals(judged: &JudgedBudget, scale: &Scale) -> Vec<Interval> {
    let interval = |measured: &shall_trace::BudgetMeasurement| {
        let value = &measured.measurement;
        let (left, right) = match measured.verdict {
            BudgetVerdict::Inside | BudgetVerdict::Straddling | BudgetVerdict::Outside => {
                (scale.end(value.lower, value.unit), scale.end(value.upper, value.unit))
            }
            BudgetVerdict::Unmeasured | BudgetVerdict::Malformed => (0.0, 0.0),
        };
        Interval {
            verdict: measured.verdict.key(),
            text: format_interval(value.lower, value.upper, value.unit),
            x: number(left.min(WIDTH - HAIR)),
            width: number((right - left).max(HAIR)),
            from: value.from.clone(),
            to: value.to.clone(),
            bound: value.bound.clone(),
        }
    };
    judged.measurements.iter().map(interval).collect()
}

/// From the limit's unit to the drawing's.
struct Scale {
    factor: f64,
    unit: shall_spec::Unit,
}

impl Scale {
    fn new(judged: &JudgedBudget) -> Self {
        let unit = judged.budget.unit;
        let values = judged.measurements.iter().map(|measured| &measured.measurement);
        let uppers = values
            .filter_map(|value| convert(value.upper, value.unit, unit))
            .filter(|upper| upper.is_finite());
        let largest = uppers.fold(judged.budget.value, f64::max);
        let factor = if largest > 0.0 { WIDTH * FILL / largest } else { 0.0 };
        Self { factor, unit }
    }

    fn x(&self, value: f64) -> f64 {
        (value * self.factor).clamp(0.0, WIDTH)
    }

    fn end(&self, value: f64, unit: shall_spec::Unit) -> f64 {
        self.x(convert(value, unit, self.unit).unwrap_or(0.0))
    }
}

fn sign(op: Operator) -> &'static str {
    match op {
        Operator::AtMost => "≤",
        Operator::Below => "<",
        Operator::AtLeast => "≥",
        Operator::Above => ">",
        Operator::Exactly => "=",
    }
}

fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}
