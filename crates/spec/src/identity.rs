//! Identifiers as documents write them: at the start of a line, in a cell, in a heading.

use crate::token::{Kind, Tokens};

/// An identifier that opens a text, and the token behind it and its separator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LeadingId {
    pub(crate) id: String,
    pub(crate) next: usize,
    /// Whether the identifier is a bare number, such as `3.1`.
    pub(crate) is_number: bool,
}

/// Words that make an identifier together with the number behind them.
const NUMBERED_NOUNS: &[&str] = &[
    "需求",
    "要求",
    "要件",
    "要件定義",
    "요구사항",
    "requisito",
    "requerimiento",
    "exigence",
    "exigência",
    "requerimento",
    "gereksinim",
    "kebutuhan",
    "persyaratan",
    "wymaganie",
    "vereiste",
    "требование",
    "krav",
    "vaatimus",
    "požadavek",
    "cerință",
    "yêu cầu",
    "talab",
    "anforderung",
    "critério",
    "criterio",
    "requirement",
    "req",
    "criterion",
    "ac",
    "nfr",
    "fr",
    "rule",
    "story",
    "use case",
    "acceptance criterion",
    "acceptance criteria",
    "user story",
    "statement",
    "constraint",
    "feature",
    "scenario",
    "req.",
    "functional requirement",
    "epic",
    "task",
    "goal",
    "property",
    "test",
];

/// The identifier that a text opens with from token `at` on. In a heading or a cell (`alone`) it needs no separator.
pub(crate) fn leading_id(tokens: &Tokens<'_>, at: usize, alone: bool) -> Option<LeadingId> {
    let at = skip_boxes(tokens, at);
    let bracket = tokens.is_any(at, &["[", "("]);
    let start = at + usize::from(bracket);
    let (id, end, is_number) = named_number(tokens, start).or_else(|| identifier(tokens, start))?;
    let mut next = end;
    if bracket {
        if !tokens.is_any(next, &["]", ")"]) {
            return None;
        }
        next += 1;
    }
    next = skip_suffix(tokens, next);
    // `3-way valves` counts.
    if is_number && tokens.is(next, "-") && tokens.touches(next) {
        return None;
    }
    let separator = separators(tokens, next);
    // `REQ-7` in a code span is read as one before anything but a modal verb.
    let coded = tokens.kind(start) == Some(Kind::Code) && id.starts_with(|c: char| c.is_uppercase());
    let coded = coded && !tokens.is_any(next, &["shall", "must"]);
    let loose = bracket
        || coded
        || alone
        || (!is_number || id.contains('.'))
            && (stands_apart(tokens, end, &id) || next > end && stands_apart(tokens, next, &id));
    if separator == 0 && !loose || next + separator >= tokens.len() && !alone {
        return None;
    }
    if is_number && separator == 1 && tokens.is(next, ")") && !id.contains('.') && id.len() > 3 {
        return None;
    }
    Some(LeadingId {
        id,
        next: next + separator,
        is_number,
    })
}

/// Passes over literal boxes such as `[ ]`, `[x]`, `[~]`, ticks and signs.
fn skip_boxes(tokens: &Tokens<'_>, mut at: usize) -> usize {
    loop {
        let empty_box = tokens.is(at, "[") && tokens.is(at + 1, "]");
        let marked =
            tokens.is(at, "[") && tokens.is_any(at + 1, &["x", "~", "-", "/", "!", "✓", "✔"]) && tokens.is(at + 2, "]");
        at += match (empty_box, marked) {
            (true, _) => 2,
            (false, true) => 3,
            (false, false) if tokens.is_any(at, &["✓", "✔", "✅", "☐", "☑", "•", "☒", "-", "–"]) => 1,
            (false, false) => return at,
        };
    }
}

/// `Requirement 3.1`: words of the table and a number.
fn named_number(tokens: &Tokens<'_>, at: usize) -> Option<(String, usize, bool)> {
    let length = NUMBERED_NOUNS
        .iter()
        .map(|noun| tokens.phrase(at, noun))
        .max()
        .filter(|length| *length > 0)?;
    let sign = usize::from(tokens.is_any(at + length, &["#", "-"]) && tokens.touches(at + length));
    let number = at + length + sign;
    if !is_dotted_number(tokens, number) && !is_short_code(tokens.written(number)) {
        return None;
    }
    let word = if length == 1 {
        tokens.written(at).to_owned()
    } else {
        words(tokens, at, length)
    };
    Some((format!("{word} {}", tokens.written(number)), number + 1, false))
}

fn words(tokens: &Tokens<'_>, at: usize, length: usize) -> String {
    (at..at + length)
        .map(|index| tokens.written(index))
        .collect::<Vec<_>>()
        .join(" ")
}

/// A code such as `1a` or `A1`.
fn is_short_code(word: &str) -> bool {
    word.len() <= 4 && word.bytes().any(|b| b.is_ascii_digit()) && word.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn is_dotted_number(tokens: &Tokens<'_>, at: usize) -> bool {
    matches!(tokens.kind(at), Some(Kind::Number | Kind::Ident))
        && tokens.written(at).bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && tokens.written(at).len() <= 12
}

/// A token that is an identifier by its form.
fn identifier(tokens: &Tokens<'_>, at: usize) -> Option<(String, usize, bool)> {
    let written = tokens.written(at);
    if is_dotted_number(tokens, at) {
        return Some((written.to_owned(), at + 1, true));
    }
    match tokens.kind(at)? {
        Kind::Ident if is_identifier(written) => Some((written.to_owned(), at + 1, false)),
        Kind::Code if at == 0 && is_identifier(bare_code(written)) => {
            Some((bare_code(written).to_owned(), at + 1, false))
        }
        Kind::Code | Kind::Ident | Kind::Number | Kind::Word | Kind::Sign => None,
    }
}

/// What a code span holds, without brackets: `` `[FR-1.2]` ``.
fn bare_code(written: &str) -> &str {
    written.trim_matches('`').trim_start_matches('[').trim_end_matches(']')
}

/// Whether a word has the form of an identifier: `AC-001-01`, `NFR-PERF-001`, `R1`, `req_7`.
pub(crate) fn is_identifier(word: &str) -> bool {
    let first = word.chars().next();
    let letters = word.bytes().take_while(u8::is_ascii_alphabetic).count();
    let joined = word.contains(['-', '_', '.']);
    let tail_digits = word
        .rsplit(['-', '_', '.'])
        .next()
        .is_some_and(|tail| tail.bytes().any(|b| b.is_ascii_digit()));
    // `FSR-01-A`.
    let variant = word.rsplit_once('-').is_some_and(|(stem, tail)| {
        tail.len() == 1
            && tail.bytes().all(|b| b.is_ascii_uppercase())
            && stem.contains('-')
            && stem.ends_with(|c: char| c.is_ascii_digit())
    });
    let short_code =
        letters <= 4 && letters > 0 && word.bytes().skip(letters).all(|b| b.is_ascii_digit()) && word.len() > letters;
    let known = [
        "p95", "p99", "p90", "p50", "s3", "k8s", "http2", "ipv4", "ipv6", "sha1", "md5", "tls1", "x509",
    ];
    first.is_some_and(|c| c.is_ascii_alphabetic())
        && !known.contains(&word.to_ascii_lowercase().as_str())
        && !standard_name(word)
        && (joined
            && (tail_digits || variant)
            && word
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
            || short_code && first.is_some_and(char::is_uppercase))
}

/// Names of algorithms and standards that look like identifiers.
fn standard_name(word: &str) -> bool {
    let stem = word
        .split(['-', '_', '.'])
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    [
        "sha", "aes", "rsa", "utf", "tls", "ssl", "rfc", "iso", "http", "base", "ipv", "iec", "ieee", "usb", "crc",
        "cve", "gpt", "en", "pci", "covid", "wcag", "oauth", "ed", "python",
    ]
    .contains(&stem.as_str())
}

/// Passes over a remark behind the identifier: `(partial)`, `[P1]`.
fn skip_suffix(tokens: &Tokens<'_>, at: usize) -> usize {
    let closing = match tokens.word(at) {
        "(" => ")",
        "（" => "）",
        "[" => "]",
        _ => return at,
    };
    match (at + 1..(at + 8).min(tokens.len())).find(|index| tokens.is(*index, closing)) {
        Some(end) if end + 1 < tokens.len() => end + 1,
        Some(_) | None => at,
    }
}

/// Number of separating tokens: `:`, `.`, `)`, a dash, a bar.
fn separators(tokens: &Tokens<'_>, at: usize) -> usize {
    let is_separator = |index: usize| tokens.is_any(index, &[":", "：", ".", ")", "-", "–", "—", "|", "]", "→", "、"]);
    (at..at + 2).take_while(|index| is_separator(*index)).count()
}

/// Whether an identifier without a separator stands apart: what follows starts a sentence.
fn stands_apart(tokens: &Tokens<'_>, next: usize, id: &str) -> bool {
    let follower = tokens.written(next);
    let starts = follower
        .chars()
        .next()
        .is_some_and(|c| c.is_uppercase() || crate::token::is_ideograph(c) || c == '`');
    let follows_code = tokens.kind(next) == Some(Kind::Code);
    let opens = crate::ears::opens_with_keyword(tokens, next) || tokens.is_any(next, crate::ears::DETERMINERS);
    let named = id.contains(' ') || id.contains('-') || id.contains('_') || id.contains('.');
    let is_modal = tokens.is(next, "shall") && follower != "Shall";
    !is_modal && !tokens.is(next, "must") && (opens || named && (starts || follows_code))
}
