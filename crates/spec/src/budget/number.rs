//! Numbers as documents write them: digits with separators, and words.

use crate::token::{Kind, Tokens, is_full_width_digit};

use super::unit::{is_time, per_time, read_unit};

const WORDS: &[(&str, f64)] = &[
    ("zero", 0.0),
    ("one", 1.0),
    ("two", 2.0),
    ("three", 3.0),
    ("four", 4.0),
    ("five", 5.0),
    ("six", 6.0),
    ("seven", 7.0),
    ("eight", 8.0),
    ("nine", 9.0),
    ("ten", 10.0),
    ("twelve", 12.0),
    ("fifteen", 15.0),
    ("twenty", 20.0),
    ("twenty-four", 24.0),
    ("thirty", 30.0),
    ("forty", 40.0),
    ("forty-five", 45.0),
    ("sixty", 60.0),
    ("ninety", 90.0),
    ("hundred", 100.0),
    ("um", 1.0),
    ("dois", 2.0),
    ("três", 3.0),
    ("cinco", 5.0),
    ("dez", 10.0),
    ("trinta", 30.0),
    ("deux", 2.0),
    ("trois", 3.0),
    ("cinq", 5.0),
    ("dix", 10.0),
    ("trente", 30.0),
    ("zwei", 2.0),
    ("drei", 3.0),
    ("fünf", 5.0),
    ("zehn", 10.0),
    ("dreißig", 30.0),
    ("vier", 4.0),
    ("sechs", 6.0),
    ("sieben", 7.0),
    ("acht", 8.0),
    ("neun", 9.0),
    ("zwölf", 12.0),
    ("zwanzig", 20.0),
    ("eleven", 11.0),
    ("fourteen", 14.0),
    ("sixteen", 16.0),
    ("eighteen", 18.0),
    ("fifty", 50.0),
    ("quatro", 4.0),
    ("seis", 6.0),
    ("sete", 7.0),
    ("oito", 8.0),
    ("nove", 9.0),
    ("doze", 12.0),
    ("quinze", 15.0),
    ("vinte", 20.0),
    ("tres", 3.0),
    ("cuatro", 4.0),
    ("siete", 7.0),
    ("ocho", 8.0),
    ("nueve", 9.0),
    ("diez", 10.0),
    ("doce", 12.0),
    ("quince", 15.0),
    ("veinte", 20.0),
    ("quatre", 4.0),
    ("sept", 7.0),
    ("huit", 8.0),
    ("neuf", 9.0),
    ("douze", 12.0),
    ("vingt", 20.0),
    ("tre", 3.0),
    ("quattro", 4.0),
    ("cinque", 5.0),
    ("sette", 7.0),
    ("otto", 8.0),
    ("dieci", 10.0),
    ("quindici", 15.0),
    ("venti", 20.0),
    ("trenta", 30.0),
    ("treinta", 30.0),
];

/// How often something is done, where a time follows: `once per second`.
const TIMES: &[(&str, f64)] = &[("once", 1.0), ("twice", 2.0)];

/// Words that stand between a number and its thing and multiply it.
const SCALES: &[(&str, f64)] = &[
    ("thousand", 1e3),
    ("million", 1e6),
    ("billion", 1e9),
    ("hundred", 100.0),
    ("k", 1e3),
];

/// A number at a token, and the tokens that it took; `is_word` where it is spelled out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ReadNumber {
    pub(super) value: f64,
    pub(super) tokens: usize,
    pub(super) is_word: bool,
}

/// Reads the number that stands at a token.
pub(super) fn read_number(tokens: &Tokens<'_>, at: usize) -> Option<ReadNumber> {
    let written = tokens.written(at);
    match tokens.kind(at)? {
        Kind::Number if is_padded(written) => None,
        Kind::Number if groups_by_dots(tokens, at) => {
            Some(scaled(tokens, at, parse_digits(&written.replace('.', ""))?, false))
        }
        Kind::Number => match exponent(tokens, at) {
            Some(value) => Some(ReadNumber {
                value,
                tokens: 4,
                is_word: false,
            }),
            None => Some(scaled(tokens, at, parse_digits(written)?, false)),
        },
        Kind::Word => Some(scaled(tokens, at, word_value(tokens, at)?, true)),
        Kind::Ident => {
            let value = part_of_time(tokens, at)
                .or_else(|| out_of(written))
                .or_else(|| to_one(written))
                .or_else(|| square(written, tokens.is_any(at + 1, &["pixels", "px"])))?;
            Some(scaled(tokens, at, value, false))
        }
        Kind::Code | Kind::Sign => None,
    }
}

/// The number that a word says; `once` says one where a time follows.
fn word_value(tokens: &Tokens<'_>, at: usize) -> Option<f64> {
    // German joins the number to *mal*: `fünfmal`.
    let word = tokens.word(at);
    let word = word.strip_suffix("mal").unwrap_or(word);
    let named = |table: &[(&str, f64)]| table.iter().find(|(name, _)| *name == word).map(|(_, value)| *value);
    let rated = || !tokens.is(at + 1, "every") && per_time(tokens, at + 1).is_some();
    named(WORDS).or_else(|| named(TIMES).filter(|_| rated()))
}

/// A number with the groups of digits and the word of size behind it: `30 000`, `2 million`.
fn scaled(tokens: &Tokens<'_>, at: usize, value: f64, is_word: bool) -> ReadNumber {
    let (value, length) = spaced_thousands(tokens, at, value);
    let scale = SCALES
        .iter()
        .find(|(name, _)| tokens.is(at + length, name) && (*name != "k" || scales_count(tokens, at + length)));
    let (factor, word) = scale.map_or((1.0, 0), |(_, factor)| (*factor, 1));
    ReadNumber {
        value: value * factor,
        tokens: length + word,
        is_word,
    }
}

/// Words of languages that group digits by dots.
const DOT_LANGUAGES: &[&str] = &[
    "de",
    "el",
    "la",
    "los",
    "las",
    "del",
    "hasta",
    "um",
    "uma",
    "até",
    "le",
    "les",
    "des",
    "der",
    "und",
    "für",
    "por",
    "para",
    "pour",
    "con",
    "com",
    "avec",
    "menos",
    "mais",
    "von",
    "mit",
    "einem",
    "einer",
    "das",
    "dem",
    "den",
    "maximal",
    "mindestens",
    "höchstens",
    "weniger",
    "mehr",
    "pro",
    "os",
    "da",
    "do",
    "dos",
    "em",
    "no",
    "máximo",
    "mínimo",
    "du",
    "au",
    "par",
    "plus",
    "moins",
    "não",
    "que",
    "é",
    "está",
    "entre",
    "di",
    "il",
    "lo",
    "non",
    "della",
    "più",
    "meno",
    "sistema",
    "ou",
    "o",
    "minste",
    "hoogste",
    "van",
    "tot",
    "euro",
    "người",
    "tối",
    "thiểu",
    "đa",
];

/// `hasta 100.000 mensajes`: a dot before exactly three digits groups them where the words around are of a language that
/// writes so.
fn groups_by_dots(tokens: &Tokens<'_>, at: usize) -> bool {
    let grouped = tokens.written(at).split_once('.').is_some_and(|(first, group)| {
        let (group, cents) = group.split_once(',').unwrap_or((group, ""));
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        first != "0" && first.len() <= 3 && group.len() == 3 && digits(group) && cents.len() < 3 && digits(cents)
    });
    let cents = tokens.written(at).contains(',');
    grouped && (cents || (at.saturating_sub(8)..at + 4).any(|near| tokens.is_any(near, DOT_LANGUAGES)))
}

/// `1e-5`: a number with a negative exponent, which is cut as a unit before a range.
fn exponent(tokens: &Tokens<'_>, at: usize) -> Option<f64> {
    let is_power = tokens.is(at + 1, "e") && tokens.is(at + 2, "-") && (at..at + 3).all(|at| tokens.touches(at));
    let power = tokens.written(at + 3);
    let plain = is_power && power.len() <= 2 && power.bytes().all(|b| b.is_ascii_digit());
    let written = || format!("{}e-{power}", tokens.written(at));
    plain.then(written)?.parse().ok()
}

/// `within 1/10 second`: a part of a time.
fn part_of_time(tokens: &Tokens<'_>, at: usize) -> Option<f64> {
    let (part, whole) = tokens.written(at).split_once('/')?;
    let is_timed = read_unit(tokens, at + 1, false).is_some_and(|unit| is_time(unit.unit));
    let whole = parse_digits(whole).filter(|whole| is_timed && *whole > 0.0)?;
    Some(parse_digits(part)? / whole)
}

/// `9.0/10`: a mark out of five, ten or a hundred.
fn out_of(written: &str) -> Option<f64> {
    let (mark, best) = written.split_once('/')?;
    matches!(best, "5" | "10" | "100" | "5.0" | "10.0")
        .then(|| parse_digits(mark))
        .flatten()
}

/// `44x44`: as much in both directions; of `320x180 pixels` the width.
fn square(written: &str, in_pixels: bool) -> Option<f64> {
    let (width, rest) = written.split_once('x')?;
    let height = rest.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let is_size = in_pixels || rest.ends_with("px");
    (width == height || is_size && parse_digits(height).is_some())
        .then(|| parse_digits(width))
        .flatten()
}

/// `4.5:1`: a ratio.
fn to_one(written: &str) -> Option<f64> {
    written.strip_suffix(":1").and_then(parse_digits)
}

/// `04`: a part of a date or an identifier.
fn is_padded(written: &str) -> bool {
    written.len() > 1 && written.starts_with('0') && written.as_bytes().get(1).is_some_and(u8::is_ascii_digit)
}

/// `10k requests`: the `k` touches the number and no unit of its own.
fn scales_count(tokens: &Tokens<'_>, at: usize) -> bool {
    at > 0 && tokens.touches(at - 1) && tokens.written(at) == "k"
}

/// `30 000`: groups of three digits behind a space.
fn spaced_thousands(tokens: &Tokens<'_>, at: usize, value: f64) -> (f64, usize) {
    let first = tokens.written(at);
    let plain = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
    let mut value = value;
    let mut length = 1;
    while first.len() <= 3 && plain(first) && first != "0" && tokens.kind(at + length) == Some(Kind::Number) {
        let group = tokens.written(at + length);
        if group.len() != 3 || !plain(group) || tokens.touches(at + length - 1) {
            break;
        }
        value = value * 1e3 + parse_digits(group).unwrap_or(0.0);
        length += 1;
    }
    (value, length)
}

/// Digits with `.` and `,`; a comma before exactly three digits groups, any other one is the decimal sign.
fn parse_digits(written: &str) -> Option<f64> {
    if written.starts_with(is_full_width_digit) {
        return parse_digits(&written.chars().map(half_width).collect::<String>());
    }
    let groups: Vec<&str> = written.split(',').collect();
    let grouped = groups.len() > 1
        && groups
            .iter()
            .skip(1)
            .all(|group| group.split('.').next().is_some_and(|g| g.len() == 3));
    let plain = if grouped && groups.first() != Some(&"0") {
        written.replace(',', "")
    } else {
        written.replace(',', ".")
    };
    plain.parse().ok().filter(|value: &f64| value.is_finite())
}

/// The ASCII sign of a full-width digit or separator.
fn half_width(c: char) -> char {
    match c {
        '．' => '.',
        '，' => ',',
        _ => u32::from(c)
            .checked_sub(u32::from('０'))
            .and_then(|digit| char::from_digit(digit, 10))
            .unwrap_or(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_group_or_divide() {
        assert_eq!(parse_digits("1,000"), Some(1000.0));
        assert_eq!(parse_digits("99,9"), Some(99.9));
        assert_eq!(parse_digits("1,234,567.5"), Some(1_234_567.5));
        let tokens = Tokens::new("30 000 ms and thirty", &[]);
        assert_eq!(
            read_number(&tokens, 0),
            Some(ReadNumber {
                value: 30_000.0,
                tokens: 2,
                is_word: false
            })
        );
        assert_eq!(
            read_number(&tokens, 4),
            Some(ReadNumber {
                value: 30.0,
                tokens: 1,
                is_word: true
            })
        );
    }
}
