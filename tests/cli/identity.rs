//! Lock, suspect sentences, waivers and ticks: what keeps identity, and what is said when a sentence changes.

use crate::{
    case::{Case, Ended},
    evidence::write_run,
};

/// A document in a form of its own, without identifiers.
const DOCUMENT: &str = "\
# Platform

- [ ] The cluster SHALL mark one StorageClass as the default.
- [ ] WHEN a pod mounts a claim, the cluster SHALL keep the data of the pod.
- [ ] IF a claim names an unknown class, THEN the cluster SHALL leave the claim unbound.
";

/// A project whose sentences are accepted.
fn accepted() -> Case {
    let case = Case::new();
    case.run(&["check", "--accept-new", "--accepted-by", "A. Reviewer"])
        .ends_with(0)
        .shows(&["2 new, 0 changed, 0 removed, accepted by A. Reviewer"]);
    case
}

/// A project with documents alone, accepted.
fn documents() -> Case {
    let case = Case::empty()
        .file("shall.toml", "documents = [\"docs\"]\n")
        .file("docs/platform.md", DOCUMENT);
    let case = case.file("features/a.feature", "Feature: F\n");
    case.run(&["check", "--accept-new", "--accepted-by", "A. Reviewer"])
        .ends_with(0);
    case
}

/// Changes words of a file of the project.
fn edited(case: Case, path: &str, old: &str, new: &str) -> Case {
    let text = std::fs::read_to_string(case.path(path)).unwrap();
    assert!(text.contains(old), "no `{old}` in {path}");
    case.file(path, &text.replace(old, new))
}

/// The identifiers that the list shows, by sentence.
fn ids(case: &Case) -> Vec<(String, String)> {
    let Ended { stdout, .. } = case.run(&["list", "--format", "json"]).ends_with(0);
    let list: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let rows = list["statements"].as_array().unwrap().iter();
    let mut ids: Vec<_> = rows.map(|row| (text(&row["text"]), text(&row["id"]))).collect();
    ids.sort();
    ids
}

#[test]
fn a_project_that_never_accepted_is_told_so_and_stays_green() {
    Case::new()
        .run(&["check"])
        .ends_with(0)
        .shows(&["LOCK-003", "--accept-new"]);
}

#[test]
fn one_changed_word_is_suspect_until_it_is_accepted() {
    let case = edited(accepted(), "spec/storage.md", "30 seconds", "60 seconds");
    let ended = case.run(&["check"]).ends_with(1);
    ended.shows(&[
        "error[LOCK-001]",
        "`AC-1` changed since A. Reviewer accepted it on 20",
        "within [-30-] {+60+} seconds",
        "spec/storage.md:3",
        "shall check --accept AC-1",
        "1 error",
    ]);
    let plan = case.run(&["plan"]).ends_with(0);
    plan.shows(&["proves AC-1 (suspect)", "suspect AC-1"]);
    case.run(&["check", "--accept", "AC-1", "--accepted-by", "B. Later"])
        .ends_with(0)
        .shows(&["accepted AC-1: ", "[-30-] {+60+}", "0 new, 1 changed"]);
    let clean = case.run(&["check"]).ends_with(0);
    assert!(!clean.stdout.contains("LOCK-"), "{}", clean.stdout);
    let lock = std::fs::read_to_string(case.path("shall.lock")).unwrap();
    assert!(lock.contains("accepted_by = \"B. Later\""), "{lock}");
    assert!(lock.contains("accepted_by = \"A. Reviewer\""), "{lock}");
}

#[test]
fn emphasis_and_white_space_change_nothing() {
    let case = edited(
        accepted(),
        "spec/storage.md",
        "the cluster SHALL bind",
        "the cluster **SHALL**\n  bind",
    );
    let clean = case.run(&["check"]).ends_with(0);
    assert!(!clean.stdout.contains("LOCK-"), "{}", clean.stdout);
}

#[test]
fn accepting_new_sentences_leaves_changed_ones_suspect() {
    let case = edited(accepted(), "spec/storage.md", "30 seconds", "60 seconds");
    let case = edited(
        case,
        "spec/storage.md",
        "- **AC-2**",
        "- **AC-3** The cluster SHALL run.\n- **AC-2**",
    );
    case.run(&["check"])
        .ends_with(1)
        .shows(&["LOCK-001", "never accepted: `AC-3`"]);
    case.run(&["check", "--accept-new", "--accepted-by", "B"])
        .ends_with(1)
        .shows(&["1 new, 0 changed", "LOCK-001"]);
    case.run(&["check", "--accept-all", "--accepted-by", "B"])
        .ends_with(0)
        .shows(&["0 new, 1 changed"]);
}

#[test]
fn accepting_an_unknown_identifier_names_the_nearest_and_somebody_must_accept() {
    accepted()
        .run(&["check", "--accept", "AC-12", "--accepted-by", "B"])
        .ends_with(2)
        .says(&["AC-12", "did you mean"]);
    let nobody = Case::new().env("PATH", "/nowhere");
    nobody
        .run(&["check", "--accept-new"])
        .ends_with(2)
        .says(&["SHALL_ACCEPTED_BY", "--accepted-by"]);
    assert!(!nobody.path("shall.lock").exists(), "a lock that nobody accepted");
}

#[test]
fn documents_that_are_no_project_have_nothing_to_accept() {
    let case = Case::new();
    case.run(&["check", "spec", "--accept-new"])
        .ends_with(2)
        .says(&["--accept-new"]);
    assert!(
        !case.path("shall.lock").exists(),
        "a lock of documents that are no project"
    );
}

#[test]
fn a_link_to_a_removed_sentence_names_what_it_said_and_what_took_its_place() {
    let case = edited(accepted(), "spec/storage.md", "**AC-2**", "**AC-7**");
    case.run(&["check"]).ends_with(2).says(&[
        "LOCK-002",
        "features/storage.feature",
        "The cluster SHALL mark one StorageClass as the default.",
        "`@AC-7` reads most like it",
    ]);
    let case = edited(case, "features/storage.feature", "@AC-2", "@AC-7");
    case.run(&["check"])
        .ends_with(0)
        .shows(&["LOCK-004", "`AC-2` stands in no document"]);
    case.run(&["check", "--accept-all", "--accepted-by", "B"])
        .ends_with(0)
        .shows(&["1 new, 0 changed, 1 removed"]);
    let clean = case.run(&["check"]).ends_with(0);
    assert!(!clean.stdout.contains("LOCK-"), "{}", clean.stdout);
}

#[test]
fn derived_identifiers_survive_ticks_moves_orders_and_edits() {
    let before = ids(&documents());
    assert!(before.iter().all(|(_, id)| id.starts_with("platform~")), "{before:?}");
    let ticked = edited(documents(), "docs/platform.md", "- [ ]", "- [x]");
    assert_eq!(ids(&ticked), before);
    let mut lines: Vec<&str> = DOCUMENT.lines().collect();
    lines[2..].reverse();
    let reordered = documents().file("docs/platform.md", &format!("{}\n", lines.join("\n")));
    assert_eq!(ids(&reordered), before);
    let moved = documents().file("docs/other.md", DOCUMENT).without("docs/platform.md");
    assert_eq!(ids(&moved), before);
    let changed = edited(documents(), "docs/platform.md", "keep the data", "keep all data");
    let now: Vec<_> = ids(&changed).into_iter().map(|(_, id)| id).collect();
    assert_eq!(now, before.into_iter().map(|(_, id)| id).collect::<Vec<_>>());
}

#[test]
fn a_scenario_links_to_a_derived_identifier_and_becomes_suspect() {
    let case = documents();
    let (_, id) = ids(&case)
        .into_iter()
        .find(|(text, _)| text.contains("default"))
        .unwrap();
    let feature = format!(
        "Feature: F\n\n  @{id}\n  Scenario: S\n    When the storage classes are listed\n    Then exactly one of them is the default\n"
    );
    let case = case.file("features/a.feature", &feature);
    case.run(&["check"]).ends_with(0);
    let case = edited(case, "docs/platform.md", "as the default", "as its default");
    case.run(&["check"]).ends_with(1).shows(&["LOCK-001", &id, "{+its+}"]);
}

#[test]
fn an_identifier_of_a_document_has_one_tag_form() {
    let document = "### Requirement 3\n\n1. The cluster SHALL mark one StorageClass as the default.\n";
    let feature = "Feature: F\n\n  @Requirement-3.1\n  Scenario: S\n    When the storage classes are listed\n    Then exactly one of them is the default\n";
    let case = Case::empty()
        .file("shall.toml", "documents = [\"a.md\"]\n")
        .file("a.md", document)
        .file("features/a.feature", feature);
    case.run(&["check"]).ends_with(0);
    case.run(&["plan", "--criterion", "Requirement 3.1"])
        .ends_with(0)
        .shows(&["1 of 1 scenarios would run"]);
    let twice = edited(
        case,
        "a.md",
        "1. The",
        "1. The cluster SHALL run.\n\n### Requirement 3\n\n1. The",
    );
    twice
        .run(&["check"])
        .ends_with(2)
        .says(&["TRACE-002", "Requirement 3.1"]);
}

/// A waiver of a criterion until a day.
fn waiver(criterion: &str, expires: &str) -> String {
    format!(
        "[[waiver]]\ncriterion = \"{criterion}\"\nowner = \"storage team\"\nreason = \"no such disks here\"\nexpires = {expires}\n"
    )
}

#[test]
fn a_waiver_holds_until_its_day_and_is_an_error_from_then_on() {
    let without_scenario = || edited(Case::new(), "features/storage.feature", "  @AC-2\n", "");
    let case = without_scenario().file("shall.toml", &waiver("AC-2", "2999-12-31"));
    case.run(&["check"]).ends_with(0);
    case.run(&["plan"])
        .ends_with(0)
        .shows(&["uncovered AC-2, waived by storage team: no such disks here"]);
    let case = case.file("shall.toml", &waiver("AC-2", "\"2020-01-31\""));
    case.run(&["check"]).ends_with(2).says(&[
        "WAIVE-001",
        "the waiver of `AC-2` by storage team expired on 2020-01-31",
        "shall.toml:5",
    ]);
    case.run(&["plan"]).ends_with(2).says(&["WAIVE-001"]);
}

#[test]
fn a_waiver_names_a_criterion_an_owner_a_reason_and_a_day() {
    let says = |text: &str, said: &[&str]| {
        Case::new()
            .file("shall.toml", text)
            .run(&["check"])
            .ends_with(2)
            .says(said);
    };
    says(
        &waiver("AC-22", "2999-12-31"),
        &["WAIVE-002", "`AC-22`", "did you mean `AC-2`?", "shall.toml:2"],
    );
    says(
        &waiver("AC-2", "\"tomorrow\""),
        &["expected a day such as 2026-12-31", "tomorrow"],
    );
    says(
        &waiver("AC-2", "2999-12-31").replace("no such disks here", " "),
        &["expected words"],
    );
    says(
        &waiver("AC-2", "2999-12-31").replace("reason", "reson"),
        &["reson", "did you mean `reason`?"],
    );
    let twice = format!("{0}{0}", waiver("AC-2", "2999-12-31"));
    says(&twice, &["WAIVE-003"]);
}

#[test]
fn a_fact_against_a_criterion_comes_from_its_document_or_the_configuration() {
    let fact = "[[contradicted]]\ncriterion = \"AC-2\"\nfact = \"chapter 4 asks for two\"\n";
    Case::new().file("shall.toml", fact).run(&["check"]).ends_with(0);
    let both = edited(
        Case::new().file("shall.toml", fact),
        "spec/storage.md",
        "  - Source: demo, \"Criteria\", line 2\n",
        "  - Contradicted: chapter 5\n",
    );
    both.run(&["check"])
        .ends_with(2)
        .says(&["WAIVE-003", "its document says so too"]);
}

#[test]
fn an_identifier_that_nothing_declares_is_named() {
    let case = edited(
        Case::new(),
        "spec/storage.md",
        "# Storage\n",
        "# Storage\n\nSee AC-1 and AC-9.\n",
    );
    case.run(&["check"])
        .ends_with(0)
        .shows(&["TRACE-001", "`AC-9` is declared nowhere", "spec/storage.md:3"]);
}

#[test]
fn ticks_are_compared_with_the_last_run_and_without_one_it_says_so() {
    let case = edited(
        Case::new(),
        "spec/storage.md",
        "# Storage\n",
        "# Storage\n\n- [x] Classes, AC-2\n",
    );
    case.run(&["check"])
        .ends_with(0)
        .shows(&["STAT-403", "1 tick is not compared with evidence"]);
}

#[test]
fn a_tick_on_what_the_last_run_did_not_prove_is_a_lie() {
    let case = edited(
        Case::new(),
        "spec/storage.md",
        "# Storage\n",
        "# Storage\n\n- [x] Classes, AC-2\n",
    );
    write_run(&case);
    let clean = case.run(&["check"]).ends_with(0);
    assert!(!clean.stdout.contains("STAT-"), "{}", clean.stdout);
    let case = edited(case, "features/storage.feature", "  @AC-2\n", "");
    write_run(&case);
    case.run(&["check"]).ends_with(1).shows(&[
        "error[STAT-402]: ticked, but by run r-1 `AC-2` is uncovered",
        "spec/storage.md:3",
    ]);
}

/// The files of a rendered run: page, JSON, JUnit, summary.
fn rendered(case: &Case) -> [String; 4] {
    write_run(case);
    case.run(&["report", "reports/latest"]).ends_with(0);
    ["index.html", "report.json", "junit.xml", "summary.md"]
        .map(|name| std::fs::read_to_string(case.path("reports/latest").join(name)).unwrap())
}

#[test]
fn a_run_of_a_changed_sentence_is_red_and_suspect_in_every_report_until_it_is_accepted() {
    let case = edited(accepted(), "spec/storage.md", "30 seconds", "60 seconds");
    let [page, json, junit, summary] = rendered(&case);
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    let marks = |list: &str, field: &str, value: &str| {
        let mut rows = report[list].as_array().unwrap().iter();
        rows.find(|row| row[field] == value).unwrap()["marks"].clone()
    };
    assert_eq!(report["exit_code"], 1);
    assert_eq!(marks("criteria", "id", "AC-1"), serde_json::json!(["suspect"]));
    assert_eq!(marks("criteria", "id", "AC-2"), serde_json::json!([]));
    assert_eq!(
        marks("scenarios", "name", "A claim is bound within its budget"),
        serde_json::json!(["suspect"])
    );
    assert_eq!(
        page.matches("<span class=\"m suspect\">").count(),
        3,
        "criterion, scenario, matrix"
    );
    assert_eq!(junit.matches("type=\"suspect\"").count(), 2, "{junit}");
    assert!(summary.contains("- **suspect**: AC-1: "), "{summary}");

    case.run(&["check", "--accept", "AC-1", "--accepted-by", "B"])
        .ends_with(0);
    let [page, json, junit, summary] = rendered(&case);
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(report["exit_code"], 0);
    for text in [&json, &junit, &summary, &page.replace(".m.suspect", "")] {
        assert!(!text.contains("suspect"), "{text}");
    }
}

#[test]
fn a_lock_that_cannot_be_read_is_refused_with_its_line() {
    Case::new()
        .file("shall.lock", "version = 1\n[criteria.AC-1]\n<<<<<<<\n")
        .run(&["check"])
        .ends_with(2)
        .says(&["error[LOCK-005]", "shall.lock:3:8"]);
}

#[test]
fn our_own_specification_is_accepted() {
    let checked = std::process::Command::new(env!("CARGO_BIN_EXE_shall"))
        .arg("check")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let said = String::from_utf8(checked.stdout).unwrap();
    assert_eq!(checked.status.code(), Some(0), "{said}");
    assert!(!said.contains("LOCK-001"), "{said}");
}
