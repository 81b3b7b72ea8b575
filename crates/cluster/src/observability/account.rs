//! Whether the lines that came back are those that were written: [`LineAccount`].

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use shall_workload::{LogLine, LogPlan};

use super::loki::LogEntry;

/// The lines of one plan against the lines that a query returned.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LineAccount {
    /// Lines that were to be written.
    pub expected: usize,
    /// Different lines of the plan that came back whole.
    pub found: usize,
    /// Number and part of lines that did not, sorted.
    pub missing: Vec<(u64, u32)>,
    /// Number and part of lines that came back more than once, sorted.
    pub duplicate: Vec<(u64, u32)>,
    /// Lines that are none of the plan's: of another nonce, cut, changed or somebody else's. Their beginnings.
    pub foreign: Vec<String>,
}

impl LineAccount {
    /// Reckons the lines of a plan up with what a query returned.
    #[must_use]
    pub fn of(plan: &LogPlan, entries: &[LogEntry]) -> Self {
        let parts = plan.shape.parts();
        let expected: BTreeSet<(u64, u32)> = (plan.first..plan.first + plan.count)
            .flat_map(|n| (1..=parts).map(move |part| (n, part)))
            .collect();
        let mut seen: BTreeMap<(u64, u32), usize> = BTreeMap::new();
        let mut foreign = Vec::new();
        for entry in entries {
            let line = LogLine::parse(&entry.line).filter(|line| line.nonce == plan.nonce && line.parts == parts);
            match line
                .map(|line| (line.n, line.part))
                .filter(|line| expected.contains(line))
            {
                Some(line) => *seen.entry(line).or_default() += 1,
                None => foreign.push(entry.line.chars().take(120).collect()),
            }
        }
        Self {
            expected: expected.len(),
            found: seen.len(),
            missing: expected.into_iter().filter(|line| !seen.contains_key(line)).collect(),
            duplicate: seen
                .into_iter()
                .filter(|(_, times)| *times > 1)
                .map(|(line, _)| line)
                .collect(),
            foreign,
        }
    }

    /// Whether each line came back once and no other did. A plan without lines is never exact.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.expected > 0
            && self.found == self.expected
            && self.missing.is_empty()
            && self.duplicate.is_empty()
            && self.foreign.is_empty()
    }
}

impl fmt::Display for LineAccount {
    /// One line: the numbers and, where there is any, the first of each kind.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} lines", self.found, self.expected)?;
        for (name, lines) in [("missing", &self.missing), ("twice", &self.duplicate)] {
            write!(f, ", {} {name}", lines.len())?;
            if let Some((n, part)) = lines.first() {
                write!(f, " (first: {n}, part {part})")?;
            }
        }
        write!(f, ", {} foreign", self.foreign.len())?;
        if let Some(first) = self.foreign.first() {
            write!(f, " (first: `{first}`)")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use shall_workload::Shape;

    use super::*;

    fn entries(plan: &LogPlan) -> Vec<LogEntry> {
        let parts = plan.shape.parts();
        let lines = (plan.first..plan.first + plan.count).flat_map(|n| (1..=parts).map(move |part| (n, part)));
        lines
            .map(|(n, part)| {
                let line = LogLine {
                    nonce: plan.nonce.clone(),
                    n,
                    part,
                    parts,
                    at_unix_ms: 7,
                };
                LogEntry {
                    at_ns: i128::from(n),
                    line: line.text(plan.shape, plan.bytes).unwrap(),
                    labels: BTreeMap::new(),
                }
            })
            .collect()
    }

    #[test]
    fn all_lines_once_are_exact() {
        for shape in [Shape::Plain, Shape::Json, Shape::Multi] {
            let plan = LogPlan {
                shape,
                bytes: 300,
                ..LogPlan::plain("a", 50)
            };
            let account = LineAccount::of(&plan, &entries(&plan));
            assert!(account.is_exact(), "{shape}: {account}");
        }
        assert!(!LineAccount::of(&LogPlan::plain("a", 0), &[]).is_exact());
    }

    #[test]
    fn each_kind_of_damage_is_seen_and_named() {
        let plan = LogPlan {
            bytes: 100,
            ..LogPlan::plain("a", 10)
        };
        let whole = entries(&plan);
        let without = LineAccount::of(&plan, &whole[1..]);
        assert_eq!((without.is_exact(), without.missing), (false, vec![(1, 1)]));
        let mut twice = whole.clone();
        twice.push(whole[4].clone());
        assert_eq!(LineAccount::of(&plan, &twice).duplicate, [(5, 1)]);
        let mut cut = whole.clone();
        cut[2].line.truncate(60);
        let cut = LineAccount::of(&plan, &cut);
        assert_eq!((cut.missing.len(), cut.foreign.len()), (1, 1));
        let decoy = entries(&LogPlan::plain("b", 1));
        let foreign = LineAccount::of(&plan, &[whole, decoy].concat());
        assert!(
            !foreign.is_exact() && foreign.to_string().contains("1 foreign"),
            "{foreign}"
        );
    }

    #[test]
    fn a_part_of_an_event_that_is_missing_is_seen() {
        let plan = LogPlan {
            shape: Shape::Multi,
            ..LogPlan::plain("a", 2)
        };
        let mut lines = entries(&plan);
        lines.remove(4);
        assert_eq!(LineAccount::of(&plan, &lines).missing, [(2, 2)]);
    }
}
