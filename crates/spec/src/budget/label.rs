//! Numbers that name something: versions, ports, codes, parts of formulas.

use crate::token::{Kind, Tokens};

use super::count_words::COUNTED;
use super::symbol::OTHERS;

/// Words before a number that make it a name, a place or a version.
const LABELS: &[&str] = &[
    "version",
    "versions",
    "v",
    "port",
    "ports",
    "code",
    "codes",
    "status",
    "http",
    "https",
    "tls",
    "ssl",
    "error",
    "errors",
    "exit",
    "level",
    "phase",
    "step",
    "section",
    "rfc",
    "iso",
    "chapter",
    "figure",
    "page",
    "line",
    "type",
    "class",
    "tier",
    "stage",
    "release",
    "id",
    "number",
    "schema",
    "layer",
    "sprint",
    "milestone",
    "requirement",
    "requirements",
    "req",
    "ac",
    "task",
    "criterion",
    "criteria",
    "rule",
    "story",
    "item",
    "appendix",
    "table",
    "oauth",
    "openapi",
    "java",
    "python",
    "node",
    "kubernetes",
    "postgres",
    "postgresql",
    "ubuntu",
    "debian",
    "windows",
    "ios",
    "android",
    "usb",
    "priority",
    "severity",
    "vlan",
    "uid",
    "gid",
    "pid",
    "utf",
    "sha",
    "aes",
    "rsa",
    "base",
    "adr",
    "nfr",
    "response",
    "responses",
    "réponse",
    "respuesta",
    "resposta",
    "antwort",
    "erro",
    "erreur",
    "fehler",
    "option",
    "scenario",
    "wcag",
    "ieee",
    "iec",
    "en",
    "din",
    "article",
    "clause",
    "no",
    "nr",
    "#",
    "uuid",
    "uuidv",
    "ipv",
    "mode",
    "gen",
    "rest",
    "api",
];

/// Whether a number is no quantity at all: a label, a price, a part of a formula.
pub(super) fn is_label(tokens: &Tokens<'_>, number: usize, has_unit: bool) -> bool {
    let Some(before) = number.checked_sub(1) else {
        return false;
    };
    let sign = tokens.is_any(
        before,
        &[
            "$", "€", "£", "₹", "¥", "#", "*", "+", "^", "×", "_", "@", "/", "v", ":",
        ],
    ) && tokens.touches(before)
        && !is_told_money(tokens, before);
    let square = tokens.is(number + 1, "×") && tokens.written(number + 2) == tokens.written(number);
    let formula = tokens.is_any(before, &["*", "×", "^"])
        || tokens.is(number + 1, "^")
        || !square && tokens.is_any(number + 1, &["*", "×", "^", "/"]) && tokens.kind(number + 2) == Some(Kind::Number);
    let counts = tokens.is_any(number + 1, COUNTED) && !tokens.is(number, "1");
    let labelled =
        !counts && tokens.is_any(before, LABELS) && (!has_unit || tokens.is_any(before, &["port", "version", "v"]));
    // `client_max_body_size 50m`
    let key = tokens.written(before).matches('_').count() > 1;
    let ordinal = tokens.touches(number) && tokens.is_any(number + 1, &["st", "nd", "rd", "th"]);
    sign || key
        || ordinal
        || formula
        || labelled
        || !has_unit && (is_product_version(tokens, number) || is_status_code(tokens, number))
}

/// `be $5`, `limit it to $20`, `a R$ 1.000,00`: a sum that is told.
fn is_told_money(tokens: &Tokens<'_>, sign: usize) -> bool {
    let real = usize::from(sign > 0 && tokens.is(sign - 1, "r"));
    let Some(lead) = sign.checked_sub(1 + real) else {
        return false;
    };
    tokens.is_any(sign, &["$", "€", "£", "₹"]) && tokens.is_any(lead, &["be", "to", "a", "à"])
}

/// First words of the phrases that HTTP gives its status codes (RFC 9110, section 15).
const REASON_PHRASES: &[&str] = &[
    "Continue",
    "Switching",
    "OK",
    "Created",
    "Accepted",
    "No",
    "Reset",
    "Partial",
    "Multiple",
    "Moved",
    "Found",
    "See",
    "Not",
    "Temporary",
    "Permanent",
    "Bad",
    "Unauthorized",
    "Payment",
    "Forbidden",
    "Method",
    "Proxy",
    "Request",
    "Conflict",
    "Gone",
    "Length",
    "Precondition",
    "Content",
    "Payload",
    "URI",
    "Unsupported",
    "Range",
    "Expectation",
    "Misdirected",
    "Unprocessable",
    "Upgrade",
    "Too",
    "Locked",
    "Internal",
    "Service",
    "Gateway",
    "HTTP",
];

/// `504 Gateway Timeout`: a status code of HTTP and its phrase.
fn is_status_code(tokens: &Tokens<'_>, number: usize) -> bool {
    let is_failure = |at: usize| {
        let code = tokens.written(at);
        let is_range = tokens.is_any(at + 1, &["-", "–", "to"]) && tokens.kind(at + 2) == Some(Kind::Number);
        let failure = code
            .parse()
            .is_ok_and(|code: u16| matches!(code, 400..=451 | 500..=511));
        failure && code.len() == 3 && !is_range && !OTHERS.contains(&tokens.word(at + 1))
    };
    // `401 wrong key, 404 gone, 413 too long`: a list of them.
    let listed = (number.saturating_sub(8)..number + 8)
        .filter(|at| is_failure(*at))
        .count()
        > 1;
    let written = tokens.written(number);
    listed && is_failure(number)
        || written.len() == 3
            && written.starts_with(['1', '2', '3', '4', '5'])
            && REASON_PHRASES.contains(&tokens.written(number + 1))
}

/// `TLS 1.2`, `Java 17`: a capitalised name before a number without a unit.
fn is_product_version(tokens: &Tokens<'_>, number: usize) -> bool {
    let Some(before) = number.checked_sub(1) else {
        return false;
    };
    let name = tokens.written(before);
    let capitalised =
        name.chars().any(char::is_uppercase) && matches!(tokens.kind(before), Some(Kind::Word | Kind::Ident));
    let shouted = name.bytes().all(|b| !b.is_ascii_lowercase());
    let comparing = [
        "WITHIN", "UNDER", "BELOW", "MOST", "LEAST", "THAN", "EXCEED", "TO", "OF", "MAX", "MIN", "MAXIMUM", "MINIMUM",
        "EXACTLY", "SHALL", "AND", "NOT", "OVER", "ABOVE",
    ];
    // `kode OTP 6 digit`
    let lettered = tokens.is_any(
        number + 1,
        &["digit", "digits", "karakter", "haneli", "chiffres", "cifre"],
    );
    // `blink the red LED 3 times`
    let counts = tokens.is_any(number + 1, COUNTED) && !tokens.is(number, "1");
    let compares = shouted && comparing.contains(&name);
    capitalised && !counts && !lettered && !compares && !name.is_empty()
}

/// Whether a word names what has versions: `iOS`, `Android`, `Python`.
pub(super) fn is_platform(tokens: &Tokens<'_>, at: usize) -> bool {
    let platforms = [
        "ios",
        "android",
        "windows",
        "macos",
        "chrome",
        "firefox",
        "safari",
        "edge",
        "java",
        "python",
        "node",
        "node.js",
        "kubernetes",
        "ubuntu",
        "debian",
        "postgresql",
        "postgres",
        "redis",
    ];
    tokens.is_any(at, &platforms)
}
