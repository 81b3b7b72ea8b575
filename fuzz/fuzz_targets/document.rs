//! Any text as a document: nothing panics, and every place lies in the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shall_spec::{lint_document, read_document};

fuzz_target!(|text: &str| {
    let document = read_document("fuzz.md", text);
    for statement in &document.statements {
        let places = statement.clauses.iter().map(|clause| clause.span);
        let places = places.chain(statement.budgets.iter().map(|budget| budget.span));
        for place in places.chain([statement.span]) {
            assert!(text.get(place.start..place.end).is_some(), "{place:?}");
        }
        assert!(!statement.sentence.responses.is_empty());
        assert!(statement.budgets.iter().all(|budget| budget.value.is_finite()));
    }
    for finding in lint_document("fuzz.md", text, |_| true) {
        assert!(!finding.rendered().is_empty());
    }
});
