//! Bad input ends with one clear message and exit code 2, before any cluster is touched.

use crate::case::Case;

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
    Case::empty().run(&["check"]).ends_with(2).says(&["shall.toml", "hint"]);
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
