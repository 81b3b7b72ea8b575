//! Mutants: deliberate faults under which scenarios must go red for a stated reason. [`read_mutants`] reads a folder
//! of them and joins them with the plan, before any cluster is touched.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use shall_cluster::{containers::ContainerFault, probe::FaultSpec};
use shall_trace::{Plan, PlannedScenario, Verdict};

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
    scenario: String,
    because: String,
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
#[error("the mutants have faults\n{}", listed(.0))]
pub struct MutantErrors(pub Vec<MutantFault>);

fn listed(faults: &[MutantFault]) -> String {
    let lines: Vec<String> = faults.iter().map(|fault| format!("  {fault}")).collect();
    lines.join("\n")
}

/// One fault of a mutant file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MutantFault {
    /// The file.
    pub path: PathBuf,
    /// What is wrong, what was expected, and how to mend it.
    pub message: String,
}

impl fmt::Display for MutantFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.path.display(), self.message)
    }
}

/// Reads every mutant below `root`, in the order of their names. A project without the folder has none.
///
/// # Errors
///
/// With every fault: files that cannot be read, unknown keys, titles that no scenario or several have.
pub fn read_mutants(root: &Path, plan: &Plan) -> Result<Vec<Mutant>, MutantErrors> {
    let mut faults = Vec::new();
    let mut mutants = Vec::new();
    for path in files(&root.join(FOLDER), &mut faults) {
        let fault = |message| MutantFault {
            path: path.strip_prefix(root).unwrap_or(&path).to_owned(),
            message,
        };
        match std::fs::read_to_string(&path) {
            Err(error) => faults.push(fault(error.to_string())),
            Ok(text) => match serde_saphyr::from_str::<File>(&text) {
                Err(error) => faults.push(fault(error.to_string())),
                Ok(file) => match join(&path, file, plan) {
                    Ok(mutant) => mutants.push(mutant),
                    Err(messages) => faults.extend(messages.into_iter().map(fault)),
                },
            },
        }
    }
    if faults.is_empty() {
        Ok(mutants)
    } else {
        Err(MutantErrors(faults))
    }
}

fn files(folder: &Path, faults: &mut Vec<MutantFault>) -> Vec<PathBuf> {
    if !folder.is_dir() {
        return Vec::new();
    }
    let listed = std::fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let mut paths: Vec<PathBuf> = match listed {
        Ok(entries) => entries.into_iter().map(|entry| entry.path()).collect(),
        Err(error) => {
            faults.push(MutantFault {
                path: folder.to_owned(),
                message: error.to_string(),
            });
            Vec::new()
        }
    };
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    paths.sort();
    paths
}

fn join(path: &Path, file: File, plan: &Plan) -> Result<Mutant, Vec<String>> {
    let mut messages = Vec::new();
    if file.faults.is_empty() && file.containers.is_empty() {
        messages
            .push("`faults` is empty, and so is `containers`: a mutant that changes nothing proves nothing".to_owned());
    }
    if file.red.is_empty() {
        messages.push("`red` is empty: name the scenarios that must go red, and why".to_owned());
    }
    let mut red = Vec::new();
    for wanted in file.red {
        if wanted.because.trim().is_empty() {
            messages.push(format!(
                "`because` of `{}` is empty: any failure would do",
                wanted.scenario
            ));
        }
        match find(plan, &wanted.scenario) {
            Ok(scenario) => red.push(Red {
                scenario: scenario.clone(),
                because: wanted.because,
                verdict: wanted.verdict,
            }),
            Err(message) => messages.push(message),
        }
    }
    if messages.is_empty() {
        Ok(Mutant {
            name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            about: file.about,
            faults: file.faults,
            containers: file.containers,
            red,
        })
    } else {
        Err(messages)
    }
}

/// The scenario of a title; `FILE: TITLE` where several files have it.
fn find<'a>(plan: &'a Plan, wanted: &str) -> Result<&'a PlannedScenario, String> {
    let is_it = |scenario: &&PlannedScenario| {
        scenario.name == wanted || format!("{}: {}", scenario.key.file, scenario.name) == wanted
    };
    let found: Vec<_> = plan.scenarios.iter().filter(is_it).collect();
    match found.as_slice() {
        [one] => Ok(one),
        [] => {
            let nearest = plan
                .scenarios
                .iter()
                .map(|scenario| scenario.name.as_str())
                .max_by(|a, b| strsim::jaro(wanted, a).total_cmp(&strsim::jaro(wanted, b)));
            let hint = nearest.map(|nearest| format!("\n    (hint: did you mean `{nearest}`?)"));
            Err(format!(
                "no scenario has the title `{wanted}`{}",
                hint.unwrap_or_default()
            ))
        }
        several => Err(format!(
            "{} scenarios have the title `{wanted}`\n    (hint: write `{}: {wanted}`)",
            several.len(),
            several[0].key.file
        )),
    }
}

#[cfg(test)]
mod tests {
    use shall_trace::{Review, ScenarioKey};

    use super::*;

    fn plan() -> Plan {
        let scenario = |file: &str, line, name: &str| PlannedScenario {
            key: ScenarioKey {
                file: file.to_owned(),
                line,
                attempt: 0,
            },
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
