//! Where one word, number or identifier ends: the rules by which `Tokens` are cut.

use crate::token::{Kind, is_ideograph};

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() && !is_ideograph(c)
}

/// Length of a run that starts with a letter, and whether a digit is in it.
pub(crate) fn word_or_ident(rest: &str) -> (Kind, usize) {
    let mut end = 0;
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let joint = matches!(c, '-' | '.' | '\'' | '’' | '_')
            && chars.peek().is_some_and(|(_, next)| is_letter(*next) || *next == '_');
        if !is_letter(c) && c != '_' && !joint {
            break;
        }
        end = at + c.len_utf8();
    }
    let mixed = rest.get(..end).unwrap_or_default().bytes().any(|b| b.is_ascii_digit());
    (if mixed { Kind::Ident } else { Kind::Word }, end)
}

/// Length of a run that starts with a digit: a number, or an identifier where more than a unit is joined to it.
pub(crate) fn number_or_ident(rest: &str, after_joint: bool) -> (Kind, usize) {
    let bytes = rest.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut end = 0;
    let mut dots = 0;
    while digit(end) || matches!(bytes.get(end), Some(b'.' | b',')) && digit(end + 1) {
        dots += usize::from(bytes.get(end) == Some(&b'.'));
        end += 1;
    }
    let joined = match bytes.get(end) {
        Some(b':' | b'/' | b'_') => digit(end + 1),
        Some(b'-') => digit(end + 1) && second_hyphen(bytes, end + 1),
        Some(_) | None => false,
    };
    if dots > 1 || joined || after_joint || letters_then_digits(rest.get(end..).unwrap_or_default()) {
        let whole = rest
            .char_indices()
            .find(|(at, c)| *at >= end && !is_letter(*c) && !matches!(c, '.' | ':' | '/' | '_' | '-'))
            .map_or(rest.len(), |(at, _)| at);
        let trimmed = rest
            .get(..whole)
            .unwrap_or_default()
            .trim_end_matches(['.', ':', '/', '-'])
            .len();
        return (Kind::Ident, trimmed.max(end));
    }
    (Kind::Number, end)
}

/// Whether digits and another hyphen with a digit follow, as in a date.
fn second_hyphen(bytes: &[u8], from: usize) -> bool {
    let after = bytes
        .iter()
        .skip(from)
        .position(|b| !b.is_ascii_digit())
        .map(|n| from + n);
    after.is_some_and(|at| bytes.get(at) == Some(&b'-') && bytes.get(at + 1).is_some_and(u8::is_ascii_digit))
}

/// Whether letters and then a digit or underscore touch a number, as in `7f3d9`.
fn letters_then_digits(rest: &str) -> bool {
    let letters = rest
        .find(|c: char| !c.is_alphabetic() || is_ideograph(c))
        .unwrap_or(rest.len());
    letters > 0
        && rest
            .get(letters..)
            .unwrap_or_default()
            .starts_with(|c: char| c.is_ascii_digit() || c == '_')
}
