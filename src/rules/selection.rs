//! Which of the rules that can be chosen run: [`Selection`].

use std::collections::BTreeSet;

use clap::Args;
use shall_spec::{Rule, Severity};

use super::registry::{UnknownRule, all, find};

/// Flags that choose rules.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct RuleArgs {
    /// Also runs this rule, which is off by default; `all` for every rule.
    #[arg(long, value_name = "RULE")]
    pub enable: Vec<String>,
    /// Leaves this rule out.
    #[arg(long, value_name = "RULE")]
    pub disable: Vec<String>,
}

/// Why rules cannot be chosen so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectionError {
    /// No rule has this identifier.
    #[error(transparent)]
    Unknown(#[from] UnknownRule),
    /// Without this rule the specification or the features could not be used.
    #[error("rule `{0}` cannot be left out: a project with this fault cannot be used")]
    Fixed(&'static str),
}

/// The rules that run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    left_out: BTreeSet<&'static str>,
}

impl Default for Selection {
    fn default() -> Self {
        Self {
            left_out: off_by_default(),
        }
    }
}

fn off_by_default() -> BTreeSet<&'static str> {
    let rules = all().into_iter();
    rules.filter(|rule| !rule.is_default).map(|rule| rule.id).collect()
}

impl Selection {
    /// Reads the flags.
    ///
    /// # Errors
    ///
    /// Where a rule is not known, or one is left out that cannot be.
    pub fn read(args: &RuleArgs) -> Result<Self, SelectionError> {
        let mut left_out = off_by_default();
        for id in &args.enable {
            if id == "all" {
                left_out.clear();
            } else {
                left_out.remove(find(id)?.id);
            }
        }
        for id in &args.disable {
            let rule = find(id)?;
            if !is_choice(rule) {
                return Err(SelectionError::Fixed(rule.id));
            }
            left_out.insert(rule.id);
        }
        Ok(Self { left_out })
    }

    /// Whether a rule runs.
    #[must_use]
    pub fn takes(&self, rule: &Rule) -> bool {
        self.takes_id(rule.id)
    }

    /// Whether the rule with an identifier runs; `true` for one that is in no table.
    #[must_use]
    pub fn takes_id(&self, id: &str) -> bool {
        !self.left_out.contains(id)
    }
}

/// Whether a team may do without a rule: not without the errors that keep a project from being used or trusted.
fn is_choice(rule: &Rule) -> bool {
    let fixed = [
        "SPEC-", "FEATURE-", "STEP-", "TRACE-", "LOCK-", "WAIVE-", "CONFIG-", "MUTANT-", "PROOF-",
    ];
    rule.severity != Severity::Error || !fixed.iter().any(|area| rule.id.starts_with(area))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(enable: &[&str], disable: &[&str]) -> Result<Selection, SelectionError> {
        let own = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
        Selection::read(&RuleArgs {
            enable: own(enable),
            disable: own(disable),
        })
    }

    #[test]
    fn defaults_run_and_flags_change_them() {
        let none = read(&[], &[]).unwrap();
        assert!(none.takes_id("EARS-007") && !none.takes_id("EARS-003"));
        let changed = read(&["EARS-003"], &["EARS-007"]).unwrap();
        assert!(!changed.takes_id("EARS-007") && changed.takes_id("EARS-003"));
        let all_but_one = read(&["all"], &["BDD-001"]).unwrap();
        assert!(all_but_one.takes_id("EARS-003") && !all_but_one.takes_id("BDD-001"));
    }

    #[test]
    fn what_makes_a_project_unusable_cannot_be_left_out() {
        assert_eq!(read(&[], &["SPEC-008"]), Err(SelectionError::Fixed("SPEC-008")));
        assert!(matches!(read(&["EARS-777"], &[]), Err(SelectionError::Unknown(_))));
    }
}
