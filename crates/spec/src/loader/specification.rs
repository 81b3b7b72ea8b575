//! The entry of this crate: [`load_specification`] reads every file of a specification and keeps every fault.

use std::path::{Path, PathBuf};

use crate::criterion::Specification;
use crate::diagnostic::{Diagnostic, Severity, SpecErrors};
use crate::document::ReadOptions;
use crate::lock::Lock;
use crate::markdown::{BlockKind, Folded, Outline, read_blocks};
use crate::source::SourceText;

use super::conflict::{Located, find_conflicts, find_duplicates};
use super::documents::read_documents;
use super::files::read_files;
use super::item::{ItemText, read_item};

/// A specification as far as it could be read, and everything that is wrong with it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Loaded {
    /// The criteria without fault.
    pub specification: Specification,
    /// Faults and warnings, in the order of files and lines.
    pub diagnostics: Vec<Diagnostic>,
    /// The documents, in the order of reading: those in our own format first.
    pub sources: Vec<SourceText>,
    /// Number of `sources` in our own format.
    pub own: usize,
}

/// Reads the specification below some paths: files, or directories of `*.md` at any depth.
///
/// Relative paths are taken from `root`, and files below it are named relative to it. A document may hold prose; its
/// criteria are list items that start with an identifier in bold.
///
/// # Errors
///
/// Every fault of every file at once: a missing or unreadable path, an item with an identifier and no `SHALL`, an
/// unknown attribute, an identifier given twice, budgets without metric keys, a metric with two limits on one platform.
/// A document without criteria is not an error.
pub fn load_specification(paths: &[PathBuf], root: &Path) -> Result<Specification, SpecErrors> {
    let loaded = read_specification(paths, root);
    if loaded
        .diagnostics
        .iter()
        .any(|diagnostic| diagnostic.severity == Severity::Error)
    {
        return Err(SpecErrors {
            diagnostics: loaded.diagnostics,
        });
    }
    Ok(loaded.specification)
}

/// As [`load_specification`], but returns what could be read together with the faults.
#[must_use]
pub fn read_specification(paths: &[PathBuf], root: &Path) -> Loaded {
    read_specification_with(paths, &[], root, &Lock::default(), ReadOptions::default())
}

/// As [`read_specification`], and behind it the documents that are left as their teams write them: their statements
/// are criteria too, by the modal verbs of `options`. Those without an identifier get one, which the lock keeps; see
/// [`Lock`].
#[must_use]
pub fn read_specification_with(
    paths: &[PathBuf],
    documents: &[PathBuf],
    root: &Path,
    lock: &Lock,
    options: ReadOptions,
) -> Loaded {
    let mut loaded = if paths.is_empty() && !documents.is_empty() {
        Loaded::default()
    } else {
        read_strictly(paths, root)
    };
    if !documents.is_empty() {
        let sources = read_files(documents, root, &mut loaded.diagnostics);
        let criteria = &mut loaded.specification.criteria;
        let taken = criteria.iter().map(|criterion| criterion.id.clone()).collect();
        criteria.extend(read_documents(&sources, &taken, lock, options, &mut loaded.diagnostics));
        loaded.sources.extend(sources);
    }
    loaded
}

/// Reads our own format, in which every criterion has an identifier.
fn read_strictly(paths: &[PathBuf], root: &Path) -> Loaded {
    let mut diagnostics = Vec::new();
    let sources = read_files(paths, root, &mut diagnostics);
    let mut all = Vec::new();
    for source in &sources {
        read_criteria(source, &mut all, &mut diagnostics);
    }
    find_duplicates(&all, &mut diagnostics);
    find_conflicts(&all, &mut diagnostics);
    diagnostics.sort_by_cached_key(place_of(&sources));
    let mut known = std::collections::BTreeSet::new();
    let criteria = all
        .into_iter()
        .map(|located| located.criterion)
        .filter(|criterion| known.insert(criterion.id.clone()))
        .collect();
    Loaded {
        specification: Specification { criteria },
        diagnostics,
        own: sources.len(),
        sources,
    }
}

/// Sorts diagnostics by file in the order of reading, then by place.
fn place_of(sources: &[SourceText]) -> impl Fn(&Diagnostic) -> (usize, usize) + '_ {
    |diagnostic| match &diagnostic.place {
        Some(place) => (
            1 + sources
                .iter()
                .position(|source| source.path() == place.source.path())
                .unwrap_or_default(),
            place.span.start,
        ),
        None => (0, 0),
    }
}

/// Reads the criteria of one document.
fn read_criteria(source: &SourceText, all: &mut Vec<Located>, diagnostics: &mut Vec<Diagnostic>) {
    let outline = read_blocks(source.text());
    for (_, item) in top_items(&outline) {
        if let Some(criterion) = read_item(source, &item, diagnostics) {
            all.push(Located {
                criterion,
                source: source.clone(),
            });
        }
    }
}

/// The text and the attribute lines of each item of the outermost lists, in order.
fn top_items(outline: &Outline) -> Vec<(usize, ItemText<'_>)> {
    let mut items: Vec<(usize, ItemText<'_>)> = Vec::new();
    for block in outline.blocks.iter().filter(|block| block.kind == BlockKind::Paragraph) {
        let Some(item) = block.item else { continue };
        let top = top_of(outline, item);
        match items.last_mut().filter(|(last, _)| *last == top) {
            Some((_, text)) if item == top => text.content.append(" ", &block.content),
            Some((_, text)) => text.attributes.push(&block.content),
            None if item == top => items.push((
                top,
                ItemText {
                    content: block.content.clone(),
                    attributes: Vec::new(),
                },
            )),
            None => items.push((
                top,
                ItemText {
                    content: Folded::default(),
                    attributes: vec![&block.content],
                },
            )),
        }
    }
    items
}

/// The outermost item around an item.
fn top_of(outline: &Outline, mut item: usize) -> usize {
    while let Some(parent) = outline.items.get(item).and_then(|item| item.parent) {
        item = parent;
    }
    item
}
