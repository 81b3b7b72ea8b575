//! Faults that other tools of the field have, and this one must not.

use shall_spec::read_specification;
use shall_trace::{EvidenceFile, Features, Filter, Record, plan};

use crate::{
    case::Case,
    formats::{assert_valid, schema},
};

fn json(case: &Case, args: &[&str], code: i32) -> serde_json::Value {
    serde_json::from_str(&case.run(args).ends_with(code).stdout).unwrap()
}

/// The sentences that a document states, by the program.
fn texts(document: &str) -> Vec<String> {
    let case = Case::empty().file("a.md", document);
    let list = json(&case, &["list", "a.md", "--format", "json"], 0);
    let rows = list["statements"].as_array().unwrap().iter();
    rows.map(|row| row["text"].as_str().unwrap().to_owned()).collect()
}

/// Writes the evidence of a run that was killed before its first scenario, as far as `records` goes.
fn killed_run(case: &Case, with_plan: bool) {
    let root = case.path("");
    let specification = read_specification(&["spec".into()], &root).specification;
    let features = Features::read(&root, "features");
    let plan = plan(
        &specification,
        &features,
        &Filter::default(),
        &shall_trace::Capabilities::default(),
    )
    .unwrap();
    let folder = case.path("reports/one");
    std::fs::create_dir_all(&folder).unwrap();
    let file = EvidenceFile::create(&folder.join("evidence.jsonl")).unwrap();
    let started = r#"{"record":"run_started","schema":1,"run":"one","at":"2026-11-21T09:00:00Z","shall":"0.1.0","commit":null,
        "backend":"kind","engine":"podman","cluster":"demo","kubernetes":"v1.36.3","nodes":1,"profile":"demo","components":[],"stand_ins":[]}"#;
    file.append(&serde_json::from_str::<Record>(started).unwrap()).unwrap();
    if with_plan {
        file.append(&Record::Plan(plan)).unwrap();
    }
}

#[test]
fn a_closing_script_tag_in_a_sentence_stays_text_in_every_form() {
    let hostile = "- **AC-1** The page SHALL show `</script><script>alert(1)</script>` and \"<!--\" as text.\n- **AC-2** The cluster SHALL rest.\n";
    let case = Case::new()
        .file("spec/storage.md", &format!("# S\n\n{hostile}"))
        .file("features/storage.feature", "Feature: F\n");
    let list = json(&case, &["list", "--format", "json"], 0);
    assert!(
        list["statements"][0]["text"]
            .as_str()
            .unwrap()
            .contains("</script><script>alert(1)")
    );
    killed_run(&case, true);
    case.run(&["report", "reports/one"]).ends_with(0);
    let page = std::fs::read_to_string(case.path("reports/one/index.html")).unwrap();
    assert!(page.contains("&lt;script&gt;alert(1)"), "the sentence is on the page");
    assert!(!page.contains("<script>alert"));
    assert_eq!(page.matches("</script>").count(), 1, "the page's own");
    for name in ["report.json", "lcov.info", "junit.xml", "summary.md"] {
        assert!(case.path("reports/one").join(name).exists(), "{name}");
    }
}

#[test]
fn ticking_a_heading_changes_no_identifier_and_no_link() {
    let document = "# Tasks\n\n## [ ] TASK-7: Default class\n\n- The cluster SHALL mark one StorageClass as the default.\n\n## [ ] 2. More\n\n1. The cluster SHALL rest.\n";
    let case = Case::empty()
        .file("shall.toml", "documents = [\"a.md\"]\n")
        .file("a.md", document);
    let ids = |case: &Case| -> Vec<String> {
        let list = json(case, &["list", "--format", "json"], 0);
        let rows = list["statements"].as_array().unwrap().iter();
        rows.map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    };
    let before = ids(&case);
    assert_eq!(before.len(), 2);
    let feature = format!(
        "Feature: F\n\n  @{}\n  Scenario: S\n    When the storage classes are listed\n    Then exactly one of them is the default\n",
        before[0]
    );
    let case = case.file("features/a.feature", &feature);
    case.run(&["check"]).ends_with(0);
    let ticked = case.file("a.md", &document.replace("[ ]", "[x]"));
    assert_eq!(ids(&ticked), before);
    let findings = json(&ticked, &["check", "--format", "json"], 0);
    assert_eq!(findings["summary"]["errors"], 0, "the link still holds");
}

#[test]
fn nothing_of_nothing_is_not_green() {
    let empty = || {
        Case::new()
            .file("spec/storage.md", "# S\n")
            .file("features/storage.feature", "Feature: F\n")
    };
    empty()
        .run(&["check"])
        .ends_with(4)
        .says(&["0 criteria, 0 scenarios: nothing to judge"]);
    empty().run(&["plan"]).ends_with(4);
    empty().run(&["run"]).ends_with(4);
    let case = Case::new();
    killed_run(&case, false);
    let report = json(&case, &["report", "reports/one", "--format", "json"], 0);
    assert_eq!(report["runs"][0]["passed"], 0);
    assert_ne!(report["runs"][0]["exit_code"], 0, "a run that judged nothing");
    let lcov = std::fs::read_to_string(case.path("reports/one/lcov.info")).unwrap();
    assert_eq!(lcov, "", "nothing is covered of nothing");
}

#[test]
fn a_sentence_in_code_or_in_a_comment_is_no_statement() {
    let document = "\
- The cluster SHALL stand.

```text
The cluster SHALL fall.
```

    The cluster SHALL burn.

<!-- The cluster SHALL drown. -->

Write `the system SHALL …` for a response.
";
    assert_eq!(texts(document), ["The cluster SHALL stand."]);
}

#[test]
fn two_shall_are_two_responses_and_may_is_none() {
    let document = "- WHEN a disk fails, the agent SHALL log and SHALL alert and MAY page.\n";
    assert_eq!(texts(document).len(), 1);
    let case = Case::empty().file("a.md", document);
    let list = json(&case, &["list", "a.md", "--format", "json"], 0);
    let clauses = list["statements"][0]["clauses"].as_array().unwrap().iter();
    let responses: Vec<&str> = clauses
        .filter(|clause| clause["role"] == "response")
        .map(|clause| clause["text"].as_str().unwrap())
        .collect();
    assert_eq!(responses, ["log", "alert"]);
    let found = json(&case, &["check", "a.md", "--format", "json"], 0);
    let rules: Vec<&str> = found["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["rule"].as_str().unwrap())
        .collect();
    assert!(rules.contains(&"EARS-009"), "{rules:?}");
}

/// The other half, every verdict in both, is `crates/report/tests/agreement.rs`.
#[test]
fn terminal_summary_and_page_say_the_same_sentence() {
    let case = Case::new();
    killed_run(&case, true);
    let shown = case.run(&["report", "reports/one"]).ends_with(0).stdout;
    let sentence = shown.lines().next().unwrap();
    assert!(sentence.contains("of 2 criteria"), "{sentence}");
    for name in ["index.html", "summary.md"] {
        let text = std::fs::read_to_string(case.path("reports/one").join(name)).unwrap();
        assert!(text.contains(sentence), "{name}: no `{sentence}`");
    }
    let report = case.run(&["report", "reports/one", "--format", "json"]).ends_with(0);
    let report = assert_valid(&schema("report-command"), &report.stdout);
    assert_eq!(report["runs"][0]["sentence"], sentence);
}
