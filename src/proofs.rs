//! `shall.proofs.toml`: which scenarios were seen to fail under which mutant. `shall prove` writes it, every run reads
//! it, and it is committed, so that a report can say *shown to fail*.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use shall_spec::{CriterionId, Diagnostic, SourceText};
use shall_trace::{Pin, Plan, PlannedScenario, Proof};

use crate::rules::UNREAD_PROOFS;

/// Name of the file, in the root.
pub const FILE: &str = "shall.proofs.toml";

const HEAD: &str = "\
# Written by `shall prove`: scenarios that went red under a mutant, for the reason that the mutant states.
# An entry counts while the scenario's steps and the sentences of its criteria are those that stand here.
";

/// Why the proofs cannot be used or kept.
#[derive(Debug, thiserror::Error)]
pub enum ProofsError {
    /// The file could not be read or written.
    #[error("`{path}` could not be {verb}")]
    Io {
        /// The file.
        path: PathBuf,
        /// `read` or `written`.
        verb: &'static str,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file is not what it should be.
    #[error("`{path}`: expected proofs\n(hint: `shall prove` writes it anew)")]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong, with its place.
        #[source]
        source: toml::de::Error,
    },
    /// An entry could not be put into TOML.
    #[error("`{path}`: an entry cannot be written")]
    Encode {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: toml::ser::Error,
    },
}

/// Everything that was shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proofs {
    /// One entry for each scenario and mutant.
    #[serde(default, rename = "proof")]
    pub entries: Vec<ProofEntry>,
}

/// A scenario that was seen to fail under a mutant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofEntry {
    /// Its feature file.
    pub file: String,
    /// Its title.
    pub scenario: String,
    /// The mutant.
    pub mutant: String,
    /// The text of the run that held the stated reason.
    pub because: String,
    /// The day.
    pub on: Date,
    /// The scenario's steps at that time.
    pub steps: Vec<String>,
    /// The criteria that its tags named, each with its sentence's hash at that time.
    pub criteria: BTreeMap<String, String>,
}

impl ProofsError {
    /// The fault as a finding in the file, which is read again for its excerpt.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        let (Self::Io { path, .. } | Self::Content { path, .. } | Self::Encode { path, .. }) = self;
        let text = SourceText::new(FILE, std::fs::read_to_string(path).unwrap_or_default());
        match self {
            Self::Content { source, .. } => Diagnostic::of_toml(&UNREAD_PROOFS, &text, source),
            Self::Io { source, .. } => Diagnostic::of_file(
                &UNREAD_PROOFS,
                &text,
                format!("expected a readable file, observed: {source}"),
            ),
            Self::Encode { .. } => Diagnostic::of_file(&UNREAD_PROOFS, &text, self),
        }
    }
}

impl Proofs {
    /// Reads the proofs of a project; one without the file has none.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or holds something else.
    pub fn read(root: &Path) -> Result<Self, ProofsError> {
        let path = root.join(FILE);
        if !path.is_file() {
            return Ok(Self::default());
        }
        let text = std::fs::read_to_string(&path).map_err(|source| ProofsError::Io {
            path: path.clone(),
            verb: "read",
            source,
        })?;
        toml::from_str(&text).map_err(|source| ProofsError::Content { path, source })
    }

    /// Writes them, in the order of files, titles and mutants.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn write(&mut self, root: &Path) -> Result<(), ProofsError> {
        let path = root.join(FILE);
        self.entries
            .sort_by(|a, b| (&a.file, &a.scenario, &a.mutant).cmp(&(&b.file, &b.scenario, &b.mutant)));
        let text = toml::to_string_pretty(self).map_err(|source| ProofsError::Encode {
            path: path.clone(),
            source,
        })?;
        std::fs::write(&path, format!("{HEAD}\n{text}")).map_err(|source| ProofsError::Io {
            path,
            verb: "written",
            source,
        })
    }

    /// Notes a proof in place of an older one of the same scenario and mutant.
    pub fn note(&mut self, entry: ProofEntry) {
        self.forget(&entry.file, &entry.scenario, &entry.mutant);
        self.entries.push(entry);
    }

    /// Drops what was shown of a scenario under a mutant.
    pub fn forget(&mut self, file: &str, scenario: &str, mutant: &str) {
        let is_it = |entry: &ProofEntry| entry.file == file && entry.scenario == scenario && entry.mutant == mutant;
        self.entries.retain(|entry| !is_it(entry));
    }

    /// What still counts for a plan: the scenario has the steps that were shown to fail.
    #[must_use]
    pub fn for_plan(&self, plan: &Plan) -> Vec<Proof> {
        let counts = |entry: &&ProofEntry| {
            plan.scenarios.iter().any(|scenario| {
                scenario.key.file == entry.file && scenario.name == entry.scenario && scenario.steps == entry.steps
            })
        };
        let proofs = self.entries.iter().filter(counts).flat_map(|entry| {
            entry.criteria.iter().map(|(criterion, hash)| Proof {
                file: entry.file.clone(),
                scenario: entry.scenario.clone(),
                pin: Pin {
                    criterion: CriterionId(criterion.clone()),
                    hash: hash.clone(),
                },
            })
        });
        proofs.collect()
    }
}

/// The criteria that a scenario's tags name, with their hashes.
#[must_use]
pub fn criteria_of(plan: &Plan, scenario: &PlannedScenario) -> BTreeMap<String, String> {
    plan.criteria
        .iter()
        .filter(|criterion| scenario.names(&criterion.id))
        .map(|criterion| (criterion.id.to_string(), criterion.hash.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use shall_trace::{Review, ScenarioKey};

    use super::*;

    fn entry() -> ProofEntry {
        ProofEntry {
            file: "a.feature".to_owned(),
            scenario: "A claim is bound".to_owned(),
            mutant: "stopped".to_owned(),
            because: "no provisioner is running".to_owned(),
            on: jiff::civil::date(2026, 1, 2),
            steps: vec!["When a \"b\"".to_owned(), "Then c".to_owned()],
            criteria: [("AC-001-01".to_owned(), "ab".to_owned())].into(),
        }
    }

    fn plan(steps: Vec<String>) -> Plan {
        let key = ScenarioKey::new("a.feature", 3);
        let scenario = PlannedScenario {
            key,
            feature: "F".to_owned(),
            name: "A claim is bound".to_owned(),
            tags: vec!["AC-001-01".to_owned()],
            steps,
            not_run: None,
        };
        Plan {
            criteria: Vec::new(),
            scenarios: vec![scenario],
            filtered: false,
            review: Review::default(),
        }
    }

    #[test]
    fn what_is_written_is_read_again_in_order() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(Proofs::read(root.path()).unwrap(), Proofs::default());
        let mut later = entry();
        later.file = "b.feature".to_owned();
        let mut proofs = Proofs {
            entries: vec![later.clone(), entry()],
        };
        proofs.write(root.path()).unwrap();
        assert_eq!(Proofs::read(root.path()).unwrap().entries, [entry(), later]);
    }

    #[test]
    fn a_proof_counts_while_the_scenario_has_the_same_steps() {
        let proofs = Proofs { entries: vec![entry()] };
        assert_eq!(proofs.for_plan(&plan(entry().steps)).len(), 1);
        assert_eq!(proofs.for_plan(&plan(vec!["Then c".to_owned()])), []);
    }

    #[test]
    fn a_newer_proof_takes_the_place_of_the_older() {
        let mut proofs = Proofs { entries: vec![entry()] };
        let newer = ProofEntry {
            on: jiff::civil::date(2026, 3, 4),
            ..entry()
        };
        proofs.note(newer.clone());
        assert_eq!(proofs.entries, [newer]);
    }

    #[test]
    fn a_file_of_something_else_says_so() {
        let root = tempfile::tempdir().unwrap();
        std::fs::write(root.path().join(FILE), "[[proof]]\nfil = 1\n").unwrap();
        let error = Proofs::read(root.path()).unwrap_err();
        assert!(error.to_string().contains("(hint: "), "{error}");
        let found = error.diagnostic();
        assert_eq!((found.rule, found.position().unwrap().line), ("PROOF-001", 2));
        assert!(found.message.contains("unknown field `fil`"), "{}", found.message);
    }
}
