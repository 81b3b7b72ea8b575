//! Every page of a rule is true: its bad example raises the rule, its good one does not.

use std::collections::BTreeSet;

use serde_json::Value;
use shall::rules::{all, page};

use crate::case::Case;

/// A fenced block of a page: its language and its text.
type Block = (String, String);

/// The fenced blocks below a heading of the second level; headings inside of blocks are none.
fn blocks(page: &str, heading: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let (mut inside, mut here) = (false, false);
    for line in page.lines() {
        match line.strip_prefix("```") {
            Some(language) => {
                if here && !inside {
                    blocks.push((language.to_owned(), String::new()));
                }
                inside = !inside;
            }
            None if !inside => here = line.strip_prefix("## ").map_or(here, |title| title == heading),
            None if here => {
                let (_, text) = blocks.last_mut().unwrap();
                text.push_str(line);
                text.push('\n');
            }
            None => {}
        }
    }
    assert!(!blocks.is_empty(), "no block below `{heading}`");
    blocks
}

/// A project of the blocks: Markdown is its specification, Gherkin its feature, TOML its configuration; another file is
/// named behind the language.
fn project(blocks: &[Block]) -> Case {
    let case = Case::empty().file("features/.keep", "").file("spec/.keep", "");
    blocks
        .iter()
        .fold(case, |case, (language, text)| match language.as_str() {
            "markdown" => case.file("spec/example.md", text),
            "gherkin" => case.file("features/example.feature", text),
            "toml" => case.file("shall.toml", text),
            other => match other.split_once(' ') {
                Some((_, path)) => case.file(path, text),
                None => panic!("no file for a block of `{other}`"),
            },
        })
}

/// Rule and severity of every finding of an example. Sentences are read as any team's document, the rest as a project.
fn found(rule: &str, blocks: &[Block]) -> BTreeSet<(String, String)> {
    let is_project = rule.starts_with("SPEC-") || blocks.iter().any(|(language, _)| language != "markdown");
    let mut args = vec!["check", "--format", "json", "--enable", "all"];
    if !is_project {
        args.push("spec/example.md");
    }
    let ended = project(blocks).run(&args);
    let json: Value = serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{rule}: {}", ended.stderr));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let findings = json["findings"].as_array().unwrap().iter();
    findings
        .map(|row| (text(&row["rule"]), text(&row["severity"])))
        .collect()
}

#[test]
fn each_bad_example_raises_its_rule_and_each_good_one_does_not() {
    let mut wrong = Vec::new();
    for rule in all() {
        let text = page(rule.id).unwrap();
        let has = |found: &BTreeSet<(String, String)>| found.iter().any(|(id, _)| id == rule.id);
        let bad = found(rule.id, &blocks(text, "Bad"));
        if !has(&bad) {
            wrong.push(format!("{}: its bad example raises {bad:?}", rule.id));
        }
        // Steps of examples have no definitions; any other error would make the example no good one.
        let mut good = found(rule.id, &blocks(text, "Good"));
        good.retain(|(id, severity)| id == rule.id || (severity == "error" && id != "STEP-001"));
        if !good.is_empty() {
            wrong.push(format!("{}: its good example raises {good:?}", rule.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn explain_prints_a_page_lists_all_and_names_the_nearest() {
    let case = Case::empty();
    let one = case.run(&["explain", "ears-007"]).ends_with(0);
    assert_eq!(one.stdout, page("EARS-007").unwrap());
    let list = case.run(&["explain"]).ends_with(0);
    assert_eq!(list.stdout.lines().count(), all().len());
    case.run(&["explain", "EARS-070"])
        .ends_with(2)
        .says(&["no rule `EARS-070`", "did you mean `EARS-0"]);
    let json = case.run(&["explain", "BDD-001", "--format", "json"]).ends_with(0);
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(json["rules"][0]["id"], "BDD-001");
    assert_eq!(json["rules"][0]["is_default"], false);
}

/// The identifiers that stand in the code where a finding is made.
fn raised(folder: &std::path::Path, ids: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            raised(&path, ids);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap();
            ids.extend(code.split('"').filter(|word| is_rule(word)).map(str::to_owned));
        }
    }
}

/// Capitals, a hyphen, three digits.
fn is_rule(word: &str) -> bool {
    let parts = word.split_once('-');
    parts.is_some_and(|(area, number)| {
        area.len() >= 3
            && area.bytes().all(|byte| byte.is_ascii_uppercase())
            && number.len() == 3
            && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[test]
fn every_rule_that_the_code_raises_is_registered() {
    let mut ids = BTreeSet::new();
    for folder in ["crates/spec/src", "crates/trace/src/plan", "src"] {
        raised(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut ids);
    }
    let known: BTreeSet<String> = all().iter().map(|rule| rule.id.to_owned()).collect();
    assert_eq!(ids, known);
}
