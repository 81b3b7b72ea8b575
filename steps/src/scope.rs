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
        let attempt = if key.attempt == 0 {
            String::new()
        } else {
            format!("-r{}", key.attempt)
        };
        Self {
            run: run.to_owned(),
            scenario: format!("{stem}-{}{attempt}", key.line),
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

    fn scope(file: &str, line: usize, attempt: usize) -> Scope {
        Scope::new(
            "20261121-0442-x7k2",
            &ScenarioKey {
                file: file.into(),
                line,
                attempt,
            },
        )
    }

    #[test]
    fn names_differ_by_file_line_and_attempt() {
        let names = [
            scope("features/backup/restore.feature", 5, 0).name(""),
            scope("features/backup/restore.feature", 5, 1).name(""),
            scope("features/backup/restore.feature", 9, 0).name(""),
            scope("features/backup/backup.feature", 5, 0).name(""),
        ];
        let unique: std::collections::BTreeSet<_> = names.iter().collect();
        assert_eq!(unique.len(), names.len(), "{names:?}");
    }

    #[test]
    fn a_name_is_a_dns_label() {
        let name = scope(
            "features/a/A very long name of a feature with spaces and Ünicode.feature",
            123,
            0,
        )
        .name("restored");
        assert!(name.len() <= 63, "{name}");
        assert!(
            name.chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
            "{name}"
        );
        assert!(name.ends_with("-restored"), "{name}");
    }
}
