//! Real documents cut, doubled and mixed: whatever comes out, nothing panics, every place lies in the text, and reading
//! twice gives the same.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::Index;
use shall_spec::{Modals, ReadOptions, lint_document, read_document, read_document_with};

/// Our own documents: the fixtures of all styles and the specification.
static DOCUMENTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut paths: Vec<PathBuf> = ["fixtures/specs", "spec"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(root.join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    paths.sort();
    // Long documents add time and no shapes.
    let start = |text: String| {
        text.char_indices()
            .nth(3000)
            .map_or(text.clone(), |(at, _)| text[..at].to_owned())
    };
    paths
        .iter()
        .map(|path| start(std::fs::read_to_string(path).unwrap()))
        .collect()
});

#[derive(Debug, Clone)]
enum Change {
    Cut(Index, Index),
    Double(Index, Index),
    Insert(Index, &'static str),
    Take(Index, Index, Index),
}

/// What breaks structure: marks of lists, tables, code, quotes and other scripts.
const SHARDS: &[&str] = &[
    "\n",
    "\n\n",
    "\r\n",
    "- ",
    "1. ",
    "  - ",
    "|",
    "`",
    "```\n",
    "**",
    "*",
    "> ",
    "# ",
    "<",
    ">",
    "<!--",
    "-->",
    "[",
    "]",
    "(",
    ")",
    "\"",
    "“",
    "&lt;",
    "~~",
    "\\",
    "\u{feff}",
    "\u{200b}",
    "é",
    "系",
    "SHALL",
    "shall",
    " NOT ",
    "WHEN ",
    ",",
    ";",
    ".",
    "。",
    "5",
    "%",
    "-",
    "/",
    "p95",
    "within ",
    "99999999999999999999",
    "0.0000001",
    "{metric: a}",
    "\0",
];

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (any::<Index>(), any::<Index>()).prop_map(|(from, length)| Change::Cut(from, length)),
        (any::<Index>(), any::<Index>()).prop_map(|(from, length)| Change::Double(from, length)),
        (any::<Index>(), prop::sample::select(SHARDS)).prop_map(|(at, shard)| Change::Insert(at, shard)),
        (any::<Index>(), any::<Index>(), any::<Index>()).prop_map(|(at, other, from)| Change::Take(at, other, from)),
    ]
}

/// A part of at most 80 characters.
fn part(text: &[char], from: Index, length: usize) -> std::ops::Range<usize> {
    if text.is_empty() {
        return 0..0;
    }
    let start = from.index(text.len());
    start..(start + length).min(text.len())
}

fn apply(text: &mut Vec<char>, change: &Change) {
    match change {
        Change::Cut(from, length) => {
            let range = part(text, *from, length.index(80));
            text.drain(range);
        }
        Change::Double(from, length) => {
            let range = part(text, *from, length.index(80));
            let copy: Vec<char> = text[range.clone()].to_vec();
            text.splice(range.end..range.end, copy);
        }
        Change::Insert(at, shard) => {
            let at = at.index(text.len() + 1);
            text.splice(at..at, shard.chars());
        }
        Change::Take(at, other, from) => {
            let other: Vec<char> = DOCUMENTS[other.index(DOCUMENTS.len())].chars().collect();
            let range = part(&other, *from, 80);
            let at = at.index(text.len() + 1);
            text.splice(at..at, other[range].iter().copied());
        }
    }
}

fn mutated() -> impl Strategy<Value = String> {
    (any::<Index>(), prop::collection::vec(change(), 1..20)).prop_map(|(which, changes)| {
        let mut text: Vec<char> = DOCUMENTS[which.index(DOCUMENTS.len())].chars().collect();
        for change in &changes {
            apply(&mut text, change);
        }
        text.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_documents_are_read_without_panic(text in mutated()) {
        let document = read_document("any.md", &text);
        for statement in &document.statements {
            let spans = statement.clauses.iter().map(|c| c.span).chain(statement.budgets.iter().map(|b| b.span)).chain([statement.span]);
            for span in spans {
                prop_assert!(text.get(span.start..span.end).is_some(), "{:?}", span);
            }
            prop_assert!(statement.line >= 1 && statement.line <= text.split(['\n', '\r']).count());
            prop_assert!(statement.budgets.iter().all(|budget| budget.value.is_finite()), "{:?}", statement.budgets);
        }
        prop_assert_eq!(&document, &read_document("any.md", &text));
        let all = read_document_with("any.md", &text, ReadOptions { modals: Modals::ShallAndMust });
        prop_assert!(all.statements.iter().all(|statement| !statement.sentence.responses.is_empty()));
        for finding in lint_document("any.md", &text, |_| true) {
            prop_assert!(!finding.rendered().is_empty());
        }
    }
}
