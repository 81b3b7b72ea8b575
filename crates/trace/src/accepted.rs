//! A plan beside what was accepted of its specification: [`lock_findings`].

use std::collections::HashMap;

use shall_spec::{
    AcceptanceCriterion, CriterionId, Diagnostic, Lock, Severity, SourceText, Span, Specification, review, word_diff,
};

use crate::{planned::Plan, review::linked_criteria};

/// Identifiers that one line names.
const NAMED: usize = 5;

/// Says where the sentences of a plan are not those that were accepted: changed, never accepted, removed.
///
/// A changed sentence that no scenario is linked to is a warning: nothing is suspect because of it. Links to removed
/// sentences are not among these; they keep the features from being read at all.
#[must_use]
pub fn lock_findings(plan: &Plan, lock: &Lock, sources: &[SourceText]) -> Vec<Diagnostic> {
    let specification = Specification {
        criteria: plan.criteria.clone(),
    };
    let review = LockReview::new(plan, lock, sources);
    let linked = linked_criteria(plan, plan.criteria.iter());
    let differences = lock.compare(&specification);
    let changed = plan.criteria.iter().filter(|criterion| lock.is_suspect(criterion));
    let mut findings: Vec<Diagnostic> = changed
        .filter_map(|criterion| review.changed(criterion, linked.contains(&criterion.id)))
        .collect();
    findings.extend(review.never_accepted(&differences.new));
    let removed = differences.removed.iter();
    findings.extend(removed.filter_map(|(id, near)| review.removed(id, near.as_ref())));
    findings
}

/// A plan and its lock, for looking things up.
struct LockReview<'a> {
    plan: &'a Plan,
    lock: &'a Lock,
    by_hash: HashMap<&'a str, &'a CriterionId>,
    sources: HashMap<&'a str, &'a SourceText>,
}

impl<'a> LockReview<'a> {
    fn new(plan: &'a Plan, lock: &'a Lock, sources: &'a [SourceText]) -> Self {
        let hashes = plan.criteria.iter().map(|criterion| (&*criterion.hash, &criterion.id));
        Self {
            plan,
            lock,
            by_hash: hashes.collect(),
            sources: sources.iter().map(|source| (source.path(), source)).collect(),
        }
    }

    /// Who accepted what, which words changed, and where the accepted sentence stands now if it was moved.
    fn changed(&self, criterion: &AcceptanceCriterion, is_linked: bool) -> Option<Diagnostic> {
        let entry = self.lock.get(&criterion.id)?;
        let id = &criterion.id;
        let message = format!(
            "`{id}` changed since {} accepted it on {}: {}",
            entry.accepted_by,
            entry.accepted_on,
            word_diff(&entry.text, &criterion.text)
        );
        let hint = match self.by_hash.get(&*entry.hash) {
            Some(other) => format!(
                "the sentence that was accepted is `{other}` now; put the identifiers right, or `shall check --accept {id}`"
            ),
            None if is_linked => {
                format!("read its scenarios against the new sentence, then `shall check --accept {id}`")
            }
            None => format!("`shall check --accept {id}` accepts it as it reads now"),
        };
        let mut finding = self.at(Diagnostic::of(&review::CHANGED, message), criterion).hint(hint);
        if !is_linked {
            finding.severity = Severity::Warning;
        }
        Some(finding)
    }

    /// One finding for all sentences that were never accepted; where nothing ever was, it is a note.
    fn never_accepted(&self, new: &[CriterionId]) -> Option<Diagnostic> {
        let mut criteria = self.plan.criteria.iter();
        let first = criteria.find(|criterion| Some(&criterion.id) == new.first())?;
        let rule = &review::NEVER_ACCEPTED;
        if self.lock.entries.is_empty() {
            let message = format!(
                "none of {} sentences was ever accepted: no change is noticed",
                new.len()
            );
            let mut finding = Diagnostic::of(rule, message);
            finding.severity = Severity::Info;
            return Some(finding);
        }
        let names: Vec<String> = new.iter().take(NAMED).map(|id| format!("`{id}`")).collect();
        let more = match new.len().saturating_sub(NAMED) {
            0 => String::new(),
            rest => format!(" and {rest} more"),
        };
        let message = format!("never accepted: {}{more}", names.join(", "));
        Some(self.at(Diagnostic::of(rule, message), first))
    }

    fn removed(&self, id: &CriterionId, near: Option<&CriterionId>) -> Option<Diagnostic> {
        let text = &self.lock.get(id)?.text;
        let message = format!("`{id}` stands in no document any more; it read: {text}");
        let near = match near {
            Some(near) => format!("`{near}` reads most like it"),
            None => "no sentence reads like it".to_owned(),
        };
        let hint = format!("{near}; `shall check --accept {id}` takes it out of shall.lock");
        Some(Diagnostic::of(&review::REMOVED, message).hint(hint))
    }

    /// Places a finding at a criterion's sentence, where its document is known.
    fn at(&self, finding: Diagnostic, criterion: &AcceptanceCriterion) -> Diagnostic {
        match (self.sources.get(&*criterion.file), sentence_span(criterion)) {
            (Some(source), Some(span)) => finding.at(source, span, ""),
            (Some(_) | None, _) => finding,
        }
    }
}

/// From the first clause to the last.
fn sentence_span(criterion: &AcceptanceCriterion) -> Option<Span> {
    let spans = || criterion.clauses.iter().map(|clause| clause.span);
    Some(Span {
        start: spans().map(|span| span.start).min()?,
        end: spans().map(|span| span.end).max()?,
    })
}
