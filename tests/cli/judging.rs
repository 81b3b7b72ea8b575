//! What needs only files: plan, list, and reports from evidence.

use crate::case::Case;

#[test]
fn the_plan_says_what_each_scenario_proves_and_what_is_uncovered() {
    let feature = "Feature: F\n\n  @AC-2\n  Scenario: One class is the default\n    When the storage classes are listed\n    Then exactly one of them is the default\n";
    let ended = Case::new().file("features/storage.feature", feature).run(&["plan"]);
    ended
        .ends_with(0)
        .shows(&["One class is the default", "AC-2", "uncovered", "AC-1"]);
}

#[test]
fn the_list_has_one_row_per_criterion() {
    let ended = Case::new().run(&["list", "--format", "json"]).ends_with(0);
    let list: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let rows = list["statements"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["id"], "AC-1");
    assert_eq!(rows[0]["line"], 3);
    assert_eq!(rows[0]["pattern"], "event");
    assert_eq!(rows[0]["budgets"][0]["value"], 30.0);
    assert_eq!(rows[0]["budgets"][0]["unit"], "s");
}

#[test]
fn a_report_of_a_run_that_is_not_there_is_refused() {
    Case::new()
        .run(&["report", "reports/no-such-run"])
        .ends_with(2)
        .says(&["no-such-run"]);
}
