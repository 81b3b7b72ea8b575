//! Mutants: deliberate faults under which scenarios must go red for a stated reason. [`read_mutants`] reads a folder
//! of them and joins them with the plan, before any cluster is touched.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_saphyr::{Location, Spanned};
use shall_cluster::{containers::ContainerFault, probe::FaultSpec};
use shall_spec::{Diagnostic, SourceText, Span};
use shall_trace::{Plan, PlannedScenario, Verdict};

use crate::{project::rendered, rules::UNREAD_MUTANT};

/// Folder of the mutants, below the root.
pub const FOLDER: &str = "mutants";

/// What a mutant file holds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    about: String,
    #[serde(default)]
    faults: Vec<FaultSpec>,
    #[serde(default)]
    containers: Vec<ContainerFault>,
    red: Vec<RedFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RedFile {
    scenario: Spanned<String>,
    because: Spanned<String>,
    #[serde(default)]
    verdict: RedVerdict,
}

/// How a scenario goes red.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RedVerdict {
    /// A check is not met: the scenario is shown able to fail.
    #[default]
    Failed,
    /// What the scenario needs cannot be had, so nothing is judged: red, and no proof about its checks.
    Errored,
}

impl RedVerdict {
    /// The same among all verdicts.
    #[must_use]
    pub const fn verdict(self) -> Verdict {
        match self {
            Self::Failed => Verdict::Failed,
            Self::Errored => Verdict::Errored,
        }
    }
}

/// A deliberate fault and the scenarios that must go red under it.
#[derive(Debug, Clone, PartialEq)]
pub struct Mutant {
    /// Name of its file, without `.yaml`.
    pub name: String,
    /// What is wrong under it, in one line.
    pub about: String,
    /// The changes of the cluster, in order.
    pub faults: Vec<FaultSpec>,
    /// The changes of the containers beside it, in order. It or `faults` is never empty.
    pub containers: Vec<ContainerFault>,
    /// The scenarios that must go red; never empty.
    pub red: Vec<Red>,
}

/// A scenario that must go red.
#[derive(Debug, Clone, PartialEq)]
pub struct Red {
    /// Which one.
    pub scenario: PlannedScenario,
    /// What one of its failed checks, findings or its cause must contain.
    pub because: String,
    /// How it goes red.
    pub verdict: RedVerdict,
}

/// Why the mutants cannot be used. Every fault of every file is in it.
#[derive(Debug, thiserror::Error)]
#[error("the mutants have faults\n{}", rendered(.0))]
pub struct MutantErrors(pub Vec<Diagnostic>);

/// A mutant file that could be read.
struct ReadFile {
    name: String,
    source: SourceText,
    file: File,
}

/// Reads every mutant below `root`, in the order of their names. A project without the folder has none.
///
/// # Errors
///
/// With every fault: files that cannot be read, unknown keys, titles that no scenario or several have.
pub fn read_mutants(root: &Path, plan: &Plan) -> Result<Vec<Mutant>, MutantErrors> {
    let (files, mut faults) = read_files(root);
    let mut mutants = Vec::new();
    for file in files {
        match join(file, plan) {
            Ok(mutant) => mutants.push(mutant),
            Err(found) => faults.extend(found),
        }
    }
    if faults.is_empty() {
        Ok(mutants)
    } else {
        Err(MutantErrors(faults))
    }
}

/// What is wrong with the mutants of a project of which no scenario is known.
#[must_use]
pub fn mutant_faults(root: &Path) -> Vec<Diagnostic> {
    let (files, mut faults) = read_files(root);
    faults.extend(files.iter().flat_map(shape_faults));
    faults
}

/// The files that could be read, and a fault for each other one.
fn read_files(root: &Path) -> (Vec<ReadFile>, Vec<Diagnostic>) {
    let mut files = Vec::new();
    let mut faults = Vec::new();
    let folder = root.join(FOLDER);
    if !folder.is_dir() {
        return (files, faults);
    }
    for path in yaml_files(&folder, &mut faults) {
        let shown = path.strip_prefix(root).unwrap_or(&path).display().to_string();
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) => {
                let message = format!("expected a readable file, observed: {error}");
                faults.push(Diagnostic::of_file(
                    &UNREAD_MUTANT,
                    &SourceText::new(&shown, ""),
                    message,
                ));
                continue;
            }
        };
        let source = SourceText::new(&shown, text);
        match serde_saphyr::from_str::<File>(source.text()) {
            Ok(file) => files.push(ReadFile {
                name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
                source,
                file,
            }),
            Err(error) => {
                let message = format!("`{shown}`: {}", error.without_snippet());
                faults.push(at(Diagnostic::of(&UNREAD_MUTANT, message), &source, error.location()));
            }
        }
    }
    (files, faults)
}

fn yaml_files(folder: &Path, faults: &mut Vec<Diagnostic>) -> Vec<PathBuf> {
    let listed = std::fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let mut paths: Vec<PathBuf> = match listed {
        Ok(entries) => entries.into_iter().map(|entry| entry.path()).collect(),
        Err(error) => {
            let message = format!("`{FOLDER}`: expected a readable folder, observed: {error}");
            faults.push(Diagnostic::of(&UNREAD_MUTANT, message));
            Vec::new()
        }
    };
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    paths.sort();
    paths
}

/// Puts a finding at the rest of the line that a place in YAML opens; at the file's start where there is none.
fn at(finding: Diagnostic, source: &SourceText, place: Option<Location>) -> Diagnostic {
    let (line, column) = place.map_or((1, 1), |place| (place.line(), place.column()));
    let index = |number: u64| usize::try_from(number).unwrap_or(1).max(1) - 1;
    let before: usize = source
        .text()
        .split_inclusive('\n')
        .take(index(line))
        .map(str::len)
        .sum();
    let rest = source
        .text()
        .get(before..)
        .unwrap_or_default()
        .lines()
        .next()
        .unwrap_or_default();
    let skipped = rest.char_indices().nth(index(column)).map_or(rest.len(), |(at, _)| at);
    let span = Span {
        start: before + skipped,
        end: before + rest.trim_end().len().max(skipped),
    };
    finding.at(source, span, "")
}

/// What is wrong with a mutant whatever the scenarios are.
fn shape_faults(read: &ReadFile) -> Vec<Diagnostic> {
    let mut faults = Vec::new();
    let mut empty = |message: &str| faults.push(Diagnostic::of_file(&UNREAD_MUTANT, &read.source, message));
    if read.file.faults.is_empty() && read.file.containers.is_empty() {
        empty("`faults` is empty, and so is `containers`: a mutant that changes nothing proves nothing");
    }
    if read.file.red.is_empty() {
        empty("`red` is empty: name the scenarios that must go red, and why");
    }
    for wanted in read
        .file
        .red
        .iter()
        .filter(|wanted| wanted.because.value.trim().is_empty())
    {
        let message = format!(
            "`{}`: `because` of `{}` is empty: any failure would do",
            read.source.path(),
            wanted.scenario.value
        );
        let place = Some(wanted.because.referenced);
        faults.push(at(Diagnostic::of(&UNREAD_MUTANT, message), &read.source, place));
    }
    faults
}

fn join(mutant: ReadFile, plan: &Plan) -> Result<Mutant, Vec<Diagnostic>> {
    let mut faults = shape_faults(&mutant);
    let ReadFile { name, source, file } = mutant;
    let mut red = Vec::new();
    for wanted in file.red {
        match find(plan, &wanted.scenario.value) {
            Ok(scenario) => red.push(Red {
                scenario: scenario.clone(),
                because: wanted.because.value,
                verdict: wanted.verdict,
            }),
            Err((message, hint)) => {
                let finding = Diagnostic::of(&UNREAD_MUTANT, format!("`{}`: {message}", source.path())).hint(hint);
                faults.push(at(finding, &source, Some(wanted.scenario.referenced)));
            }
        }
    }
    if faults.is_empty() {
        Ok(Mutant {
            name,
            about: file.about,
            faults: file.faults,
            containers: file.containers,
            red,
        })
    } else {
        Err(faults)
    }
}

/// The scenario of a title, `FILE: TITLE` where several files have it; otherwise what is wrong and a hint.
fn find<'a>(plan: &'a Plan, wanted: &str) -> Result<&'a PlannedScenario, (String, String)> {
    let is_it = |scenario: &&PlannedScenario| {
        scenario.name == wanted || format!("{}: {}", scenario.key.file, scenario.name) == wanted
    };
    let found: Vec<_> = plan.scenarios.iter().filter(is_it).collect();
    match found.as_slice() {
        [one] => Ok(one),
        [] => {
            let titles = plan.scenarios.iter().map(|scenario| scenario.name.as_str());
            let nearest = titles.max_by(|a, b| strsim::jaro(wanted, a).total_cmp(&strsim::jaro(wanted, b)));
            let hint = nearest.map_or("write a feature first".to_owned(), |near| {
                format!("did you mean `{near}`?")
            });
            Err((format!("no scenario has the title `{wanted}`"), hint))
        }
        several => Err((
            format!("{} scenarios have the title `{wanted}`", several.len()),
            format!("write `{}: {wanted}`", several[0].key.file),
        )),
    }
}

#[cfg(test)]
mod tests {
    use shall_trace::{Review, ScenarioKey};

    use super::*;

    fn plan() -> Plan {
        let scenario = |file: &str, line, name: &str| PlannedScenario {
            key: ScenarioKey::new(file, line),
            feature: "F".to_owned(),
            name: name.to_owned(),
            tags: Vec::new(),
            steps: vec!["When a".to_owned()],
            not_run: None,
        };
        Plan {
            criteria: Vec::new(),
            scenarios: vec![
                scenario("a.feature", 3, "A claim is bound"),
                scenario("a.feature", 9, "It comes back"),
                scenario("b.feature", 9, "It comes back"),
            ],
            filtered: false,
            review: Review::default(),
        }
    }

    fn read(files: &[(&str, &str)]) -> Result<Vec<Mutant>, MutantErrors> {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join(FOLDER)).unwrap();
        for (name, text) in files {
            std::fs::write(root.path().join(FOLDER).join(name), text).unwrap();
        }
        read_mutants(root.path(), &plan())
    }

    const STOPPED: &str = "
about: nothing provisions
faults: [{scale: {namespace: s, deployment: d, replicas: 0}}]
red:
  - {scenario: A claim is bound, because: no provisioner is running}
  - {scenario: 'b.feature: It comes back', because: absent, verdict: errored}
";

    #[test]
    fn a_mutant_is_joined_with_its_scenarios() {
        let mutants = read(&[("stopped.yaml", STOPPED)]).unwrap();
        assert_eq!(mutants[0].name, "stopped");
        let red: Vec<_> = mutants[0]
            .red
            .iter()
            .map(|red| (red.scenario.key.file.as_str(), red.verdict))
            .collect();
        assert_eq!(
            red,
            [("a.feature", RedVerdict::Failed), ("b.feature", RedVerdict::Errored)]
        );
    }

    #[test]
    fn every_fault_of_every_file_is_told_at_once() {
        let faults = read(&[
            ("a.yaml", &STOPPED.replace("A claim is bound", "A claim is bond")),
            (
                "b.yaml",
                &STOPPED.replace("'b.feature: It comes back'", "It comes back"),
            ),
            ("c.yaml", &STOPPED.replace("replicas", "replica")),
            ("d.yaml", "about: x\nfaults: []\nred: []\n"),
        ])
        .unwrap_err()
        .to_string();
        for part in [
            "did you mean `A claim is bound`?",
            "2 scenarios have the title `It comes back`",
            "replica",
            "`faults` is empty",
            "`red` is empty",
        ] {
            assert!(faults.contains(part), "{part} is not in\n{faults}");
        }
    }

    #[test]
    fn a_reason_that_any_failure_would_meet_is_refused() {
        let faults = read(&[("a.yaml", &STOPPED.replace("absent", "''"))]).unwrap_err();
        assert!(faults.to_string().contains("any failure would do"));
    }

    #[test]
    fn a_project_without_the_folder_has_no_mutants() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(read_mutants(root.path(), &plan()).unwrap(), []);
    }
}
