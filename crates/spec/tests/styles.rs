//! Documents of many styles, each with the statements that a reader would find in it, as data in `fixtures/specs`.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use shall_spec::{Budget, Document, Pattern, Statement, read_document};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    #[serde(default)]
    statement: Vec<ExpectedStatement>,
    /// Rules of the diagnostics; empty for not compared.
    #[serde(default)]
    rules: Vec<String>,
    only: Option<String>,
    #[serde(default)]
    budgets: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
struct ExpectedStatement {
    line: usize,
    id: Option<String>,
    pattern: Pattern,
    text: String,
    system: Option<String>,
    #[serde(default)]
    negated: Vec<bool>,
    #[serde(default)]
    budgets: Vec<String>,
    checked: Option<bool>,
    #[serde(default)]
    references: Vec<String>,
}

fn shown(budget: &Budget) -> String {
    let unit = serde_json::to_value(budget.unit).unwrap();
    let percentile = budget.percentile.map(|p| format!(" p{p}")).unwrap_or_default();
    format!("{} {} {}{percentile}", budget.op, budget.value, unit.as_str().unwrap())
}

fn found(statement: &Statement) -> ExpectedStatement {
    let negated: Vec<bool> = statement
        .sentence
        .responses
        .iter()
        .map(|response| response.negated)
        .collect();
    ExpectedStatement {
        line: statement.line,
        id: statement.id.as_ref().map(|id| id.0.clone()),
        pattern: statement.pattern,
        text: statement.text.clone(),
        system: statement.sentence.system.as_ref().map(|system| system.text.clone()),
        negated: if negated == [false] { Vec::new() } else { negated },
        budgets: statement.budgets.iter().map(shown).collect(),
        checked: statement.checked,
        references: statement.references.clone(),
    }
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/specs")
}

fn compare(name: &str) {
    let text = std::fs::read_to_string(fixtures().join(format!("{name}.md"))).unwrap();
    let expected: Expected =
        toml::from_str(&std::fs::read_to_string(fixtures().join(format!("{name}.toml"))).unwrap()).unwrap();
    let document = read_document(name, &text);
    check_spans(&document, &text);
    if expected.only.as_deref() == Some("budgets") {
        let found: BTreeMap<String, Vec<String>> = document
            .statements
            .iter()
            .map(|s| (s.id.as_ref().unwrap().0.clone(), s.budgets.iter().map(shown).collect()))
            .collect();
        let wrong: Vec<_> = found
            .iter()
            .filter(|(id, budgets)| expected.budgets.get(*id) != Some(budgets))
            .map(|(id, budgets)| format!("{id}: found {budgets:?}, expected {:?}", expected.budgets.get(id)))
            .collect();
        assert!(wrong.is_empty(), "{name}:\n{}", wrong.join("\n"));
        assert_eq!(found.len(), expected.budgets.len(), "{name}");
        return;
    }
    let found: Vec<ExpectedStatement> = document.statements.iter().map(found).collect();
    for (found, expected) in found.iter().zip(&expected.statement) {
        assert_eq!(found, expected, "{name}");
    }
    assert_eq!(found.len(), expected.statement.len(), "{name}: {found:#?}");
    if !expected.rules.is_empty() {
        let rules: Vec<&str> = document.diagnostics.iter().map(|diagnostic| diagnostic.rule).collect();
        assert_eq!(rules, expected.rules, "{name}");
    }
}

/// Every place that is given lies in the document and on character boundaries.
fn check_spans(document: &Document, text: &str) {
    for statement in &document.statements {
        let spans = statement
            .clauses
            .iter()
            .map(|c| c.span)
            .chain(statement.budgets.iter().map(|b| b.span))
            .chain([statement.span]);
        for span in spans {
            assert!(text.get(span.start..span.end).is_some(), "{span:?}");
        }
    }
}

#[test]
fn crlf_with_byte_order_mark_front_matter_and_no_final_newline() {
    compare("crlf");
}

#[test]
fn numbered_criteria_below_user_stories() {
    compare("story");
}

#[test]
fn tables_with_identifiers_and_categories() {
    compare("table");
}

#[test]
fn mentions_are_no_statements() {
    compare("traps");
}

#[test]
fn lists_continue_and_name_statements() {
    compare("lists");
}

#[test]
fn clauses_in_every_order() {
    compare("clauses");
}

#[test]
fn budgets_of_many_spellings() {
    compare("budgets");
}

#[test]
fn limits_and_numbers_that_are_none() {
    compare("limits");
}

#[test]
fn keywords_of_other_languages() {
    for name in [
        "portuguese",
        "spanish",
        "french",
        "german",
        "italian",
        "chinese",
        "japanese",
        "japanese-shall",
    ] {
        compare(name);
    }
}

#[test]
fn prose_of_other_languages_states_nothing() {
    for text in [
        "Você deve instalar o pacote. Quando terminar, leia o guia.\n",
        "Le lecteur doit aimer le pain.\n",
        "Man muss vorher backen. Wenn es regnet, bleibt man daheim.\n",
        "Usted debe leer esto.\n",
    ] {
        assert!(read_document("x.md", text).statements.is_empty(), "{text}");
    }
}

#[test]
fn a_document_without_known_keywords_says_so() {
    let document = read_document("x.md", "# Wymagania\n\nSystem MUSI odpowiadać.\n");
    assert!(document.statements.is_empty());
    assert_eq!(
        document.diagnostics.iter().map(|d| d.rule).collect::<Vec<_>>(),
        ["READ-001"]
    );
}

#[test]
fn duplicates_and_unread_modals_are_said() {
    let document = read_document(
        "x.md",
        "- A-1: The hut SHALL stand.\n- A-1: The hut SHALL fall.\n- The hut MUST burn.\n",
    );
    assert_eq!(
        document.diagnostics.iter().map(|d| d.rule).collect::<Vec<_>>(),
        ["TRACE-002", "READ-002"]
    );
}
