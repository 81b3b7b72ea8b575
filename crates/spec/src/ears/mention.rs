//! Mentions: where the word `SHALL` stands and nothing is required.

use std::ops::Range;

use crate::token::{Kind, Tokens};

use super::dialect::{MODAL_WORDS, ModalUse, Modals, is_shouted, keyword, opens_with_keyword};

/// Words before `SHALL` that make it a noun: `every SHALL`, `uses of SHALL`.
const NOUN_BEFORE: &[&str] = &[
    "every", "a", "an", "the", "using", "with", "of", "than", "per", "between", "not", "without", "by", "we", "i",
    "ein", "jedes", "kein", "chaque", "as",
];

/// Words before `SHALL` that make it a noun where no verb follows: `the word SHALL in`.
const NAMED_BEFORE: &[&str] = &[
    "each",
    "all",
    "words",
    "keywords",
    "terms",
    "use",
    "uses",
    "say",
    "says",
    "write",
    "contains",
    "contain",
    "modal",
    "verb",
    "verbs",
    "from",
    "to",
    "no",
    "one",
    "contained",
];

/// What a word is called; `SHALL` behind it is named, whatever follows.
const WORDS_FOR_WORD: &[&str] = &[
    "word",
    "keyword",
    "term",
    "mot",
    "wort",
    "palabra",
    "palavra",
    "verbe",
    "verbo",
    "mot-clé",
    "schlüsselwort",
];

/// Verbs whose object the word is: `a criterion that says SHALL`.
const WRITTEN_BEFORE: &[&str] = &["say", "says", "said", "saying", "writing"];

/// Words behind `SHALL` that are no verb.
const NO_VERB: &[&str] = &[
    "in", "with", "to", "as", "for", "without", "on", "at", "per", "from", "when", "if", "rather", "instead",
    "because", "only", "once", "twice",
];

/// Words after `SHALL` that make it a noun: `SHALL statements`, `SHALL means`.
const NOUN_AFTER: &[&str] = &[
    "statement",
    "statements",
    "clause",
    "clauses",
    "constraint",
    "constraints",
    "keyword",
    "keywords",
    "lines",
    "sentence",
    "sentences",
    "requirement",
    "requirements",
    "wording",
    "criterion",
    "criteria",
    "language",
    "means",
    "indicates",
    "denotes",
    "is",
    "are",
    "was",
    "vs",
    "versus",
    "to",
    "we",
    "i",
    "→",
    "=",
    "->",
    "expresses",
    "verb",
    "verbs",
    "words",
    "terms",
];

/// Verbs behind a `SHALL` that is spoken of: `in this text SHALL marks what is tested`.
const SPEAKING_AFTER: &[&str] = &[
    "marks",
    "designates",
    "stands",
    "signifies",
    "identifies",
    "introduces",
    "describes",
    "defines",
    "kennzeichnet",
    "bedeutet",
    "indique",
    "signifie",
    "significa",
    "signale",
    "señala",
    "sinaliza",
    "indica",
];

/// Where a `SHALL` that is spoken of stands: `in this text SHALL marks …`.
const TEXTS: &[&str] = &[
    "text",
    "document",
    "specification",
    "here",
    "below",
    ",",
    "texto",
    "documento",
    "texte",
    "dokument",
    "un",
    "um",
];

const QUOTES: &[char] = &['"', '“', '”', '\'', '‘', '’', '«', '»', '「', '」', '`', '*'];

/// The modal verbs of a range that state something; those in brackets only where no other does.
pub(super) fn modal_uses(tokens: &Tokens<'_>, range: &Range<usize>, modals: Modals) -> Vec<ModalUse> {
    let (mut outside, mut inside) = (Vec::new(), Vec::new());
    let mut depth = 0_usize;
    for at in range.clone() {
        depth = super::condition::nesting(tokens, at, depth);
        // `(SHALL, WHEN, IF)`, `（SHALL など）`
        let listed = depth > 0 && (tokens.is_any(at + 1, &[",", "、"]) || tokens.written(at + 1).starts_with("など"));
        if !listed && modals.reads(tokens, at) && is_stated(tokens, at, range) {
            if depth == 0 { &mut outside } else { &mut inside }.push(ModalUse { at });
        }
    }
    let uses = if outside.is_empty() { inside } else { outside };
    match uses.first() {
        Some(first) if has_legend_trigger(tokens, range.start..first.at) => Vec::new(),
        Some(first) if is_reported(tokens, range.start..first.at) => Vec::new(),
        Some(first) if is_template(tokens, first.at..range.end) => Vec::new(),
        Some(_) | None => uses,
    }
}

fn is_stated(tokens: &Tokens<'_>, at: usize, range: &Range<usize>) -> bool {
    let before = at.checked_sub(1).filter(|before| *before >= range.start);
    let speaks = before.is_some_and(|b| {
        let joined = b > range.start && tokens.is_any(b - 1, &["then", ",", "，"]);
        tokens.is_any(b, &["i", "we"]) && (joined || keyword(tokens, range.start).is_some())
    });
    let noun_before = !speaks && before.is_some_and(|b| tokens.is_any(b, NOUN_BEFORE));
    let named = before.is_some_and(|b| tokens.is_any(b, NAMED_BEFORE)) && tokens.is_any(at + 1, NO_VERB);
    let shouted = is_shouted(tokens, at);
    let word = before.is_some_and(|b| {
        (shouted || tokens.is_any(at + 1, SPEAKING_AFTER)) && tokens.is_any(b, WORDS_FOR_WORD)
            || tokens.is_any(b, WRITTEN_BEFORE)
            || tokens.is(b, "write") && b > range.start && tokens.is(b - 1, "not")
            || ["关键字", "关键词", "キーワード", "單詞", "单词"]
                .iter()
                .any(|name| tokens.written(b).ends_with(name))
    });
    // `SHALL — what has to be`
    let defined = before.is_none() && tokens.is_any(at + 1, &["—", "–", "-", ":", "："]);
    let noun_after = word || defined || tokens.is_any(at + 1, NOUN_AFTER) || named;
    let spoken_of = tokens.is_any(at + 1, SPEAKING_AFTER) && before.is_none_or(|b| tokens.is_any(b, TEXTS));
    let written = tokens.written(at + 1);
    let named_behind = [
        "を含",
        "を用",
        "を使",
        "という",
        "と書",
        "的",
        "は",
        "表示强制",
        "表示必",
        "表示要求",
    ]
    .iter()
    .any(|letters| written.starts_with(letters));
    let quoted = is_quote(tokens, at + 1) && before.is_some_and(|b| is_quote(tokens, b));
    let has_response = at + 1 < range.end && !tokens.is_any(at + 1, &[".", "。", ")", "）", "]", "|", "?", ";"]);
    has_response
        && !noun_before
        && !noun_after
        && !spoken_of
        && !named_behind
        && !quoted
        && !in_enumeration(tokens, at, range)
        && !is_legend_response(tokens, at)
}

/// A template's response: a placeholder such as `<response>` or `[action]`.
fn is_legend_response(tokens: &Tokens<'_>, at: usize) -> bool {
    let after = at + 1 + usize::from(tokens.is_any(at + 1, &["not", "never", "only"]));
    is_placeholder(tokens, after)
        || is_code_placeholder(tokens, after)
        || tokens.is(after, "…")
        || tokens.phrase(after, ". . .") > 0
}

/// A template's condition: a keyword and a placeholder.
fn has_legend_trigger(tokens: &Tokens<'_>, mut lead: Range<usize>) -> bool {
    let start = lead.start;
    lead.any(|at| {
        keyword(tokens, at).is_some() && is_placeholder(tokens, at + 1) && (at == start || is_shouted(tokens, at))
    })
}

/// `The software shall provide [primary software function]`: a placeholder of several words closes the response.
fn is_template(tokens: &Tokens<'_>, response: Range<usize>) -> bool {
    let Some(last) = response.end.checked_sub(1).filter(|last| tokens.is(*last, "]")) else {
        return false;
    };
    let Some(open) = response.rev().find(|at| tokens.is(*at, "[")) else {
        return false;
    };
    let is_lower = |at: usize| {
        let written = tokens.written(at);
        written
            .chars()
            .all(|c| c.is_alphabetic() && c.is_lowercase() || c == '-')
    };
    last > open + 2 && (open + 1..last).all(is_lower) && !tokens.is_any(open + 1, &["see", "from", "cf"])
}

/// `This test verifies the requirement that the mill shall …`, `the bank asked whether the mill shall …`: said of a
/// requirement that stands elsewhere.
fn is_reported(tokens: &Tokens<'_>, mut lead: Range<usize>) -> bool {
    let start = lead.start;
    lead.any(|at| {
        let that =
            tokens.is_any(at, &["requirement", "requirements", "said", "says", "stated"]) && tokens.is(at + 1, "that");
        let asked = tokens.is_any(at, &["asked", "ask", "asks", "discuss", "discussed", "unclear", "open"])
            && tokens.is(at + 1, "whether");
        let described = tokens.is_any(at, &["describe", "describes", "defines", "define", "explains"])
            && tokens.is_any(at + 1, &["how", "what"]);
        at > start && (that || asked || described)
    })
}

/// `MUST, SHALL and SHOULD`: the word stands beside another of its kind.
fn in_enumeration(tokens: &Tokens<'_>, at: usize, range: &Range<usize>) -> bool {
    let joint = |index: usize| range.contains(&index) && tokens.is_any(index, &[",", "/", "and", "or", "|", "、"]);
    let modal = |index: usize| range.contains(&index) && tokens.is_any(index, MODAL_WORDS);
    let next = joint(at + 1) && (modal(at + 2) || joint(at + 2) && modal(at + 3));
    // `the keywords WHEN, IF, THEN and SHALL`
    let named = |index: usize| range.contains(&index) && opens_with_keyword(tokens, index) && is_shouted(tokens, index);
    let last = at >= 2 && tokens.is_any(at - 1, &["and", "or", "und", "et", "y", "e", "及", "和"]) && named(at - 2);
    // `SHALL, WHEN, WHILE and IF`
    let first = joint(at + 1) && named(at + 2) && joint(at + 3) && named(at + 4);
    let previous =
        first || last || at >= 2 && joint(at - 1) && (modal(at - 2) || at >= 3 && joint(at - 2) && modal(at - 3));
    next || previous
}

/// A placeholder in a code span: `<response>`.
fn is_code_placeholder(tokens: &Tokens<'_>, at: usize) -> bool {
    let inner = tokens
        .written(at)
        .trim_matches('`')
        .strip_prefix('<')
        .and_then(|rest| rest.strip_suffix('>'));
    tokens.kind(at) == Some(Kind::Code)
        && inner.is_some_and(|inner| inner.chars().all(|c| c.is_alphabetic() || c == ' '))
}

fn is_placeholder(tokens: &Tokens<'_>, at: usize) -> bool {
    let opener = tokens.is_any(at, &["<", "[", "{", "〈", "＜", "⟨", "‹"]);
    opener
        && tokens.touches(at)
        && matches!(tokens.kind(at + 1), Some(Kind::Word | Kind::Ident | Kind::Sign))
        && !tokens.is(at + 1, "=")
}

fn is_quote(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.written(at).chars().all(|c| QUOTES.contains(&c)) && !tokens.written(at).is_empty()
}

/// Whether a text is the paragraph that says how `MUST`, `SHALL` and `MAY` are meant.
pub(crate) fn is_keyword_paragraph(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let names = lower.contains("rfc 2119")
        || lower.contains("rfc2119")
        || lower.contains("bcp 14")
        || lower.contains("key words");
    names && (lower.contains("interpreted") || lower.contains("key words") || lower.contains("keywords"))
}
