//! What documents claim beside what the last run showed: [`claim_findings`].

use std::collections::{BTreeMap, HashMap};

use shall_spec::{
    AcceptanceCriterion, CriterionId, Diagnostic, SourceText, Specification, Tick, review, tag_form, ticks,
};

use crate::{criterion::JudgedCriterion, judged::JudgedRun, verdict::Verdict};

/// Criteria that one finding names.
const NAMED: usize = 3;

/// Finds ticks on criteria that the last run did not prove. Without a run it says how many ticks nothing was held
/// against.
#[must_use]
pub fn claim_findings(
    sources: &[SourceText],
    specification: &Specification,
    last: Option<&JudgedRun>,
) -> Vec<Diagnostic> {
    let claims = Claims::new(specification);
    let ticked: Vec<_> = sources
        .iter()
        .flat_map(|source| ticks(source).into_iter().map(move |tick| (source, tick)))
        .map(|(source, tick)| (source, claims.of(source, &tick), tick))
        .filter(|(_, ids, _)| !ids.is_empty())
        .collect();
    let Some(run) = last else {
        let message = match ticked.len() {
            0 => return Vec::new(),
            1 => "1 tick is not compared with evidence: there is no report of a run".to_owned(),
            number => format!("{number} ticks are not compared with evidence: there is no report of a run"),
        };
        return vec![Diagnostic::of(&review::UNCOMPARED_TICKS, message)];
    };
    let judged: HashMap<&CriterionId, &JudgedCriterion> = run
        .criteria
        .iter()
        .map(|judged| (&judged.criterion.id, judged))
        .collect();
    let name = run.run.as_ref().map_or("the last run", |run| run.run.as_str());
    ticked
        .iter()
        .filter_map(|(source, ids, tick)| lie(source, ids, tick, run, &judged, name))
        .collect()
}

/// Which criteria a tick is about.
struct Claims<'a> {
    by_form: BTreeMap<String, &'a AcceptanceCriterion>,
    by_file: HashMap<&'a str, Vec<&'a AcceptanceCriterion>>,
}

impl<'a> Claims<'a> {
    fn new(specification: &'a Specification) -> Self {
        let mut by_file: HashMap<&str, Vec<&AcceptanceCriterion>> = HashMap::new();
        for criterion in &specification.criteria {
            by_file.entry(criterion.file.as_str()).or_default().push(criterion);
        }
        let form = |criterion: &'a AcceptanceCriterion| (criterion.id.to_string(), criterion);
        Self {
            by_form: specification.criteria.iter().map(form).collect(),
            by_file,
        }
    }

    /// The criteria that a tick names or that stand in it, by identifier.
    fn of(&self, source: &SourceText, tick: &Tick) -> Vec<&'a CriterionId> {
        let named = tick
            .mentions
            .iter()
            .filter_map(|mention| self.by_form.get(&tag_form(&mention.id)).copied());
        let standing = self.by_file.get(source.path()).into_iter().flatten().copied();
        let standing = standing.filter(|criterion| tick.lines.contains(&criterion.line));
        let mut ids: Vec<_> = named.chain(standing).map(|criterion| &criterion.id).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

fn lie(
    source: &SourceText,
    ids: &[&CriterionId],
    tick: &Tick,
    run: &JudgedRun,
    judged: &HashMap<&CriterionId, &JudgedCriterion>,
    name: &str,
) -> Option<Diagnostic> {
    let unproven: Vec<String> = ids
        .iter()
        .filter_map(|id| {
            let word = match judged.get(*id) {
                None => "not known to it".to_owned(),
                Some(judged) if is_unproven(judged.verdict, run.filtered) => judged.verdict.to_string(),
                Some(_) => return None,
            };
            Some(format!("`{id}` is {word}"))
        })
        .collect();
    if unproven.is_empty() {
        return None;
    }
    let rest = unproven.len().saturating_sub(NAMED);
    let more = if rest > 0 {
        format!(", and {rest} more")
    } else {
        String::new()
    };
    let shown = unproven.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    let message = format!("ticked, but by run {name} {shown}{more}");
    Some(Diagnostic::of(&review::UNPROVEN_TICK, message).at(source, tick.span, ""))
}

/// Whether a verdict speaks against a tick. A run that a filter chose for says nothing of what it left out.
fn is_unproven(verdict: Verdict, filtered: bool) -> bool {
    match verdict {
        Verdict::Passed | Verdict::Waived => false,
        Verdict::NotRun => !filtered,
        Verdict::Uncovered | Verdict::Flaky | Verdict::Inconclusive | Verdict::Errored | Verdict::Failed => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fixture::{attempt, check, criterion, planned, run, specification, step},
        judge::judge,
    };

    const DOCUMENT: &str = "# Tasks\n\n- [x] Claims are bound\n  - Trace: AC-1-1\n- [ ] Backups\n  - Trace: AC-1-2\n";

    fn findings(document: &str, met: Option<bool>) -> Vec<(&'static str, String)> {
        let criteria = || vec![criterion("AC-1-1", 1), criterion("AC-1-2", 1)];
        let last = met.map(|met| {
            let steps = attempt(0, vec![step(3, vec![check(met, 1)], vec![])]);
            judge(&run(criteria(), vec![planned(3, &["AC-1-1"])], steps))
        });
        let source = SourceText::new("tasks.md", document);
        let found = claim_findings(&[source], &specification(criteria()), last.as_ref());
        found.into_iter().map(|found| (found.rule, found.message)).collect()
    }

    #[test]
    fn a_tick_on_what_passed_is_true_and_on_what_failed_a_lie() {
        assert_eq!(findings(DOCUMENT, Some(true)), []);
        let lie = "ticked, but by run 01HX `AC-1-1` is failed".to_owned();
        assert_eq!(findings(DOCUMENT, Some(false)), [("STAT-402", lie)]);
    }

    #[test]
    fn a_tick_on_what_no_scenario_proves_is_a_lie() {
        let both = DOCUMENT.replace("[ ]", "[x]");
        let lie = "ticked, but by run 01HX `AC-1-2` is uncovered".to_owned();
        assert_eq!(findings(&both, Some(true)), [("STAT-402", lie)]);
    }

    #[test]
    fn without_a_run_it_says_that_nothing_was_compared() {
        let said = "1 tick is not compared with evidence: there is no report of a run".to_owned();
        assert_eq!(findings(DOCUMENT, None), [("STAT-403", said)]);
        assert_eq!(findings("No tick.\n", None), []);
    }
}
