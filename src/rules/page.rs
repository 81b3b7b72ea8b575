//! The pages of `docs/rules`, held in the program: [`page`].

/// Includes the page of each rule.
macro_rules! pages {
    ($($id:literal),+ $(,)?) => {
        &[$(($id, include_str!(concat!("../../docs/rules/", $id, ".md")))),+]
    };
}

const PAGES: &[(&str, &str)] = pages![
    "BDD-001",
    "BDD-002",
    "BDD-003",
    "BDD-004",
    "BDD-005",
    "BDD-006",
    "BDD-007",
    "BUDG-203",
    "CONFIG-001",
    "EARS-002",
    "EARS-003",
    "EARS-004",
    "EARS-005",
    "EARS-007",
    "EARS-008",
    "EARS-009",
    "EARS-010",
    "FEATURE-001",
    "FEATURE-002",
    "FEATURE-003",
    "FEATURE-004",
    "FEATURE-005",
    "FEATURE-006",
    "FEATURE-007",
    "FEATURE-008",
    "FEATURE-009",
    "FEATURE-010",
    "FEATURE-011",
    "FEATURE-012",
    "FEATURE-013",
    "FEATURE-014",
    "LOCK-001",
    "LOCK-002",
    "LOCK-003",
    "LOCK-004",
    "LOCK-005",
    "MUTANT-001",
    "PROOF-001",
    "QUAL-101",
    "QUAL-102",
    "QUAL-103",
    "QUAL-106",
    "QUAL-108",
    "QUAL-113",
    "READ-001",
    "READ-002",
    "READ-003",
    "SPEC-001",
    "SPEC-003",
    "SPEC-004",
    "SPEC-005",
    "SPEC-006",
    "SPEC-007",
    "SPEC-008",
    "SPEC-009",
    "STAT-401",
    "STAT-402",
    "STAT-403",
    "STEP-001",
    "TRACE-001",
    "TRACE-002",
    "WAIVE-001",
    "WAIVE-002",
    "WAIVE-003",
];

/// The page of a rule as Markdown; `None` where it has none.
#[must_use]
pub fn page(id: &str) -> Option<&'static str> {
    PAGES.iter().find(|(own, _)| *own == id).map(|(_, text)| *text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::rules::all;

    /// The identifiers of the pages on disk.
    fn on_disk() -> BTreeSet<String> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/rules");
        let names = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name());
        let stems = names.filter_map(|name| name.to_str()?.strip_suffix(".md").map(str::to_owned));
        stems.filter(|stem| stem != "README").collect()
    }

    #[test]
    fn every_rule_has_a_page_and_every_page_a_rule() {
        let rules: BTreeSet<String> = all().iter().map(|rule| rule.id.to_owned()).collect();
        let held: BTreeSet<String> = PAGES.iter().map(|(id, _)| (*id).to_owned()).collect();
        assert_eq!(held, rules);
        assert_eq!(on_disk(), rules);
    }

    #[test]
    fn the_list_of_pages_names_every_rule_as_it_is() {
        let list = include_str!("../../docs/rules/README.md");
        let rows: Vec<&str> = list.lines().filter(|line| line.starts_with("| [")).collect();
        let expected: Vec<String> = all()
            .iter()
            .map(|rule| {
                let weight = format!("{:?}", rule.severity).to_lowercase();
                let state = if rule.is_default { "on" } else { "off" };
                format!("| [{0}]({0}.md) | {weight} | {state} | {1} |", rule.id, rule.title)
            })
            .collect();
        assert_eq!(rows, expected);
    }

    #[test]
    fn a_page_says_what_the_rule_says_of_itself() {
        for rule in all() {
            let text = page(rule.id).unwrap();
            assert!(
                text.starts_with(&format!("# {}: {}\n", rule.id, rule.title)),
                "{}",
                rule.id
            );
            let weight = format!("{:?}", rule.severity).to_lowercase();
            let state = if rule.is_default { "on" } else { "off" };
            let line = format!("Severity: {weight}. Default: {state}.\n");
            assert!(text.contains(&line), "{}: expected `{line}`", rule.id);
            for part in ["## Why", "## Bad", "## Good", "## Mend"] {
                assert!(text.contains(&format!("\n{part}\n\n")), "{}: no `{part}`", rule.id);
            }
        }
    }
}
