//! [`Counts`]: how many criteria got which verdict, those on stand-ins apart.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;

use crate::{
    criterion::JudgedCriterion,
    scenario::JudgedScenario,
    verdict::{Mark, Verdict},
};

/// A number of criteria, those on stand-ins apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Criteria judged on the products that they are about.
    pub direct: usize,
    /// Criteria judged on stand-ins.
    pub on_stand_ins: usize,
}

impl Tally {
    /// Both together.
    #[must_use]
    pub fn total(self) -> usize {
        self.direct + self.on_stand_ins
    }

    fn add(&mut self, on_stand_in: bool) {
        if on_stand_in {
            self.on_stand_ins += 1;
        } else {
            self.direct += 1;
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.total())
    }
}

/// Numbers over a judged run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Criteria of the specification.
    pub criteria: usize,
    /// Those that the run came to an answer for.
    pub judged: Tally,
    /// Criteria by verdict; verdicts that none has are left out.
    pub by_verdict: BTreeMap<Verdict, Tally>,
    /// Criteria by mark; marks that none has are left out.
    pub by_mark: BTreeMap<Mark, usize>,
    /// Scenarios by verdict; verdicts that none has are left out.
    pub scenarios: BTreeMap<Verdict, usize>,
    /// Comparisons that the scenarios recorded.
    pub checks: usize,
}

impl Counts {
    pub(crate) fn new(criteria: &[JudgedCriterion], scenarios: &[JudgedScenario]) -> Self {
        let mut counts = Self {
            criteria: criteria.len(),
            ..Self::default()
        };
        for criterion in criteria {
            counts
                .by_verdict
                .entry(criterion.verdict)
                .or_default()
                .add(criterion.is_on_stand_in());
            if criterion.verdict.is_judged() {
                counts.judged.add(criterion.is_on_stand_in());
            }
            for mark in &criterion.marks {
                *counts.by_mark.entry(*mark).or_default() += 1;
            }
        }
        for scenario in scenarios {
            *counts.scenarios.entry(scenario.verdict).or_default() += 1;
            counts.checks += scenario.checks().count();
        }
        counts
    }

    /// How many criteria got this verdict.
    #[must_use]
    pub fn of(&self, verdict: Verdict) -> Tally {
        self.by_verdict.get(&verdict).copied().unwrap_or_default()
    }

    /// The run in one sentence: `11 of 97 criteria judged, 3 of them on stand-ins: 10 passed (2 on stand-ins),
    /// 1 failed; 80 uncovered, 6 not run`.
    #[must_use]
    pub fn sentence(&self) -> String {
        let judged = self.list(super::verdict::Verdict::is_judged, true);
        let rest = self.list(|verdict| !verdict.is_judged(), false);
        let stand_ins = match self.judged.on_stand_ins {
            0 => String::new(),
            number => format!(", {number} of them on stand-ins"),
        };
        let mut sentence = format!("{} of {} criteria judged{stand_ins}", self.judged, self.criteria);
        if !judged.is_empty() {
            sentence.push_str(": ");
            sentence.push_str(&judged);
        }
        if !rest.is_empty() {
            sentence.push_str("; ");
            sentence.push_str(&rest);
        }
        sentence
    }

    fn list(&self, wanted: impl Fn(Verdict) -> bool, stand_ins: bool) -> String {
        let listed = self.by_verdict.iter().filter(|(verdict, _)| wanted(**verdict));
        let part = |(verdict, tally): (&Verdict, &Tally)| match tally.on_stand_ins {
            number if number > 0 && stand_ins => format!("{tally} {verdict} ({number} on stand-ins)"),
            _ => format!("{tally} {verdict}"),
        };
        listed.map(part).collect::<Vec<_>>().join(", ")
    }
}
