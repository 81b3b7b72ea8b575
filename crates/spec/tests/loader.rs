//! Our own format: what is read, and each fault with its place and how to mend it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::PathBuf;

use shall_spec::{Loaded, Operator, Pattern, Severity, SpecErrors, Unit, load_specification, read_specification};

/// Writes documents into a folder and reads it.
fn read(files: &[(&str, &str)]) -> Loaded {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join("spec").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    read_specification(&[PathBuf::from("spec")], folder.path())
}

fn faults(text: &str) -> Vec<String> {
    let loaded = read(&[("harbour.md", text)]);
    loaded
        .diagnostics
        .iter()
        .map(|d| {
            format!(
                "{} {}:{} {}",
                d.rule,
                d.position().unwrap().line,
                d.position().unwrap().column,
                d.message
            )
        })
        .collect()
}

#[test]
fn a_criterion_is_read_with_everything_it_says() {
    let text = "# Harbour\n\nProse.\n\n- **HB-001-01** WHEN a ship calls,\n  the **harbour** SHALL answer within 30 seconds {metric: answer-time}, and SHALL NOT\n  use more than `two` of 500Mi {metric: memory}.\n  - platform: openebs\n  - Subject: openebs-localpv, velero\n  - Source: openebs, \"Phase 2 › Task 5\", line 118\n  - Source: openebs, \"Phase 3\", line 2\n  - Contradicted: nobody calls\n";
    let loaded = read(&[("sub/harbour.md", text)]);
    assert_eq!(loaded.diagnostics, []);
    let criterion = loaded.specification.criteria.first().unwrap();
    assert_eq!(criterion.id.as_str(), "HB-001-01");
    assert_eq!(
        (criterion.file.as_str(), criterion.line, criterion.column),
        ("spec/sub/harbour.md", 5, 5)
    );
    assert_eq!(criterion.area, "harbour");
    assert_eq!(criterion.pattern, Pattern::Event);
    assert_eq!(
        criterion.text,
        "WHEN a ship calls, the harbour SHALL answer within 30 seconds, and SHALL NOT use more than two of 500Mi."
    );
    assert_eq!(
        criterion.responses,
        ["answer within 30 seconds", "not use more than two of 500Mi"]
    );
    let budgets: Vec<_> = criterion
        .budgets
        .iter()
        .map(|b| (b.metric.as_deref(), b.op, b.value, b.unit))
        .collect();
    assert_eq!(
        budgets.first(),
        Some(&(Some("answer-time"), Operator::AtMost, 30.0, Unit::Second))
    );
    assert_eq!(criterion.platform.as_deref(), Some("openebs"));
    assert_eq!(criterion.subjects, ["openebs-localpv", "velero"]);
    assert_eq!(
        criterion.sources.iter().map(|note| note.line).collect::<Vec<_>>(),
        [118, 2]
    );
    assert_eq!(criterion.contradicted.as_deref(), Some("nobody calls"));
    assert_eq!(criterion.hash.len(), 64);
}

#[test]
fn the_hash_ignores_emphasis_and_wrapping_and_keeps_words() {
    let hash = |text: &str| {
        read(&[("a.md", text)])
            .specification
            .criteria
            .first()
            .unwrap()
            .hash
            .clone()
    };
    let plain = hash("- **A-1** The lamp SHALL shine.\n");
    assert_eq!(plain, hash("- **A-1** The *lamp*\n  SHALL   shine.\n"));
    assert_ne!(plain, hash("- **A-1** The lamp SHALL burn.\n"));
}

#[test]
fn every_fault_is_said_with_its_place() {
    let text = "- **A-1** The lamp shines.\n- The lamp SHALL shine.\n- **A-2** The lamp SHALL shine {metric: light}.\n- **A-3** The lamp SHALL shine within 5 s and hold at most 3 wicks.\n- **A-4** The lamp SHALL shine.\n  - Sorce: x, \"y\", line 3\n  - Source: x, y\n- **A-4** The lamp SHALL burn.\n- **A-5** The lamp SHALL burn within 5 s {metrik: burn}.\n";
    assert_eq!(
        faults(text),
        [
            "SPEC-004 1:11 `A-1`: expected one sentence with SHALL, found a sentence without it",
            "SPEC-003 2:3 expected an identifier in bold before the sentence, found none",
            "SPEC-006 3:32 metric `light`: expected a budget before it, found none",
            "SPEC-007 4:32 `A-3` has 2 budgets: expected a metric key behind each, found none behind `within 5 s`",
            "SPEC-007 4:52 `A-3` has 2 budgets: expected a metric key behind each, found none behind `at most 3 wicks`",
            "SPEC-005 6:5 expected a known attribute, found `Sorce`",
            "SPEC-005 7:5 source: expected `document, \"section\", line 118`, found `x, y`",
            "SPEC-008 8:11 `A-4`: expected one criterion of this identifier, found another at spec/harbour.md:5",
            "SPEC-006 9:42 expected `metric`, found `metrik`, did you mean `metric`?",
        ]
    );
}

#[test]
fn one_metric_has_one_limit_within_a_platform() {
    let pair = |second: &str, note: &str| {
        format!(
            "- **A-1** The lamp SHALL shine within 30 seconds {{metric: light}}.\n  - Platform: p\n- **A-2** The lamp SHALL shine within {second} {{metric: light}}.\n  - Platform: {note}\n"
        )
    };
    assert_eq!(faults(&pair("1 minute", "p")).len(), 1);
    assert_eq!(faults(&pair("0.5 minutes", "p")), Vec::<String>::new());
    assert_eq!(faults(&pair("1 minute", "q")), Vec::<String>::new());
    assert_eq!(
        faults(&pair("1 minute", "p\n  - Contradicted: it is a torch")),
        Vec::<String>::new()
    );
}

#[test]
fn a_missing_path_is_a_clear_error() {
    let folder = tempfile::tempdir().unwrap();
    let SpecErrors { diagnostics } = load_specification(&[PathBuf::from("nowhere")], folder.path()).unwrap_err();
    let messages: Vec<_> = diagnostics.iter().map(|d| d.message.as_str()).collect();
    assert_eq!(
        messages,
        ["specification `nowhere`: expected a file or a directory, found none"]
    );
}

#[test]
fn what_is_not_utf_8_is_a_clear_error() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.md"), b"one\n\xff\xfe\n").unwrap();
    let loaded = read_specification(&[PathBuf::from(".")], folder.path());
    assert_eq!(loaded.diagnostics.len(), 1);
    assert!(
        loaded
            .diagnostics
            .iter()
            .all(|d| d.severity == Severity::Error && d.message.contains("on line 2"))
    );
}

#[test]
fn errors_are_shown_with_excerpt_caret_and_hint() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("lamp.md"),
        "# Lamp\n\n- **A-1** The lamp SHALL shine.\n  - Sorce: x\n",
    )
    .unwrap();
    let shown = load_specification(&[PathBuf::from("lamp.md")], folder.path())
        .unwrap_err()
        .to_string();
    let expected = "\
error[SPEC-005]: expected a known attribute, found `Sorce`
 --> lamp.md:4:5
  |
4 |   - Sorce: x
  |     ^^^^^
  |
  = help: did you mean `Source`?

the specification has 1 fault";
    assert_eq!(shown, expected);
}
