//! What a scenario may name: [`Scope`], the namespaces and objects that carry its labels.

use std::collections::BTreeMap;

use shall_trace::ScenarioKey;

/// Label on everything that a run creates; its value is the run's identifier.
pub(crate) const RUN_LABEL: &str = "shall.dev/run";
/// Label on everything that a scenario creates; its value is [`Scope::scenario`].
pub(crate) const SCENARIO_LABEL: &str = "shall.dev/scenario";

/// Names and labels of one scenario's objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The run's identifier.
    pub run: String,
    /// Short, unique within the run and fit for names: file stem, line and attempt.
    pub scenario: String,
}

impl Scope {
    /// The scope of a scenario within a run.
    #[must_use]
    pub fn new(run: &str, key: &ScenarioKey) -> Self {
        let stem = key
            .file
            .rsplit('/')
            .next()
            .unwrap_or(&key.file)
            .trim_end_matches(".feature");
        let stem: String = stem
            .chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() {
                    c.to_ascii_lowercase()
                } else {
                    '-'
                }
            })
            .take(20)
            .collect();
        let numbered = |letter, number| match number {
            0 => String::new(),
            number => format!("-{letter}{number}"),
        };
        let (repetition, attempt) = (numbered('n', key.repetition), numbered('r', key.attempt));
        Self {
            run: run.to_owned(),
            scenario: format!("{stem}-{}{repetition}{attempt}", key.line),
        }
    }

    /// A cluster-wide name for this scenario's object, such as its namespace; at most 63 characters.
    #[must_use]
    pub fn name(&self, suffix: &str) -> String {
        let mut name = format!("shall-{}-{}", self.run, self.scenario);
        name.truncate(62 - suffix.len());
        let name = name.trim_end_matches('-').to_owned();
        if suffix.is_empty() {
            name
        } else {
            format!("{name}-{suffix}")
        }
    }

    /// How the names of all scenarios of this run begin, and no others.
    #[must_use]
    pub fn name_of_run(&self) -> String {
        format!("shall-{}-", self.run)
    }

    /// The labels of this scenario's objects.
    #[must_use]
    pub fn labels(&self) -> BTreeMap<String, String> {
        [
            (RUN_LABEL.to_owned(), self.run.clone()),
            (SCENARIO_LABEL.to_owned(), self.scenario.clone()),
        ]
        .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(key: &ScenarioKey, suffix: &str) -> String {
        Scope::new("20261121-0442-x7k2", key).name(suffix)
    }

    #[test]
    fn names_differ_by_file_line_repetition_and_attempt() {
        let key = |file: &str, line| ScenarioKey::new(format!("features/backup/{file}.feature"), line);
        let once = key("restore", 5);
        let repeated = |repetition, attempt| ScenarioKey {
            repetition,
            attempt,
            ..once.clone()
        };
        let keys = [
            once.clone(),
            repeated(0, 1),
            repeated(1, 0),
            repeated(2, 0),
            repeated(2, 1),
            key("restore", 9),
            key("backup", 5),
        ];
        let names = keys.map(|key| name(&key, ""));
        let unique: std::collections::BTreeSet<_> = names.iter().collect();
        assert_eq!(unique.len(), names.len(), "{names:?}");
    }

    #[test]
    fn a_name_is_a_dns_label() {
        let file = "features/a/A very long name of a feature with spaces and Ünicode.feature";
        let name = name(&ScenarioKey::new(file, 123), "restored");
        assert!(name.len() <= 63, "{name}");
        assert!(
            name.chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
            "{name}"
        );
        assert!(name.ends_with("-restored"), "{name}");
    }
}
