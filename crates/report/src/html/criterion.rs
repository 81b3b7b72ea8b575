//! Criteria as the page shows them: [`AreaView`] and its [`CriterionView`]s.

use std::collections::BTreeMap;

use serde::Serialize;
use shall_spec::SourceNote;
use shall_trace::{JudgedCriterion, JudgedRun, Mark, StandIn, Verdict};

use super::{
    bar::BudgetBar,
    shape::{Chip, FindingView, MarkView, anchor},
};

/// The criteria of one area.
#[derive(Serialize)]
pub(super) struct AreaView<'a> {
    name: &'a str,
    judged: usize,
    on_stand_ins: usize,
    criteria: Vec<CriterionView<'a>>,
}

/// One criterion.
#[derive(Serialize)]
pub(super) struct CriterionView<'a> {
    id: &'a str,
    chip: Chip,
    stand_in: bool,
    marks: Vec<MarkView>,
    suspect: bool,
    text: Vec<Part<'a>>,
    place: String,
    platform: Option<&'a str>,
    subjects: &'a [String],
    sources: Vec<SourceView<'a>>,
    stand_ins: &'a [StandIn],
    contradicted: Option<&'a str>,
    unsatisfiable: Option<&'a str>,
    findings: Vec<FindingView<'a>>,
    budgets: Vec<BudgetBar>,
    checks: usize,
    scenarios: Vec<LinkView<'a>>,
    /// Number of its scenarios by verdict, worst first, where the matrix has no room for all of them.
    many: Vec<ManyView>,
}

#[derive(Serialize)]
struct ManyView {
    chip: Chip,
    number: usize,
}

/// The lines of one section that a criterion comes from.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct SourceView<'a> {
    document: &'a str,
    section: &'a str,
    /// `line 41`, or `lines 41, 52`.
    lines: String,
}

/// A piece of a sentence.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Part<'a> {
    keyword: bool,
    text: &'a str,
}

/// A scenario seen from a criterion.
#[derive(Serialize)]
struct LinkView<'a> {
    anchor: String,
    name: &'a str,
    response: Option<usize>,
    chip: Chip,
}

/// The criteria by area, areas by name.
pub(super) fn areas(judged: &JudgedRun) -> Vec<AreaView<'_>> {
    let mut by_area: BTreeMap<&str, Vec<&JudgedCriterion>> = BTreeMap::new();
    for criterion in &judged.criteria {
        by_area.entry(&criterion.criterion.area).or_default().push(criterion);
    }
    by_area
        .into_iter()
        .map(|(name, criteria)| area_view(name, criteria, judged))
        .collect()
}

fn area_view<'a>(name: &'a str, criteria: Vec<&'a JudgedCriterion>, run: &'a JudgedRun) -> AreaView<'a> {
    let answered = || criteria.iter().filter(|criterion| criterion.verdict.is_judged());
    AreaView {
        name,
        judged: answered().count(),
        on_stand_ins: answered().filter(|criterion| criterion.is_on_stand_in()).count(),
        criteria: order(criteria)
            .into_iter()
            .map(|criterion| view(criterion, run))
            .collect(),
    }
}

/// Scenarios of one criterion that the matrix names one by one.
const NAMED: usize = 8;

fn many(judged: &JudgedCriterion) -> Vec<ManyView> {
    if judged.scenarios.len() <= NAMED {
        return Vec::new();
    }
    let mut numbers: BTreeMap<Verdict, usize> = BTreeMap::new();
    for link in &judged.scenarios {
        *numbers.entry(link.verdict).or_default() += 1;
    }
    numbers
        .into_iter()
        .rev()
        .map(|(verdict, number)| ManyView {
            chip: verdict.into(),
            number,
        })
        .collect()
}

/// What was looked at stands before what was not; otherwise the specification's identifiers rule.
fn order(mut criteria: Vec<&JudgedCriterion>) -> Vec<&JudgedCriterion> {
    criteria.sort_by_key(|criterion| criterion.scenarios.is_empty());
    criteria
}

fn view<'a>(judged: &'a JudgedCriterion, run: &'a JudgedRun) -> CriterionView<'a> {
    let criterion = &judged.criterion;
    let own_marks = judged.marks.iter().filter(|mark| **mark != Mark::StandIn);
    let scenarios = judged.scenarios.iter().map(|link| LinkView {
        anchor: anchor(&link.key),
        name: run.scenario(&link.key).map_or("", |scenario| &scenario.planned.name),
        response: link.response,
        chip: link.verdict.into(),
    });
    CriterionView {
        id: criterion.id.as_str(),
        chip: judged.verdict.into(),
        stand_in: judged.is_on_stand_in(),
        marks: own_marks.copied().map(MarkView::from).collect(),
        suspect: judged.has_mark(Mark::Suspect),
        text: parts(&criterion.text),
        place: format!("{}:{}", criterion.file, criterion.line),
        platform: criterion.platform.as_deref(),
        subjects: &criterion.subjects,
        sources: sources(&criterion.sources),
        stand_ins: &judged.stand_ins,
        contradicted: criterion.contradicted.as_deref(),
        unsatisfiable: criterion.unsatisfiable.as_deref(),
        findings: judged.findings.iter().map(FindingView::from).collect(),
        budgets: judged.budgets.iter().map(BudgetBar::new).collect(),
        checks: judged.checks,
        scenarios: scenarios.collect(),
        many: many(judged),
    }
}

fn sources(notes: &[SourceNote]) -> Vec<SourceView<'_>> {
    let same_section = |a: &SourceNote, b: &SourceNote| a.document == b.document && a.section == b.section;
    let chunks = notes
        .chunk_by(same_section)
        .filter_map(|chunk| chunk.first().map(|first| (first, chunk)));
    chunks
        .map(|(first, chunk)| SourceView {
            document: &first.document,
            section: &first.section,
            lines: lines(chunk),
        })
        .collect()
}

fn lines(notes: &[SourceNote]) -> String {
    let numbers: Vec<_> = notes.iter().map(|note| note.line.to_string()).collect();
    let word = if numbers.len() == 1 { "line" } else { "lines" };
    format!("{word} {}", numbers.join(", "))
}

/// The sentence with its EARS keywords apart.
fn parts(text: &str) -> Vec<Part<'_>> {
    const KEYWORDS: [&str; 6] = ["WHEN", "WHILE", "WHERE", "IF", "THEN", "SHALL"];
    let mut parts = Vec::new();
    let (mut start, mut next) = (0, 0);
    for word in text.split_inclusive(|letter: char| !letter.is_alphanumeric()) {
        let at = next;
        next += word.len();
        let keyword = word.trim_end_matches(|letter: char| !letter.is_alphanumeric());
        if KEYWORDS.contains(&keyword) {
            parts.push(Part {
                keyword: false,
                text: &text[start..at],
            });
            start = at + keyword.len();
            parts.push(Part {
                keyword: true,
                text: &text[at..start],
            });
        }
    }
    parts.push(Part {
        keyword: false,
        text: &text[start..],
    });
    parts.retain(|part| !part.text.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_one_section_stand_together() {
        let note = |section: &str, line| SourceNote {
            document: "foundry".into(),
            section: section.into(),
            line,
        };
        let notes = [note("Storage", 41), note("Storage", 52), note("Backup", 60)];
        let seen: Vec<_> = sources(&notes)
            .into_iter()
            .map(|source| (source.section, source.lines))
            .collect();
        assert_eq!(
            seen,
            [("Storage", "lines 41, 52".to_owned()), ("Backup", "line 60".to_owned())]
        );
    }

    #[test]
    fn keywords_stand_apart_and_nothing_is_lost() {
        let sentence = "WHEN a claim is made, the cluster SHALL bind it, and SHALL say IFFY é.";
        let parts = parts(sentence);
        assert_eq!(parts.iter().map(|part| part.text).collect::<String>(), sentence);
        let keywords: Vec<_> = parts.iter().filter(|part| part.keyword).map(|part| part.text).collect();
        assert_eq!(keywords, ["WHEN", "SHALL", "SHALL"]);
    }
}
