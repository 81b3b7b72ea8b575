//! Each rule on a sentence that breaks it and on one that does not.

use shall_spec::{Rule, lint_document, rules};

/// Rules that find something in a text, in the order of their places.
fn found(text: &str) -> Vec<&'static str> {
    lint_document("a.md", text, |_| true)
        .iter()
        .map(|finding| finding.rule)
        .collect()
}

#[test]
fn each_rule_finds_its_fault_and_leaves_good_sentences_alone() {
    let good = "- WHEN the gate opens, the lamp SHALL shine within 5 seconds.\n- There SHALL be at least 2 lamps.\n";
    assert_eq!(found(good), Vec::<&str>::new());
    let cases = [
        (
            "WHEN the gate opens, WHILE it is dark, the lamp SHALL shine.",
            "EARS-002",
        ),
        ("IF the gate jams, the lamp SHALL blink.", "EARS-003"),
        (
            "WHEN the gate opens, WHEN the bell rings, the lamp SHALL shine.",
            "EARS-004",
        ),
        ("WHEN the gate opens, SHALL shine.", "EARS-005"),
        ("After the gate opens, the lamp SHALL shine.", "EARS-007"),
        ("The lamp SHALL shine and MAY blink.", "EARS-009"),
        ("The lamp SHALL shine with sufficient light.", "QUAL-101"),
        ("The lamp SHALL shine where appropriate.", "QUAL-102"),
        ("The lamp SHALL show red, green etc.", "QUAL-103"),
        ("The lamp SHALL shine and SHALL hum.", "QUAL-106"),
        ("WHEN the gate opens, it SHALL shine.", "QUAL-108"),
        ("The lamp SHALL shine for TBD.", "QUAL-113"),
        ("The lamp SHALL shine as soon as possible.", "BUDG-203"),
    ];
    for (sentence, rule) in cases {
        assert_eq!(found(sentence), [rule], "{sentence}");
    }
    let quoted = "The lamp SHALL print \"as appropriate\" and `etc` for a TodoList.";
    assert_eq!(found(quoted), Vec::<&str>::new());
}

#[test]
fn a_ticked_task_with_open_parts_is_a_lie() {
    let text = "# Plan\n\n## [x] Task 1\n\n- [ ] one\n- [x] two\n\n## [x] Task 2\n\n- [x] one\n\n- [x] Task 3\n  - [ ] one\n- [ ] Task 4\n  - [ ] one\n";
    let lies: Vec<_> = lint_document("a.md", text, |rule| rule.id == "STAT-401")
        .into_iter()
        .filter(|finding| finding.rule == "STAT-401")
        .map(|finding| (finding.position().map(|position| position.line), finding.message))
        .collect();
    assert_eq!(
        lies.iter().map(|(line, _)| *line).collect::<Vec<_>>(),
        [Some(3), Some(8), Some(12)]
    );
    assert!(
        lies.iter()
            .all(|(_, message)| message.starts_with("a task is ticked while parts of it are open"))
    );
}

#[test]
fn an_odd_case_of_the_modal_verb_is_found_where_there_is_a_habit() {
    let text = "- The hut SHALL stand.\n".repeat(9) + "- The hut shall stand.\n";
    assert_eq!(found(&text), ["EARS-008"]);
}

#[test]
fn rules_have_identifiers_of_their_own_and_say_how_to_mend() {
    let mut ids: Vec<&str> = rules().iter().map(|rule| rule.id).collect();
    ids.sort_unstable();
    let count = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), count);
    let default = |rule: &&Rule| rule.is_default;
    assert!(
        rules()
            .iter()
            .filter(default)
            .all(|rule| !rule.hint.is_empty() && !rule.title.is_empty())
    );
}
