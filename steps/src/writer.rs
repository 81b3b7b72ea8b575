//! The one place that writes evidence: [`EvidenceWriter`], cucumber's writer of our runs.
//!
//! Step times exist only in cucumber's events, so the records are made here. A failed step's record is
//! held until its scenario's diagnostics have found the cause, and written with it.

use std::{any::Any, collections::HashMap, sync::Arc, time::SystemTime};

use cucumber::{
    Event, Writer, event,
    gherkin::{self, StepType},
    parser,
};
use jiff::Timestamp;
use shall_trace::{Record, ScenarioFinished, ScenarioKey, ScenarioStarted, StepOutcome, StepRecord};

use crate::{
    World,
    context::{ScenarioProgress, scenario_key},
    recorder::{Recorded, Registry},
};

/// Takes evidence records in order; the run's evidence file, or a list in tests.
pub trait EvidenceSink: Send {
    /// Appends one record and syncs it.
    ///
    /// # Errors
    ///
    /// When it could not be written.
    fn append(&mut self, record: &Record) -> Result<(), String>;
}

/// Turns cucumber's events into evidence records.
pub struct EvidenceWriter {
    sink: Box<dyn EvidenceSink>,
    registry: Arc<Registry>,
    progress: Arc<dyn ScenarioProgress>,
    open: HashMap<ScenarioKey, Open>,
    /// What kept records from being written, one line each; any makes the run errored.
    pub errors: Vec<String>,
}

/// A scenario between its start and its end.
struct Open {
    began: SystemTime,
    step_began: SystemTime,
    index: usize,
    held: Option<StepRecord>,
    failed: bool,
}

impl EvidenceWriter {
    /// A writer into `sink` of what `registry` holds.
    pub fn new(sink: Box<dyn EvidenceSink>, registry: Arc<Registry>, progress: Arc<dyn ScenarioProgress>) -> Self {
        Self {
            sink,
            registry,
            progress,
            open: HashMap::new(),
            errors: Vec::new(),
        }
    }

    /// Ends every scenario that is still open as interrupted; called when the run was stopped.
    pub fn close(&mut self) {
        let now = SystemTime::now();
        for key in self.open.keys().cloned().collect::<Vec<_>>() {
            self.finish(&key, now, true);
        }
    }

    fn append(&mut self, record: &Record) {
        if let Err(error) = self.sink.append(record) {
            self.errors.push(error);
        }
    }

    fn scenario_event(&mut self, key: &ScenarioKey, name: &str, at: SystemTime, event: &event::Scenario<World>) {
        match event {
            event::Scenario::Started => self.start(key, name, at),
            event::Scenario::Background(step, event) | event::Scenario::Step(step, event) => {
                self.step_event(key, at, step, event);
            }
            event::Scenario::Hook(hook, event) => self.hook_event(key, at, *hook, event),
            event::Scenario::Log(_) => {}
            event::Scenario::Finished => self.finish(key, at, false),
        }
    }

    fn start(&mut self, key: &ScenarioKey, name: &str, at: SystemTime) {
        let open = Open {
            began: at,
            step_began: at,
            index: 0,
            held: None,
            failed: false,
        };
        self.open.insert(key.clone(), open);
        self.progress.started(key, name);
        self.append(&Record::ScenarioStarted(ScenarioStarted {
            scenario: key.clone(),
            at: timestamp(at),
        }));
    }

    fn step_event(&mut self, key: &ScenarioKey, at: SystemTime, step: &gherkin::Step, event: &event::Step<World>) {
        let outcome = match event {
            event::Step::Started => {
                if let Some(open) = self.open.get_mut(key) {
                    open.step_began = at;
                }
                self.progress.step(key, &step.value);
                return;
            }
            event::Step::Passed(..) => None,
            event::Step::Skipped => Some("no step definition matches this step".to_owned()),
            event::Step::Failed(_, _, _, error) => Some(message_of_step(error)),
        };
        let recorded = self.registry.take_step(key, step.position.line);
        let Some(open) = self.open.get_mut(key) else { return };
        let record = step_record(key, open, at, step, recorded, outcome);
        open.index += 1;
        if matches!(record.outcome, StepOutcome::Passed) {
            self.append(&Record::Step(record));
        } else {
            open.failed = true;
            open.held = Some(record);
        }
    }

    fn hook_event(&mut self, key: &ScenarioKey, at: SystemTime, hook: event::HookType, event: &event::Hook<World>) {
        let event::Hook::Failed(_, info) = event else { return };
        let keyword = match hook {
            event::HookType::Before => "before",
            event::HookType::After => "after",
        };
        if let Some(open) = self.open.get_mut(key) {
            open.failed = true;
        }
        self.append(&Record::Step(StepRecord {
            scenario: key.clone(),
            index: None,
            keyword: keyword.to_owned(),
            text: format!("{keyword} hook"),
            at: timestamp(at),
            duration_ms: 0,
            outcome: StepOutcome::Errored {
                message: message_of_panic(info),
                cause: None,
            },
            checks: Vec::new(),
            measurements: Vec::new(),
            notes: Vec::new(),
        }));
    }

    fn finish(&mut self, key: &ScenarioKey, at: SystemTime, interrupted: bool) {
        let Some(mut open) = self.open.remove(key) else { return };
        let diagnosis = self.registry.take_diagnosis(key);
        if let Some(mut record) = open.held.take() {
            add_cause(&mut record.outcome, diagnosis.cause);
            self.append(&Record::Step(record));
        }
        if !diagnosis.leftovers.is_empty() {
            open.failed = true;
            self.append(&Record::Step(leftover_record(key, at, &diagnosis.leftovers)));
        }
        self.progress
            .finished(key, !open.failed && !interrupted, duration(open.began, at));
        self.append(&Record::ScenarioFinished(ScenarioFinished {
            scenario: key.clone(),
            at: timestamp(at),
            duration_ms: millis(open.began, at),
            diagnostics: diagnosis.folder,
            interrupted,
        }));
    }
}

impl Writer<World> for EvidenceWriter {
    type Cli = cucumber::cli::Empty;

    async fn handle_event(&mut self, event: parser::Result<Event<event::Cucumber<World>>>, _cli: &Self::Cli) {
        let (event, at) = match event {
            Ok(event) => {
                let at = event.at;
                (event.into_inner(), at)
            }
            Err(error) => {
                self.errors.push(error.to_string());
                return;
            }
        };
        let event::Cucumber::Feature(feature, event) = event else {
            return;
        };
        let (scenario, event) = match event {
            event::Feature::Scenario(scenario, event)
            | event::Feature::Rule(_, event::Rule::Scenario(scenario, event)) => (scenario, event),
            event::Feature::Started | event::Feature::Finished | event::Feature::Rule(..) => return,
        };
        let mut key = scenario_key(&feature, &scenario);
        key.attempt = event.retries.map_or(0, |retries| retries.current);
        self.scenario_event(&key, &scenario.name, at, &event.event);
    }
}

/// The writer behind a lock: cucumber owns one handle while it runs, the runner keeps the other so that scenarios
/// which a signal cut off are closed.
#[derive(Clone)]
pub(crate) struct Shared(Arc<tokio::sync::Mutex<EvidenceWriter>>);

impl Shared {
    pub(crate) fn new(writer: EvidenceWriter) -> Self {
        Self(Arc::new(tokio::sync::Mutex::new(writer)))
    }

    pub(crate) async fn lock(&self) -> tokio::sync::MutexGuard<'_, EvidenceWriter> {
        self.0.lock().await
    }
}

impl Writer<World> for Shared {
    type Cli = cucumber::cli::Empty;

    async fn handle_event(&mut self, event: parser::Result<Event<event::Cucumber<World>>>, cli: &Self::Cli) {
        self.0.lock().await.handle_event(event, cli).await;
    }
}

impl cucumber::writer::Normalized for Shared {}

fn step_record(
    key: &ScenarioKey,
    open: &Open,
    at: SystemTime,
    step: &gherkin::Step,
    recorded: Recorded,
    message: Option<String>,
) -> StepRecord {
    let outcome = match (message, recorded.checks.iter().any(|check| !check.met)) {
        (None, false) => StepOutcome::Passed,
        (None, true) => StepOutcome::Failed {
            message: "a check was not met and the step went on".to_owned(),
            cause: recorded.cause,
        },
        (Some(message), true) => StepOutcome::Failed {
            message,
            cause: recorded.cause,
        },
        (Some(message), false) => StepOutcome::Errored {
            message,
            cause: recorded.cause,
        },
    };
    StepRecord {
        scenario: key.clone(),
        index: Some(open.index),
        keyword: keyword_of(step.ty).to_owned(),
        text: step.value.clone(),
        at: timestamp(open.step_began),
        duration_ms: millis(open.step_began, at),
        outcome,
        checks: recorded.checks,
        measurements: recorded.measurements,
        notes: recorded.notes,
    }
}

fn leftover_record(key: &ScenarioKey, at: SystemTime, leftovers: &[String]) -> StepRecord {
    StepRecord {
        scenario: key.clone(),
        index: None,
        keyword: "after".to_owned(),
        text: "clean up".to_owned(),
        at: timestamp(at),
        duration_ms: 0,
        outcome: StepOutcome::Errored {
            message: format!("clean-up left behind: {}", leftovers.join("; ")),
            cause: None,
        },
        checks: Vec::new(),
        measurements: Vec::new(),
        notes: leftovers.to_vec(),
    }
}

/// A cause that the step knew itself stays; the diagnostics' fills the gap.
fn add_cause(outcome: &mut StepOutcome, found: Option<String>) {
    match outcome {
        StepOutcome::Failed { cause, .. } | StepOutcome::Errored { cause, .. } => {
            if cause.is_none() {
                *cause = found;
            }
        }
        StepOutcome::Passed | StepOutcome::Skipped => {}
    }
}

fn keyword_of(ty: StepType) -> &'static str {
    match ty {
        StepType::Given => "Given",
        StepType::When => "When",
        StepType::Then => "Then",
    }
}

fn message_of_step(error: &event::StepError) -> String {
    match error {
        event::StepError::NotFound => "no step definition matches this step".to_owned(),
        event::StepError::AmbiguousMatch(error) => error.to_string(),
        event::StepError::Panic(info) => message_of_panic(info),
    }
}

fn message_of_panic(info: &Arc<dyn Any + Send + 'static>) -> String {
    let text = info.downcast_ref::<String>().cloned();
    let text = text.or_else(|| info.downcast_ref::<&str>().map(|text| (*text).to_owned()));
    text.unwrap_or_else(|| "a panic without a message".to_owned())
}

fn timestamp(at: SystemTime) -> Timestamp {
    Timestamp::try_from(at).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn duration(from: SystemTime, to: SystemTime) -> std::time::Duration {
    to.duration_since(from).unwrap_or_default()
}

fn millis(from: SystemTime, to: SystemTime) -> u64 {
    u64::try_from(duration(from, to).as_millis()).unwrap_or(u64::MAX)
}
