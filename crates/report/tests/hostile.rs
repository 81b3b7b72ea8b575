//! Text of specification, features and cluster cannot become markup, and nothing leads out of the page.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod fixture;

use serde_json::Value;
use shall_report::{render_html, render_json, render_junit, render_summary};
use shall_trace::{Record, judge};

const HOSTILE: &str = "</script></style></title><script>alert(1)</script><img src=x onerror=alert(1)>\"'`|\u{2028}]]>&";

/// Puts the hostile text behind every text of the records that is free: no time, unit, kind or tag.
fn poison(value: &mut Value, key: &str) {
    let fixed = [
        "record", "at", "kind", "unit", "op", "pattern", "role", "expires", "file", "keyword", "tags", "id", "metric",
    ];
    match value {
        Value::String(text) if !fixed.contains(&key) => text.push_str(HOSTILE),
        Value::Array(items) if !fixed.contains(&key) => items.iter_mut().for_each(|item| poison(item, key)),
        Value::Object(fields) => fields.iter_mut().for_each(|(key, item)| poison(item, key)),
        Value::String(_) | Value::Array(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn poisoned() -> Vec<Record> {
    let mut records = serde_json::to_value(fixture::run()).unwrap();
    poison(&mut records, "");
    serde_json::from_value(records).unwrap()
}

#[test]
fn hostile_text_stays_text_on_the_page() {
    let html = render_html(&judge(&poisoned())).unwrap();
    assert!(
        html.matches("&lt;script&gt;alert(1)").count() > 100,
        "the text is there"
    );
    assert!(!html.contains("<script>alert"), "it never becomes markup");
    assert!(!html.contains("<img"), "it never becomes markup");
    assert_eq!(html.matches("<script>").count(), 1);
    assert_eq!(html.matches("</script>").count(), 1);
    assert_eq!(html.matches("</style>").count(), 1);
}

#[test]
fn the_page_loads_nothing_from_elsewhere() {
    let html = render_html(&judge(&poisoned())).unwrap();
    for attribute in ["src=", "href="] {
        for rest in html
            .split(&format!(" {attribute}"))
            .skip(1)
            .filter(|rest| rest.starts_with('"'))
        {
            assert!(
                ["\"#", "\"./"].iter().any(|start| rest.starts_with(start)),
                "{attribute}{}",
                &rest[..40.min(rest.len())]
            );
        }
    }
    for load in ["@import", "url(", "<link", "<iframe", "fetch(", "XMLHttpRequest"] {
        assert!(!html.contains(load), "{load}");
    }
}

#[test]
fn hostile_text_keeps_the_other_formats_whole() {
    let judged = judge(&poisoned());
    let json: Value = serde_json::from_str(&render_json(&judged).unwrap()).unwrap();
    assert_eq!(json["criteria"].as_array().unwrap().len(), judged.criteria.len());
    let junit = quick_junit::Report::deserialize_from_str(&render_junit(&judged).unwrap()).unwrap();
    assert_eq!(junit.test_suites[0].test_cases.len(), judged.criteria.len());
    let outside = outside_code(&render_summary(&judged));
    let known = ["<details>", "</details>", "<summary>", "</summary>", "<br>"];
    let left = known.iter().fold(outside, |text, tag| text.replace(tag, ""));
    assert!(!left.contains('<'), "{left}");
}

/// Markdown without its code spans, in which markup is only text.
fn outside_code(text: &str) -> String {
    let (mut outside, mut in_code, mut escaped) = (String::new(), false, false);
    for character in text.chars() {
        match character {
            '`' if !escaped => in_code = !in_code,
            other if !in_code => outside.push(other),
            _ => {}
        }
        escaped = character == '\\' && !escaped;
    }
    assert!(!in_code, "each code span ends");
    outside
}
