//! Which scenarios are selected: [`Filter`].

use gherkin::tagexpr::TagOperation;
use shall_spec::{Specification, tag_form};
use thiserror::Error;

use crate::tag::{Link, ScenarioTag, nearest};

/// Why a filter cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FilterError {
    /// The tag expression does not parse.
    #[error("tag expression `{expression}`: {reason}\n(hint: write it as in `@serial and not @slow`)")]
    Expression {
        /// As it was given.
        expression: String,
        /// Where it went wrong.
        reason: String,
    },
    /// No criterion has this identifier.
    #[error("no criterion `{id}`{}", hint(nearest.as_deref()))]
    Criterion {
        /// As it was given.
        id: String,
        /// The nearest that there is.
        nearest: Option<String>,
    },
}

fn hint(nearest: Option<&str>) -> String {
    nearest
        .map(|nearest| format!("\n(hint: did you mean `{nearest}`?)"))
        .unwrap_or_default()
}

/// A choice among scenarios: those that the tag expression takes and that prove one of the criteria.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    tags: Option<TagOperation>,
    criteria: Vec<Link>,
}

impl Filter {
    /// Reads a tag expression and criterion identifiers, such as `AC-001-01` or `AC-001-01.2`. Without both,
    /// every scenario is selected.
    ///
    /// # Errors
    ///
    /// Where the expression does not parse or a criterion is not known. An expression that no scenario fulfils
    /// is *not* an error here; a run with nothing selected is.
    pub fn parse(tags: Option<&str>, criteria: &[String], specification: &Specification) -> Result<Self, FilterError> {
        let tags = tags.map(parse_expression).transpose()?;
        let criteria = criteria
            .iter()
            .map(|id| parse_criterion(id, specification))
            .collect::<Result<_, _>>()?;
        Ok(Self { tags, criteria })
    }

    /// Whether it selects every scenario.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tags.is_none() && self.criteria.is_empty()
    }

    /// Whether it selects a scenario with these tags and links.
    #[must_use]
    pub fn selects(&self, tags: &[String], links: &[Link]) -> bool {
        let wanted = |own: &Link| self.criteria.iter().any(|asked| meets(asked, own));
        self.tags.as_ref().is_none_or(|expression| holds(expression, tags))
            && (self.criteria.is_empty() || links.iter().any(wanted))
    }
}

fn parse_expression(expression: &str) -> Result<TagOperation, FilterError> {
    let parsed = expression.trim().parse::<TagOperation>();
    parsed.map_err(|error| FilterError::Expression {
        expression: expression.to_owned(),
        reason: error.to_string(),
    })
}

fn parse_criterion(id: &str, specification: &Specification) -> Result<Link, FilterError> {
    let written = id.trim_start_matches('@');
    let form = if written.contains(char::is_whitespace) {
        tag_form(written)
    } else {
        written.to_owned()
    };
    match ScenarioTag::parse(&form, specification) {
        ScenarioTag::Link(link) => Ok(link),
        ScenarioTag::Requirement(_)
        | ScenarioTag::Needs(_)
        | ScenarioTag::Control
        | ScenarioTag::NoSuchResponse { .. }
        | ScenarioTag::Unknown { .. } => {
            let ids = specification.criteria.iter().map(|criterion| criterion.id.as_str());
            Err(FilterError::Criterion {
                id: id.to_owned(),
                nearest: nearest(id, ids),
            })
        }
    }
}

/// Two links meet where they share a response.
fn meets(asked: &Link, own: &Link) -> bool {
    let shared = match (asked.response, own.response) {
        (Some(asked), Some(own)) => asked == own,
        (None, _) | (_, None) => true,
    };
    asked.criterion == own.criterion && shared
}

fn holds(expression: &TagOperation, tags: &[String]) -> bool {
    match expression {
        TagOperation::And(left, right) => holds(left, tags) && holds(right, tags),
        TagOperation::Or(left, right) => holds(left, tags) || holds(right, tags),
        TagOperation::Not(inner) => !holds(inner, tags),
        TagOperation::Tag(tag) => tags.contains(tag),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{criterion, specification};

    fn filter(tags: Option<&str>, criteria: &[&str]) -> Result<Filter, FilterError> {
        let criteria: Vec<_> = criteria.iter().map(|id| (*id).to_owned()).collect();
        Filter::parse(
            tags,
            &criteria,
            &specification(vec![criterion("AC-001-01", 2), criterion("AC-002-01", 1)]),
        )
    }

    fn link(id: &str, response: Option<usize>) -> Link {
        Link {
            criterion: shall_spec::CriterionId(id.into()),
            response,
        }
    }

    #[test]
    fn tags_and_criteria_both_have_to_hold() {
        let filter = filter(Some("@slow and not @serial"), &["AC-001-01.2"]).unwrap();
        let tags = |tags: &[&str]| tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>();
        assert!(filter.selects(&tags(&["slow"]), &[link("AC-001-01", None)]));
        assert!(filter.selects(&tags(&["slow"]), &[link("AC-001-01", Some(2))]));
        assert!(!filter.selects(&tags(&["slow"]), &[link("AC-001-01", Some(1))]));
        assert!(!filter.selects(&tags(&["slow", "serial"]), &[link("AC-001-01", None)]));
        assert!(!filter.selects(&tags(&["slow"]), &[]));
    }

    #[test]
    fn without_anything_asked_everything_is_selected() {
        let filter = filter(None, &[]).unwrap();
        assert!(filter.is_empty() && filter.selects(&[], &[]));
    }

    #[test]
    fn faults_name_what_was_given_and_what_is_near() {
        let error = filter(None, &["AC-001-02"]).unwrap_err().to_string();
        assert_eq!(error, "no criterion `AC-001-02`\n(hint: did you mean `AC-001-01`?)");
        assert!(matches!(
            filter(Some("@a @b"), &[]),
            Err(FilterError::Expression { .. })
        ));
    }
}
