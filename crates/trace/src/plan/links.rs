//! Which criterion is linked from where: [`Features::links`].

use std::collections::HashMap;

use shall_spec::{AcceptanceCriterion, Specification};

use super::feature::Features;
use crate::tag::{Link, NEGATIVE, link_among};

/// A link with the scenario that makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedPlace {
    /// What is proven.
    pub link: Link,
    /// The feature file.
    pub file: String,
    /// The scenario's line.
    pub line: usize,
}

impl Features {
    /// Every link of the features that could be read, in the order of files and lines. Negative scenarios prove
    /// nothing alone, so theirs are left out.
    #[must_use]
    pub fn links(&self, specification: &Specification) -> Vec<LinkedPlace> {
        let criteria = specification.criteria.iter();
        let by_id: HashMap<&str, &AcceptanceCriterion> = criteria.map(|one| (one.id.as_str(), one)).collect();
        let mut links = Vec::new();
        for file in &self.files {
            for found in file.scenarios() {
                if found.tags.iter().any(|tag| tag == NEGATIVE) {
                    continue;
                }
                for tag in &found.tags {
                    if let Some(link) = link_among(tag, &by_id) {
                        links.push(LinkedPlace {
                            link,
                            file: file.source.path().to_owned(),
                            line: found.scenario.line,
                        });
                    }
                }
            }
        }
        links
    }
}
