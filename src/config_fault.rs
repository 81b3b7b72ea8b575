//! Every fault of `shall.toml` at once: [`every_fault`]. Its reader stops at the first.

use serde::de::DeserializeOwned;
use shall_spec::{Diagnostic, SourceText};

use crate::rules::UNREAD_CONFIG;

/// Every key that the file may have, in any of its tables.
const KEYS: [&str; 20] = [
    "spec",
    "documents",
    "modals",
    "features",
    "reports",
    "profile",
    "backend",
    "engine",
    "images",
    "topology",
    "cluster",
    "age_key_file",
    "waiver",
    "contradicted",
    "unsatisfiable",
    "criterion",
    "owner",
    "reason",
    "expires",
    "fact",
];

/// The first fault of the file and those behind it, by place: a line `key = …` that is at fault is left out, and the rest
/// is read again as a `T`.
pub(crate) fn every_fault<T: DeserializeOwned>(source: &SourceText, first: toml::de::Error) -> Vec<Diagnostic> {
    let mut text = source.text().to_owned();
    let mut faults = Vec::new();
    let mut next = Some(first);
    while let Some(error) = next.take() {
        let finding = Diagnostic::of_toml(&UNREAD_CONFIG, source, &error);
        faults.push(match nearest_key(error.message()) {
            Some(near) => finding.hint(format!("did you mean `{near}`?")),
            None => finding,
        });
        if let Some(rest) = error.span().and_then(|span| without_line(&text, span.start)) {
            text = rest;
            next = toml::from_str::<T>(&text).err();
        }
    }
    faults.sort_by_key(Diagnostic::position);
    faults
}

/// The text with the line of a place blanked, where the line is a key with its whole value.
fn without_line(text: &str, at: usize) -> Option<String> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
    let end = text.get(at..)?.find('\n').map_or(text.len(), |newline| at + newline);
    let line = text.get(start..end)?;
    let keys = toml::from_str::<toml::Table>(line).ok()?;
    let is_whole = keys.values().any(|value| !value.is_table());
    is_whole.then(|| {
        [
            text.get(..start).unwrap_or_default(),
            &" ".repeat(line.len()),
            text.get(end..).unwrap_or_default(),
        ]
        .concat()
    })
}

/// The key that is nearest to the one that a message of serde calls unknown.
fn nearest_key(message: &str) -> Option<&'static str> {
    let (_, rest) = message.split_once("unknown field `")?;
    let (unknown, _) = rest.split_once('`')?;
    let nearer = |a: &&str, b: &&str| strsim::jaro(unknown, a).total_cmp(&strsim::jaro(unknown, b));
    KEYS.into_iter().max_by(nearer)
}
