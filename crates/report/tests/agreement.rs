//! Every format says the same of every criterion, every scenario and every count.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests")]

mod fixture;

use std::collections::BTreeMap;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus};
use serde_json::Value;
use shall_report::{render_html, render_json, render_junit, render_lcov, render_summary, render_timings};
use shall_trace::{JudgedRun, ScenarioKey, Verdict, judge};

type Verdicts = BTreeMap<String, String>;

fn judged() -> JudgedRun {
    judge(&fixture::run())
}

fn place(key: &ScenarioKey) -> String {
    format!("{}:{}", key.file, key.line)
}

fn criteria(judged: &JudgedRun) -> Verdicts {
    let row = |one: &shall_trace::JudgedCriterion| (one.criterion.id.to_string(), one.verdict.key().to_owned());
    judged.criteria.iter().map(row).collect()
}

fn scenarios(judged: &JudgedRun) -> Verdicts {
    judged
        .scenarios
        .iter()
        .map(|one| (place(one.key()), one.verdict.key().to_owned()))
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn json(judged: &JudgedRun) -> Value {
    serde_json::from_str(&render_json(judged).unwrap()).unwrap()
}

#[test]
fn the_fixture_holds_every_verdict_that_a_run_can_end_in() {
    let judged = judged();
    for verdict in Verdict::ALL {
        let expected = usize::from(verdict != Verdict::Waived);
        assert!(judged.counts.of(verdict).total() >= expected, "{verdict}");
    }
}

#[test]
fn report_json_agrees() {
    let (judged, json) = (judged(), json(&judged()));
    let rows = |list: &str, id: &str| -> Verdicts {
        json[list]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| (text(&row[id]), text(&row["verdict"])))
            .collect()
    };
    assert_eq!(rows("criteria", "id"), criteria(&judged));
    assert_eq!(rows("scenarios", "scenario"), scenarios(&judged));
    for verdict in Verdict::ALL {
        let tally = &json["counts"]["by_verdict"][verdict.key()];
        let total = tally["direct"].as_u64().unwrap_or(0) + tally["on_stand_ins"].as_u64().unwrap_or(0);
        assert_eq!(total, judged.counts.of(verdict).total() as u64, "{verdict}");
    }
    assert_eq!(json["exit_code"], judged.exit_code(false));
}

#[test]
fn every_pass_in_report_json_shows_what_it_rests_on() {
    let json = json(&judged());
    let passed = json["criteria"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["verdict"] == "passed");
    let mut seen = 0;
    for row in passed {
        seen += 1;
        assert!(row["checks"].as_u64().unwrap() > 0, "{row}");
        for budget in row["budgets"].as_array().unwrap() {
            let metric = |one: &Value| one["metric"] == budget["metric"] && one["verdict"] == "inside";
            assert!(row["measurements"].as_array().unwrap().iter().any(metric), "{row}");
        }
    }
    assert!(seen >= 3);
}

fn junit_verdict(case: &TestCase) -> String {
    let verdict = case
        .properties
        .iter()
        .find(|property| property.name.as_str() == "verdict")
        .expect("a verdict");
    let status = match &case.status {
        TestCaseStatus::Success { .. } => "success",
        TestCaseStatus::NonSuccess {
            kind: NonSuccessKind::Failure,
            ..
        } => "failure",
        TestCaseStatus::NonSuccess {
            kind: NonSuccessKind::Error,
            ..
        } => "error",
        TestCaseStatus::Skipped { .. } => "skipped",
    };
    let expected = match verdict.value.as_str() {
        "passed" => "success",
        "failed" | "flaky" => "failure",
        "errored" | "inconclusive" => "error",
        _ => "skipped",
    };
    assert_eq!(status, expected, "{}", case.name.as_str());
    verdict.value.as_str().to_owned()
}

#[test]
fn junit_agrees() {
    let judged = judged();
    let report = Report::deserialize_from_str(&render_junit(&judged).unwrap()).unwrap();
    let (own, features): (Vec<_>, Vec<_>) = report
        .test_suites
        .iter()
        .partition(|suite| suite.name.as_str() == "criteria");
    let seen = own.iter().flat_map(|suite| &suite.test_cases);
    let seen: Verdicts = seen
        .map(|case| (case.name.as_str().to_owned(), junit_verdict(case)))
        .collect();
    assert_eq!(seen, criteria(&judged));
    let place_of = |case: &TestCase| {
        let place = case
            .properties
            .iter()
            .find(|property| property.name.as_str() == "place");
        place.expect("a place").value.as_str().to_owned()
    };
    let seen = features.iter().flat_map(|suite| &suite.test_cases);
    let seen: Verdicts = seen.map(|case| (place_of(case), junit_verdict(case))).collect();
    assert_eq!(seen, scenarios(&judged));
}

#[test]
fn junit_names_what_a_scenario_verifies_and_what_was_measured() {
    let xml = render_junit(&judged()).unwrap();
    assert!(
        xml.contains(r#"<property name="verifies" value="AC-001-01"/>"#),
        "{xml}"
    );
    let measured = r#"name="budget.provisioning-duration" value="inside: 2.184 to 2.201 s (&lt;= 30 s)""#;
    assert!(xml.contains(measured), "{xml}");
}

#[test]
fn timings_agree() {
    let judged = judged();
    let csv = render_timings(&judged).unwrap();
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let columns = reader.headers().unwrap().clone();
    let at = |name: &str| columns.iter().position(|column| column == name).expect("a column");
    let (kind, item, criterion, verdict) = (at("kind"), at("item"), at("criterion"), at("verdict"));
    let (lower, upper, budget_verdict) = (at("lower"), at("upper"), at("budget_verdict"));
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    let of = |wanted: &str| {
        rows.iter()
            .filter(|row| &row[kind] == wanted)
            .cloned()
            .collect::<Vec<_>>()
    };
    let seen: Verdicts = of("scenario")
        .iter()
        .map(|row| (row[item].into(), row[verdict].into()))
        .collect();
    assert_eq!(seen, scenarios(&judged));
    let all = judged
        .criteria
        .iter()
        .flat_map(|one| one.budgets.iter().map(move |budget| (one, budget)));
    let mut expected: Vec<_> = all
        .flat_map(|(one, budget)| budget.measurements.iter().map(move |measured| (one, measured)))
        .map(|(one, measured)| {
            let (lower, upper) = (measured.measurement.lower, measured.measurement.upper);
            [
                one.criterion.id.to_string(),
                one.verdict.key().into(),
                format!("{lower:?}"),
                format!("{upper:?}"),
                measured.verdict.key().into(),
            ]
        })
        .collect();
    let measured = of("measurement");
    let mut seen: Vec<_> = measured
        .iter()
        .map(|row| [criterion, verdict, lower, upper, budget_verdict].map(|column| row[column].to_owned()))
        .collect();
    expected.sort();
    seen.sort();
    assert_eq!(seen, expected);
    assert_eq!(of("phase").len(), judged.phases.len());
}

/// The value of an attribute that stands behind `start` in a piece of HTML.
fn attribute<'a>(piece: &'a str, name: &str) -> &'a str {
    let rest = piece.split_once(&format!("{name}=\"")).expect("an attribute").1;
    rest.split_once('"').expect("its end").0
}

/// The verdicts that a section of the page shows, by anchor.
fn page_rows(html: &str, section: &str) -> Verdicts {
    let start = html
        .split_once(&format!("<section id=\"{section}\">"))
        .expect("a section")
        .1;
    let body = start
        .split_once("<h2>")
        .expect("a heading")
        .1
        .split_once("<h2>")
        .expect("a next section")
        .0;
    let rows = body.split("<details").skip(1);
    rows.map(|row| (attribute(row, "id").to_owned(), attribute(row, "data-v").to_owned()))
        .collect()
}

#[test]
fn the_page_agrees() {
    let judged = judged();
    let html = render_html(&judged).unwrap();
    assert_eq!(page_rows(&html, "criteria"), criteria(&judged));
    let seen: Verdicts = page_rows(&html, "scenarios")
        .into_iter()
        .map(|(anchor, verdict)| {
            let (file, line) = anchor.split_once(':').expect("a line");
            (format!("features/{file}.feature:{line}"), verdict)
        })
        .collect();
    assert_eq!(seen, scenarios(&judged));
    for one in &judged.criteria {
        let row = html
            .split_once(&format!("<details id=\"{}\"", one.criterion.id))
            .expect("a row")
            .1;
        let summary = row.split_once("</summary>").expect("its summary").0;
        assert_eq!(
            summary.contains("on a stand-in"),
            one.is_on_stand_in(),
            "{}",
            one.criterion.id
        );
    }
    for verdict in Verdict::ALL
        .into_iter()
        .filter(|verdict| judged.counts.of(*verdict).total() > 0)
    {
        let tally = format!(
            "<li><b class=\"{}\">{}</b>",
            verdict.key(),
            judged.counts.of(verdict).total()
        );
        assert!(html.contains(&tally), "{tally}");
    }
}

/// The verdicts of the criteria that the summary shows as text.
fn summary_rows(summary: &str) -> Verdicts {
    let rows = summary
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| criterion") && !line.starts_with("| ---"));
    let mut seen: Verdicts = rows
        .map(|row| {
            let cells: Vec<_> = row.split('|').map(str::trim).collect();
            (cells[1].to_owned(), cells[2].replace(' ', "_"))
        })
        .collect();
    let uncovered = summary.lines().skip_while(|line| !line.starts_with("<details>")).nth(2);
    let uncovered = uncovered.into_iter().flat_map(|list| list.split(", "));
    seen.extend(uncovered.map(|id| (id.to_owned(), "uncovered".to_owned())));
    seen
}

#[test]
fn the_summary_agrees() {
    let judged = judged();
    let summary = render_summary(&judged);
    assert!(summary.starts_with(&format!("## {}\n", judged.counts.sentence())));
    assert_eq!(summary_rows(&summary), criteria(&judged));
}

/// Hits by file and line, as the trace file says.
fn lcov_rows(lcov: &str) -> BTreeMap<(String, usize), usize> {
    let mut rows = BTreeMap::new();
    for record in lcov.split("end_of_record\n").filter(|record| !record.is_empty()) {
        let value = |name: &str| {
            record
                .lines()
                .find_map(|line| line.strip_prefix(name))
                .expect("a value")
        };
        let lines: Vec<(usize, usize)> = record
            .lines()
            .filter_map(|line| line.strip_prefix("DA:")?.split_once(','))
            .map(|(line, hits)| (line.parse().unwrap(), hits.parse().unwrap()))
            .collect();
        assert_eq!(value("LF:"), lines.len().to_string());
        let covered = lines.iter().filter(|(_, hits)| *hits > 0).count();
        assert_eq!(value("LH:"), covered.to_string());
        rows.extend(
            lines
                .into_iter()
                .map(|(line, hits)| ((value("SF:").to_owned(), line), hits)),
        );
    }
    rows
}

#[test]
fn text_page_and_lcov_of_one_judged_run_never_disagree_wherever_it_was_cut_off() {
    let records = fixture::run();
    let (mut covered, mut on_stand_ins) = (0, 0);
    for length in 2..=records.len() {
        let judged = judge(&records[..length]);
        let (summary, html) = (render_summary(&judged), render_html(&judged).unwrap());
        assert_eq!(summary_rows(&summary), page_rows(&html, "criteria"), "{length} records");
        assert!(html.contains(&judged.counts.sentence()), "{length} records");
        let text = render_lcov(&judged);
        let lcov = lcov_rows(&text);
        assert_eq!(lcov.len(), judged.criteria.len(), "{length} records");
        let page = page_rows(&html, "criteria");
        for one in &judged.criteria {
            let hits = lcov[&(one.criterion.file.clone(), one.criterion.line)];
            let passed = page[one.criterion.id.as_str()] == "passed";
            assert_eq!(hits > 0, passed, "{}", one.criterion.id);
            let mark = if one.is_on_stand_in() { " (on a stand-in)" } else { "" };
            let function = format!("FNDA:{hits},{}{mark}\n", one.criterion.id);
            assert!(text.contains(&function), "no `{function}` in\n{text}");
            covered += usize::from(hits > 0);
            on_stand_ins += usize::from(hits > 0 && one.is_on_stand_in());
        }
    }
    assert!(covered > on_stand_ins, "nothing was covered, so nothing was compared");
    assert!(
        on_stand_ins > 0,
        "nothing passed on a stand-in, so no mark was compared"
    );
}

#[test]
fn a_line_with_two_criteria_is_covered_when_both_passed() {
    let mut records = fixture::run();
    for record in &mut records {
        if let shall_trace::Record::Plan(plan) = record {
            plan.criteria.iter_mut().for_each(|criterion| criterion.line = 8);
        }
    }
    let judged = judge(&records);
    assert!(judged.criteria.iter().any(|one| one.verdict == Verdict::Passed));
    let lcov = lcov_rows(&render_lcov(&judged));
    let storage = lcov[&("spec/storage.md".to_owned(), 8)];
    assert_eq!(storage, 0, "others on this line did not pass");
}

#[test]
fn equal_input_gives_identical_bytes() {
    let (first, second) = (judged(), judged());
    assert_eq!(render_json(&first).unwrap(), render_json(&second).unwrap());
    assert_eq!(render_html(&first).unwrap(), render_html(&second).unwrap());
    assert_eq!(render_junit(&first).unwrap(), render_junit(&second).unwrap());
    assert_eq!(render_timings(&first).unwrap(), render_timings(&second).unwrap());
    assert_eq!(render_summary(&first), render_summary(&second));
    assert_eq!(render_lcov(&first), render_lcov(&second));
}
