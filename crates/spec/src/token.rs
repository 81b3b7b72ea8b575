//! Words, numbers and signs of a text: [`Tokens`], which the EARS and budget grammars read.

use std::ops::Range;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Letters, with inner hyphens, dots and apostrophes: `step-by-step`, `e.g`. Chinese, Japanese and Korean runs too.
    Word,
    /// Digits with separators: `30`, `99.9`, `1,000`. A unit that touches it is a [`Kind::Word`] of its own.
    Number,
    /// Letters mixed with digits, versions, dates, times, addresses: `AC-001-01`, `p95`, `1.2.3`, `02:00`.
    Ident,
    /// A whole code span: a mention.
    Code,
    /// Any other single character.
    Sign,
}

/// One token: what it is and where it stands in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// A text cut into tokens, with a lower-case copy to compare with.
#[derive(Debug)]
pub(crate) struct Tokens<'a> {
    text: &'a str,
    lower: String,
    list: Vec<Token>,
}

impl<'a> Tokens<'a> {
    /// Cuts a text; `code` are the ranges of its code spans, in order.
    pub(crate) fn new(text: &'a str, code: &[Range<usize>]) -> Self {
        let mut tokens = Self {
            text,
            lower: text.to_ascii_lowercase(),
            list: Vec::new(),
        };
        let mut at = 0;
        let mut code = code.iter().peekable();
        while at < text.len() {
            while code.next_if(|range| range.end <= at).is_some() {}
            if let Some(range) = code.next_if(|range| range.start <= at) {
                tokens.list.push(Token {
                    kind: Kind::Code,
                    start: at,
                    end: range.end,
                });
                at = range.end;
                continue;
            }
            let limit = code.peek().map_or(text.len(), |range| range.start);
            at = tokens.cut(at, limit);
        }
        tokens
    }

    /// Cuts one token off the text between two bytes and returns where it ends.
    fn cut(&mut self, start: usize, limit: usize) -> usize {
        let Some(rest) = self.text.get(start..limit) else {
            return limit.max(start + 1);
        };
        let Some(first) = rest.chars().next() else {
            return limit.max(start + 1);
        };
        if first.is_whitespace() {
            return start + first.len_utf8();
        }
        let (kind, length) = if first.is_ascii_digit() {
            let after_joint = self.follows_joint(start);
            number_or_ident(rest, after_joint)
        } else if is_ideograph(first) {
            (Kind::Word, rest.find(|c: char| !is_ideograph(c)).unwrap_or(rest.len()))
        } else if first.is_alphanumeric() || first == '_' {
            word_or_ident(rest)
        } else {
            (Kind::Sign, first.len_utf8())
        };
        self.list.push(Token {
            kind,
            start,
            end: start + length,
        });
        start + length
    }

    /// Whether the byte before touches a letter or digit through a joint, as `8080` does in `host:8080`.
    fn follows_joint(&self, start: usize) -> bool {
        let mut before = self.text.get(..start).unwrap_or_default().chars().rev();
        let joint = before
            .next()
            .is_some_and(|c| matches!(c, ':' | '/' | '_' | '@' | '#' | '=' | '.' | '$'));
        joint
            && before
                .next()
                .is_some_and(|c| c.is_alphanumeric() && !is_ideograph(c) || matches!(c, ':' | '/'))
    }

    pub(crate) fn text(&self) -> &'a str {
        self.text
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    pub(crate) fn get(&self, index: usize) -> Option<Token> {
        self.list.get(index).copied()
    }

    /// The token in lower case; code spans and the end read as an empty word.
    pub(crate) fn word(&self, index: usize) -> &str {
        match self.list.get(index) {
            Some(token) if token.kind != Kind::Code => self.lower.get(token.start..token.end).unwrap_or_default(),
            Some(_) | None => "",
        }
    }

    /// The token as written.
    pub(crate) fn written(&self, index: usize) -> &'a str {
        self.list
            .get(index)
            .and_then(|token| self.text.get(token.start..token.end))
            .unwrap_or_default()
    }

    pub(crate) fn kind(&self, index: usize) -> Option<Kind> {
        self.list.get(index).map(|token| token.kind)
    }

    pub(crate) fn is(&self, index: usize, word: &str) -> bool {
        self.word(index) == word && !word.is_empty()
    }

    pub(crate) fn is_any(&self, index: usize, words: &[&str]) -> bool {
        let word = self.word(index);
        !word.is_empty() && words.contains(&word)
    }

    /// Whether two neighbours stand without a space between them.
    pub(crate) fn touches(&self, index: usize) -> bool {
        matches!((self.get(index), self.get(index + 1)), (Some(a), Some(b)) if a.end == b.start)
    }

    /// Number of tokens that match a phrase (words split at spaces) from `index` on; 0 where it does not stand there.
    pub(crate) fn phrase(&self, index: usize, phrase: &str) -> usize {
        let mut count = 0;
        for word in phrase.split(' ') {
            if !self.is(index + count, word) {
                return 0;
            }
            count += 1;
        }
        count
    }

    /// The longest of some phrases that stands at `index`, with its length in tokens.
    pub(crate) fn longest<'t, T>(&self, index: usize, table: &'t [(&str, T)]) -> Option<(usize, &'t T)> {
        table
            .iter()
            .map(|(phrase, value)| (self.phrase(index, phrase), value))
            .filter(|(n, _)| *n > 0)
            .max_by_key(|(n, _)| *n)
    }

    /// Start of the first token of a range; the end of the text for an empty one behind the last token.
    pub(crate) fn start_of(&self, index: usize) -> usize {
        self.get(index).map_or(self.text.len(), |token| token.start)
    }

    /// End of the token before `index`.
    pub(crate) fn end_before(&self, index: usize) -> usize {
        index
            .checked_sub(1)
            .and_then(|at| self.get(at))
            .map_or(0, |token| token.end)
    }

    /// The bytes of a range of tokens, without space around them.
    pub(crate) fn bytes(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.start_of(range.start);
        if range.is_empty() {
            start..start
        } else {
            start..self.end_before(range.end).max(start)
        }
    }
}

/// Chinese, Japanese and Korean letters: written without spaces, so a run of them is a word.
pub(crate) fn is_ideograph(c: char) -> bool {
    matches!(u32::from(c), 0x2E80..=0x2FDF | 0x3005..=0x3007 | 0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF)
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() && !is_ideograph(c)
}

/// Length of a run that starts with a letter, and whether a digit is in it.
fn word_or_ident(rest: &str) -> (Kind, usize) {
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
fn number_or_ident(rest: &str, after_joint: bool) -> (Kind, usize) {
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
            .find(|c: char| !is_letter(c) && !matches!(c, '.' | ':' | '/' | '_' | '-'))
            .unwrap_or(rest.len());
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

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<(Kind, &str)> {
        let tokens = Tokens::new(text, &[]);
        (0..tokens.len())
            .map(|i| (tokens.kind(i).unwrap(), tokens.written(i)))
            .collect()
    }

    #[test]
    fn numbers_units_and_identifiers_are_told_apart() {
        use Kind::{Ident, Number, Sign, Word};
        assert_eq!(
            cut("<500Mi 99.9%"),
            [
                (Sign, "<"),
                (Number, "500"),
                (Word, "Mi"),
                (Number, "99.9"),
                (Sign, "%")
            ]
        );
        assert_eq!(
            cut("AC-001-01 p95 1.2.3 02:00 2024-01-02"),
            [
                (Ident, "AC-001-01"),
                (Ident, "p95"),
                (Ident, "1.2.3"),
                (Ident, "02:00"),
                (Ident, "2024-01-02")
            ]
        );
        assert_eq!(
            cut("30-day 5-10 s"),
            [
                (Number, "30"),
                (Sign, "-"),
                (Word, "day"),
                (Number, "5"),
                (Sign, "-"),
                (Number, "10"),
                (Word, "s")
            ]
        );
        assert_eq!(
            cut("host:8080 24/7 5s."),
            [
                (Word, "host"),
                (Sign, ":"),
                (Ident, "8080"),
                (Ident, "24/7"),
                (Number, "5"),
                (Word, "s"),
                (Sign, ".")
            ]
        );
        assert_eq!(
            cut("系统SHALL在30秒"),
            [
                (Word, "系统"),
                (Word, "SHALL"),
                (Word, "在"),
                (Number, "30"),
                (Word, "秒")
            ]
        );
    }
}
