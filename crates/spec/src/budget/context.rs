//! What stands around a number: contexts in which it is no budget, and those that make a bare one a budget.

use std::ops::Range;

use crate::criterion::{Operator, Unit};
use crate::token::{Kind, Tokens};

use super::unit::is_time;

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

/// Words before a quantity that say it is only what is used when nothing is set, or an illustration.
const ASIDES: &[&str] = &[
    "default",
    "defaults",
    "defaulting",
    "e.g",
    "eg",
    "example",
    "like",
    "such as",
    "currently",
    "originally",
    "previously",
    "formerly",
    "was",
];

/// Words behind or before a bare quantity that tell how long something is kept.
const KEEPING: &[&str] = &[
    "retention",
    "retain",
    "retains",
    "retained",
    "ttl",
    "keep",
    "keeps",
    "kept",
    "expiry",
    "expire",
    "expires",
    "lifetime",
    "validity",
    "valid",
    "store",
    "stored",
    "preserve",
    "preserved",
    "rétention",
    "retenção",
    "conserver",
    "保留",
    "history",
];

/// Things that a bare number counts: `3 replicas` is a limit though no comparison stands there.
const COUNTED: &[&str] = &[
    "replicas",
    "replica",
    "attempts",
    "retries",
    "times",
    "instances",
    "copies",
    "nodes",
    "members",
    "workers",
    "shards",
    "partitions",
    "pods",
    "backups",
    "snapshots",
    "generations",
    "versions",
    "characters",
    "tentativas",
    "tentatives",
    "users",
    "connections",
    "requests",
    "zones",
    "regions",
];

/// Words that lead from a percentage to what should be high.
const RATES: &[&str] = &[
    "availability",
    "available",
    "uptime",
    "success",
    "coverage",
    "accuracy",
    "precision",
    "recall",
    "durability",
    "reliability",
    "sla",
    "slo",
];

/// Whether a number is no quantity at all: a label, a price, a part of a formula.
pub(super) fn is_label(tokens: &Tokens<'_>, number: usize, has_unit: bool) -> bool {
    let Some(before) = number.checked_sub(1) else {
        return false;
    };
    let sign =
        tokens.is_any(before, &["$", "€", "£", "#", "*", "+", "^", "×", "_", "@", "/", "v"]) && tokens.touches(before);
    let formula = tokens.is_any(before, &["*", "×", "^"])
        || tokens.is_any(number + 1, &["*", "×", "^", "/"]) && tokens.kind(number + 2) == Some(Kind::Number);
    let labelled = tokens.is_any(before, LABELS) && !(has_unit && !tokens.is_any(before, &["port", "version", "v"]));
    sign || formula || labelled || !has_unit && is_product_version(tokens, number)
}

/// `TLS 1.2`, `Java 17`: a capitalised name before a number without a unit.
fn is_product_version(tokens: &Tokens<'_>, number: usize) -> bool {
    let Some(before) = number.checked_sub(1) else {
        return false;
    };
    let name = tokens.written(before);
    let capitalised = name.chars().next().is_some_and(char::is_uppercase)
        && matches!(tokens.kind(before), Some(Kind::Word | Kind::Ident));
    let shouted = name.bytes().all(|b| !b.is_ascii_lowercase());
    let comparing = [
        "WITHIN", "UNDER", "BELOW", "MOST", "LEAST", "THAN", "EXCEED", "TO", "OF", "MAX", "MIN", "MAXIMUM", "MINIMUM",
        "EXACTLY", "SHALL", "AND", "NOT", "OVER", "ABOVE",
    ];
    capitalised && !(shouted && comparing.contains(&name)) && !name.is_empty()
}

/// Whether a quantity is a default or an illustration.
pub(super) fn is_aside(tokens: &Tokens<'_>, limit: &Range<usize>, start: usize, end: usize) -> bool {
    let window = start.saturating_sub(4).max(limit.start)..start;
    let before = window
        .into_iter()
        .any(|at| ASIDES.iter().any(|phrase| tokens.phrase(at, phrase) > 0) && !crosses(tokens, at..start));
    let behind =
        tokens.phrase(end, "by default") > 0 || tokens.phrase(end, "( default") > 0 || tokens.is(end, "default");
    before || behind
}

fn crosses(tokens: &Tokens<'_>, mut range: Range<usize>) -> bool {
    range.any(|at| tokens.is_any(at, &[";", ",", ")", "and"]))
}

/// Whether a quantity says how often something starts: a schedule.
pub(super) fn is_schedule(tokens: &Tokens<'_>, start: usize, is_compared: bool) -> bool {
    let back = |n: usize| start.checked_sub(n).map(|at| tokens.word(at)).unwrap_or_default();
    let period = matches!(back(1), "every" | "each" | "cada" | "toutes" | "alle" | "jede");
    let interval = back(1) == "of" && matches!(back(2), "interval" | "intervals" | "frequency");
    period || !is_compared && (interval || back(2) == "every")
}

/// The operator of a quantity that no comparison stands beside; `None` where it is no budget.
pub(super) fn implied(
    tokens: &Tokens<'_>,
    limit: &Range<usize>,
    start: usize,
    end: usize,
    unit: Unit,
) -> Option<Operator> {
    let near = |words: &[&str], back: usize, ahead: usize| {
        let from = start.saturating_sub(back).max(limit.start);
        (from..start)
            .chain(end..(end + ahead).min(limit.end))
            .any(|at| tokens.is_any(at, words))
    };
    let previous = start
        .checked_sub(1)
        .filter(|at| *at >= limit.start)
        .map(|at| tokens.word(at))
        .unwrap_or_default();
    if is_time(unit) {
        return match previous {
            "in" | "inside" if !near(KEEPING, 6, 3) => Some(Operator::AtMost),
            _ if near(&["timeout", "timeouts", "time-out", "deadline", "limit"], 5, 3) => Some(Operator::AtMost),
            "last" | "past" | "previous" | "next" => None,
            _ => Some(Operator::Exactly),
        };
    }
    match unit {
        Unit::Percent if near(RATES, 5, 6) => Some(Operator::AtLeast),
        Unit::PerMinute
            if near(
                &["support", "sustain", "handle", "process", "serve", "accept", "ingest"],
                4,
                0,
            ) =>
        {
            Some(Operator::AtLeast)
        }
        Unit::PerMinute if near(&["limit", "throttle", "allow"], 6, 2) => Some(Operator::AtMost),
        Unit::Count => {
            let threshold = matches!(previous, "after" | "of" | "than" | "on" | "the" | "last" | "first");
            let supported = near(&["support", "sustain", "handle", "serve"], 3, 0);
            let counted = (end..(end + 3).min(limit.end)).any(|at| tokens.is_any(at, COUNTED));
            (counted && !threshold).then_some(if supported {
                Operator::AtLeast
            } else {
                Operator::Exactly
            })
        }
        Unit::Millisecond
        | Unit::Second
        | Unit::Minute
        | Unit::Hour
        | Unit::Day
        | Unit::Kilobyte
        | Unit::Megabyte
        | Unit::Gigabyte
        | Unit::Kibibyte
        | Unit::Mebibyte
        | Unit::Gibibyte
        | Unit::Percent
        | Unit::MilliCpu
        | Unit::PerMinute => Some(if near(&["limit", "limits", "cap", "quota"], 5, 2) {
            Operator::AtMost
        } else {
            Operator::Exactly
        }),
    }
}
