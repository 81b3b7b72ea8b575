//! Inventories, source notes and criteria that disagree are named, and the committed page is the one they give.

#![expect(clippy::expect_used, reason = "a helper of a test fails the test")]

use std::path::{Path, PathBuf};

use shall_spec::coverage::{CoverageError, Inventory, LineRanges, load_inventories, render_coverage};
use shall_spec::{AcceptanceCriterion, CriterionId, Pattern, SourceNote, Specification, load_specification};

const INVENTORY: &str = r#"
document = "plan"
title = "a plan of eight lines"
lines = 8
sha256 = "00"
headings = [
  { line = 1, level = 1, title = "Plan" },
  { line = 3, level = 2, title = "Storage" },
  { line = 6, level = 3, title = "Limits" },
]
stated = [
  { lines = "4", says = "a claim is bound" },
  { lines = "7-8", says = "limits | of it" },
]
skipped = [{ lines = "2, 5", reason = "blank" }]
"#;

fn inventory(text: &str) -> Inventory {
    toml::from_str(text).expect("an inventory")
}

fn criterion(id: &str, section: &str, line: usize) -> AcceptanceCriterion {
    AcceptanceCriterion {
        id: CriterionId(id.to_owned()),
        file: "spec/storage.md".to_owned(),
        line: 1,
        column: 1,
        area: "storage".to_owned(),
        platform: None,
        subjects: Vec::new(),
        text: String::new(),
        hash: String::new(),
        pattern: Pattern::Ubiquitous,
        clauses: Vec::new(),
        responses: Vec::new(),
        budgets: Vec::new(),
        sources: vec![SourceNote {
            document: "plan".to_owned(),
            section: section.to_owned(),
            line,
        }],
        contradicted: None,
        unsatisfiable: None,
    }
}

fn complete() -> Specification {
    Specification {
        criteria: vec![criterion("A-1", "Storage", 4), criterion("A-2", "Storage › Limits", 8)],
    }
}

fn faults(spec: &Specification, inventory: Inventory) -> Vec<CoverageError> {
    render_coverage(spec, &[inventory])
        .expect_err("the page must be refused")
        .0
}

#[test]
fn each_statement_stands_in_its_section_with_its_criteria() {
    let page = render_coverage(&complete(), &[inventory(INVENTORY)]).expect("a page");
    assert!(page.contains("| plan | 8 | 2 | 2 | 0 | 2 |"), "{page}");
    assert!(page.contains("### Storage\n\n| line | states | criteria |\n| ---: | --- | --- |\n| 4 | a claim is bound | [A-1](../spec/storage.md) |"));
    assert!(page.contains("### Storage › Limits\n"));
    assert!(
        page.contains("| 7-8 | limits \\| of it | [A-2](../spec/storage.md) |"),
        "{page}"
    );
    assert!(page.contains("| 1, 3, 6 | heading |"), "{page}");
    assert!(page.contains("| 2, 5 | blank |"), "{page}");
}

#[test]
fn what_cannot_hold_is_marked() {
    let mut spec = complete();
    spec.criteria[0].contradicted = Some("a fact".to_owned());
    spec.criteria[1].unsatisfiable = Some("a fact".to_owned());
    let page = render_coverage(&spec, &[inventory(INVENTORY)]).expect("a page");
    assert!(page.contains("[A-1](../spec/storage.md) (contradicted)"), "{page}");
    assert!(page.contains("[A-2](../spec/storage.md) (unsatisfiable)"), "{page}");
}

#[test]
fn a_statement_without_criterion_or_reason_is_refused() {
    let mut spec = complete();
    spec.criteria.truncate(1);
    let faults = faults(&spec, inventory(INVENTORY));
    assert!(
        matches!(&faults[..], [CoverageError::Uncovered { lines, .. }] if lines == "lines 7-8"),
        "{faults:?}"
    );
}

#[test]
fn a_statement_with_a_reason_needs_no_criterion() {
    let mut spec = complete();
    spec.criteria.truncate(1);
    let text = INVENTORY.replace("\"limits | of it\"", "\"an estimate\", no_criterion = \"planning\"");
    let page = render_coverage(&spec, &[inventory(&text)]).expect("a page");
    assert!(
        page.contains("| 7-8 | an estimate | no criterion: planning |"),
        "{page}"
    );
    assert!(matches!(
        &faults(&complete(), inventory(&text))[..],
        [CoverageError::NeedlessReason { .. }]
    ));
}

#[test]
fn a_heading_that_states_something_needs_a_criterion() {
    let text = INVENTORY.replace("title = \"Limits\"", "title = \"Limits\", says = \"four of ten done\"");
    let mut spec = complete();
    assert!(
        matches!(&faults(&spec, inventory(&text))[..], [CoverageError::Uncovered { lines, .. }] if lines == "line 6")
    );
    spec.criteria.push(criterion("A-3", "Storage › Limits", 6));
    let page = render_coverage(&spec, &[inventory(&text)]).expect("a page");
    assert!(
        page.contains("| 6 | four of ten done | [A-3](../spec/storage.md) |"),
        "{page}"
    );
}

#[test]
fn each_line_is_in_the_inventory_once() {
    let left_out = INVENTORY.replace("\"2, 5\"", "\"2\"");
    let observed = faults(&complete(), inventory(&left_out));
    assert!(
        matches!(&observed[..], [CoverageError::LinesLeftOut { lines, .. }] if lines == "line 5"),
        "{observed:?}"
    );
    let twice = INVENTORY.replace("\"2, 5\"", "\"2, 4-5\"");
    assert!(matches!(
        faults(&complete(), inventory(&twice))[..],
        [CoverageError::LineTwice { line: 4, .. }]
    ));
    let beyond = INVENTORY.replace("lines = 8", "lines = 7");
    assert!(matches!(
        faults(&complete(), inventory(&beyond))[..],
        [CoverageError::LineBeyondEnd { line: 8, .. }]
    ));
}

#[test]
fn a_paraphrase_is_short() {
    let text = INVENTORY.replace(
        "a claim is bound",
        "one two three four five six seven eight nine ten eleven",
    );
    assert!(matches!(
        faults(&complete(), inventory(&text))[..],
        [CoverageError::Paraphrase { words: 11, .. }]
    ));
}

#[test]
fn a_source_note_leads_to_a_statement_in_its_section() {
    let with = |criterion| Specification {
        criteria: [complete().criteria, vec![criterion]].concat(),
    };
    let blank = with(criterion("A-3", "Plan", 2));
    assert!(matches!(
        faults(&blank, inventory(INVENTORY))[..],
        [CoverageError::SourceStatesNothing { line: 2, .. }]
    ));
    let section = with(criterion("A-3", "Limits", 7));
    let observed = faults(&section, inventory(INVENTORY));
    assert!(matches!(&observed[..], [CoverageError::Section { expected, .. }] if expected == "Storage › Limits"));
    let mut unknown = criterion("A-3", "Storage", 4);
    unknown.sources[0].document = "other".to_owned();
    assert!(matches!(
        &faults(&with(unknown), inventory(INVENTORY))[..],
        [CoverageError::UnknownDocument { .. }]
    ));
    let mut without = criterion("A-3", "Storage", 4);
    without.sources.clear();
    assert!(matches!(
        &faults(&with(without), inventory(INVENTORY))[..],
        [CoverageError::NoSource { .. }]
    ));
}

#[test]
fn all_faults_are_told_at_once() {
    let text = INVENTORY.replace("\"2, 5\"", "\"2\"");
    let spec = Specification {
        criteria: vec![criterion("A-1", "Plan", 4)],
    };
    let message = render_coverage(&spec, &[inventory(&text)])
        .expect_err("three faults")
        .to_string();
    assert!(
        message.starts_with("coverage of the source documents: 3 faults\n"),
        "{message}"
    );
    assert!(
        message.contains("`plan`: the inventory leaves out line 5: expected each line once"),
        "{message}"
    );
}

#[test]
fn lines_are_numbers_and_ascending_ranges() {
    let parse = |text: &str| LineRanges::try_from(text.to_owned());
    let lines = parse("3, 9-12").expect("lines");
    assert_eq!(lines.iter().collect::<Vec<_>>(), [3, 9, 10, 11, 12]);
    assert_eq!(lines.to_string(), "3, 9-12");
    for text in ["", "0", "4-", "12-9", "three", "1,,2"] {
        assert!(parse(text).is_err(), "`{text}` must be refused");
    }
}

#[test]
fn a_folder_without_inventories_and_a_broken_inventory_are_refused() {
    let dir = tempfile::tempdir().expect("a folder");
    let empty = load_inventories(dir.path()).expect_err("nothing there").0;
    assert!(matches!(&empty[..], [CoverageError::Empty { .. }]));
    std::fs::write(
        dir.path().join("plan.toml"),
        INVENTORY.replace("\"2, 5\"", "\"2 to 5\""),
    )
    .expect("written");
    let broken = load_inventories(dir.path()).expect_err("no lines").to_string();
    assert!(
        broken.contains("expected lines such as `7` or `3, 9-12`, observed `2 to 5`"),
        "{broken}"
    );
}

#[test]
fn the_committed_page_is_that_of_the_committed_specification() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let spec = load_specification(&[PathBuf::from("spec")], &root).unwrap_or_else(|error| panic!("{error}"));
    let inventories = load_inventories(&root.join("spec/sources")).unwrap_or_else(|error| panic!("{error}"));
    let page = render_coverage(&spec, &inventories).unwrap_or_else(|error| panic!("{error}"));
    let committed = std::fs::read_to_string(root.join("docs/coverage.md")).expect("docs/coverage.md");
    let differs = page
        .lines()
        .zip(committed.lines())
        .find(|(rendered, committed)| rendered != committed);
    assert!(
        page == committed,
        "docs/coverage.md is not up to date, first at {differs:?}\n(hint: cargo run -p shall-spec --example coverage)"
    );
}
