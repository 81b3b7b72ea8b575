//! What people decided shows in every format: suspect, waived, contradicted, unsatisfiable.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod fixture;

use serde_json::Value;
use shall_report::{render_html, render_json, render_junit, render_summary};
use shall_spec::AcceptanceCriterion;
use shall_trace::{JudgedRun, Mark, Pin, Plan, Record, Verdict, Waiver, judge};

/// A criterion of the fixture that passed, and one that no scenario proves.
fn passed_and_uncovered() -> (String, String) {
    let judged = judge(&fixture::run());
    let first = |verdict| {
        let mut all = judged.criteria.iter();
        all.find(|one| one.verdict == verdict && one.marks.is_empty()).unwrap()
    };
    (
        first(Verdict::Passed).criterion.id.to_string(),
        first(Verdict::Uncovered).criterion.id.to_string(),
    )
}

/// The fixture's run with another plan.
fn changed(change: impl Fn(&mut Plan)) -> JudgedRun {
    let mut records = fixture::run();
    for record in &mut records {
        if let Record::Plan(plan) = record {
            change(plan);
        }
    }
    judge(&records)
}

fn criterion<'a>(plan: &'a mut Plan, id: &str) -> &'a mut AcceptanceCriterion {
    let mut all = plan.criteria.iter_mut();
    all.find(|one| one.id.as_str() == id).unwrap()
}

/// The row of a list of `report.json` whose field has a value.
fn row(judged: &JudgedRun, list: &str, field: &str, value: &str) -> Value {
    let json: Value = serde_json::from_str(&render_json(judged).unwrap()).unwrap();
    let mut rows = json[list].as_array().unwrap().iter();
    rows.find(|row| row[field] == value).unwrap().clone()
}

/// What stands between the words and the next end of such a thing.
fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let Some((_, rest)) = text.split_once(start) else {
        panic!("no `{start}`");
    };
    rest.split_once(end).map_or(rest, |(piece, _)| piece)
}

#[test]
fn a_changed_sentence_is_suspect_in_every_format() {
    let (id, _) = passed_and_uncovered();
    let judged = changed(|plan| {
        let pin = Pin {
            criterion: criterion(plan, &id).id.clone(),
            hash: "hash of the accepted sentence".into(),
        };
        plan.review.pins.push(pin);
    });
    let one = judged
        .criteria
        .iter()
        .find(|one| one.criterion.id.as_str() == id)
        .unwrap();
    assert_eq!((one.verdict, one.has_mark(Mark::Suspect)), (Verdict::Passed, true));
    assert_eq!(
        row(&judged, "criteria", "id", &id)["marks"],
        serde_json::json!(["suspect"])
    );
    let key = &one.scenarios[0].key;
    let place = format!("{}:{}", key.file, key.line);
    assert_eq!(
        row(&judged, "scenarios", "scenario", &place)["marks"],
        serde_json::json!(["suspect"])
    );

    let html = render_html(&judged).unwrap();
    let mark = r#"<span class="m suspect">suspect</span>"#;
    let summary = between(&html, &format!("<details id=\"{id}\""), "</summary>");
    assert!(summary.contains(mark), "{summary}");
    let anchor = key.file.trim_start_matches("features/").trim_end_matches(".feature");
    let summary = between(&html, &format!("<details id=\"{anchor}:{}\"", key.line), "</summary>");
    assert!(summary.contains(mark), "{summary}");

    let attention = between(&html, "<section id=\"attention\"", "</section>");
    assert!(attention.contains(&format!("<a href=\"#{id}\">")), "{attention}");

    let xml = render_junit(&judged).unwrap();
    let case = between(&xml, &format!("<testcase name=\"{id}\""), "</testcase>");
    assert!(case.contains(r#"type="suspect""#), "{case}");
    assert!(case.contains(r#"<property name="mark" value="suspect"/>"#), "{case}");
    let name = &judged.scenario(key).unwrap().planned.name;
    let case = between(&xml, &format!("<testcase name=\"{name}\""), "</testcase>");
    assert!(case.contains(r#"type="suspect""#), "{case}");

    let text = render_summary(&judged);
    let line = format!("- **suspect**: {id}: ");
    assert!(text.contains(&line), "{text}");
}

#[test]
fn a_run_without_a_changed_sentence_shows_the_mark_nowhere() {
    let judged = judge(&fixture::run());
    let texts = [
        render_json(&judged).unwrap(),
        render_html(&judged)
            .unwrap()
            .split_once("</style>")
            .unwrap()
            .1
            .to_owned(),
        render_junit(&judged).unwrap(),
        render_summary(&judged),
    ];
    for text in texts {
        assert!(!text.contains("suspect"), "{text}");
    }
}

#[test]
fn a_waiver_shows_with_its_reason_in_every_format() {
    let (_, id) = passed_and_uncovered();
    let judged = changed(|plan| {
        let waiver = Waiver {
            criterion: criterion(plan, &id).id.clone(),
            reason: "no cluster with such disks".into(),
            owner: "storage team".into(),
            expires: "2036-01-01T00:00:00Z".parse().unwrap(),
        };
        plan.review.waivers.push(waiver);
    });
    assert_eq!(row(&judged, "criteria", "id", &id)["verdict"], "waived");
    let reason = "waived by storage team until 2036-01-01: no cluster with such disks";
    let html = render_html(&judged).unwrap();
    let body = between(&html, &format!("<details id=\"{id}\" data-v=\"waived\""), "</details>");
    assert!(body.contains(reason), "{body}");
    let xml = render_junit(&judged).unwrap();
    let case = between(&xml, &format!("<testcase name=\"{id}\""), "</testcase>");
    assert!(case.contains("<skipped") && case.contains(reason), "{case}");
    let text = render_summary(&judged);
    assert!(text.contains(&format!("| {id} | waived |")), "{text}");
    assert!(text.contains(reason), "{text}");
}

#[test]
fn the_fact_against_a_criterion_shows_in_every_format() {
    let (passed, uncovered) = passed_and_uncovered();
    let judged = changed(|plan| {
        criterion(plan, &passed).contradicted = Some("chapter 4 asks for the opposite".into());
        criterion(plan, &uncovered).unsatisfiable = Some("the driver has no snapshots".into());
    });
    let cases = [
        (&passed, "contradicted", "chapter 4 asks for the opposite"),
        (&uncovered, "unsatisfiable", "the driver has no snapshots"),
    ];
    let (html, xml, text) = (
        render_html(&judged).unwrap(),
        render_junit(&judged).unwrap(),
        render_summary(&judged),
    );
    for (id, mark, fact) in cases {
        let row = row(&judged, "criteria", "id", id);
        assert_eq!((&row[mark], &row["marks"]), (&fact.into(), &serde_json::json!([mark])));
        let body = between(&html, &format!("<details id=\"{id}\""), "</details>");
        assert!(
            body.contains(&format!("class=\"m {mark}\"")) && body.contains(fact),
            "{body}"
        );
        let case = between(&xml, &format!("<testcase name=\"{id}\""), "</testcase>");
        assert!(
            case.contains(&format!("<property name=\"{mark}\" value=\"{fact}\"/>")),
            "{case}"
        );
        assert!(text.contains(&format!("- {id} is {mark}: {fact}")), "{text}");
    }
}
