//! A plan beside what was accepted of its specification: [`lock_findings`].

use shall_spec::{
    AcceptanceCriterion, CriterionId, Diagnostic, Lock, Severity, SourceText, Span, Specification, review, word_diff,
};

use crate::{evidence::Plan, review::linked_criteria};

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
    let linked = linked_criteria(plan, plan.criteria.iter());
    let differences = lock.compare(&specification);
    let changed = plan.criteria.iter().filter(|criterion| lock.is_suspect(criterion));
    let mut findings: Vec<Diagnostic> = changed
        .filter_map(|criterion| changed_finding(criterion, plan, lock, linked.contains(&criterion.id), sources))
        .collect();
    findings.extend(new_finding(&differences.new, plan, lock, sources));
    findings.extend(differences.removed.iter().filter_map(|(id, near)| {
        let text = &lock.get(id)?.text;
        let message = format!("`{id}` stands in no document any more; it read: {text}");
        let hint = removal_hint(id, near.as_ref());
        Some(Diagnostic::of(&review::REMOVED, message).hint(hint))
    }));
    findings
}

fn changed_finding(
    criterion: &AcceptanceCriterion,
    plan: &Plan,
    lock: &Lock,
    is_linked: bool,
    sources: &[SourceText],
) -> Option<Diagnostic> {
    let entry = lock.get(&criterion.id)?;
    let id = &criterion.id;
    let message = format!(
        "`{id}` changed since {} accepted it on {}: {}",
        entry.accepted_by,
        entry.accepted_on,
        word_diff(&entry.text, &criterion.text)
    );
    let moved = plan.criteria.iter().find(|other| other.hash == entry.hash);
    let hint = match moved {
        Some(other) => format!(
            "the sentence that was accepted is `{}` now; put the identifiers right, or `shall check --accept {id}`",
            other.id
        ),
        None if is_linked => format!("read its scenarios against the new sentence, then `shall check --accept {id}`"),
        None => format!("`shall check --accept {id}` accepts it as it reads now"),
    };
    let mut finding = at(Diagnostic::of(&review::CHANGED, message), criterion, sources).hint(hint);
    if !is_linked {
        finding.severity = Severity::Warning;
    }
    Some(finding)
}

/// One finding for all sentences that were never accepted; where nothing ever was, it is a note.
fn new_finding(new: &[CriterionId], plan: &Plan, lock: &Lock, sources: &[SourceText]) -> Option<Diagnostic> {
    let first = plan
        .criteria
        .iter()
        .find(|criterion| Some(&criterion.id) == new.first())?;
    let rule = &review::NEVER_ACCEPTED;
    if lock.entries.is_empty() {
        let message = format!(
            "no sentence of {} was ever accepted, so no change is noticed",
            new.len()
        );
        let mut finding = Diagnostic::of(rule, message);
        finding.severity = Severity::Info;
        return Some(finding);
    }
    let names: Vec<String> = new.iter().take(NAMED).map(|id| format!("`{id}`")).collect();
    let rest = if new.len() > NAMED {
        format!(" and {} more", new.len() - NAMED)
    } else {
        String::new()
    };
    let message = format!("never accepted: {}{rest}", names.join(", "));
    Some(at(Diagnostic::of(rule, message), first, sources))
}

/// What to do about a sentence that is gone.
pub(crate) fn removal_hint(id: &CriterionId, near: Option<&CriterionId>) -> String {
    match near {
        Some(near) => format!("`{near}` reads most like it; `shall check --accept {id}` takes it out of shall.lock"),
        None => format!("no sentence reads like it; `shall check --accept {id}` takes it out of shall.lock"),
    }
}

/// Places a finding at a criterion's sentence, where its document is known.
fn at(finding: Diagnostic, criterion: &AcceptanceCriterion, sources: &[SourceText]) -> Diagnostic {
    let source = sources.iter().find(|source| source.path() == criterion.file);
    match (source, sentence_span(criterion)) {
        (Some(source), Some(span)) => finding.at(source, span, ""),
        (Some(_) | None, _) => finding,
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
