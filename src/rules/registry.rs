//! The rules of all crates as one list: [`all`], and [`find`] by identifier.

use shall_spec::{Rule, Severity};

/// A step that no definition matches is found by the root package: only it knows features and definitions.
pub(crate) const UNMATCHED: Rule = Rule {
    id: "STEP-001",
    severity: Severity::Error,
    is_default: true,
    title: "no step definition, or more than one, matches",
    hint: "docs/guide/steps.md lists the steps",
};

/// A file beside the specification that cannot be used is found by the root package, which alone reads it.
const fn file_rule(id: &'static str, title: &'static str, hint: &'static str) -> Rule {
    Rule {
        id,
        severity: Severity::Error,
        is_default: true,
        title,
        hint,
    }
}

pub(crate) const UNREAD_CONFIG: Rule = file_rule(
    "CONFIG-001",
    "shall.toml cannot be used",
    "docs/guide/get-started.md shows the file; every key may be left out",
);
pub(crate) const UNREAD_MUTANT: Rule = file_rule(
    "MUTANT-001",
    "a mutant cannot be used",
    "docs/guide/prove.md says what a mutant holds",
);
pub(crate) const UNREAD_PROOFS: Rule = file_rule(
    "PROOF-001",
    "shall.proofs.toml cannot be used",
    "take the entry out; `shall prove` writes it anew",
);

/// An identifier that no rule has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no rule `{id}`\n(hint: {})", hint(nearest.as_deref()))]
pub struct UnknownRule {
    /// As it was given.
    pub id: String,
    /// The nearest that there is.
    pub nearest: Option<&'static str>,
}

fn hint(nearest: Option<&str>) -> String {
    match nearest {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`shall explain` lists the rules".to_owned(),
    }
}

/// Every rule, sorted by identifier.
#[must_use]
pub fn all() -> Vec<&'static Rule> {
    let mut rules: Vec<&'static Rule> = shall_spec::rules()
        .iter()
        .chain(shall_spec::reading_rules())
        .chain(shall_spec::review::review_rules())
        .chain(shall_trace::feature_rules())
        .chain([&UNMATCHED, &UNREAD_CONFIG, &UNREAD_MUTANT, &UNREAD_PROOFS])
        .collect();
    rules.sort_by_key(|rule| rule.id);
    rules
}

/// The rule with an identifier, in any case.
///
/// # Errors
///
/// Where there is none; the error names the nearest.
pub fn find(id: &str) -> Result<&'static Rule, UnknownRule> {
    let rules = all();
    let same = rules.iter().find(|rule| rule.id.eq_ignore_ascii_case(id));
    same.copied().ok_or_else(|| UnknownRule {
        id: id.to_owned(),
        nearest: nearest_rule(id, &rules),
    })
}

/// The identifier that differs in the fewest letters; `None` where more than a third differ.
fn nearest_rule(id: &str, rules: &[&'static Rule]) -> Option<&'static str> {
    let wanted = id.to_ascii_uppercase();
    let near = rules
        .iter()
        .map(|rule| (strsim::damerau_levenshtein(&wanted, rule.id), rule.id));
    near.min()
        .filter(|(distance, id)| distance * 3 <= id.len())
        .map(|(_, id)| id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_unique_and_found_in_any_case() {
        let rules = all();
        assert!(rules.windows(2).all(|pair| pair[0].id < pair[1].id));
        assert_eq!(find("ears-007").map(|rule| rule.id), Ok("EARS-007"));
    }

    #[test]
    fn an_unknown_rule_names_the_nearest() {
        let error = find("ERAS-007").unwrap_err();
        assert_eq!(error.nearest, Some("EARS-007"));
        assert_eq!(find("moon").unwrap_err().nearest, None);
    }
}
