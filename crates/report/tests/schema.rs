//! `report.json` has the shape of its committed schema.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod fixture;

use serde_json::{Value, json};
use shall_report::render_json;
use shall_trace::judge;

fn schema() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(include_str!("../schema/report-v1.schema.json")).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

fn faults(report: &Value) -> Vec<String> {
    schema()
        .iter_errors(report)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

fn report(records: &[shall_trace::Record]) -> Value {
    serde_json::from_str(&render_json(&judge(records)).unwrap()).unwrap()
}

#[test]
fn a_whole_run_has_the_shape() {
    assert_eq!(faults(&report(&fixture::run())), Vec::<String>::new());
}

#[test]
fn a_run_cut_off_anywhere_has_the_shape() {
    let records = fixture::run();
    for length in [0, 1, 5, 12, 20, records.len() - 1] {
        assert_eq!(
            faults(&report(&records[..length])),
            Vec::<String>::new(),
            "cut off after {length} records"
        );
    }
}

#[test]
fn the_schema_refuses_what_is_not_in_it() {
    let mut changed = report(&fixture::run());
    changed["criteria"][0]["verdict"] = json!("fine");
    changed["criteria"][1]["extra"] = json!(1);
    changed["criteria"][2].as_object_mut().unwrap().remove("checks");
    assert_eq!(faults(&changed).len(), 3, "{:?}", faults(&changed));
}
