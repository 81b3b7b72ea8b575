//! Every form for machines has the shape of its committed schema, for a project in order and for broken ones.

use serde_json::Value;

use crate::case::Case;

/// A sentence rule, a fault without a place of its own, and an id that stands twice.
const FAULTY: &str = "# S\n\n- **A-1** After the start, the cluster SHALL stand.\n- **A-2** The cluster stands.\n- **A-1** The cluster SHALL keep <script>alert(\"é, 100 %: x\")</script> safe.\n";

/// A committed schema.
pub(crate) fn schema(name: &str) -> jsonschema::Validator {
    let path = format!("{}/docs/schema/{name}-v1.schema.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
}

/// Asserts that a text is JSON of a shape.
#[track_caller]
pub(crate) fn assert_valid(validator: &jsonschema::Validator, text: &str) -> Value {
    let value: Value = serde_json::from_str(text).unwrap();
    let faults: Vec<String> = validator
        .iter_errors(&value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{}\n{text}", faults.join("\n"));
    value
}

/// A project in which lock, proofs and mutants cannot be used, beside a feature that does not parse.
pub(crate) fn unusable() -> Case {
    Case::new()
        .file("shall.lock", "version = 1\nsentences = []\n")
        .file("shall.proofs.toml", "[[proof]]\ntitle = \"x\"\n")
        .file(
            "mutants/a.yaml",
            "about: x\nfaults: []\nred:\n  - scenario: One class is the default\n    because: ''\n",
        )
        .file("mutants/b.yaml", "about: x\nfault: []\n")
        .file("features/other.feature", "Feature without a colon\n")
}

/// Projects with each kind of fault that `check` can meet, and one in order: name, case, exit code.
fn cases() -> Vec<(&'static str, Case, i32)> {
    let feature = |text: &str| Case::new().file("features/other.feature", text);
    vec![
        ("in order", Case::new(), 0),
        ("faulty sentences", Case::new().file("spec/storage.md", FAULTY), 2),
        (
            "no specification",
            Case::new().without("spec").file("shall.toml", ""),
            2,
        ),
        (
            "no criteria",
            Case::new()
                .file("spec/storage.md", "# S\n\nProse.\n")
                .without("features/storage.feature"),
            4,
        ),
        ("no features", Case::new().without("features"), 2),
        ("a feature that does not parse", feature("Feature without a colon\n"), 2),
        (
            "a step that is not defined",
            feature(
                "Feature: F\n\n  @AC-2\n  Scenario: S\n    When the moon is full\n    Then exactly one of them is the default\n",
            ),
            2,
        ),
        (
            "a configuration that is none",
            Case::new().file("shall.toml", "profil = \"x\"\ncluster = 3\n"),
            2,
        ),
        ("files of which none can be used", unusable(), 2),
        (
            "not UTF-8",
            {
                let case = Case::new();
                std::fs::write(case.path("spec/latin.md"), b"# \xe9\n").unwrap();
                case
            },
            2,
        ),
    ]
}

#[test]
fn check_as_json_has_its_shape_and_says_what_text_says() {
    let schema = schema("check");
    for (name, case, code) in cases() {
        let text = case.run(&["check"]).ends_with(code);
        let json = assert_valid(
            &schema,
            &case.run(&["check", "--format", "json"]).ends_with(code).stdout,
        );
        assert_eq!(json["exit_code"], code, "{name}");
        let findings = json["findings"].as_array().unwrap();
        assert_eq!(
            findings.iter().any(|row| row["severity"] == "error"),
            code == 2,
            "{name}"
        );
        for row in findings {
            let said = format!(
                "[{}]: {}",
                row["rule"].as_str().unwrap(),
                row["message"].as_str().unwrap()
            );
            let shown = text.stdout.clone() + &text.stderr;
            assert!(shown.contains(&said), "{name}: no `{said}` in\n{shown}");
        }
    }
}

#[test]
fn check_as_sarif_is_valid_by_the_standards_schema() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/schema/sarif-2.1.0.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    assert!(
        !schema.is_valid(&serde_json::json!({ "version": "2.1.0" })),
        "the schema takes anything"
    );
    for (name, case, code) in cases() {
        let json: Value =
            serde_json::from_str(&case.run(&["check", "--format", "json"]).ends_with(code).stdout).unwrap();
        let sarif = assert_valid(
            &schema,
            &case.run(&["check", "--format", "sarif"]).ends_with(code).stdout,
        );
        let (rows, results) = (&json["findings"], &sarif["runs"][0]["results"]);
        assert_eq!(
            rows.as_array().unwrap().len(),
            results.as_array().unwrap().len(),
            "{name}"
        );
        for (row, result) in rows.as_array().unwrap().iter().zip(results.as_array().unwrap()) {
            assert_eq!(row["rule"], result["ruleId"], "{name}");
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(
                sarif["runs"][0]["tool"]["driver"]["rules"][index]["id"], row["rule"],
                "{name}"
            );
            let region = &result["locations"][0]["physicalLocation"]["region"];
            assert_eq!(row["start"]["line"], region["startLine"], "{name}");
            assert_eq!(row["end"]["column"], region["endColumn"], "{name}");
        }
    }
}

#[test]
fn check_as_github_is_one_command_a_line_for_each_finding() {
    for (name, case, code) in cases() {
        let json: Value =
            serde_json::from_str(&case.run(&["check", "--format", "json"]).ends_with(code).stdout).unwrap();
        let shown = case.run(&["check", "--format", "github"]).ends_with(code).stdout;
        let lines: Vec<&str> = shown.lines().filter(|line| !line.is_empty()).collect();
        let rows = json["findings"].as_array().unwrap();
        assert_eq!(lines.len(), rows.len(), "{name}: {shown}");
        for (line, row) in lines.iter().zip(rows) {
            let kind = match row["severity"].as_str().unwrap() {
                "info" => "notice",
                other => other,
            };
            assert!(line.starts_with(&format!("::{kind} ")), "{name}: {line}");
            if let Some(file) = row["file"].as_str() {
                let start = format!(
                    "file={file},line={},col={},",
                    row["start"]["line"], row["start"]["column"]
                );
                assert!(line.contains(&start), "{name}: no `{start}` in {line}");
            }
        }
    }
}

#[test]
fn places_are_counted_in_characters() {
    let spec = "# S\n\n- **A-1** Das Ökosystem übt, after all the cluster SHALL stand properly.\n";
    let case = Case::new()
        .file("spec/storage.md", spec)
        .without("features/storage.feature");
    let json: Value = serde_json::from_str(&case.run(&["check", "--format", "json"]).stdout).unwrap();
    let vague = json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["rule"] == "QUAL-101");
    let line = spec.lines().nth(2).unwrap();
    let expected = line.split("properly").next().unwrap().chars().count() + 1;
    assert_eq!(vague.unwrap()["start"]["column"], expected);
    assert_eq!(vague.unwrap()["end"]["column"], expected + "properly".len());
}

#[test]
fn the_list_has_its_shape_for_a_project_and_for_any_document() {
    let schema = schema("list");
    let case = Case::new().file(
        "other.md",
        "1. When a node goes down, the cluster shall keep 3 replicas or more, within 5 min.\n2. IF x fails, SHALL NOT stop.\n",
    );
    let own = assert_valid(&schema, &case.run(&["list", "--format", "json"]).ends_with(0).stdout);
    assert_eq!(own["statements"].as_array().unwrap().len(), 2);
    let other = assert_valid(
        &schema,
        &case.run(&["list", "other.md", "--format", "json"]).ends_with(0).stdout,
    );
    let rows = other["statements"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["file"], "other.md");
    assert_eq!(rows[1]["pattern"], "unwanted");
    let csv = case.run(&["list", "other.md", "--format", "csv"]).ends_with(0);
    assert_eq!(csv.stdout.lines().count(), 3);
    case.run(&["list", "missing.md"]).ends_with(2).says(&["missing.md"]);
}

#[test]
fn a_document_without_statements_is_not_passed_over_in_silence() {
    let case = Case::empty().file("a.md", "# Notes\n\nNothing is required here.\n");
    let ended = case.run(&["list", "a.md", "--format", "json"]).ends_with(0);
    assert!(ended.stdout.contains("\"statements\": []"));
    ended.says(&["READ-001", "none of the known keywords"]);
    case.run(&["check", "a.md"])
        .ends_with(4)
        .says(&["0 criteria, 0 scenarios: nothing to judge"]);
}

#[test]
fn other_commands_have_the_shape_of_their_schemas() {
    let case = Case::with_stack();
    let runs: [(&str, &[&str]); 4] = [
        ("plan", &["plan"]),
        ("plan", &["plan", "--criterion", "AC-1"]),
        ("explain", &["explain"]),
        ("cleanup", &["cleanup"]),
    ];
    for (name, args) in runs {
        let args: Vec<&str> = args.iter().copied().chain(["--format", "json"]).collect();
        assert_valid(&schema(name), &case.run(&args).ends_with(0).stdout);
    }
    // Whether this machine is ready does not matter here.
    assert_valid(&schema("doctor"), &case.run(&["doctor", "--format", "json"]).stdout);
}
