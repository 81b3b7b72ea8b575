//! Tags of scenarios: [`ScenarioTag`] tells links to criteria from requirements, needs and control tags.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use shall_spec::{AcceptanceCriterion, Budget, ClauseRole, CriterionId, Specification};

/// Says that a scenario shows the response not to come where its condition does not hold.
pub(crate) const NEGATIVE: &str = "negative";

/// Tags that steer the runner and prove nothing.
const CONTROL: [&str; 6] = ["serial", "slow", "wip", "mutant", "retry", NEGATIVE];

/// What a scenario proves of one criterion.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Link {
    /// The criterion.
    pub criterion: CriterionId,
    /// Its response, counted from 1 as in `@AC-001-01.2`; `None` for all of them.
    pub response: Option<usize>,
}

impl Link {
    /// Whether it proves this response, counted from 1.
    #[must_use]
    pub fn proves(&self, response: usize) -> bool {
        self.response.is_none_or(|own| own == response)
    }

    /// The budgets of the criterion that the link answers for: those within the response it names.
    #[must_use]
    pub fn budgets<'a>(&self, criterion: &'a AcceptanceCriterion) -> Vec<&'a Budget> {
        let Some(response) = self.response else {
            return criterion.budgets.iter().collect();
        };
        criterion
            .budgets
            .iter()
            .filter(|budget| belongs_to(criterion, budget, response))
            .collect()
    }
}

/// A budget that stands in none of the response clauses belongs to all responses.
fn belongs_to(criterion: &AcceptanceCriterion, budget: &Budget, response: usize) -> bool {
    let clauses: Vec<_> = criterion
        .clauses
        .iter()
        .filter(|clause| clause.role == ClauseRole::Response)
        .collect();
    if clauses.len() != criterion.responses.len() {
        return true;
    }
    let holder = clauses
        .iter()
        .position(|clause| clause.span.start <= budget.span.start && budget.span.end <= clause.span.end);
    holder.is_none_or(|index| index + 1 == response)
}

/// What a tag means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScenarioTag {
    /// It names a criterion.
    Link(Link),
    /// It names a requirement, which groups criteria and proves nothing.
    Requirement(String),
    /// It declares a need, without `needs-`.
    Needs(String),
    /// It steers the runner.
    Control,
    /// It names a response that the criterion does not have.
    NoSuchResponse {
        /// The criterion.
        criterion: CriterionId,
        /// How many responses it has.
        responses: usize,
    },
    /// It names nothing known.
    Unknown {
        /// The nearest tag that would be known, where one is near.
        nearest: Option<String>,
    },
}

impl ScenarioTag {
    /// Reads a tag, written without `@`.
    #[must_use]
    pub fn parse(tag: &str, specification: &Specification) -> Self {
        let find = |id: &str| {
            specification
                .criteria
                .iter()
                .find(|criterion| criterion.id.as_str() == id)
        };
        let ids = specification.criteria.iter().map(|criterion| criterion.id.as_str());
        linked(tag, find).unwrap_or_else(|| Self::unlinked(tag, ids))
    }

    /// As [`ScenarioTag::parse`], for many tags: the criteria are looked up, not searched.
    pub(crate) fn parse_among(tag: &str, by_id: &ById<'_>) -> Self {
        linked(tag, |id| by_id.get(id).copied()).unwrap_or_else(|| Self::unlinked(tag, by_id.keys().copied()))
    }

    /// A tag that names no criterion.
    fn unlinked<'a>(tag: &str, ids: impl Iterator<Item = &'a str>) -> Self {
        if tag.starts_with("REQ-") {
            return Self::Requirement(tag.to_owned());
        }
        if let Some(capability) = tag.strip_prefix("needs-") {
            return Self::Needs(capability.to_owned());
        }
        let word = tag.split([':', '(']).next().unwrap_or(tag);
        if CONTROL.contains(&word) {
            return Self::Control;
        }
        Self::Unknown {
            nearest: nearest(tag, ids.chain(CONTROL)),
        }
    }
}

/// Criteria by identifier.
pub(crate) type ById<'a> = HashMap<&'a str, &'a AcceptanceCriterion>;

/// The criteria of a specification by identifier; of two with one identifier the first.
pub(crate) fn by_id(specification: &Specification) -> ById<'_> {
    let criteria = specification.criteria.iter().rev();
    criteria.map(|criterion| (criterion.id.as_str(), criterion)).collect()
}

/// What a tag that names a criterion means.
fn linked<'a>(tag: &str, find: impl Fn(&str) -> Option<&'a AcceptanceCriterion>) -> Option<ScenarioTag> {
    if let Some(criterion) = find(tag) {
        return Some(ScenarioTag::Link(Link {
            criterion: criterion.id.clone(),
            response: None,
        }));
    }
    let (id, number) = tag.rsplit_once('.')?;
    let response = number.parse::<usize>().ok()?;
    Some(link_to_response(find(id)?, response))
}

/// The link that a tag is, among criteria by identifier.
pub(crate) fn link_among(tag: &str, by_id: &ById<'_>) -> Option<Link> {
    match linked(tag, |id| by_id.get(id).copied()) {
        Some(ScenarioTag::Link(link)) => Some(link),
        Some(
            ScenarioTag::Requirement(_)
            | ScenarioTag::Needs(_)
            | ScenarioTag::Control
            | ScenarioTag::NoSuchResponse { .. }
            | ScenarioTag::Unknown { .. },
        )
        | None => None,
    }
}

fn link_to_response(criterion: &AcceptanceCriterion, response: usize) -> ScenarioTag {
    let id = criterion.id.clone();
    let responses = criterion.responses.len();
    if (1..=responses).contains(&response) {
        ScenarioTag::Link(Link {
            criterion: id,
            response: Some(response),
        })
    } else {
        ScenarioTag::NoSuchResponse {
            criterion: id,
            responses,
        }
    }
}

/// The name nearest to `word`, where it is near enough to be meant.
pub(crate) fn nearest<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    let near = names.map(|name| {
        (
            strsim::damerau_levenshtein(&word.to_lowercase(), &name.to_lowercase()),
            name,
        )
    });
    near.min()
        .filter(|(distance, name)| distance * 3 <= name.chars().count())
        .map(|(_, name)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{budget, criterion, specification};

    fn parse(tag: &str) -> ScenarioTag {
        ScenarioTag::parse(
            tag,
            &specification(vec![criterion("AC-001-01", 2), criterion("AC-002-03", 1)]),
        )
    }

    #[test]
    fn a_criterion_tag_links_all_responses_or_one() {
        let link = |response| {
            ScenarioTag::Link(Link {
                criterion: CriterionId("AC-001-01".into()),
                response,
            })
        };
        assert_eq!(parse("AC-001-01"), link(None));
        assert_eq!(parse("AC-001-01.2"), link(Some(2)));
    }

    #[test]
    fn a_response_out_of_range_is_told_with_the_number_there_are() {
        let none = ScenarioTag::NoSuchResponse {
            criterion: CriterionId("AC-001-01".into()),
            responses: 2,
        };
        assert_eq!(parse("AC-001-01.3"), none);
        assert_eq!(parse("AC-001-01.0"), none);
    }

    #[test]
    fn an_unknown_tag_names_the_nearest() {
        assert_eq!(
            parse("AC-002-30"),
            ScenarioTag::Unknown {
                nearest: Some("AC-002-03".into())
            }
        );
        assert_eq!(
            parse("serail"),
            ScenarioTag::Unknown {
                nearest: Some("serial".into())
            }
        );
        assert_eq!(parse("allow.skipped"), ScenarioTag::Unknown { nearest: None });
    }

    #[test]
    fn other_tags_keep_their_kind() {
        assert_eq!(parse("REQ-BKP-004"), ScenarioTag::Requirement("REQ-BKP-004".into()));
        assert_eq!(parse("needs-three-nodes"), ScenarioTag::Needs("three-nodes".into()));
        assert_eq!(parse("retry(2)"), ScenarioTag::Control);
        assert_eq!(parse("mutant:wrong-secret"), ScenarioTag::Control);
    }

    #[test]
    fn a_link_to_one_response_answers_for_the_budgets_in_its_clause() {
        let mut both = criterion("AC-001-01", 2);
        both.budgets = vec![budget("first", 1, &both), budget("second", 2, &both)];
        let link = Link {
            criterion: both.id.clone(),
            response: Some(2),
        };
        let metrics: Vec<_> = link
            .budgets(&both)
            .iter()
            .filter_map(|budget| budget.metric.as_deref())
            .collect();
        assert_eq!(metrics, ["second"]);
    }
}
