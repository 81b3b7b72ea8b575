//! What ran, what was only validated, and how long the parts took, as the page shows them.

use serde::Serialize;
use shall_trace::{ComponentVersion, JudgedRun, Phase, RunStarted, StandIn, ValidatedComponent};

use crate::format::{between, duration, number_of, time};

/// Width of the timeline in its own units.
const WIDTH: f64 = 300.0;

/// What ran, on what.
#[derive(Serialize)]
pub(super) struct RunView<'a> {
    id: &'a str,
    facts: Vec<Fact>,
    components: &'a [ComponentVersion],
    stand_ins: &'a [StandIn],
}

/// One line of the header's list.
#[derive(Serialize)]
struct Fact {
    name: &'static str,
    value: String,
}

/// One part of bringing the stack up, on the timeline.
#[derive(Serialize)]
pub(super) struct PhaseView<'a> {
    phase: &'a str,
    item: Option<&'a str>,
    began: String,
    took: String,
    x: String,
    width: String,
}

/// A profile whose manifests were checked and not run.
#[derive(Serialize)]
pub(super) struct ValidatedView<'a> {
    profile: &'a str,
    description: &'a str,
    components: &'a [ValidatedComponent],
    objects: u64,
    created: u64,
    refused: &'a [String],
    canary: &'a str,
}

/// The profiles that were checked and not run.
pub(super) fn validated(judged: &JudgedRun) -> Vec<ValidatedView<'_>> {
    let views = judged.validated.iter().map(|validated| ValidatedView {
        profile: &validated.profile,
        description: &validated.description,
        components: &validated.components,
        objects: validated.objects(),
        created: validated.components.iter().map(|component| component.created).sum(),
        refused: &validated.refused,
        canary: &validated.canary,
    });
    views.collect()
}

/// The run's facts; `None` where the run was cut off before they were known.
pub(super) fn run_view(judged: &JudgedRun) -> Option<RunView<'_>> {
    let run = judged.run.as_ref()?;
    Some(RunView {
        id: &run.run,
        facts: facts(judged, run),
        components: &run.components,
        stand_ins: &run.stand_ins,
    })
}

fn facts(judged: &JudgedRun, run: &RunStarted) -> Vec<Fact> {
    let fact = |name, value: String| Fact { name, value };
    let engine = run
        .engine
        .as_ref()
        .map(|engine| format!(" on {engine}"))
        .unwrap_or_default();
    let nodes = number_of(run.nodes, "node", "nodes");
    let took = judged.finished_at.map_or("not known: it was killed".to_owned(), |end| {
        duration(between(run.at, end))
    });
    let mut facts = vec![
        fact("Commit", run.commit.clone().unwrap_or_else(|| "none".to_owned())),
        fact("Began", time(run.at)),
        fact("Took", took),
        fact("Cluster", format!("{} ({}{engine}, {nodes})", run.cluster, run.backend)),
        fact("Kubernetes", run.kubernetes.clone()),
        fact("Profile", run.profile.clone()),
        fact("shall", run.shall.clone()),
    ];
    if let Some((lower, upper)) = run.clock_offset_s {
        facts.push(fact(
            "Clock offset",
            format!("{:+.1} to {:+.1} ms", lower * 1e3, upper * 1e3),
        ));
    }
    facts
}

/// The phases on one timeline from the first's begin to the last's end.
pub(super) fn phases(judged: &JudgedRun) -> Vec<PhaseView<'_>> {
    let begins = judged.phases.iter().map(|phase| phase.at.as_millisecond());
    let ends = judged.phases.iter().map(end);
    let (Some(first), Some(last)) = (begins.min(), ends.max()) else {
        return Vec::new();
    };
    let span = as_f64((last - first).max(1));
    let x = |at: i64| as_f64(at - first) / span * WIDTH;
    let view = |phase| {
        let left = x(begin(phase));
        let width = (x(end(phase)) - left).max(1.5);
        PhaseView {
            phase: &phase.phase,
            item: phase.item.as_deref(),
            began: time(phase.at),
            took: duration(phase.duration_ms),
            x: format!("{:.1}", left.min(WIDTH - 1.5)),
            width: format!("{width:.1}"),
        }
    };
    judged.phases.iter().map(view).collect()
}

fn begin(phase: &Phase) -> i64 {
    phase.at.as_millisecond()
}

fn end(phase: &Phase) -> i64 {
    begin(phase).saturating_add(i64::try_from(phase.duration_ms).unwrap_or(i64::MAX))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a drawing needs no more than 52 bits of milliseconds"
)]
fn as_f64(ms: i64) -> f64 {
    ms as f64
}
