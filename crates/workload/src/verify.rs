//! Comparing a tree with a manifest: [`verify`].

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use crate::{
    fault::Fault,
    manifest::{Entry, EntryKind, Manifest},
    report::{Aspect, Difference, VerifyReport},
    tree::read_tree,
};

/// Compares `dir` with `manifest`, as sets; entries directly below `dir` that `ignored` names are left out.
///
/// # Errors
///
/// When the tree cannot be read in full. Damage is the answer, not an error.
pub fn verify(dir: &Path, manifest: &Manifest, ignored: &[String]) -> Result<VerifyReport, Fault> {
    let found = read_tree(dir, ignored)?;
    let found: BTreeMap<&str, &Entry> = found.iter().map(|entry| (entry.path.as_str(), entry)).collect();
    let expected: BTreeMap<&str, &Entry> = manifest
        .entries
        .iter()
        .map(|entry| (entry.path.as_str(), entry))
        .collect();
    let names: BTreeSet<&str> = expected.keys().copied().collect();
    let mut report = VerifyReport {
        expected: expected.len() as u64,
        ..VerifyReport::default()
    };
    for (path, entry) in &expected {
        match found.get(path) {
            None => report.missing.push((*path).to_owned()),
            Some(found) => {
                report.examined += 1;
                report.different.extend(differences(entry, found));
            }
        }
    }
    report.extra = found
        .keys()
        .filter(|path| !names.contains(*path))
        .map(|path| (*path).to_owned())
        .collect();
    report.ignored = ignored
        .iter()
        .filter(|name| dir.join(name).symlink_metadata().is_ok())
        .cloned()
        .collect();
    report.bytes = found
        .values()
        .filter(|entry| entry.kind == EntryKind::File)
        .map(|entry| entry.size)
        .sum();
    Ok(report)
}

fn differences(expected: &Entry, observed: &Entry) -> Vec<Difference> {
    let difference = |what: Aspect, expected_value: String, observed_value: String| Difference {
        path: expected.path.clone(),
        what,
        expected: expected_value,
        observed: observed_value,
    };
    if expected.kind != observed.kind {
        return vec![difference(
            Aspect::Kind,
            expected.kind.to_string(),
            observed.kind.to_string(),
        )];
    }
    let owner = |entry: &Entry| format!("{}:{}", entry.uid, entry.gid);
    let mode = |entry: &Entry| format!("{:04o}", entry.mode);
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let mut aspects = vec![
        (Aspect::Size, expected.size.to_string(), observed.size.to_string()),
        (Aspect::Content, text(&expected.sha256), text(&observed.sha256)),
        (Aspect::Target, text(&expected.target), text(&observed.target)),
        (Aspect::Owner, owner(expected), owner(observed)),
    ];
    if expected.kind != EntryKind::Symlink {
        aspects.push((Aspect::Mode, mode(expected), mode(observed)));
    }
    aspects
        .into_iter()
        .filter(|(_, expected, observed)| expected != observed)
        .map(|(what, expected, observed)| difference(what, expected, observed))
        .collect()
}
