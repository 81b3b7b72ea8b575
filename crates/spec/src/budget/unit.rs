//! Units as documents spell them, and the canonical unit of each.

use crate::criterion::Unit;
use crate::token::{Kind, Tokens, is_ideograph};

/// A unit that was read: the canonical unit, the factor to it, and the tokens that it took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ReadUnit {
    pub(super) unit: Unit,
    pub(super) factor: f64,
    pub(super) tokens: usize,
}

/// Symbols whose case counts.
const SYMBOLS: &[(&str, Unit, f64)] = &[
    ("ns", Unit::Millisecond, 1e-6),
    ("us", Unit::Millisecond, 1e-3),
    ("µs", Unit::Millisecond, 1e-3),
    ("μs", Unit::Millisecond, 1e-3),
    ("ms", Unit::Millisecond, 1.0),
    ("msec", Unit::Millisecond, 1.0),
    ("s", Unit::Second, 1.0),
    ("S", Unit::Second, 1.0),
    ("h", Unit::Hour, 1.0),
    ("H", Unit::Hour, 1.0),
    ("d", Unit::Day, 1.0),
    ("w", Unit::Day, 7.0),
    ("k", Unit::Count, 1e3),
    ("K", Unit::Count, 1e3),
    ("M", Unit::Megabyte, 1.0),
    ("G", Unit::Gigabyte, 1.0),
    ("T", Unit::Gigabyte, 1e3),
    ("Ki", Unit::Kibibyte, 1.0),
    ("Mi", Unit::Mebibyte, 1.0),
    ("Gi", Unit::Gibibyte, 1.0),
    ("Ti", Unit::Gibibyte, 1024.0),
    ("%", Unit::Percent, 1.0),
    ("％", Unit::Percent, 1.0),
    ("‰", Unit::Percent, 0.1),
];

/// Words whose case does not count; plural forms included.
const WORDS: &[(&str, Unit, f64)] = &[
    ("nanoseconds", Unit::Millisecond, 1e-6),
    ("microseconds", Unit::Millisecond, 1e-3),
    ("microsecond", Unit::Millisecond, 1e-3),
    ("milliseconds", Unit::Millisecond, 1.0),
    ("millisecond", Unit::Millisecond, 1.0),
    ("millis", Unit::Millisecond, 1.0),
    ("msecs", Unit::Millisecond, 1.0),
    ("milissegundos", Unit::Millisecond, 1.0),
    ("milisegundos", Unit::Millisecond, 1.0),
    ("millisecondes", Unit::Millisecond, 1.0),
    ("millisekunden", Unit::Millisecond, 1.0),
    ("seconds", Unit::Second, 1.0),
    ("second", Unit::Second, 1.0),
    ("secs", Unit::Second, 1.0),
    ("sec", Unit::Second, 1.0),
    ("segundos", Unit::Second, 1.0),
    ("segundo", Unit::Second, 1.0),
    ("secondes", Unit::Second, 1.0),
    ("seconde", Unit::Second, 1.0),
    ("sekunden", Unit::Second, 1.0),
    ("sekunde", Unit::Second, 1.0),
    ("minutes", Unit::Minute, 1.0),
    ("minute", Unit::Minute, 1.0),
    ("mins", Unit::Minute, 1.0),
    ("min", Unit::Minute, 1.0),
    ("minutos", Unit::Minute, 1.0),
    ("minuto", Unit::Minute, 1.0),
    ("minuten", Unit::Minute, 1.0),
    ("hours", Unit::Hour, 1.0),
    ("hour", Unit::Hour, 1.0),
    ("hrs", Unit::Hour, 1.0),
    ("hr", Unit::Hour, 1.0),
    ("horas", Unit::Hour, 1.0),
    ("hora", Unit::Hour, 1.0),
    ("heures", Unit::Hour, 1.0),
    ("heure", Unit::Hour, 1.0),
    ("stunden", Unit::Hour, 1.0),
    ("stunde", Unit::Hour, 1.0),
    ("days", Unit::Day, 1.0),
    ("day", Unit::Day, 1.0),
    ("dias", Unit::Day, 1.0),
    ("dia", Unit::Day, 1.0),
    ("días", Unit::Day, 1.0),
    ("día", Unit::Day, 1.0),
    ("jours", Unit::Day, 1.0),
    ("jour", Unit::Day, 1.0),
    ("tage", Unit::Day, 1.0),
    ("tagen", Unit::Day, 1.0),
    ("tag", Unit::Day, 1.0),
    ("weeks", Unit::Day, 7.0),
    ("week", Unit::Day, 7.0),
    ("semanas", Unit::Day, 7.0),
    ("semaines", Unit::Day, 7.0),
    ("wochen", Unit::Day, 7.0),
    ("months", Unit::Day, 30.0),
    ("month", Unit::Day, 30.0),
    ("meses", Unit::Day, 30.0),
    ("mois", Unit::Day, 30.0),
    ("monate", Unit::Day, 30.0),
    ("years", Unit::Day, 365.0),
    ("year", Unit::Day, 365.0),
    ("anos", Unit::Day, 365.0),
    ("ano", Unit::Day, 365.0),
    ("años", Unit::Day, 365.0),
    ("año", Unit::Day, 365.0),
    ("années", Unit::Day, 365.0),
    ("yrs", Unit::Day, 365.0),
    ("jahren", Unit::Day, 365.0),
    ("jahr", Unit::Day, 365.0),
    ("monaten", Unit::Day, 30.0),
    ("monat", Unit::Day, 30.0),
    ("mês", Unit::Day, 30.0),
    ("mes", Unit::Day, 30.0),
    ("woche", Unit::Day, 7.0),
    ("semana", Unit::Day, 7.0),
    ("semaine", Unit::Day, 7.0),
    ("secondi", Unit::Second, 1.0),
    ("minuti", Unit::Minute, 1.0),
    ("ore", Unit::Hour, 1.0),
    ("giorni", Unit::Day, 1.0),
    ("millisecondi", Unit::Millisecond, 1.0),
    ("секунд", Unit::Second, 1.0),
    ("секунды", Unit::Second, 1.0),
    ("секунду", Unit::Second, 1.0),
    ("сек", Unit::Second, 1.0),
    ("мс", Unit::Millisecond, 1.0),
    ("минут", Unit::Minute, 1.0),
    ("минуты", Unit::Minute, 1.0),
    ("часов", Unit::Hour, 1.0),
    ("часа", Unit::Hour, 1.0),
    ("дней", Unit::Day, 1.0),
    ("дня", Unit::Day, 1.0),
    ("ans", Unit::Day, 365.0),
    ("jahre", Unit::Day, 365.0),
    ("bytes", Unit::Kilobyte, 1e-3),
    ("byte", Unit::Kilobyte, 1e-3),
    ("octets", Unit::Kilobyte, 1e-3),
    ("kb", Unit::Kilobyte, 1.0),
    ("mb", Unit::Megabyte, 1.0),
    ("gb", Unit::Gigabyte, 1.0),
    ("tb", Unit::Gigabyte, 1e3),
    ("kilobytes", Unit::Kilobyte, 1.0),
    ("megabytes", Unit::Megabyte, 1.0),
    ("megabyte", Unit::Megabyte, 1.0),
    ("gigabytes", Unit::Gigabyte, 1.0),
    ("gigabyte", Unit::Gigabyte, 1.0),
    ("terabytes", Unit::Gigabyte, 1e3),
    ("kib", Unit::Kibibyte, 1.0),
    ("mib", Unit::Mebibyte, 1.0),
    ("gib", Unit::Gibibyte, 1.0),
    ("tib", Unit::Gibibyte, 1024.0),
    ("kibibytes", Unit::Kibibyte, 1.0),
    ("mebibytes", Unit::Mebibyte, 1.0),
    ("gibibytes", Unit::Gibibyte, 1.0),
    ("percent", Unit::Percent, 1.0),
    ("percentage points", Unit::Percent, 1.0),
    ("per cent", Unit::Percent, 1.0),
    ("pct", Unit::Percent, 1.0),
    ("prozent", Unit::Percent, 1.0),
    ("por cento", Unit::Percent, 1.0),
    ("pour cent", Unit::Percent, 1.0),
    ("por ciento", Unit::Percent, 1.0),
    ("mcpu", Unit::MilliCpu, 1.0),
    ("millicpu", Unit::MilliCpu, 1.0),
    ("millicores", Unit::MilliCpu, 1.0),
    ("millicore", Unit::MilliCpu, 1.0),
    ("cores", Unit::MilliCpu, 1000.0),
    ("core", Unit::MilliCpu, 1000.0),
    ("cpu", Unit::MilliCpu, 1000.0),
    ("cpus", Unit::MilliCpu, 1000.0),
    ("vcpu", Unit::MilliCpu, 1000.0),
    ("vcpus", Unit::MilliCpu, 1000.0),
    ("cpu cores", Unit::MilliCpu, 1000.0),
    ("rps", Unit::PerMinute, 60.0),
    ("qps", Unit::PerMinute, 60.0),
    ("tps", Unit::PerMinute, 60.0),
    ("iops", Unit::PerMinute, 60.0),
    ("rpm", Unit::PerMinute, 1.0),
    ("fps", Unit::PerMinute, 60.0),
    ("hz", Unit::PerMinute, 60.0),
    ("hertz", Unit::PerMinute, 60.0),
    ("mbps", Unit::MegabytePerSecond, 0.125),
    ("gbps", Unit::MegabytePerSecond, 125.0),
    ("kbps", Unit::MegabytePerSecond, 0.000_125),
    ("mbit/s", Unit::MegabytePerSecond, 0.125),
];

/// Units in scripts without spaces; the word may go on behind them.
const IDEOGRAPHS: &[(&str, Unit, f64)] = &[
    ("毫秒", Unit::Millisecond, 1.0),
    ("ミリ秒", Unit::Millisecond, 1.0),
    ("밀리초", Unit::Millisecond, 1.0),
    ("秒钟", Unit::Second, 1.0),
    ("秒間", Unit::Second, 1.0),
    ("秒", Unit::Second, 1.0),
    ("초", Unit::Second, 1.0),
    ("分钟", Unit::Minute, 1.0),
    ("分鐘", Unit::Minute, 1.0),
    ("分間", Unit::Minute, 1.0),
    ("分", Unit::Minute, 1.0),
    ("분", Unit::Minute, 1.0),
    ("小时", Unit::Hour, 1.0),
    ("小時", Unit::Hour, 1.0),
    ("個小時", Unit::Hour, 1.0),
    ("个小时", Unit::Hour, 1.0),
    ("時間", Unit::Hour, 1.0),
    ("시간", Unit::Hour, 1.0),
    ("天", Unit::Day, 1.0),
    ("日間", Unit::Day, 1.0),
    ("日", Unit::Day, 1.0),
    ("일", Unit::Day, 1.0),
    ("周", Unit::Day, 7.0),
    ("週間", Unit::Day, 7.0),
    ("个月", Unit::Day, 30.0),
    ("か月", Unit::Day, 30.0),
    ("ヶ月", Unit::Day, 30.0),
    ("カ月", Unit::Day, 30.0),
    ("개월", Unit::Day, 30.0),
    ("년", Unit::Day, 365.0),
    ("주", Unit::Day, 7.0),
    ("週", Unit::Day, 7.0),
    ("個月", Unit::Day, 30.0),
    ("年", Unit::Day, 365.0),
    ("パーセント", Unit::Percent, 1.0),
];

/// Reads the unit that stands at a token; `touching` says that no space is before it.
pub(super) fn read_unit(tokens: &Tokens<'_>, at: usize, touching: bool) -> Option<ReadUnit> {
    let written = tokens.written(at);
    let taken = |unit: Unit, factor: f64, tokens: usize| Some(ReadUnit { unit, factor, tokens });
    if written.chars().next().is_some_and(is_ideograph) {
        let (_, unit, factor) = IDEOGRAPHS.iter().find(|(symbol, ..)| written.starts_with(symbol))?;
        return taken(*unit, *factor, 1);
    }
    if !matches!(tokens.kind(at)?, Kind::Word | Kind::Sign) {
        return None;
    }
    if written == "m" && touching {
        return if speaks_of_cpu(tokens, at) {
            taken(Unit::MilliCpu, 1.0, 1)
        } else {
            taken(Unit::Minute, 1.0, 1)
        };
    }
    if written == "G" && names_network(tokens, at) {
        return None;
    }
    if let Some((_, unit, factor)) = SYMBOLS.iter().find(|(symbol, ..)| *symbol == written) {
        let letter = written.len() == 1 && *unit != Unit::Percent && written != "s";
        let word_follows = letter && !touching;
        return if word_follows && !matches!(written, "h" | "d") {
            None
        } else {
            taken(*unit, *factor, 1)
        };
    }
    let word = tokens.word(at);
    let word = word.split('-').next().unwrap_or(word);
    let (count, (_, unit, factor)) = WORDS
        .iter()
        .filter_map(|entry| {
            let length = if entry.0.contains(' ') {
                tokens.phrase(at, entry.0)
            } else {
                usize::from(entry.0 == word)
            };
            (length > 0).then_some((length, entry))
        })
        .max_by_key(|(length, _)| *length)?;
    taken(*unit, *factor, count)
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
        "speed",
        "speeds",
        "conditions",
        "simulation",
        "or",
        "/",
    ];
    let fast = at
        .checked_sub(2)
        .is_some_and(|before| tokens.is_any(before, &["fast", "slow", "on", "over"]));
    let generation = at
        .checked_sub(1)
        .is_some_and(|number| matches!(tokens.written(number), "2" | "3" | "4" | "5"));
    generation && (fast || tokens.is_any(at + 1, &network))
}

/// Whether the words near a token speak of CPU, so that `150m` are thousandths of one.
fn speaks_of_cpu(tokens: &Tokens<'_>, at: usize) -> bool {
    let near = at.saturating_sub(8)..at + 6;
    near.into_iter()
        .any(|index| tokens.is_any(index, &["cpu", "cpus", "vcpu", "vcpus", "core", "cores", "millicores"]))
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
    let sign = tokens.is_any(at, &["per", "/", "each", "a", "an", "every", "pro", "por", "par"]);
    if !sign {
        return None;
    }
    let factor = match tokens.word(at + 1) {
        "second" | "sec" | "s" | "segundo" | "seconde" | "sekunde" => 60.0,
        "minute" | "min" | "m" | "minuto" => 1.0,
        "hour" | "hr" | "h" | "hora" | "heure" | "stunde" => 1.0 / 60.0,
        "day" | "d" | "dia" | "día" | "jour" | "tag" => 1.0 / 1440.0,
        "week" | "semana" | "semaine" | "woche" => 1.0 / 10_080.0,
        "month" | "mês" | "mes" | "mois" | "monat" => 1.0 / 43_200.0,
        _ => return per_times(tokens, at),
    };
    Some((factor, 2))
}

/// `per 10 minutes`, `per 10-minute period`, `every 5 seconds`.
fn per_times(tokens: &Tokens<'_>, at: usize) -> Option<(f64, usize)> {
    let count: f64 = tokens.word(at + 1).parse().ok().filter(|count| *count > 0.0)?;
    let hyphen = usize::from(tokens.is(at + 2, "-"));
    let unit = read_unit(tokens, at + 2 + hyphen, tokens.touches(at + 1) && hyphen == 0)?;
    is_time(unit.unit).then(|| {
        let length = count * unit.factor * seconds(unit.unit);
        (60.0 / length, 2 + hyphen + unit.tokens)
    })
}
