//! Labels and headings of sentences that only show how (not) to write.

/// Labels before a sentence that is quoted to show how (not) to write.
const EXAMPLE_LABELS: &[&str] = &[
    "bad",
    "good",
    "wrong",
    "right",
    "poor",
    "better",
    "incorrect",
    "correct",
    "avoid",
    "example",
    "anti-example",
    "antipattern",
    "anti-pattern",
    "don't",
    "not",
    "instead of",
    "counter-example",
    "for example",
    "e.g",
    "weak",
    "vague",
    "before",
    "bad example",
    "good example",
    "template",
    "pattern",
    "syntax",
    "format",
    "evitar",
    "mal",
    "mauvais",
    "ruim",
    "errado",
    "evite",
    "éviter",
    "à éviter",
    "vermeiden",
    "falsch",
    "schlecht",
    "negativbeispiel",
    "gegenbeispiel",
    "mauvais exemple",
    "contre-exemple",
    "contraejemplo",
    "contraexemplo",
    "mau exemplo",
    "exemplo ruim",
    "mal ejemplo",
    "incorrecto",
    "incorreto",
    "反例",
    "错误示例",
    "错误写法",
    "反面示例",
    "悪い例",
    "ng例",
    "誤り",
];

/// Headings under which sentences only show how (not) to write.
const EXAMPLE_HEADINGS: &[&str] = &[
    "anti-example",
    "anti-pattern",
    "antipattern",
    "anti example",
    "anti pattern",
    "bad example",
    "counter-example",
    "counterexample",
    "what not to",
    "how not to",
    "poor example",
    "ears template",
    "legend",
    "style guide",
];

/// Whether a heading or a label says that what follows is quoted, not required.
pub(crate) fn names_anti_example(label: &str, is_heading: bool) -> bool {
    let lower = label.trim().trim_end_matches([':', '：']).trim().to_ascii_lowercase();
    let marked = lower.starts_with(['❌', '✗', '✘', '🚫', '👎']);
    let bare = lower.trim_start_matches(|c: char| !c.is_alphanumeric());
    if is_heading {
        return marked || EXAMPLE_HEADINGS.iter().any(|heading| lower.contains(heading));
    }
    let told = [
        "do not ",
        "don't ",
        "never write",
        "bad example",
        "counter-example",
        "counterexample",
        "anti-example",
        "negative example",
    ];
    marked || EXAMPLE_LABELS.contains(&bare) || told.iter().any(|words| bare.starts_with(words))
}
