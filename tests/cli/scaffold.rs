//! Skeletons: they parse, are linked, keep to the rules of translation, and touch nothing that is there.

use std::{collections::BTreeMap, path::Path};

use serde_json::Value;

use crate::{
    case::Case,
    formats::{assert_valid, schema},
};

/// Sentences of every pattern, with several responses, budgets with and without keys, and text that Gherkin might read
/// as its own.
const SENTENCES: &str = "\
# Wide

- **W-1** The cluster SHALL mark one class as the default.
- **W-2** WHILE a node is down, WHEN a claim is made, the cluster SHALL bind it within 30 seconds {metric: bind} and SHALL use less than 500 MiB {metric: memory} of memory.
- **W-3** IF a claim names the class `<none>`, THEN the cluster SHALL NOT bind it # at all.
- **W-4** WHERE backups are on, IF the location is unreachable, THEN Velero SHALL report it within 5 minutes.
- **W-5** WHEN a table | of | cells is written, the pods SHALL have \"\"\" in their log.
- **W-6** There SHALL be at least 3 replicas of the service.
";

/// What a command prints as JSON, which has the shape of its schema.
fn json(case: &Case, args: &[&str], code: i32) -> Value {
    assert_valid(&schema(args[0]), &case.run(args).ends_with(code).stdout)
}

/// Every file below a folder with its text.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.insert(path.display().to_string(), std::fs::read_to_string(&path).unwrap());
        }
    }
    all
}

/// Asserts that undefined steps are the only fault, under every rule that looks at features. What the other side of
/// *without* or SHALL NOT is, no skeleton can know: it is left to people, and the rule says so.
#[track_caller]
fn assert_only_steps_are_undefined(case: &Case) {
    let checked = json(case, &["check", "--format", "json", "--enable", "all"], 2);
    let features = checked["findings"].as_array().unwrap().iter().filter(|row| {
        let file = row["file"].as_str().unwrap_or_default();
        let message = row["message"].as_str().unwrap_or_default();
        let is_ours = row["rule"] != "BDD-001" || message.ends_with(" says IF") || message.ends_with(" says WHERE");
        file.starts_with("features/") && row["rule"] != "STEP-001" && is_ours
    });
    let wrong: Vec<String> = features.map(ToString::to_string).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(
        checked["findings"]
            .as_array()
            .unwrap()
            .iter()
            .any(|row| row["rule"] == "STEP-001")
    );
}

#[test]
fn skeletons_of_every_pattern_parse_and_are_linked() {
    let case = Case::empty().file("spec/wide.md", SENTENCES);
    let written = json(&case, &["scaffold", "--format", "json"], 0);
    let skeletons = written["skeletons"].as_array().unwrap();
    assert_eq!(skeletons.len(), 6);
    assert_only_steps_are_undefined(&case);
    let tags = |index: usize| -> Vec<String> {
        let scenarios = skeletons[index]["scenarios"].as_array().unwrap().iter();
        scenarios
            .map(|one| {
                one["tags"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|tag| tag.as_str().unwrap())
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect()
    };
    assert_eq!(tags(1), ["W-2.1", "W-2.2"]);
    assert_eq!(tags(2), ["W-3", "W-3 negative"]);
    assert_eq!(
        tags(3),
        ["W-4", "W-4 negative", "W-4 negative"],
        "each condition is denied once"
    );
}

#[test]
fn skeletons_of_our_own_specification_parse_and_are_linked() {
    let case = Case::empty().file("features/.keep", "");
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("spec");
    std::os::unix::fs::symlink(own, case.path("spec")).unwrap();
    let listed = json(&case, &["list", "--format", "json"], 0);
    let written = json(&case, &["scaffold", "--format", "json"], 0);
    let count = |value: &Value| value.as_array().unwrap().len();
    assert_eq!(count(&written["skeletons"]), count(&listed["statements"]));
    assert_only_steps_are_undefined(&case);
    let plain = json(&case, &["check", "--format", "json"], 2);
    assert_eq!(plain["summary"]["warnings"], 0);
    // With everything linked nothing is left to scaffold.
    let again = json(&case, &["scaffold", "--format", "json"], 0);
    assert_eq!(count(&again["skeletons"]), 0);
}

#[test]
fn nothing_that_is_there_is_touched() {
    let case = Case::new()
        .file(
            "spec/other.md",
            "# O\n\n- **O-1** The cluster SHALL stand and SHALL run.\n- **O-2** The cluster SHALL rest.\n",
        )
        .file("features/other/o-2.feature", "# mine\nFeature: Mine\n");
    let before = files(&case.path("features"));
    let dry = case.run(&["scaffold", "--dry-run"]).ends_with(0);
    assert!(dry.stdout.contains("== features/other/o-1.feature") && dry.stdout.contains("@O-1.2"));
    assert_eq!(files(&case.path("features")), before, "a dry run writes nothing");
    let ended = case.run(&["scaffold", "AC-1", "O-1", "O-2"]).ends_with(0);
    ended.shows(&[
        "AC-1: skipped, features/storage.feature:4 proves it",
        "O-1: features/other/o-1.feature with 2 scenarios",
        "O-2: skipped, `features/other/o-2.feature` exists",
    ]);
    let after = files(&case.path("features"));
    assert!(before.iter().all(|(path, text)| after[path] == *text));
    assert_eq!(after.len(), before.len() + 1);
    let again = case.run(&["scaffold", "O-1"]).ends_with(0);
    again.shows(&["O-1: skipped, features/other/o-1.feature:5 proves it"]);
    assert_eq!(files(&case.path("features")), after);
}

#[test]
fn only_the_responses_without_a_scenario_are_scaffolded() {
    let feature = "Feature: F\n\n  @O-1.1\n  Scenario: It stands\n    When the storage classes are listed\n    Then exactly one of them is the default\n";
    let case = Case::new()
        .file(
            "spec/other.md",
            "# O\n\n- **O-1** The cluster SHALL stand and SHALL run.\n",
        )
        .file("features/mine.feature", feature);
    let written = json(&case, &["scaffold", "--dry-run", "--format", "json"], 0);
    assert_eq!(written["skeletons"][0]["scenarios"][0]["tags"][0], "O-1.2");
    assert_eq!(written["skeletons"][0]["scenarios"].as_array().unwrap().len(), 1);
}

#[test]
fn an_unknown_criterion_names_the_nearest_and_writes_nothing() {
    let case = Case::new();
    case.run(&["scaffold", "AC-2", "AC-11"])
        .ends_with(2)
        .says(&["no criterion `AC-11`", "did you mean `AC-1`?"]);
    let broken = Case::new().file("features/other.feature", "Feature without a colon\n");
    broken.run(&["scaffold"]).ends_with(2).says(&["features/other.feature"]);
}
