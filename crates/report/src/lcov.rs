//! `lcov.info`: the specification as a coverage viewer shows it. A line is covered when its criteria passed.
//!
//! Only the lines on which a criterion begins are counted; prose has nothing to cover. The number of hits is the number
//! of comparisons that its scenarios made. Each criterion is a function, too, named by its identifier; the name of one
//! that was judged on a stand-in says so, because a line has no third colour.

use std::{collections::BTreeMap, fmt::Write};

use shall_trace::{JudgedCriterion, JudgedRun, Verdict};

/// The judged run as an LCOV trace file, with paths as the specification names them: relative to the project.
#[must_use]
pub fn render_lcov(judged: &JudgedRun) -> String {
    let mut files: BTreeMap<&str, (BTreeMap<usize, usize>, Vec<Function>)> = BTreeMap::new();
    for criterion in &judged.criteria {
        let (lines, functions) = files.entry(&criterion.criterion.file).or_default();
        let hits = hits(criterion);
        functions.push(Function {
            line: criterion.criterion.line,
            name: name(criterion),
            hits,
        });
        // A line with two criteria is covered when both are.
        let line = lines.entry(criterion.criterion.line).or_insert(hits);
        *line = (*line).min(hits);
    }
    let mut text = String::new();
    for (file, (lines, functions)) in files {
        let _ = write!(text, "TN:shall\nSF:{}\n", on_one_line(file));
        for Function { line, name, .. } in &functions {
            let _ = writeln!(text, "FN:{line},{name}");
        }
        for Function { hits, name, .. } in &functions {
            let _ = writeln!(text, "FNDA:{hits},{name}");
        }
        let called = functions.iter().filter(|function| function.hits > 0).count();
        let _ = write!(text, "FNF:{}\nFNH:{called}\n", functions.len());
        for (line, hits) in &lines {
            let _ = writeln!(text, "DA:{line},{hits}");
        }
        let covered = lines.values().filter(|hits| **hits > 0).count();
        let _ = write!(text, "LF:{}\nLH:{covered}\nend_of_record\n", lines.len());
    }
    text
}

/// A criterion as the format has functions.
struct Function {
    line: usize,
    name: String,
    hits: usize,
}

/// The identifier of a criterion, and whether it was judged on a stand-in. A name ends at a comma.
fn name(judged: &JudgedCriterion) -> String {
    let id = on_one_line(judged.criterion.id.as_str()).replace(',', " ");
    if judged.is_on_stand_in() {
        format!("{id} (on a stand-in)")
    } else {
        id
    }
}

/// How often a criterion was shown to hold; 0 where it was not.
fn hits(judged: &JudgedCriterion) -> usize {
    match judged.verdict {
        Verdict::Passed => judged.checks.max(1),
        Verdict::Failed
        | Verdict::Errored
        | Verdict::Inconclusive
        | Verdict::Flaky
        | Verdict::NotRun
        | Verdict::Uncovered
        | Verdict::Waived => 0,
    }
}

/// A record is one line.
fn on_one_line(path: &str) -> String {
    path.replace(['\r', '\n'], " ")
}
