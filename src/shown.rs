//! What a mutant showed of each of its scenarios: [`ShownMutant`].

use serde::Serialize;
use shall_cluster::{
    chain,
    probe::{FaultError, FaultReceipt},
};
use shall_trace::{JudgedRun, JudgedScenario, PlannedScenario, Verdict};

use crate::mutant::{Mutant, Red};

/// What became of a scenario under a mutant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// It went red as it should, for the stated reason.
    RedAsStated,
    /// It passed: it does not see what it should see.
    StayedGreen,
    /// It went red otherwise, so nothing is shown.
    OtherReason,
    /// It does not pass without the mutant, so that it goes red shows nothing.
    NotGreenBefore,
    /// The mutant did not take, or the scenario did not run.
    NotTried,
}

/// A scenario under a mutant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownScenario {
    /// Its feature file.
    pub file: String,
    /// Its title.
    pub scenario: String,
    /// What became of it.
    pub shown: Shown,
    /// What must be in what it says.
    pub because: String,
    /// What it said: the text that holds the reason, or everything where none does.
    pub observed: String,
}

/// What a mutant showed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownMutant {
    /// Its name.
    pub mutant: String,
    /// What is wrong under it.
    pub about: String,
    /// What was changed, each seen to have taken; the fault's error where one did not.
    pub faults: Vec<String>,
    /// Report folder of the run under it; `None` where it did not take.
    pub run: Option<String>,
    /// Its scenarios.
    pub scenarios: Vec<ShownScenario>,
}

/// What a mutant showed, by the run without it and, where it took, the run under it.
pub(crate) fn shown(
    mutant: &Mutant,
    taken: &Result<Vec<FaultReceipt>, FaultError>,
    under: Option<(String, &JudgedRun)>,
    before: &JudgedRun,
) -> ShownMutant {
    let scenarios = mutant.red.iter().map(|red| {
        let judged = under.as_ref().map(|(_, judged)| *judged);
        let (shown, observed) = match taken {
            Ok(_) => decide(
                red,
                found(before, &red.scenario),
                judged.and_then(|run| found(run, &red.scenario)),
            ),
            Err(error) => (Shown::NotTried, chain(error)),
        };
        ShownScenario {
            file: red.scenario.key.file.clone(),
            scenario: red.scenario.name.clone(),
            shown,
            because: red.because.clone(),
            observed,
        }
    });
    ShownMutant {
        mutant: mutant.name.clone(),
        about: mutant.about.clone(),
        faults: match taken {
            Ok(receipts) => {
                let receipts = receipts.iter().map(ToString::to_string);
                receipts
                    .chain(mutant.containers.iter().map(ToString::to_string))
                    .collect()
            }
            Err(error) => vec![chain(error)],
        },
        scenarios: scenarios.collect(),
        run: under.map(|(id, _)| id),
    }
}

fn found<'a>(run: &'a JudgedRun, scenario: &PlannedScenario) -> Option<&'a JudgedScenario> {
    run.scenarios.iter().find(|judged| *judged.key() == scenario.key)
}

/// What a scenario shows by how it ended without the fault and under it.
fn decide(red: &Red, before: Option<&JudgedScenario>, under: Option<&JudgedScenario>) -> (Shown, String) {
    let verdict = |judged: Option<&JudgedScenario>| judged.map_or(Verdict::NotRun, |judged| judged.verdict);
    let said = under.map(said).unwrap_or_default();
    if verdict(before) != Verdict::Passed {
        let text = before.map(self::said).unwrap_or_default().join("; ");
        return (
            Shown::NotGreenBefore,
            format!("{} without the mutant: {text}", verdict(before)),
        );
    }
    match verdict(under) {
        Verdict::NotRun | Verdict::Uncovered | Verdict::Waived => (Shown::NotTried, said.join("; ")),
        Verdict::Passed => (Shown::StayedGreen, String::new()),
        reached @ (Verdict::Failed | Verdict::Errored | Verdict::Inconclusive | Verdict::Flaky) => {
            match said.iter().find(|text| text.contains(&red.because)) {
                Some(text) if reached == red.verdict.verdict() => (Shown::RedAsStated, text.clone()),
                _ => (Shown::OtherReason, format!("{reached}: {}", said.join("; "))),
            }
        }
    }
}

/// Everything that a scenario says of itself: failed checks, findings, the cause.
fn said(judged: &JudgedScenario) -> Vec<String> {
    let checks = judged.checks().filter(|check| !check.met).map(|check| {
        format!(
            "{}: expected {}, observed {}",
            check.subject, check.expected, check.observed
        )
    });
    let attempt = judged.last_attempt();
    let findings = judged
        .findings
        .iter()
        .chain(attempt.into_iter().flat_map(|attempt| &attempt.findings))
        .map(|finding| finding.text.clone());
    let cause = attempt.and_then(|attempt| attempt.cause.clone());
    let mut said: Vec<String> = checks.chain(findings).chain(cause).collect();
    let mut seen = std::collections::BTreeSet::new();
    said.retain(|text| seen.insert(text.clone()));
    said
}

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;
