//! Units as documents spell them, and the canonical unit of each.

use std::{collections::HashMap, sync::LazyLock};

use crate::criterion::Unit;
use crate::token::{Kind, Tokens, is_ideograph};

use super::symbol::{IDEOGRAPHS, SYMBOLS, WORDS};
use super::symbol_other::WORDS_OTHER;

/// A unit that was read: the canonical unit, the factor to it, and the tokens that it took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ReadUnit {
    pub(super) unit: Unit,
    pub(super) factor: f64,
    pub(super) tokens: usize,
}

impl ReadUnit {
    fn new(unit: Unit, factor: f64, tokens: usize) -> Self {
        Self { unit, factor, tokens }
    }
}

/// Things whose size is told before them.
const SIZED: &[&str] = &[
    "bytes", "bits", "files", "uploads", "limits", "images", "blocks", "chunks", "pages", "heaps",
];

/// Reads the unit that stands at a token; `touching` says that no space is before it.
pub(super) fn read_unit(tokens: &Tokens<'_>, at: usize, touching: bool) -> Option<ReadUnit> {
    let written = tokens.written(at);
    if written.starts_with(is_ideograph) {
        let (_, unit, factor) = IDEOGRAPHS.iter().find(|(symbol, ..)| written.starts_with(symbol))?;
        return Some(ReadUnit::new(*unit, *factor, 1));
    }
    if !matches!(tokens.kind(at)?, Kind::Word | Kind::Sign) {
        return None;
    }
    match lone_letter(tokens, at, touching) {
        Letter::Unit(unit) => return Some(unit),
        Letter::None => return None,
        Letter::Plain => {}
    }
    // `300 ms'den`
    let stem = written.split(['\'', '’']).next().unwrap_or(written);
    if let Some((_, unit, factor)) = SYMBOLS.iter().find(|(symbol, ..)| *symbol == stem) {
        let letter = written.len() == 1 && *unit != Unit::Percent && written != "s";
        let is_word = letter && !touching && !matches!(written, "h" | "d");
        return (!is_word).then_some(ReadUnit::new(*unit, *factor, 1));
    }
    unit_word(tokens, at)
}

/// What a sign that means several things is where it stands.
enum Letter {
    /// This unit.
    Unit(ReadUnit),
    /// No unit: the metre of a length, the `G` of a network.
    None,
    /// What the tables say.
    Plain,
}

/// Tells what `°`, `m`, `G` and `M` are.
fn lone_letter(tokens: &Tokens<'_>, at: usize, touching: bool) -> Letter {
    match tokens.written(at) {
        "°" => {
            let scale = usize::from(tokens.is_any(at + 1, &["c", "f", "k"]));
            Letter::Unit(ReadUnit::new(Unit::Count, 1.0, 1 + scale))
        }
        "m" if touching && speaks_of_length(tokens, at) => Letter::None,
        "m" if touching && speaks_of_cpu(tokens, at) => Letter::Unit(ReadUnit::new(Unit::MilliCpu, 1.0, 1)),
        "m" if touching => Letter::Unit(ReadUnit::new(Unit::Minute, 1.0, 1)),
        "G" if names_network(tokens, at) => Letter::None,
        // `1M orders` counts them; sizes have things behind them, too.
        "M" if touching && is_plural(tokens.word(at + 1)) && !SIZED.contains(&tokens.word(at + 1)) => {
            Letter::Unit(ReadUnit::new(Unit::Count, 1e6, 1))
        }
        _ => Letter::Plain,
    }
}

/// A unit by its name, the longest that fits: `milliseconds`, `requests per second`.
fn unit_word(tokens: &Tokens<'_>, at: usize) -> Option<ReadUnit> {
    let written = tokens.word(at);
    let word = written.split(['-', '\'', '’']).next().unwrap_or(written);
    let whole = UNIT_WORDS.get(written).filter(|_| written != word);
    let entries = UNIT_WORDS.get(word).into_iter().chain(whole).flatten();
    let (count, (_, unit, factor)) = entries
        .filter_map(|entry| {
            let length = if entry.0.contains(' ') {
                tokens.phrase(at, entry.0)
            } else {
                usize::from(entry.0 == word)
            };
            (length > 0).then_some((length, entry))
        })
        .max_by_key(|(length, _)| *length)?;
    Some(ReadUnit::new(*unit, *factor, count))
}

/// A name of a unit, the canonical unit and the factor to it.
type Named = (&'static str, Unit, f64);

/// The names of units by their first word.
static UNIT_WORDS: LazyLock<HashMap<&str, Vec<Named>>> = LazyLock::new(|| {
    let mut words: HashMap<&str, Vec<Named>> = HashMap::new();
    for entry in WORDS.iter().chain(WORDS_OTHER) {
        let first = entry.0.split(' ').next().unwrap_or(entry.0);
        words.entry(first).or_default().push(*entry);
    }
    words
});

/// Whether an English word has the form of several things.
pub(super) fn is_plural(word: &str) -> bool {
    word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us")
}

/// The unit that a word is, where nothing stands around it.
pub(super) fn read_symbol(symbol: &str) -> Option<ReadUnit> {
    let lower = symbol.to_lowercase();
    let known = SYMBOLS.iter().find(|(name, ..)| *name == symbol);
    let word = || WORDS.iter().chain(WORDS_OTHER).find(|(name, ..)| *name == lower);
    let (_, unit, factor) = known.or_else(word)?;
    Some(ReadUnit {
        unit: *unit,
        factor: *factor,
        tokens: 1,
    })
}

/// What follows the unit inside the same word, as the letters behind the first one in `秒以内`.
pub(super) fn behind_unit<'t>(tokens: &Tokens<'t>, at: usize) -> &'t str {
    let written = tokens.written(at);
    let unit = IDEOGRAPHS.iter().find(|(symbol, ..)| written.starts_with(symbol));
    unit.and_then(|(symbol, ..)| written.strip_prefix(symbol))
        .unwrap_or_default()
}

/// Whether the `G` at a token names a mobile network: `on a 3G connection`, `Fast 3G`.
fn names_network(tokens: &Tokens<'_>, at: usize) -> bool {
    let network = [
        "mobile",
        "network",
        "networks",
        "connection",
        "connections",
        "connectivity",
        "link",
        "links",
        "speed",
        "speeds",
        "conditions",
        "simulation",
        "or",
        "/",
        "within",
        "coverage",
        "lte",
        "网络",
        "ネットワーク",
    ];
    let named = ["rede", "red", "réseau", "netz", "сети", "mạng", "jaringan"];
    let fast = at
        .checked_sub(2)
        .is_some_and(|before| tokens.is_any(before, &["fast", "slow", "on", "over"]));
    let generation = at
        .checked_sub(1)
        .is_some_and(|number| matches!(tokens.written(number), "2" | "3" | "4" | "5"));
    let named = at.checked_sub(2).is_some_and(|before| tokens.is_any(before, &named));
    generation && (fast || named || tokens.is_any(at + 1, &network))
}

/// Whether the words near a token speak of CPU, so that `150m` are thousandths of one.
fn speaks_of_cpu(tokens: &Tokens<'_>, at: usize) -> bool {
    let near = at.saturating_sub(8)..at + 6;
    near.into_iter()
        .any(|index| tokens.is_any(index, &["cpu", "cpus", "vcpu", "vcpus", "core", "cores", "millicores"]))
}

/// Whether the words near a token speak of lengths, so that `20m` are metres.
fn speaks_of_length(tokens: &Tokens<'_>, at: usize) -> bool {
    let lengths = [
        "distance", "radius", "height", "depth", "altitude", "wide", "deep", "tall", "away", "metres", "meters",
    ];
    let near = at.saturating_sub(8)..at + 6;
    near.into_iter().any(|index| tokens.is_any(index, &lengths))
        || tokens.phrase(at + 1, "in front") > 0
        || tokens.phrase(at + 1, "from") > 0
}

/// Whether a unit measures time.
pub(super) fn is_time(unit: Unit) -> bool {
    matches!(
        unit,
        Unit::Millisecond | Unit::Second | Unit::Minute | Unit::Hour | Unit::Day
    )
}

/// Seconds in one of a time unit.
pub(super) fn seconds(unit: Unit) -> f64 {
    match unit {
        Unit::Millisecond => 0.001,
        Unit::Minute => 60.0,
        Unit::Hour => 3600.0,
        Unit::Day => 86_400.0,
        Unit::Second
        | Unit::Kilobyte
        | Unit::Megabyte
        | Unit::Gigabyte
        | Unit::Kibibyte
        | Unit::Mebibyte
        | Unit::Gibibyte
        | Unit::Percent
        | Unit::Count
        | Unit::MilliCpu
        | Unit::MegabytePerSecond
        | Unit::PerMinute => 1.0,
    }
}

/// Megabytes in one of a unit of size; `None` for others.
pub(super) fn megabytes(unit: Unit) -> Option<f64> {
    match unit {
        Unit::Kilobyte => Some(1e-3),
        Unit::Megabyte => Some(1.0),
        Unit::Gigabyte => Some(1e3),
        Unit::Kibibyte => Some(0.001_024),
        Unit::Mebibyte => Some(1.048_576),
        Unit::Gibibyte => Some(1_073.741_824),
        Unit::Millisecond
        | Unit::Second
        | Unit::Minute
        | Unit::Hour
        | Unit::Day
        | Unit::Percent
        | Unit::Count
        | Unit::MilliCpu
        | Unit::MegabytePerSecond
        | Unit::PerMinute => None,
    }
}

/// Events per minute for one event in the time named at a token: `per second`, `/s`, `per 10 minutes`.
pub(super) fn per_time(tokens: &Tokens<'_>, at: usize) -> Option<(f64, usize)> {
    let article = tokens.is_any(at, &["a", "an"]);
    // Italian has it in one word.
    if tokens.is(at, "all'ora") {
        return Some((1.0 / 60.0, 1));
    }
    // `5 requests within any 60-minute window`
    let window = tokens.is_any(at, &["within", "in"]) && tokens.is_any(at + 1, &["any", "each", "every"]);
    if window {
        let (factor, length) = per_times(tokens, at + 1)?;
        return tokens
            .is_any(at + 1 + length, &["window", "period"])
            .then_some((factor, length + 2));
    }
    let other = ["al", "à", "в", "на", "na", "mỗi", "kila"];
    let sign =
        article || tokens.is_any(at, &["per", "/", "each", "every", "pro", "por", "par"]) || tokens.is_any(at, &other);
    // `a second time` is no rate.
    let ordinal = article && tokens.is_any(at + 2, &["time", "attempt", "try", "run", "call", "request", "pass"]);
    if !sign || ordinal {
        return None;
    }
    let factor = match tokens.word(at + 1) {
        "second" | "sec" | "s" | "segundo" | "seconde" | "sekunde" | "detik" | "secondo" | "секунду" | "sekundę"
        | "giây" => 60.0,
        "minute" | "min" | "m" | "minuto" | "menit" | "минуту" | "minutę" | "phút" => 1.0,
        "hour" | "hr" | "h" | "hora" | "heure" | "stunde" | "l'heure" | "час" | "godzinę" | "jam" | "giờ" => {
            1.0 / 60.0
        }
        "day" | "d" | "dia" | "día" | "jour" | "tag" | "giorno" | "день" | "сутки" | "dzień" | "hari" | "ngày" => {
            1.0 / 1440.0
        }
        "week" | "semana" | "semaine" | "woche" => 1.0 / 10_080.0,
        "month" | "mês" | "mes" | "mois" | "monat" => 1.0 / 43_200.0,
        _ if article || tokens.is_any(at, &other) => return None,
        _ => return per_times(tokens, at),
    };
    Some((factor, 2))
}

/// `per 10 minutes`, `per 10-minute period`, `every 5 seconds`.
fn per_times(tokens: &Tokens<'_>, at: usize) -> Option<(f64, usize)> {
    let described = usize::from(tokens.is_any(at + 1, &["sliding", "rolling", "fixed"]));
    let at = at + described;
    // `valido per 5 minuti` tells how long.
    if tokens.is_any(at + 2, &["minuti", "secondi", "ore", "giorni", "mesi", "anni"]) {
        return None;
    }
    let count: f64 = tokens.word(at + 1).parse().ok().filter(|count| *count > 0.0)?;
    let hyphen = usize::from(tokens.is(at + 2, "-"));
    let unit = read_unit(tokens, at + 2 + hyphen, tokens.touches(at + 1) && hyphen == 0)?;
    is_time(unit.unit).then(|| {
        let length = count * unit.factor * seconds(unit.unit);
        (60.0 / length, 2 + described + hyphen + unit.tokens)
    })
}
