//! Budgets of the scenario's criteria: the step says "within its budget", the number stands in the specification.

use shall_spec::{Budget, Unit};
use shall_trace::{BudgetVerdict, Measurement, PlannedScenario, format_interval, judge_budget};

use crate::{Recorder, StepError, World};

/// Between these instants something came true; without the first, at any time before the second.
pub(crate) type Interval = (Option<std::time::Instant>, std::time::Instant);

/// A value measured for a budget, before its metric key is known.
pub(crate) struct Measured {
    pub(crate) lower: f64,
    pub(crate) upper: f64,
    pub(crate) unit: Unit,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) bound: String,
}

impl Measured {
    /// A duration by our monotonic clock: it ended after `unmet`, where something was seen that did not show the end
    /// yet, and not later than `met`.
    pub(crate) fn between(began: std::time::Instant, (unmet, met): Interval, from: &str, to: &str) -> Self {
        Self {
            lower: unmet.map_or(0.0, |unmet| unmet.saturating_duration_since(began).as_secs_f64()),
            upper: met.saturating_duration_since(began).as_secs_f64(),
            unit: Unit::Second,
            from: format!("{from} (our clock)"),
            to: format!("{to} (our clock)"),
            bound: "between the last state that did not show it and the first that did".to_owned(),
        }
    }
}

impl World {
    /// Records a measured value under `metric` and checks it against each budget of that metric that the scenario's
    /// criteria have.
    ///
    /// # Errors
    ///
    /// When no criterion of the scenario has such a budget, or the value is not inside one.
    pub(crate) fn within_budget(&self, recorder: &Recorder, metric: &str, measured: Measured) -> Result<(), StepError> {
        let measurement = Measurement {
            metric: metric.to_owned(),
            lower: measured.lower,
            upper: measured.upper,
            unit: measured.unit,
            from: measured.from,
            to: measured.to,
            bound: measured.bound,
        };
        let answered =
            |budget: &Budget| budget.metric.is_some() || judge_budget(budget, &measurement) != BudgetVerdict::Malformed;
        let mut budgets = self.budgets(metric);
        budgets.retain(|(_, budget)| answered(budget));
        if budgets.is_empty() {
            return Err(StepError::Errored {
                what: format!("budget `{metric}`"),
                source: "no criterion of this scenario has a budget of this metric".into(),
            });
        }
        recorder.measure(measurement.clone());
        for (criterion, budget) in budgets {
            let verdict = judge_budget(&budget, &measurement);
            let observed = format_interval(measurement.lower, measurement.upper, measurement.unit);
            // A value whose interval holds the limit is inconclusive: the verdict says so, the check does not fail.
            let met = matches!(verdict, BudgetVerdict::Inside | BudgetVerdict::Straddling);
            recorder.check(format!("{metric} of {criterion}"), &budget.text, observed, met, 1)?;
        }
        Ok(())
    }

    /// The budgets of this metric that the scenario's criteria have, with their criterion. A budget without a key is
    /// its criterion's only one and is among them.
    pub(crate) fn budgets(&self, metric: &str) -> Vec<(String, Budget)> {
        let own = |planned: &&PlannedScenario| planned.key.file == self.key.file && planned.key.line == self.key.line;
        let planned = self.run.plan.scenarios.iter().find(own);
        let criteria = self
            .run
            .plan
            .criteria
            .iter()
            .filter(|criterion| planned.is_some_and(|scenario| scenario.names(&criterion.id)));
        criteria
            .flat_map(|criterion| {
                let of_metric = criterion
                    .budgets
                    .iter()
                    .filter(|budget| budget.metric.as_deref().is_none_or(|own| own == metric));
                of_metric.map(|budget| (criterion.id.to_string(), budget.clone()))
            })
            .collect()
    }
}
