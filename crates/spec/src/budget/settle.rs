//! What the budgets of one response say together: repeats, lists, bands, loads and quantiles.

use std::ops::Range;

use crate::criterion::{Operator, Unit};
use crate::token::{Kind, Tokens, is_ideograph};

use super::percentile::Quantile;
use super::scan::Found;
use super::unit::{is_time, megabytes};

/// Drops what repeats the budget before it in brackets: `600 seconds (10 minutes)`.
pub(super) fn without_repeats(tokens: &Tokens<'_>, found: Vec<Found>) -> Vec<Found> {
    let mut kept: Vec<Found> = Vec::new();
    for next in found {
        let bracket = next
            .tokens
            .start
            .checked_sub(1)
            .filter(|before| tokens.is(*before, "("));
        // `within one character time (≈1.15 ms)` tells the same limit again.
        let about = next.tokens.start.checked_sub(2).filter(|before| {
            tokens.is(*before, "(") && tokens.is_any(before + 1, &["≈", "~", "=", "approximately", "about"])
        });
        let restates = |last: &Found| {
            last.explicit && about.is_some_and(|open| (last.tokens.end..last.tokens.end + 4).contains(&open))
        };
        let repeats = says_again(tokens, &kept, &next)
            || kept.last().is_some_and(|last| {
                !next.explicit && (Some(last.tokens.end) == bracket && is_time(last.budget.unit) || restates(last))
            });
        if !repeats {
            kept.push(next);
        }
    }
    kept
}

/// `be < 5 ms 应小于5毫秒`: the limit again, in a sentence of another language.
fn says_again(tokens: &Tokens<'_>, kept: &[Found], next: &Found) -> bool {
    let in_letters = |found: &Found| {
        let Range { start, end } = found.tokens;
        [start.max(1) - 1, start, end - 1]
            .iter()
            .any(|at| tokens.written(*at).starts_with(is_ideograph))
    };
    let same = |one: &Found| {
        let (one, other) = (&one.budget, &next.budget);
        one.op == other.op && one.unit == other.unit && one.value.to_bits() == other.value.to_bits()
    };
    in_letters(next) && kept.iter().any(|one| same(one) && !in_letters(one))
}

/// Drops three and more ranges in brackets: they tell classes, such as `light (10-20 sacks), heavy (20-30 sacks)`.
pub(super) fn drop_classes(tokens: &Tokens<'_>, found: &mut Vec<Found>) {
    let is_class = |found: &Found| {
        let start = found.tokens.start;
        found.budget.op == Operator::AtLeast
            && start > 0
            && tokens.is(start - 1, "(")
            && (tokens.is(found.tokens.end, ")") || tokens.is(found.tokens.end + 1, ")"))
    };
    let starts: Vec<usize> = found
        .windows(2)
        .filter_map(|pair| match pair {
            [first, last] if first.tokens == last.tokens && is_class(first) => Some(first.tokens.start),
            _ => None,
        })
        .collect();
    if starts.len() > 2 {
        found.retain(|found| starts.binary_search(&found.tokens.start).is_err());
    }
    drop_listed_classes(tokens, found);
}

/// Drops four and more ends of ranges in one list: `(0-1 years, 2-3 years, 7+ years)`.
fn drop_listed_classes(tokens: &Tokens<'_>, found: &mut Vec<Found>) {
    let follows = |a: &Found, b: &Found| {
        a.tokens == b.tokens || b.tokens.start == a.tokens.end + 1 && tokens.is(a.tokens.end, ",")
    };
    let ranges = |run: &[Found]| {
        run.windows(2)
            .filter(|pair| matches!(pair, [a, b] if a.tokens == b.tokens))
            .count()
    };
    let runs = found.chunk_by(follows).filter(|run| ranges(run) < 2 || run.len() < 5);
    *found = runs.flat_map(<[Found]>::to_vec).collect();
}

/// Drops percentages that no one value could keep: `normal (below 60 %), warm (60-80 %), hot (above 80 %)`.
pub(super) fn drop_bands(found: &mut Vec<Found>) {
    let is_share = |found: &&Found| found.budget.unit == Unit::Percent;
    let values = |ops: [Operator; 2]| {
        let some = found.iter().filter(is_share);
        some.filter(move |found| ops.contains(&found.budget.op))
            .map(|found| found.budget.value)
    };
    let least = values([Operator::Below, Operator::AtMost]).reduce(f64::min);
    let most = values([Operator::Above, Operator::Above]).reduce(f64::max);
    let contrary = least.zip(most).is_some_and(|(least, most)| most >= least);
    if contrary && found.iter().filter(is_share).count() > 2 {
        found.retain(|found| found.budget.unit != Unit::Percent);
    }
}

/// Gives the unit of the second of two limits to the first: `at least 3 and at most 10 seconds`.
pub(super) fn share_units(tokens: &Tokens<'_>, found: &mut [Found]) {
    let joints = ["and", "but", ",", "und", "y", "e", "et"];
    for at in 1..found.len() {
        let Some([first, next]) = found.get(at - 1..=at) else {
            continue;
        };
        let end = first.tokens.end;
        let unit = next.budget.unit;
        let shares = first.explicit
            && next.explicit
            && first.budget.unit == Unit::Count
            && unit != Unit::Count
            && next.tokens.start == end + 1
            && tokens.is_any(end, &joints);
        if shares && let Some(first) = found.get_mut(at - 1) {
            first.budget.unit = unit;
        }
    }
}

/// Gives the operator of a limit to the bare quantities that it lists: `timeouts of 30 s for reads and 120 s for writes`,
/// `at least 8 cores and 16 GiB`.
pub(super) fn inherit_limits(tokens: &Tokens<'_>, found: &mut [Found]) {
    inherit_in_lists(tokens, found);
    for at in 1..found.len() {
        // `512Mi of memory and 150m CPU at most`: the comparison behind the last holds for both.
        let Some([first, next]) = found.get(at - 1..=at) else {
            continue;
        };
        let behind =
            next.explicit && next.budget.op == Operator::AtMost && tokens.kind(next.tokens.start) == Some(Kind::Number);
        let is_bare = first.budget.op == Operator::Exactly && !first.explicit;
        if behind
            && is_bare
            && are_resources(tokens, first, next)
            && let Some(first) = found.get_mut(at - 1)
        {
            first.budget.op = Operator::AtMost;
        }
    }
    for at in 1..found.len() {
        let Some([first, next]) = found.get(at - 1..=at) else {
            continue;
        };
        let op = first.budget.op;
        let is_bare = next.budget.op == Operator::Exactly && !next.explicit;
        if is_bare
            && (is_other_way(tokens, first, next)
                || counts_on(tokens, first, next)
                || lists_limit(tokens, first, next)
                || lists_sizes(tokens, first, next)
                || lists_uses(tokens, first, next))
            && let Some(next) = found.get_mut(at)
        {
            next.budget.op = op;
        }
    }
}

/// `not more than 3 projects, 10 GB of storage and 5 members`: where three and more numbers stand in a list, the limit of the
/// first holds for each.
fn inherit_in_lists(tokens: &Tokens<'_>, found: &mut [Found]) {
    const FAR: usize = 4;
    let follows = |a: &Found, b: &Found| {
        let between = a.tokens.end..b.tokens.start;
        let is_bare = b.budget.op == Operator::Exactly && !b.explicit;
        is_bare
            && (1..=FAR + 1).contains(&between.len())
            && tokens.is_any(b.tokens.start - 1, &[",", "and", "or"])
            && between
                .clone()
                .rev()
                .skip(1)
                .all(|at| tokens.kind(at) == Some(Kind::Word))
    };
    for run in found.chunk_by_mut(follows) {
        let Some((first, others)) = run.split_first_mut() else {
            continue;
        };
        let bound = matches!(first.budget.op, Operator::AtMost | Operator::AtLeast);
        if bound && first.explicit && others.len() > 1 {
            for other in others {
                other.budget.op = first.budget.op;
            }
        }
    }
}

/// `at most 8Gi of memory and 4096 threads`: a number of things behind the sizes that are limited.
fn counts_on(tokens: &Tokens<'_>, first: &Found, next: &Found) -> bool {
    let joined = next.tokens.start > 0 && tokens.is_any(next.tokens.start - 1, &["and", ",", "et", "y", "e", "und"]);
    is_resource(first.budget.unit)
        && first.budget.op == Operator::AtMost
        && next.budget.unit == Unit::Count
        && joined
        && next.tokens.start.saturating_sub(first.tokens.end) < 5
}

/// `up to 48 hours or 64 MB`: the same limit, told in another way.
fn is_other_way(tokens: &Tokens<'_>, first: &Found, next: &Found) -> bool {
    let end = first.tokens.end;
    first.explicit && next.tokens.start == end + 1 && tokens.is_any(end, &["or", "oder", "ou", "o"])
}

/// Words of a limit that holds for each item of the list behind it.
const LISTED_LIMITS: &[&str] = &[
    "limit", "limits", "limiting", "timeout", "timeouts", "maximum", "max", "quota", "cap", "capped", "exceed", "±",
];

/// Whether a limit that names itself one holds for the next quantity of its kind, too.
fn lists_limit(tokens: &Tokens<'_>, first: &Found, next: &Found) -> bool {
    let kind = |unit: Unit| (is_time(unit), megabytes(unit).is_some(), unit == Unit::PerMinute);
    let named = !first.explicit || first.tokens.clone().any(|at| tokens.is_any(at, LISTED_LIMITS));
    let mut between = first.tokens.end..next.tokens.start;
    let is_listed = between
        .clone()
        .any(|at| tokens.is_any(at, &[",", "、", "，", "/", "and", "or"]));
    let apart = [
        "after",
        "every",
        "ttl",
        "retention",
        "delay",
        "backoff",
        "interval",
        "retry",
        ";",
        ".",
    ];
    first.budget.op == Operator::AtMost
        && first.budget.unit != Unit::Count
        && kind(first.budget.unit) == kind(next.budget.unit)
        && named
        && is_listed
        && !between.any(|at| tokens.is_any(at, &apart))
}

/// Whether a comparison goes on to a second use: `no more than 5 s for connecting and 25 s for reading`, `4 ms at p50 and
/// 15 ms at p99`.
fn lists_uses(tokens: &Tokens<'_>, first: &Found, next: &Found) -> bool {
    let uses = ["for", "at", "on", "per", "pour", "para", "für", "por", "under"];
    let joints = ["and", "or", ",", "et", "y", "e", "und", "ou", "o"];
    let bound = matches!(first.budget.op, Operator::AtMost | Operator::AtLeast | Operator::Below);
    let start = next.tokens.start;
    bound
        && first.explicit
        && is_time(first.budget.unit) == is_time(next.budget.unit)
        && start > 1
        && tokens.is_any(start - 1, &joints)
        && (tokens.is_any(first.tokens.end, &uses)
            || tokens.is(first.tokens.end, "(") && tokens.is(start - 2, ")") && start - first.tokens.end < 8)
}

/// Whether a size or a share of a processor goes on with a comparison: `at most 150m of CPU, 64Mi of memory`.
fn lists_sizes(tokens: &Tokens<'_>, first: &Found, next: &Found) -> bool {
    first.explicit && are_resources(tokens, first, next)
}

/// Whether a unit is one of memory, storage or processor time.
fn is_resource(unit: Unit) -> bool {
    megabytes(unit).is_some() || unit == Unit::MilliCpu
}

/// Whether two sizes or shares of a processor stand in one list.
fn are_resources(tokens: &Tokens<'_>, first: &Found, next: &Found) -> bool {
    const FAR: usize = 5;
    let between = first.tokens.end..next.tokens.start;
    let joins = |at: usize| tokens.is_any(at, &[",", "、", "，", "/", "and", "or", "und", "et", "y", "e"]);
    is_resource(first.budget.unit)
        && is_resource(next.budget.unit)
        && between.len() <= FAR
        && between.clone().any(joins)
        && between
            .into_iter()
            .all(|at| joins(at) || tokens.kind(at) == Some(Kind::Word))
}

/// Drops three and more bare quantities in a row: they list choices, such as `(30m, 1h, 1d)`.
pub(super) fn without_lists(tokens: &Tokens<'_>, found: &[Found]) -> Vec<Found> {
    let joined = |a: &Found, b: &Found| {
        !a.explicit
            && !b.explicit
            && (a.tokens.end..b.tokens.start).all(|at| tokens.is_any(at, &[",", "/", "and", "or", "|", "、"]))
    };
    let listed = |run: &[Found]| {
        let comma = run
            .first()
            .is_some_and(|first| tokens.is_any(first.tokens.end, &["、", "/", "|"]));
        run.len() > 2 || run.len() > 1 && comma
    };
    // `with growing pauses (1s, 2s, 4s)`: each is waited for in turn.
    let in_turn = |run: &[Found]| {
        let waits = [
            "backoff",
            "back-off",
            "delays",
            "delay",
            "pauses",
            "waits",
            "intervals",
            "reminders",
        ];
        let start = run.first().map_or(0, |first| first.tokens.start);
        (start.saturating_sub(8)..start).any(|at| tokens.is_any(at, &waits))
    };
    let runs = found.chunk_by(joined).filter(|run| !listed(run) || in_turn(run));
    runs.flat_map(<[Found]>::to_vec).collect()
}

/// Gives each quantile to the nearest time, size or rate in the same range.
pub(super) fn attach_quantiles(found: &mut [Found], quantiles: &[Quantile]) {
    for quantile in quantiles {
        let distance = |found: &Found| {
            let ahead = found.tokens.start.saturating_sub(quantile.tokens.end);
            ahead.max(quantile.tokens.start.saturating_sub(found.tokens.end))
        };
        let fits = |found: &&mut Found| {
            found.budget.percentile.is_none() && !matches!(found.budget.unit, Unit::Percent | Unit::Count)
        };
        if let Some(nearest) = found.iter_mut().filter(fits).min_by_key(|found| distance(found)) {
            nearest.budget.percentile = Some(quantile.percentile);
        }
    }
}

/// Gives each limit the words behind it that say what it is measured on: `5 s for connecting`, `64Mi of memory`.
pub(super) fn tell_apart(tokens: &Tokens<'_>, end: usize, found: &mut [Found]) {
    const LONGEST: usize = 6;
    let leads = ["for", "of", "on", "at", "pour", "para", "für", "por"];
    let stops = [
        ",", ";", ".", "(", ")", "and", "or", "et", "ou", "y", "und", "oder", "within", "in", "so", "when", "if",
        "while",
    ];
    let starts: Vec<usize> = found.iter().map(|found| found.tokens.start).collect();
    for (index, one) in found.iter_mut().enumerate() {
        let first = one.tokens.end + 1;
        let next = starts.iter().skip(index + 1).copied().find(|start| *start >= first);
        let last = next.unwrap_or(end).min(end).min(first + LONGEST);
        let words = (first..last).take_while(|at| !tokens.is_any(*at, &stops)).count();
        if words > 0 && tokens.is_any(one.tokens.end, &leads) {
            let bytes = tokens.bytes(&(first..first + words));
            one.budget.about = tokens.text().get(bytes).map(str::to_owned);
        }
    }
}
