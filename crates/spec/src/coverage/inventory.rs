//! What each line of a source document says, in our own words: [`Inventory`].

use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::error::{CoverageError, CoverageErrors, MAX_WORDS, unless_faulty};

/// The lines of one source document, each in exactly one of `headings`, `stated` and `skipped`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inventory {
    /// Short name, as source notes give it.
    pub document: String,
    /// What the document is about, in our own words.
    pub title: String,
    /// Number of its lines.
    pub lines: usize,
    /// SHA-256 (hex) of the document that the lines are counted in.
    pub sha256: String,
    /// Its headings, in order; the first is the document's title.
    pub headings: Vec<Heading>,
    /// Lines that state something.
    pub stated: Vec<StatedLines>,
    /// Lines that state nothing about the system.
    pub skipped: Vec<SkippedLines>,
}

/// A heading of a document.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heading {
    /// Its line, counted from 1.
    pub line: usize,
    /// Its depth, 1 to 6.
    pub level: u8,
    /// Its text, without a check box.
    pub title: String,
    /// What it states, where it does more than to name a section.
    pub says: Option<String>,
}

/// Lines that state one thing together.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatedLines {
    /// The lines.
    pub lines: LineRanges,
    /// What they state, in at most ten words of our own.
    pub says: String,
    /// Why no criterion comes from them; `None` where one does.
    pub no_criterion: Option<String>,
}

/// Lines that state nothing about the system.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkippedLines {
    /// The lines.
    pub lines: LineRanges,
    /// What they are instead.
    pub reason: String,
}

/// Lines as written in an inventory: `7`, `16-18` or `3, 9-12`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct LineRanges(Vec<RangeInclusive<usize>>);

impl LineRanges {
    /// The lines one by one, as written.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().cloned().flatten()
    }

    /// True if `line` is one of them.
    #[must_use]
    pub fn contains(&self, line: usize) -> bool {
        self.0.iter().any(|range| range.contains(&line))
    }

    /// The first line as written.
    #[must_use]
    pub fn first(&self) -> usize {
        self.0.first().map_or(0, |range| *range.start())
    }

    /// Neighbouring lines of `lines` (ascending) joined into ranges.
    pub(super) fn from_lines(lines: impl IntoIterator<Item = usize>) -> Self {
        let mut ranges: Vec<RangeInclusive<usize>> = Vec::new();
        for line in lines {
            match ranges.last_mut() {
                Some(last) if *last.end() + 1 == line => *last = *last.start()..=line,
                _ => ranges.push(line..=line),
            }
        }
        Self(ranges)
    }

    /// `line 7` or `lines 3, 9-12`, for messages.
    pub(super) fn in_words(&self) -> String {
        let single = matches!(self.0.as_slice(), [range] if range.start() == range.end());
        format!("{} {self}", if single { "line" } else { "lines" })
    }
}

impl TryFrom<String> for LineRanges {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let parse_range = |part: &str| {
            let (start, end) = part.trim().split_once('-').unwrap_or((part.trim(), part.trim()));
            let range = start.parse::<usize>().ok()?..=end.parse::<usize>().ok()?;
            (*range.start() > 0 && !range.is_empty()).then_some(range)
        };
        let ranges: Option<Vec<_>> = text.split(',').map(parse_range).collect();
        ranges
            .map(Self)
            .ok_or_else(|| format!("expected lines such as `7` or `3, 9-12`, observed `{text}`"))
    }
}

impl fmt::Display for LineRanges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, range) in self.0.iter().enumerate() {
            f.write_str(if position == 0 { "" } else { ", " })?;
            match (range.start(), range.end()) {
                (start, end) if start == end => write!(f, "{start}")?,
                (start, end) => write!(f, "{start}-{end}")?,
            }
        }
        Ok(())
    }
}

impl Inventory {
    /// The section that `line` stands in: headings joined by ` › `, the document's title left out unless it is alone.
    #[must_use]
    pub fn section(&self, line: usize) -> String {
        let mut open: Vec<&Heading> = Vec::new();
        for heading in self.headings.iter().take_while(|heading| heading.line <= line) {
            open.retain(|outer| outer.level < heading.level);
            open.push(heading);
        }
        let from = usize::from(open.len() > 1);
        open.iter()
            .skip(from)
            .map(|heading| heading.title.as_str())
            .collect::<Vec<_>>()
            .join(" › ")
    }

    /// Every line of the document that is left out, is there twice or does not exist, and every paraphrase that is none.
    pub(super) fn faults(&self) -> Vec<CoverageError> {
        let mut errors = Vec::new();
        let mut seen: BTreeMap<usize, usize> = BTreeMap::new();
        let headings = self.headings.iter().map(|heading| heading.line);
        let stated = self.stated.iter().flat_map(|stated| stated.lines.iter());
        for line in headings
            .chain(stated)
            .chain(self.skipped.iter().flat_map(|skipped| skipped.lines.iter()))
        {
            *seen.entry(line).or_default() += 1;
        }
        for (&line, &times) in &seen {
            if line > self.lines {
                errors.push(CoverageError::LineBeyondEnd {
                    document: self.document.clone(),
                    line,
                    lines: self.lines,
                });
            } else if times > 1 {
                errors.push(CoverageError::LineTwice {
                    document: self.document.clone(),
                    line,
                });
            }
        }
        let left_out = LineRanges::from_lines((1..=self.lines).filter(|line| !seen.contains_key(line)));
        if !left_out.0.is_empty() {
            errors.push(CoverageError::LinesLeftOut {
                document: self.document.clone(),
                lines: left_out.in_words(),
            });
        }
        errors.extend(self.stated.iter().filter_map(|stated| self.paraphrase_fault(stated)));
        errors
    }

    fn paraphrase_fault(&self, stated: &StatedLines) -> Option<CoverageError> {
        let words = stated.says.split_whitespace().count();
        let fault = || CoverageError::Paraphrase {
            document: self.document.clone(),
            lines: stated.lines.in_words(),
            words,
        };
        (words == 0 || words > MAX_WORDS).then(fault)
    }
}

/// Reads every `*.toml` of `dir`, in order of the file names.
///
/// # Errors
///
/// Every file that cannot be read or parsed, and a folder without any inventory. Whether an inventory is
/// complete is checked by [`render_coverage`](super::render_coverage).
pub fn load_inventories(dir: &Path) -> Result<Vec<Inventory>, CoverageErrors> {
    let paths = inventory_paths(dir).map_err(|error| CoverageErrors(vec![error]))?;
    let (mut inventories, mut errors) = (Vec::new(), Vec::new());
    for path in &paths {
        match load_inventory(path) {
            Ok(inventory) => inventories.push(inventory),
            Err(error) => errors.push(error),
        }
    }
    if paths.is_empty() {
        errors.push(CoverageError::Empty { dir: dir.to_owned() });
    }
    unless_faulty(inventories, errors)
}

fn inventory_paths(dir: &Path) -> Result<Vec<PathBuf>, CoverageError> {
    let read_error = |source| CoverageError::Read {
        path: dir.to_owned(),
        source,
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(read_error)? {
        let path = entry.map_err(read_error)?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn load_inventory(path: &Path) -> Result<Inventory, CoverageError> {
    let text = std::fs::read_to_string(path).map_err(|source| CoverageError::Read {
        path: path.to_owned(),
        source,
    })?;
    toml::from_str(&text).map_err(|source| CoverageError::Parse {
        path: path.to_owned(),
        source: Box::new(source),
    })
}
