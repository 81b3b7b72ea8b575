//! What a person sees while long work goes on: live lines on a terminal, plain lines elsewhere.

use std::{
    collections::HashMap,
    io::IsTerminal as _,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use shall_cluster::progress::{Event, Progress};
use shall_steps::ScenarioProgress;
use shall_trace::ScenarioKey;

/// Shows progress on standard error, so that standard output stays for results.
pub struct Console {
    began: Instant,
    terminal: Option<MultiProgress>,
    bars: Mutex<HashMap<String, Bar>>,
}

struct Bar {
    bar: Option<ProgressBar>,
    name: String,
}

impl Default for Console {
    fn default() -> Self {
        let terminal = std::io::stderr().is_terminal() && std::env::var_os("CI").is_none();
        Self {
            began: Instant::now(),
            terminal: terminal.then(MultiProgress::new),
            bars: Mutex::default(),
        }
    }
}

impl Console {
    /// Prints a line that stays.
    #[expect(clippy::print_stderr, reason = "the console is where people read progress")]
    pub fn line(&self, text: &str) {
        let text = format!("{} {text}", clock(self.began.elapsed()));
        match &self.terminal {
            Some(terminal) => drop(terminal.println(text)),
            None => eprintln!("{text}"),
        }
    }

    fn start(&self, key: String, name: String, detail: &str) {
        let bar = self.terminal.as_ref().map(|terminal| {
            let bar = terminal.add(ProgressBar::new_spinner().with_style(style()));
            bar.set_prefix(name.clone());
            bar.set_message(detail.to_owned());
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        if bar.is_none() {
            self.line(&format!("… {name} {detail}"));
        }
        self.bars
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key, Bar { bar, name });
    }

    fn step(&self, key: &str, text: String) {
        let bars = self.bars.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bar) = bars.get(key).and_then(|bar| bar.bar.as_ref()) {
            bar.set_message(text);
        }
    }

    fn finish(&self, key: &str, fallback: &str, mark: &str, how: &str, took: Duration) {
        let bar = self.bars.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
        let name = bar.as_ref().map_or(fallback.to_owned(), |bar| bar.name.clone());
        if let Some(bar) = bar.and_then(|bar| bar.bar) {
            bar.finish_and_clear();
        }
        self.line(&format!("{mark} {name} {how} ({})", seconds(took)));
    }
}

impl Progress for Console {
    fn event(&self, event: Event) {
        match event {
            Event::Started { phase, item, expected } => {
                let detail = expected
                    .map(|expected| format!("(expected {})", seconds(expected)))
                    .unwrap_or_default();
                self.start(format!("{phase} {item}"), format!("{phase} {item}"), &detail);
            }
            Event::Step { phase, item, step } => self.step(&format!("{phase} {item}"), step),
            Event::Finished { phase, item, took, how } => {
                let key = format!("{phase} {item}");
                self.finish(&key, &key, "✓", &how, took);
            }
            Event::Note(text) => self.line(&text),
        }
    }
}

impl ScenarioProgress for Console {
    fn started(&self, key: &ScenarioKey, name: &str) {
        self.start(key.to_string(), format!("{key} {name}"), "");
    }

    fn step(&self, key: &ScenarioKey, text: &str) {
        Console::step(self, &key.to_string(), text.to_owned());
    }

    fn finished(&self, key: &ScenarioKey, passed: bool, took: Duration) {
        let place = key.to_string();
        self.finish(
            &place,
            &place,
            if passed { "✓" } else { "✗" },
            if passed { "passed" } else { "did not pass" },
            took,
        );
    }
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{spinner} {prefix} {elapsed} {msg}")
        .unwrap_or_else(|_error| ProgressStyle::default_spinner())
}

fn clock(elapsed: Duration) -> String {
    format!("{:02}:{:02}", elapsed.as_secs() / 60, elapsed.as_secs() % 60)
}

/// A duration with one decimal below a minute, in minutes and seconds above.
pub(crate) fn seconds(duration: Duration) -> String {
    let whole = duration.as_secs();
    if whole < 60 {
        format!("{:.1} s", duration.as_secs_f64())
    } else {
        format!("{} min {:02} s", whole / 60, whole % 60)
    }
}
