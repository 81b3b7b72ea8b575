use shall_trace::{Finding, JudgedAttempt};

use super::{
    fixture::{planned, red},
    *,
};

fn ended(verdict: Verdict, text: &str) -> JudgedScenario {
    let attempt = JudgedAttempt {
        key: planned().key,
        verdict,
        findings: vec![Finding {
            verdict,
            text: text.to_owned(),
        }],
        cause: None,
        started_at: None,
        duration_ms: None,
        steps: Vec::new(),
        diagnostics: None,
    };
    JudgedScenario {
        planned: planned(),
        verdict,
        marks: Vec::new(),
        findings: Vec::new(),
        links: Vec::new(),
        attempts: vec![attempt],
    }
}

fn after(before: Verdict, under: Verdict, text: &str) -> Shown {
    let (before, under) = (ended(before, "before"), ended(under, text));
    decide(&red("no provisioner"), Some(&before), Some(&under)).0
}

#[test]
fn red_for_the_stated_reason_is_the_only_proof() {
    use Verdict::{Errored, Failed, Passed};
    let stated = "cause: no provisioner is running";
    assert_eq!(after(Passed, Failed, stated), Shown::RedAsStated);
    assert_eq!(after(Passed, Failed, "disk full"), Shown::OtherReason);
    assert_eq!(
        after(Passed, Errored, stated),
        Shown::OtherReason,
        "errored is not failed"
    );
    assert_eq!(after(Passed, Passed, stated), Shown::StayedGreen);
    assert_eq!(after(Failed, Failed, stated), Shown::NotGreenBefore);
}

#[test]
fn a_scenario_that_did_not_run_shows_nothing() {
    let before = ended(Verdict::Passed, "");
    assert_eq!(decide(&red("x"), Some(&before), None).0, Shown::NotTried);
    assert_eq!(decide(&red("x"), None, None).0, Shown::NotGreenBefore);
}
