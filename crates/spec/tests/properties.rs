//! Properties of the grammar: what is printed parses to the same clauses, nothing panics, time grows with length.

use std::fmt::Write;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use shall_spec::{Condition, ConditionKind, EarsSentence, Modals, Part, Response, Span, parse_sentence, read_document};

const NO_PLACE: Span = Span { start: 0, end: 0 };

/// Words without a meaning in the grammar.
fn words() -> impl Strategy<Value = String> {
    prop::collection::vec("[b-z]{2}[a-z]{1,6}x", 1..5).prop_map(|words| words.join(" "))
}

fn kind() -> impl Strategy<Value = ConditionKind> {
    prop_oneof![
        Just(ConditionKind::Where),
        Just(ConditionKind::While),
        Just(ConditionKind::When),
        Just(ConditionKind::If),
        Just(ConditionKind::Given)
    ]
}

fn condition() -> impl Strategy<Value = Condition> {
    (kind(), words()).prop_map(|(kind, text)| Condition {
        kind,
        text,
        span: NO_PLACE,
        trailing: false,
    })
}

fn response() -> impl Strategy<Value = Response> {
    (any::<bool>(), words()).prop_map(|(negated, text)| Response {
        system: None,
        negated,
        text,
        span: NO_PLACE,
    })
}

fn sentence() -> impl Strategy<Value = EarsSentence> {
    let rationale = prop::option::of(words().prop_map(|why| Part {
        text: format!("so that {why}"),
        span: NO_PLACE,
    }));
    let system = words().prop_map(|name| Part {
        text: format!("the {name}"),
        span: NO_PLACE,
    });
    (
        prop::collection::vec(condition(), 0..4),
        system,
        prop::collection::vec(response(), 1..4),
        rationale,
    )
        .prop_map(|(conditions, system, responses, rationale)| EarsSentence {
            conditions,
            system: Some(system),
            responses,
            rationale,
        })
}

/// The sentence without places.
fn placeless(mut sentence: EarsSentence) -> EarsSentence {
    let clear = |part: &mut Part| part.span = NO_PLACE;
    sentence
        .conditions
        .iter_mut()
        .for_each(|condition| condition.span = NO_PLACE);
    sentence.system.iter_mut().for_each(clear);
    sentence.rationale.iter_mut().for_each(clear);
    for response in &mut sentence.responses {
        response.span = NO_PLACE;
        response.system.iter_mut().for_each(clear);
    }
    sentence
}

/// Pieces that stress the grammar when they stand in any order.
fn shards() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "SHALL",
        "shall",
        "NOT",
        "WHEN",
        "IF",
        "THEN",
        "WHILE",
        "where",
        "the system",
        ",",
        ".",
        ";",
        ":",
        "。",
        "；",
        "(",
        ")",
        "[",
        "]",
        "`",
        "**",
        "*",
        "|",
        "\n",
        "\n\n",
        "- ",
        "1. ",
        "# ",
        "| a | b |\n|---|---|\n",
        "<b>",
        "<x>",
        "<!--",
        "-->",
        "&lt;",
        "~~",
        "AC-001-01",
        "Requirement 3.1",
        "within",
        "< ",
        "500Mi",
        "30-",
        "day",
        "5",
        "-",
        "10",
        "p95",
        "%",
        "1h30m",
        "99.9",
        "é",
        "系统",
        "秒以内",
        "\u{feff}",
        "\r\n",
        "at least",
        "or more",
        "no",
        "every",
        "so that",
        "\"",
        "{metric: a}",
        "> ",
        "---",
        "[x]",
        "::",
        "//",
        "…",
        "\t",
        "02:00",
        "$",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn what_is_printed_parses_to_the_same_clauses(sentence in sentence()) {
        let printed = sentence.printed();
        let parsed = parse_sentence(&printed, Modals::Shall).map(placeless);
        prop_assert_eq!(parsed, Some(sentence), "{}", printed);
    }

    #[test]
    fn no_text_panics_and_every_place_lies_in_it(text in prop_oneof![shards(), any::<String>()]) {
        let document = read_document("any.md", &text);
        for statement in &document.statements {
            let spans = statement.clauses.iter().map(|c| c.span).chain(statement.budgets.iter().map(|b| b.span)).chain([statement.span]);
            for span in spans {
                prop_assert!(text.get(span.start..span.end).is_some(), "{:?} in {:?}", span, text);
            }
            prop_assert!(!statement.sentence.responses.is_empty());
        }
        for diagnostic in &document.diagnostics {
            prop_assert!(!diagnostic.rendered().is_empty());
        }
    }

    #[test]
    fn parsing_what_was_parsed_and_printed_is_stable(text in shards()) {
        if let Some(first) = parse_sentence(&text, Modals::Shall) {
            let printed = first.printed();
            if let Some(second) = parse_sentence(&printed, Modals::Shall) {
                prop_assert!(!second.responses.is_empty());
            }
        }
    }
}

fn criteria(count: usize) -> String {
    let mut text = String::from("# One section\n\n");
    for index in 0..count {
        let _ = writeln!(
            text,
            "- **AC-{index:06}** WHEN a claim {index} is made, the cluster SHALL bind it within 30 seconds, and SHALL log it."
        );
    }
    text
}

/// One text of many parts, each of which could tempt a grammar to look at all the others again.
fn long(part: &str, count: usize) -> String {
    format!("WHEN x, the system SHALL {}", part.repeat(count))
}

/// Time that this thread spent on a processor: other work on the machine does not count. Elsewhere than on Linux, the clock.
fn spent(since: Instant) -> Duration {
    let counted = std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|line| line.split(' ').next()?.parse().ok());
    counted.map_or_else(|| since.elapsed(), Duration::from_nanos)
}

fn time_of(text: &str, times: usize) -> Duration {
    let since = Instant::now();
    let start = spent(since);
    for _ in 0..times {
        std::hint::black_box(read_document("long.md", text));
    }
    spent(since).saturating_sub(start)
}

/// A text may take at most twice the time that ten of its tenths take; the grace is the clock's grain.
fn assert_linear(name: &str, small: &str, large: &str) {
    let fits = |(few, many): &(Duration, Duration)| *many <= *few * 2 + Duration::from_millis(10);
    let mut runs = Vec::new();
    while runs.len() < 4 && !runs.iter().any(fits) {
        runs.push((time_of(small, 10), time_of(large, 1)));
    }
    assert!(runs.iter().any(fits), "{name}: {runs:?} for ten tenths and the whole");
}

#[test]
fn time_grows_with_length() {
    assert_linear("one section", &criteria(100), &criteria(1000));
    for part in [
        "and SHALL log, ",
        "a; ",
        "a, ",
        "(",
        "\"a\" ",
        "when b ",
        "at least 5 s, ",
        "p95 ",
        "; the system SHALL go ",
        "5-",
        "SHALL ",
        "a minimum size of 5 MB and \"5 s\" ",
        "(default: 5 s) ",
        "within 5 s for 3 rows ",
        "系统应当在5秒内",
        "のとき、",
        "green 5 ",
        "sub-5ms ",
    ] {
        assert_linear(part, &long(part, 120), &long(part, 1200));
    }
}

/// Documents of many blocks, each of which could tempt the reader to look at all the others again.
#[test]
fn time_grows_with_the_number_of_blocks() {
    for block in [
        "- WHEN x\n",
        "- WHEN x:\n  - the mill SHALL go:\n    - slowly\n",
        "# A-1 part\n\n",
        "## 1.1 part\n\nThe mill SHALL go.\n\n",
        "| ID | x |\n|---|---|\n| A-1 | the mill SHALL go |\n\n",
        "WHEN x:\n\n",
        "```\nSHALL\n```\n",
        "> The mill SHALL go.\n\n",
        "- QUANDO x, o sistema DEVE ir.\n",
        "- 当x时，系统应当走。\n",
        "**A-1**\n\n- The mill SHALL go.\n\n",
    ] {
        assert_linear(block, &block.repeat(100), &block.repeat(1000));
    }
}
