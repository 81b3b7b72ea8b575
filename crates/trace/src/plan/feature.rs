//! Feature files as they were read: [`Features`].

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use gherkin::{Background, Feature, GherkinEnv, ParseFileError, Scenario};
use shall_spec::{Diagnostic, Lock, SourceText, Specification};
use walkdir::WalkDir;

use super::{
    outline::{Expanded, expand},
    place::{line_span, position_span},
    removed::Removed,
};

/// The feature files below a folder, with what is wrong with those that could not be read.
#[derive(Debug, Clone, Default)]
pub struct Features {
    pub(super) files: Vec<FeatureFile>,
    pub(super) faults: Vec<Diagnostic>,
    pub(super) removed: Removed,
}

/// One feature file.
#[derive(Debug, Clone)]
pub(super) struct FeatureFile {
    pub(super) source: SourceText,
    pub(super) feature: Feature,
}

/// A scenario with what it inherits from feature and rule.
#[derive(Debug, Clone)]
pub(super) struct FoundScenario {
    pub(super) scenario: Expanded,
    /// Offset of its keyword.
    pub(super) start: usize,
    /// The rule's title, where it stands in one.
    pub(super) rule: Option<String>,
    /// Tags of feature, rule, scenario and examples.
    pub(super) tags: Vec<String>,
    /// Steps as written with their offsets, backgrounds first.
    pub(super) steps: Vec<(usize, String)>,
}

impl Features {
    /// Reads every `*.feature` file below `folder`, which is relative to `root`, in the order of their paths.
    ///
    /// A file that cannot be read or parsed is a fault that [`plan`](super::plan) reports with all others.
    #[must_use]
    pub fn read(root: &Path, folder: &str) -> Self {
        let mut features = Self::default();
        for entry in WalkDir::new(root.join(folder)).sort_by_file_name() {
            match entry {
                Ok(entry) if entry.file_type().is_file() => features.add(root, entry.path()),
                Ok(_) => {}
                Err(error) => {
                    let message = format!("cannot read features below `{folder}`: {error}");
                    features.faults.push(Diagnostic::error("FEATURE-001", message));
                }
            }
        }
        features
    }

    /// Takes what was accepted, so that a link to a sentence that is gone is told from a slip of the pen.
    #[must_use]
    pub fn with_lock(mut self, lock: &Lock, specification: &Specification) -> Self {
        self.removed = Removed::new(lock, specification);
        self
    }

    /// Every tag of every scenario, without `@`.
    #[must_use]
    pub fn tags(&self) -> BTreeSet<String> {
        let scenarios = self.files.iter().flat_map(FeatureFile::scenarios);
        scenarios.flat_map(|found| found.tags).collect()
    }

    /// Number of files that were read.
    #[must_use]
    pub fn count(&self) -> usize {
        self.files.len()
    }

    /// What is wrong with the files that could not be read or parsed.
    #[must_use]
    pub fn faults(&self) -> &[Diagnostic] {
        &self.faults
    }

    fn add(&mut self, root: &Path, path: &Path) {
        if path.extension().is_none_or(|extension| extension != "feature") {
            return;
        }
        let name = relative(root, path);
        match fs::read_to_string(path) {
            Ok(text) => match parse(SourceText::new(&name, text), path) {
                Ok(file) => self.files.push(file),
                Err(fault) => self.faults.push(*fault),
            },
            Err(error) => {
                let message = format!("cannot read `{name}`: {error}");
                self.faults.push(Diagnostic::error("FEATURE-001", message));
            }
        }
    }
}

fn relative(root: &Path, path: &Path) -> String {
    let path: PathBuf = path.strip_prefix(root).unwrap_or(path).components().collect();
    path.to_string_lossy()
        .replace('\\', "/")
        .trim_start_matches("./")
        .to_owned()
}

fn parse(source: SourceText, path: &Path) -> Result<FeatureFile, Box<Diagnostic>> {
    match Feature::parse_path(path, GherkinEnv::default()) {
        Ok(feature) => Ok(FeatureFile { source, feature }),
        Err(ParseFileError::Reading { source: error, .. }) => {
            let message = format!("cannot read `{}`: {error}", source.path());
            Err(Box::new(Diagnostic::error("FEATURE-001", message)))
        }
        Err(ParseFileError::Parsing { error, source: at, .. }) => {
            let reason = error.map_or_else(|| "expected Gherkin".to_owned(), |error| error.to_string());
            let (line, column) = position(&at.to_string());
            let span = position_span(&source, line, column);
            let message = format!(
                "feature does not parse: {}",
                reason.trim_end_matches('.').to_lowercase()
            );
            Err(Box::new(Diagnostic::error("FEATURE-002", message).at(
                &source,
                span,
                "at or after this line",
            )))
        }
    }
}

/// The parser tells the place only in the text of its error, as in `Error at 4:1: …`.
fn position(error: &str) -> (usize, usize) {
    let numbers = error.strip_prefix("Error at ").unwrap_or_default();
    let mut numbers = numbers.split(':').map(|number| number.parse().unwrap_or(1));
    (numbers.next().unwrap_or(1), numbers.next().unwrap_or(1))
}

impl FeatureFile {
    /// Its scenarios in the order of the file, outlines expanded.
    pub(super) fn scenarios(&self) -> Vec<FoundScenario> {
        let own = self.feature.background.as_ref();
        let plain = self
            .feature
            .scenarios
            .iter()
            .flat_map(|scenario| self.found(scenario, None, own, None, &[]));
        let ruled = self.feature.rules.iter().flat_map(|rule| {
            let name = Some(rule.name.as_str());
            let background = rule.background.as_ref();
            rule.scenarios
                .iter()
                .flat_map(move |scenario| self.found(scenario, name, own, background, &rule.tags))
        });
        plain.chain(ruled).collect()
    }

    fn found(
        &self,
        scenario: &Scenario,
        rule: Option<&str>,
        background: Option<&Background>,
        rule_background: Option<&Background>,
        rule_tags: &[String],
    ) -> Vec<FoundScenario> {
        let inherited: Vec<_> = background
            .into_iter()
            .chain(rule_background)
            .flat_map(|own| own.steps.clone())
            .collect();
        let tags = || self.feature.tags.iter().chain(rule_tags);
        let expanded = expand(scenario).into_iter();
        let found = expanded.map(|row| FoundScenario {
            start: scenario.span.start,
            rule: rule.map(str::to_owned),
            tags: tags().chain(&row.tags).cloned().collect(),
            steps: inherited
                .iter()
                .chain(&row.steps)
                .map(|step| (step.span.start, format!("{} {}", step.keyword.trim(), step.value)))
                .collect(),
            scenario: row,
        });
        found.collect()
    }

    /// Outlines whose examples hold no row; the runner would pass over them in silence.
    pub(super) fn empty_outlines(&self) -> Vec<Diagnostic> {
        let all = self
            .feature
            .scenarios
            .iter()
            .chain(self.feature.rules.iter().flat_map(|rule| &rule.scenarios));
        let empty = all.filter(|scenario| !scenario.examples.is_empty() && expand(scenario).is_empty());
        empty
            .map(|scenario| {
                let message = format!("outline `{}` has no example row, so it never runs", scenario.name);
                let span = line_span(&self.source, scenario.span.start);
                Diagnostic::error("FEATURE-003", message).at(&self.source, span, "no row")
            })
            .collect()
    }
}
