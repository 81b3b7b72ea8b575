//! A row of `criteria[]`.

use serde::Serialize;
use shall_spec::{Budget, CriterionId, Operator, SourceNote, Unit};
use shall_trace::{
    BudgetMeasurement, BudgetVerdict, Finding, JudgedBudget, JudgedCriterion, LinkedScenario, Mark, StandIn, Verdict,
};

/// One criterion with everything that its verdict rests on.
#[derive(Serialize)]
pub(super) struct CriterionRow<'a> {
    id: &'a CriterionId,
    verdict: Verdict,
    marks: &'a [Mark],
    area: &'a str,
    platform: Option<&'a str>,
    text: &'a str,
    file: &'a str,
    line: usize,
    subjects: &'a [String],
    sources: &'a [SourceNote],
    responses: &'a [String],
    budgets: Vec<BudgetRow<'a>>,
    measurements: Vec<MeasurementRow<'a>>,
    checks: usize,
    scenarios: Vec<LinkRow>,
    findings: &'a [Finding],
    stand_ins: &'a [StandIn],
    contradicted: Option<&'a str>,
    unsatisfiable: Option<&'a str>,
}

#[derive(Serialize)]
struct BudgetRow<'a> {
    metric: Option<&'a str>,
    op: Operator,
    value: f64,
    unit: Unit,
    percentile: Option<f64>,
    text: &'a str,
    verdict: BudgetVerdict,
}

#[derive(Serialize)]
struct MeasurementRow<'a> {
    metric: &'a str,
    lower: f64,
    upper: f64,
    unit: Unit,
    verdict: BudgetVerdict,
    from: &'a str,
    to: &'a str,
    bound: &'a str,
    scenario: String,
}

#[derive(Serialize)]
struct LinkRow {
    scenario: String,
    response: Option<usize>,
    verdict: Verdict,
}

impl<'a> CriterionRow<'a> {
    pub(super) fn new(judged: &'a JudgedCriterion) -> Self {
        let criterion = &judged.criterion;
        let measurements = judged.budgets.iter().flat_map(|budget| &budget.measurements);
        Self {
            id: &criterion.id,
            verdict: judged.verdict,
            marks: &judged.marks,
            area: &criterion.area,
            platform: criterion.platform.as_deref(),
            text: &criterion.text,
            file: &criterion.file,
            line: criterion.line,
            subjects: &criterion.subjects,
            sources: &criterion.sources,
            responses: &criterion.responses,
            budgets: judged.budgets.iter().map(budget_row).collect(),
            measurements: measurements.map(measurement_row).collect(),
            checks: judged.checks,
            scenarios: judged.scenarios.iter().map(link_row).collect(),
            findings: &judged.findings,
            stand_ins: &judged.stand_ins,
            contradicted: criterion.contradicted.as_deref(),
            unsatisfiable: criterion.unsatisfiable.as_deref(),
        }
    }
}

fn budget_row(judged: &JudgedBudget) -> BudgetRow<'_> {
    let Budget {
        metric,
        op,
        value,
        unit,
        percentile,
        text,
        about: _,
        span: _,
    } = &judged.budget;
    BudgetRow {
        metric: metric.as_deref(),
        op: *op,
        value: *value,
        unit: *unit,
        percentile: *percentile,
        text,
        verdict: judged.verdict,
    }
}

fn measurement_row(measured: &BudgetMeasurement) -> MeasurementRow<'_> {
    let value = &measured.measurement;
    MeasurementRow {
        metric: &value.metric,
        lower: value.lower,
        upper: value.upper,
        unit: value.unit,
        verdict: measured.verdict,
        from: &value.from,
        to: &value.to,
        bound: &value.bound,
        scenario: measured.scenario.to_string(),
    }
}

fn link_row(link: &LinkedScenario) -> LinkRow {
    LinkRow {
        scenario: link.key.to_string(),
        response: link.response,
        verdict: link.verdict,
    }
}
