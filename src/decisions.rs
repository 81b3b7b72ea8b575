//! What people decided about criteria in `shall.toml`: [`Decisions`], waivers and facts.

use std::collections::BTreeSet;

use jiff::{civil::Date, tz::TimeZone};
use serde::{Deserialize, Deserializer, de::Error as _};
use shall_spec::{
    AcceptanceCriterion, CriterionId, Diagnostic, SourceText, Span, Specification, nearest, review, tag_form,
};
use shall_trace::Waiver;
use toml::Spanned;

/// Waivers and facts as the file has them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Decisions {
    /// The file, for places in it; `None` where there is no file.
    pub source: Option<SourceText>,
    /// `[[waiver]]`: criteria that need not be shown for now.
    pub waivers: Vec<WaiverEntry>,
    /// `[[contradicted]]`: criteria that a fact speaks against.
    pub contradicted: Vec<FactEntry>,
    /// `[[unsatisfiable]]`: criteria that nothing can satisfy.
    pub unsatisfiable: Vec<FactEntry>,
}

/// A criterion that need not be shown for now.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaiverEntry {
    /// The criterion.
    pub criterion: Spanned<String>,
    /// Who answers for it.
    #[serde(deserialize_with = "words")]
    pub owner: String,
    /// Why.
    #[serde(deserialize_with = "words")]
    pub reason: String,
    /// The last day on which it holds, UTC: `2026-12-31`, in quotes or without.
    pub expires: Spanned<Day>,
}

/// A fact that speaks against a criterion.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactEntry {
    /// The criterion.
    pub criterion: Spanned<String>,
    /// The fact that proves it.
    #[serde(deserialize_with = "words")]
    pub fact: String,
}

/// A day, as TOML's own date or in quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day(pub Date);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = match toml::Value::deserialize(deserializer)? {
            toml::Value::Datetime(day) => day.to_string(),
            toml::Value::String(day) => day,
            other @ (toml::Value::Integer(_)
            | toml::Value::Float(_)
            | toml::Value::Boolean(_)
            | toml::Value::Array(_)
            | toml::Value::Table(_)) => other.to_string(),
        };
        let day = written.parse().map(Day);
        day.map_err(|error| D::Error::custom(format!("expected a day such as 2026-12-31, found `{written}`: {error}")))
    }
}

/// Words that must not be left out.
fn words<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let words = String::deserialize(deserializer)?;
    if words.trim().is_empty() {
        return Err(D::Error::custom("expected words, found none"));
    }
    Ok(words)
}

impl Decisions {
    /// Everything that is wrong with them: expired waivers, unknown criteria, a criterion decided twice.
    #[must_use]
    pub fn faults(&self, specification: &Specification, today: Date) -> Vec<Diagnostic> {
        let mut faults = Vec::new();
        let lists = [
            (
                "waiver",
                self.waivers.iter().map(|one| &one.criterion).collect::<Vec<_>>(),
            ),
            (
                "contradicted",
                self.contradicted.iter().map(|one| &one.criterion).collect(),
            ),
            (
                "unsatisfiable",
                self.unsatisfiable.iter().map(|one| &one.criterion).collect(),
            ),
        ];
        for (kind, criteria) in lists {
            let mut seen = BTreeSet::new();
            for criterion in criteria {
                faults.extend(self.criterion_fault(kind, criterion, specification, &mut seen));
            }
        }
        let expired = self.waivers.iter().filter(|waiver| waiver.expires.get_ref().0 < today);
        faults.extend(expired.map(|waiver| {
            let (id, owner) = (waiver.criterion.get_ref(), &waiver.owner);
            let message = format!(
                "the waiver of `{id}` by {owner} expired on {}",
                waiver.expires.get_ref().0
            );
            self.at(Diagnostic::of(&review::EXPIRED, message), waiver.expires.span())
        }));
        faults
    }

    fn criterion_fault(
        &self,
        kind: &str,
        written: &Spanned<String>,
        specification: &Specification,
        seen: &mut BTreeSet<String>,
    ) -> Option<Diagnostic> {
        let id = written.get_ref();
        let Some(criterion) = find(specification, id) else {
            let ids: Vec<CriterionId> = specification.criteria.iter().map(|one| one.id.clone()).collect();
            let finding = Diagnostic::of(
                &review::UNKNOWN_CRITERION,
                format!("`{kind}` names no criterion: `{id}`"),
            );
            let finding = self.at(finding, written.span());
            return Some(match nearest(&tag_form(id), &ids) {
                Some(near) => finding.hint(format!("did you mean `{near}`?")),
                None => finding,
            });
        };
        let in_document = match kind {
            "contradicted" => criterion.contradicted.is_some(),
            "unsatisfiable" => criterion.unsatisfiable.is_some(),
            _ => false,
        };
        let is_second = !seen.insert(criterion.id.to_string());
        let place = if in_document {
            "its document says so too"
        } else {
            "said a second time"
        };
        (in_document || is_second).then(|| {
            let finding = Diagnostic::of(&review::DECIDED_TWICE, format!("`{kind}` of `{id}`: {place}"));
            self.at(finding, written.span())
        })
    }

    fn at(&self, finding: Diagnostic, bytes: std::ops::Range<usize>) -> Diagnostic {
        let span = Span {
            start: bytes.start,
            end: bytes.end,
        };
        match &self.source {
            Some(source) => finding.at(source, span, ""),
            None => finding,
        }
    }

    /// Adds the facts to the criteria that they are about.
    pub fn mark(&self, specification: &mut Specification) {
        let set = |facts: &[FactEntry], slot: fn(&mut AcceptanceCriterion) -> &mut Option<String>, all: &mut Vec<_>| {
            for entry in facts {
                let form = tag_form_of(entry.criterion.get_ref());
                let mut criteria = all.iter_mut();
                if let Some(criterion) =
                    criteria.find(|criterion: &&mut AcceptanceCriterion| criterion.id.as_str() == form)
                {
                    *slot(criterion) = Some(entry.fact.clone());
                }
            }
        };
        let all = &mut specification.criteria;
        set(&self.contradicted, |criterion| &mut criterion.contradicted, all);
        set(&self.unsatisfiable, |criterion| &mut criterion.unsatisfiable, all);
    }

    /// The waivers as a run judges by them. One holds until the end of its last day.
    #[must_use]
    pub fn waivers(&self) -> Vec<Waiver> {
        let waiver = |entry: &WaiverEntry| {
            let end = entry
                .expires
                .get_ref()
                .0
                .at(23, 59, 59, 0)
                .to_zoned(TimeZone::UTC)
                .ok()?;
            Some(Waiver {
                criterion: CriterionId(tag_form_of(entry.criterion.get_ref())),
                reason: entry.reason.clone(),
                owner: entry.owner.clone(),
                expires: end.timestamp(),
            })
        };
        self.waivers.iter().filter_map(waiver).collect()
    }
}

/// An identifier as criteria have it: one of the document's own form, such as `Requirement 3.1`, becomes its tag.
fn tag_form_of(written: &str) -> String {
    let written = written.trim().trim_start_matches('@');
    if written.contains(char::is_whitespace) {
        tag_form(written)
    } else {
        written.to_owned()
    }
}

fn find<'a>(specification: &'a Specification, written: &str) -> Option<&'a AcceptanceCriterion> {
    let form = tag_form_of(written);
    specification
        .criteria
        .iter()
        .find(|criterion| criterion.id.as_str() == form)
}
