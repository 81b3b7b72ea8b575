//! Which of the rules that can be chosen run: [`Selection`].

use clap::Args;
use shall_spec::Rule;

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
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    everything: bool,
    enabled: Vec<&'static str>,
    disabled: Vec<&'static str>,
}

impl Selection {
    /// Reads the flags.
    ///
    /// # Errors
    ///
    /// Where a rule is not known, or one is left out that cannot be.
    pub fn read(args: &RuleArgs) -> Result<Self, SelectionError> {
        let mut selection = Self::default();
        for id in &args.enable {
            if id == "all" {
                selection.everything = true;
            } else {
                selection.enabled.push(find(id)?.id);
            }
        }
        for id in &args.disable {
            let rule = find(id)?;
            if !is_choice(rule) {
                return Err(SelectionError::Fixed(rule.id));
            }
            selection.disabled.push(rule.id);
        }
        Ok(selection)
    }

    /// Whether a rule runs.
    #[must_use]
    pub fn takes(&self, rule: &Rule) -> bool {
        let wanted = rule.is_default || self.everything || self.enabled.contains(&rule.id);
        wanted && !self.disabled.contains(&rule.id)
    }

    /// Whether the rule with an identifier runs; `true` for one that is in no table.
    #[must_use]
    pub fn takes_id(&self, id: &str) -> bool {
        all()
            .iter()
            .find(|rule| rule.id == id)
            .is_none_or(|rule| self.takes(rule))
    }
}

/// Whether a rule is about quality, so that a team may do without it.
fn is_choice(rule: &Rule) -> bool {
    ["SPEC-", "FEATURE-", "STEP-", "TRACE-"]
        .iter()
        .all(|fixed| !rule.id.starts_with(fixed))
        || rule.id == "FEATURE-013"
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
