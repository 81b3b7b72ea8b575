use serde_json::json;

use super::*;
use crate::shown::fixture::{planned, red};

#[test]
fn only_the_scenarios_of_the_mutant_are_left_to_run() {
    let mut other = planned();
    other.key.line = 9;
    let plan = Plan {
        criteria: Vec::new(),
        scenarios: vec![planned(), other],
        filtered: false,
        review: shall_trace::Review::default(),
    };
    let wanted = red("x");
    let chosen = only(&plan, &[&wanted]);
    let not_run: Vec<bool> = chosen
        .scenarios
        .iter()
        .map(|scenario| scenario.not_run.is_some())
        .collect();
    assert_eq!((chosen.filtered, not_run), (true, vec![false, true]));
}

#[test]
fn the_workload_image_is_put_into_manifests() {
    let fault = FaultSpec::Apply {
        manifest: json!({ "spec": [{ "image": "$(workload-image)" }] }),
        shown_by: None,
    };
    let FaultSpec::Apply { manifest, .. } = &with_image(&[fault], "w:1")[0] else {
        unreachable!("a fault keeps its kind")
    };
    assert_eq!(manifest["spec"][0]["image"], "w:1");
}
