//! The page as its template sees it: [`Page`].

use serde::Serialize;
use shall_trace::{JudgedRun, Leak, Mark, RunOutcome, Verdict};

use super::{
    criterion::{AreaView, areas},
    run::{PhaseView, RunView, ValidatedView, phases, run_view, validated},
    scenario::{FeatureView, ScenarioView, attention, features, missing_capabilities},
    shape::Chip,
};

/// Everything on the page.
#[derive(Serialize)]
pub(super) struct Page<'a> {
    sentence: String,
    judged: usize,
    on_stand_ins: usize,
    criteria: usize,
    covered: usize,
    checks: usize,
    outcome: OutcomeView,
    tallies: Vec<TallyView>,
    scenario_tallies: Vec<ScenarioTally>,
    filtered: bool,
    missing_capabilities: usize,
    run: Option<RunView<'a>>,
    attention: Vec<ScenarioView<'a>>,
    suspects: Vec<SuspectView<'a>>,
    leaks: &'a [Leak],
    errors: &'a [String],
    areas: Vec<AreaView<'a>>,
    features: Vec<FeatureView<'a>>,
    untraced: usize,
    phases: Vec<PhaseView<'a>>,
    validated: Vec<ValidatedView<'a>>,
}

/// How the run ended, as a word, a shape and a sentence.
#[derive(Serialize)]
struct OutcomeView {
    key: &'static str,
    word: &'static str,
    meaning: &'static str,
    exit_code: u8,
}

/// A criterion that changed since its scenarios were accepted.
#[derive(Serialize)]
struct SuspectView<'a> {
    id: &'a str,
    text: &'a str,
}

/// How many criteria got a verdict.
#[derive(Serialize)]
struct TallyView {
    chip: Chip,
    total: usize,
    direct: usize,
    on_stand_ins: usize,
}

#[derive(Serialize)]
struct ScenarioTally {
    chip: Chip,
    number: usize,
}

impl<'a> Page<'a> {
    pub(super) fn new(judged: &'a JudgedRun) -> Self {
        let counts = &judged.counts;
        Self {
            sentence: counts.sentence(),
            judged: counts.judged.total(),
            on_stand_ins: counts.judged.on_stand_ins,
            criteria: counts.criteria,
            covered: judged.coverage.covered,
            checks: counts.checks,
            outcome: outcome_view(judged.outcome(false)),
            tallies: tallies(judged),
            scenario_tallies: counts
                .scenarios
                .iter()
                .map(|(verdict, number)| ScenarioTally {
                    chip: (*verdict).into(),
                    number: *number,
                })
                .collect(),
            filtered: judged.filtered,
            missing_capabilities: missing_capabilities(judged),
            run: run_view(judged),
            attention: attention(judged),
            suspects: suspects(judged),
            leaks: &judged.leaks,
            errors: &judged.errors,
            areas: areas(judged),
            features: features(judged),
            untraced: judged.matrix.untraced.len(),
            phases: phases(judged),
            validated: validated(judged),
        }
    }
}

fn suspects(judged: &JudgedRun) -> Vec<SuspectView<'_>> {
    let changed = judged.criteria.iter().filter(|one| one.has_mark(Mark::Suspect));
    changed
        .map(|one| SuspectView {
            id: one.criterion.id.as_str(),
            text: &one.criterion.text,
        })
        .collect()
}

fn tallies(judged: &JudgedRun) -> Vec<TallyView> {
    let order = [
        Verdict::Passed,
        Verdict::Failed,
        Verdict::Flaky,
        Verdict::Inconclusive,
        Verdict::Errored,
        Verdict::NotRun,
        Verdict::Waived,
        Verdict::Uncovered,
    ];
    let tally = |verdict| (verdict, judged.counts.of(verdict));
    let shown = order.into_iter().map(tally).filter(|(_, tally)| tally.total() > 0);
    shown
        .map(|(verdict, tally)| TallyView {
            chip: verdict.into(),
            total: tally.total(),
            direct: tally.direct,
            on_stand_ins: tally.on_stand_ins,
        })
        .collect()
}

fn outcome_view(outcome: RunOutcome) -> OutcomeView {
    let (key, word, meaning) = match outcome {
        RunOutcome::Passed => ("passed", "passed", "every selected scenario passed"),
        RunOutcome::Failed => (
            "failed",
            "failed",
            "something was shown not to hold, passed only on retry, or was shown for a sentence that changed since",
        ),
        RunOutcome::Incomplete => ("failed", "incomplete", "something that was required was not shown"),
        RunOutcome::Undecided => (
            "errored",
            "could not judge",
            "something could not be judged, or was left behind",
        ),
        RunOutcome::NothingSelected => ("not_run", "nothing selected", "no scenario was selected"),
        RunOutcome::Interrupted => ("errored", "interrupted", "a signal stopped the run"),
    };
    OutcomeView {
        key,
        word,
        meaning,
        exit_code: outcome.exit_code(),
    }
}
