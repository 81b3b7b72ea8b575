//! The rules of features as a table, beside those of [`shall_spec::rules`]: what reading and joining them finds.
//!
//! The `BDD` rules compare features with the translation of a criterion into scenarios that `shall scaffold` writes.
//! Those that were wrong more than once in ten on our own features are off.

use shall_spec::{Rule, Severity};

const fn error(id: &'static str, title: &'static str, hint: &'static str) -> Rule {
    Rule {
        id,
        severity: Severity::Error,
        is_default: true,
        title,
        hint,
    }
}

const fn warning(id: &'static str, is_default: bool, title: &'static str, hint: &'static str) -> Rule {
    Rule {
        id,
        severity: Severity::Warning,
        is_default,
        title,
        hint,
    }
}

pub(super) const NO_NEGATIVE: Rule = warning(
    "BDD-001",
    false,
    "a criterion with another side, such as IF or SHALL NOT, has no negative scenario",
    "add a scenario tagged `@negative` in which the condition does not hold and the response does not come",
);
pub(super) const NO_THEN: Rule = warning(
    "BDD-002",
    true,
    "a scenario without Then",
    "add a `Then` that compares what the SHALL asks for",
);
pub(super) const NO_WHEN: Rule = warning(
    "BDD-003",
    true,
    "the trigger of the criterion is in no When",
    "write the event as the scenario's `When`",
);
pub(super) const TWO_WHEN: Rule = warning(
    "BDD-004",
    true,
    "a scenario acts again after it has checked",
    "make a scenario of each `When` with its `Then`",
);
pub(super) const NO_GIVEN: Rule = warning(
    "BDD-005",
    false,
    "the state that the criterion presupposes is in no Given",
    "write the WHILE or WHERE clause as a `Given`",
);
pub(super) const NUMBER_AGAIN: Rule = warning(
    "BDD-006",
    true,
    "a step repeats the number of a budget",
    "say `within its budget`; the number stands in the specification only",
);
pub(super) const ALL_AT_ONCE: Rule = warning(
    "BDD-007",
    false,
    "one scenario for several responses",
    "write a scenario for each, tagged `@ID.1`, `@ID.2`",
);

const RULES: &[Rule] = &[
    NO_NEGATIVE,
    NO_THEN,
    NO_WHEN,
    TWO_WHEN,
    NO_GIVEN,
    NUMBER_AGAIN,
    ALL_AT_ONCE,
    error(
        "FEATURE-001",
        "a feature that cannot be read",
        "name a folder of UTF-8 files that end in `.feature`",
    ),
    error(
        "FEATURE-002",
        "a feature that does not parse",
        "write Gherkin: `Feature:`, then `Scenario:`, then steps",
    ),
    error(
        "FEATURE-003",
        "an outline without an example row",
        "add a row below the header of `Examples:`",
    ),
    error(
        "FEATURE-004",
        "two scenarios of a feature have one title",
        "name each scenario by the outcome that it shows",
    ),
    error(
        "FEATURE-005",
        "a tag that names no criterion and steers nothing",
        "write the identifier as in the specification",
    ),
    error(
        "FEATURE-006",
        "a tag names a response that the criterion does not have",
        "count the responses of the sentence: `@AC-001-01.2` is the second",
    ),
    error(
        "FEATURE-007",
        "a tag names an unknown capability",
        "name one that `shall` probes, such as `@needs-three-nodes`",
    ),
    error(
        "FEATURE-008",
        "work in progress without an issue",
        "write a comment such as `# #12` above `@wip`",
    ),
    error(
        "FEATURE-009",
        "a placeholder that is no column of the examples",
        "add the column, or take the placeholder out",
    ),
    error(
        "FEATURE-010",
        "a criterion has a budget and its scenario measures none",
        "add a step that says `within its budget`, or link one response, as in `@AC-001-01.2`",
    ),
    error(
        "FEATURE-011",
        "a step does not say which budget it measures",
        "name the metric in quotes: `within the budget \"restore-duration\"`",
    ),
    error(
        "FEATURE-012",
        "a step is about a budget that no criterion of the scenario has",
        "add the budget to the sentence, or take the step out",
    ),
    warning(
        "FEATURE-013",
        true,
        "a scenario that proves no criterion",
        "tag it with the identifier of what it shows",
    ),
    warning(
        "FEATURE-014",
        true,
        "a budget that no scenario of its criterion measures",
        "add a step that measures it, and names its metric in quotes",
    ),
];

/// Every rule of features, sorted by identifier.
#[must_use]
pub fn feature_rules() -> &'static [Rule] {
    RULES
}
