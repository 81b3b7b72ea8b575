//! Bad input ends with one clear message and exit code 2, before any cluster is touched.

use serde_json::Value;

use crate::{case::Case, formats::unusable};

#[test]
fn a_project_in_order_is_found_in_order() {
    Case::new()
        .run(&["check"])
        .ends_with(0)
        .shows(&["2 criteria", "2 scenarios"]);
}

#[test]
fn every_fault_of_a_specification_is_reported_at_once() {
    let spec = "# S\n\n- **A-1** The cluster stands.\n- **A-2** The cluster SHALL stand.\n  - Plattform: demo\n- **A-2** The cluster SHALL run.\n";
    let ended = Case::new()
        .file("spec/storage.md", spec)
        .file("features/storage.feature", "Feature: F\n")
        .run(&["check"]);
    ended.ends_with(2).says(&[
        "spec/storage.md:3",
        "spec/storage.md:5",
        "spec/storage.md:6",
        "Platform",
    ]);
}

#[test]
fn a_missing_specification_is_named() {
    Case::new()
        .without("spec")
        .file("shall.toml", "")
        .run(&["check"])
        .ends_with(2)
        .says(&["spec"]);
}

#[test]
fn a_folder_without_a_project_says_what_it_looked_for() {
    Case::empty()
        .run(&["check"])
        .ends_with(2)
        .says(&["shall.toml", "= help: run it in the folder"]);
}

#[test]
fn an_unknown_criterion_names_the_nearest() {
    let feature = "Feature: F\n\n  @AC-22\n  Scenario: S\n    When the storage classes are listed\n    Then exactly one of them is the default\n";
    let ended = Case::new().file("features/other.feature", feature).run(&["check"]);
    ended.ends_with(2).says(&["features/other.feature", "AC-22", "AC-2"]);
}

#[test]
fn an_undefined_step_is_named_with_its_place() {
    let feature = "Feature: F\n\n  @AC-2\n  Scenario: S\n    When the moon is full\n    Then exactly one of them is the default\n";
    let ended = Case::new().file("features/other.feature", feature).run(&["check"]);
    ended
        .ends_with(2)
        .says(&["features/other.feature:5", "the moon is full"]);
}

#[test]
fn a_budget_that_no_step_measures_is_an_error() {
    let feature = "Feature: F\n\n  @AC-1\n  Scenario: S\n    When a pod that mounts a new claim of the default storage class is created\n    Then the claim is bound to a new volume\n";
    let ended = Case::new().file("features/storage.feature", feature).run(&["check"]);
    ended.ends_with(2).says(&["features/storage.feature", "budget"]);
}

#[test]
fn an_unknown_key_of_the_configuration_names_the_nearest() {
    Case::new()
        .file("shall.toml", "profil = \"x\"\n")
        .run(&["check"])
        .ends_with(2)
        .says(&["profil", "did you mean `profile`?"]);
}

#[test]
fn faults_of_every_file_are_told_at_once_each_at_its_place() {
    let case = unusable();
    let json: Value = serde_json::from_str(&case.run(&["check", "--format", "json"]).ends_with(2).stdout).unwrap();
    let errors = json["findings"].as_array().unwrap().iter();
    let errors = errors.filter(|row| row["severity"] == "error");
    let mut places: Vec<String> = errors
        .map(|row| {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            format!("{} {}:{}", text(&row["rule"]), text(&row["file"]), row["start"]["line"])
        })
        .collect();
    places.sort();
    let expected = [
        "FEATURE-002 features/other.feature:1",
        "LOCK-005 shall.lock:2",
        "MUTANT-001 mutants/a.yaml:1",
        "MUTANT-001 mutants/a.yaml:5",
        "MUTANT-001 mutants/b.yaml:2",
        "PROOF-001 shall.proofs.toml:2",
    ];
    assert_eq!(places, expected);
    // A command that needs a plan says the same and stops.
    let planned = case.run(&["plan"]).ends_with(2);
    planned.says(&["[LOCK-005]", "[MUTANT-001]", "[PROOF-001]", "[FEATURE-002]"]);
}

#[test]
fn a_mutant_of_a_renamed_scenario_is_an_error_beside_an_undefined_step() {
    let mutant = "about: x\nfaults:\n  - scale: {namespace: s, deployment: d, replicas: 0}\nred:\n  - scenario: One class is default\n    because: none\n";
    let feature = "Feature: F\n\n  @AC-2\n  Scenario: S\n    When the moon is full\n    Then exactly one of them is the default\n";
    let case = Case::new()
        .file("mutants/renamed.yaml", mutant)
        .file("features/other.feature", feature);
    case.run(&["check"]).ends_with(2).says(&[
        "mutants/renamed.yaml:5:15",
        "did you mean `One class is the default`?",
        "features/other.feature:5",
    ]);
}

#[test]
fn faults_of_the_configuration_do_not_hide_those_of_the_lock() {
    let ended = Case::new()
        .file("shall.toml", "profil = \"x\"\n\nbackend = \"kubernetes\"\n")
        .file("shall.lock", "version = 2\n")
        .run(&["check", "--format", "github"])
        .ends_with(2);
    ended.shows(&[
        "::error file=shall.toml,line=1,col=1,",
        "::error file=shall.toml,line=3,col=11,",
        "::error file=shall.lock,line=1,col=1,",
    ]);
}

#[test]
fn must_is_read_where_it_is_configured_and_said_where_it_is_not() {
    let document = "# Rules\n\nThe gate MUST close within 5 seconds.\n\nThe lamp SHOULD glow.\n";
    let case = Case::empty().file("rules.md", document);
    case.run(&["check", "rules.md"])
        .ends_with(4)
        .says(&["READ-001", "READ-002", "--modals shall-and-must"]);
    case.run(&["list", "rules.md", "--modals", "shall-and-must"])
        .ends_with(0)
        .shows(&["within 5 seconds"]);
    case.run(&["check", "rules.md", "--modals", "shall-and-must"])
        .ends_with(0)
        .shows(&["1 sentence with SHOULD not read", "1 criteria"]);
    let case = case.file(
        "shall.toml",
        "documents = [\"rules.md\"]\nmodals = \"shall-and-must\"\n",
    );
    case.run(&["list"]).ends_with(0).shows(&["The gate MUST close"]);
}

#[test]
fn an_unknown_flag_is_a_usage_error() {
    Case::new()
        .run(&["run", "--no-such-flag"])
        .ends_with(2)
        .says(&["--no-such-flag"]);
}

#[test]
fn a_faulty_feature_is_reported_with_file_and_line() {
    let ended = Case::new()
        .file("features/other.feature", "Feature without a colon\n")
        .run(&["check"]);
    ended.ends_with(2).says(&["features/other.feature"]);
}

#[test]
fn a_run_with_faults_touches_no_cluster() {
    let case = Case::new().file("spec/storage.md", "# S\n\n- **A-1** The cluster stands.\n");
    case.run(&["run"]).ends_with(2).says(&["spec/storage.md:3"]);
    assert!(!case.path("state").exists(), "a run with faults left state behind");
    assert!(!case.path("reports").exists(), "a run with faults left a report behind");
}
