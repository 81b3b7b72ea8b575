//! Which files a specification consists of, and their text.

use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::diagnostic::Diagnostic;
use crate::source::SourceText;

/// Reads every document below some paths, files or directories of `*.md`, taken from `root` where they are relative.
/// Returns what could be read and a fault for each path that could not.
#[must_use]
pub fn read_sources(paths: &[PathBuf], root: &Path) -> (Vec<SourceText>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let sources = read_files(paths, root, &mut diagnostics);
    (sources, diagnostics)
}

/// Reads every document below some paths, in the order given, directories by name; faults go to `diagnostics`.
pub(super) fn read_files(paths: &[PathBuf], root: &Path, diagnostics: &mut Vec<Diagnostic>) -> Vec<SourceText> {
    let mut seen = Vec::new();
    let mut sources = Vec::new();
    if paths.is_empty() {
        diagnostics.push(
            Diagnostic::error("SPEC-001", "no specification was named")
                .hint("name a Markdown file or a directory of them"),
        );
    }
    for path in paths {
        let full = root.join(path);
        if !full.exists() {
            let message = format!(
                "specification `{}`: expected a file or a directory, found none",
                shown(&full, root)
            );
            let hint = format!("paths are taken from `{}`", root.display());
            diagnostics.push(Diagnostic::error("SPEC-001", message).hint(hint));
            continue;
        }
        let files = markdown_files(&full, root, diagnostics);
        if files.is_empty() {
            let message = format!(
                "specification `{}`: expected Markdown files (`*.md`), found none",
                shown(&full, root)
            );
            diagnostics.push(Diagnostic::error("SPEC-001", message));
        }
        for file in files {
            if !seen.contains(&file) {
                sources.extend(read_file(&file, root, diagnostics));
                seen.push(file);
            }
        }
    }
    sources
}

/// A file itself, or the Markdown files below a directory, sorted.
fn markdown_files(path: &Path, root: &Path, diagnostics: &mut Vec<Diagnostic>) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let mut files = Vec::new();
    for entry in WalkDir::new(path).follow_links(true).sort_by_file_name() {
        match entry {
            Ok(entry) if entry.file_type().is_file() && is_markdown(entry.path()) => files.push(entry.into_path()),
            Ok(_) => {}
            Err(error) => {
                let place = error.path().map_or_else(String::new, |path| shown(path, root));
                diagnostics.push(Diagnostic::error(
                    "SPEC-001",
                    format!("specification `{place}`: expected a readable directory, observed: {error}"),
                ));
            }
        }
    }
    files
}

fn is_markdown(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("md") || extension.eq_ignore_ascii_case("markdown"))
}

fn read_file(path: &Path, root: &Path, diagnostics: &mut Vec<Diagnostic>) -> Option<SourceText> {
    let name = shown(path, root);
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            diagnostics.push(Diagnostic::error(
                "SPEC-001",
                format!("specification `{name}`: expected a readable file, observed: {error}"),
            ));
            return None;
        }
    };
    match String::from_utf8(bytes) {
        Ok(text) => Some(SourceText::new(&name, text)),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let line = error.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
            let message = format!("specification `{name}`: expected UTF-8, found another encoding on line {line}");
            diagnostics.push(Diagnostic::error("SPEC-001", message).hint("save the file as UTF-8"));
            None
        }
    }
}

/// A path below the root as it is printed: relative, with `/`.
fn shown(path: &Path, root: &Path) -> String {
    path.strip_prefix(root)
        .unwrap_or(path)
        .display()
        .to_string()
        .replace('\\', "/")
}
