//! `docs/guide/steps.md` lists the step definitions of the code: all of them, and no others.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{collections::BTreeSet, fs, path::Path};

/// The definitions below `steps/src/area`, as `Keyword text`.
fn defined(area: &Path) -> BTreeSet<String> {
    let files = fs::read_dir(area).unwrap().map(|entry| entry.unwrap().path());
    let texts = files.map(|path| fs::read_to_string(path).unwrap()).collect::<Vec<_>>();
    let lines = texts.iter().flat_map(|text| text.lines());
    lines.filter_map(definition).collect()
}

/// `#[given("…")]` or `#[when(expr = "…")]` as `Given …` or `When …`.
fn definition(line: &str) -> Option<String> {
    let (keyword, rest) = line.trim().strip_prefix("#[")?.split_once('(')?;
    let keyword = match keyword {
        "given" => "Given",
        "when" => "When",
        "then" => "Then",
        _ => return None,
    };
    let text = rest
        .trim_start_matches("expr = ")
        .strip_prefix('"')?
        .strip_suffix("\")]")?;
    Some(format!("{keyword} {text}"))
}

/// The items of the page.
fn listed(page: &str) -> BTreeSet<String> {
    page.lines()
        .filter_map(|line| line.strip_prefix("- "))
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_guide_lists_every_step_definition_and_no_other() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(here.join("../docs/guide/steps.md")).unwrap();
    let (defined, listed) = (defined(&here.join("src/area")), listed(&page));
    assert!(!defined.is_empty());
    let missing: Vec<_> = defined.difference(&listed).collect();
    let stale: Vec<_> = listed.difference(&defined).collect();
    assert!(
        missing.is_empty() && stale.is_empty(),
        "missing: {missing:#?}\nstale: {stale:#?}"
    );
}
