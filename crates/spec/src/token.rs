//! Words, numbers and signs of a text: [`Tokens`], which the EARS and budget grammars read.

use std::ops::Range;

use crate::formula::{has_formulas, read_command};
use crate::language::{Language, Wording, read_latin, split_chinese};
use crate::lexeme::{number_or_ident, word_or_ident};
use crate::markdown::Folded;

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
    /// Keywords of another language: the index of the token with the English word that it is read as, in order.
    meanings: Vec<(usize, &'static str)>,
    japanese: bool,
    /// Whether formulas of LaTeX stand in the text, whose marks are no signs of it.
    formulas: bool,
}

impl<'a> Tokens<'a> {
    /// Cuts a text; `code` are the ranges of its code spans, in order.
    pub(crate) fn new(text: &'a str, code: &[Range<usize>]) -> Self {
        let mut tokens = Self {
            text,
            lower: text.to_ascii_lowercase(),
            list: Vec::new(),
            meanings: Vec::new(),
            japanese: false,
            formulas: has_formulas(text),
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

    /// Cuts a block's text and reads the keywords of its wording.
    pub(crate) fn of(content: &'a Folded) -> Self {
        let mut tokens = Self::new(content.text(), content.code());
        match content.wording() {
            None => {}
            Some(Wording {
                language: Language::Chinese,
                ..
            }) => tokens.split_runs(),
            Some(Wording {
                language: Language::Japanese,
                ..
            }) => tokens.japanese = true,
            Some(wording) => {
                let words: Vec<&str> = (0..tokens.len())
                    .map(|at| {
                        if tokens.kind(at) == Some(Kind::Code) {
                            ""
                        } else {
                            tokens.written(at)
                        }
                    })
                    .collect();
                tokens.meanings = read_latin(&words, wording);
            }
        }
        tokens
    }

    /// Cuts runs of Chinese letters at their keywords.
    fn split_runs(&mut self) {
        let whole = std::mem::take(&mut self.list);
        let sign = |at: Option<usize>| {
            at.and_then(|at| whole.get(at))
                .and_then(|token| self.text.get(token.start..token.end))
        };
        for (index, token) in whole.iter().enumerate() {
            let written = self.text.get(token.start..token.end).unwrap_or_default();
            if token.kind != Kind::Word || !written.starts_with(is_ideograph) {
                self.list.push(*token);
                continue;
            }
            let before = sign(index.checked_sub(1));
            let starts =
                before.is_none_or(|sign| matches!(sign, "。" | "；" | "." | ":" | "：" | ")" | "*" | "-" | "、"));
            let follows = matches!(before, Some("，" | ","));
            for (range, meaning) in split_chinese(written, starts, follows) {
                self.meanings.extend(meaning.map(|meaning| (self.list.len(), meaning)));
                self.list.push(Token {
                    kind: Kind::Word,
                    start: token.start + range.start,
                    end: token.start + range.end,
                });
            }
        }
    }

    /// Cuts one token off the text between two bytes and returns where it ends.
    fn cut(&mut self, start: usize, limit: usize) -> usize {
        let Some(rest) = self.text.get(start..limit) else {
            return limit.max(start + 1);
        };
        let Some(first) = rest.chars().next() else {
            return limit.max(start + 1);
        };
        if first.is_whitespace() || self.formulas && matches!(first, '$' | '{' | '}') {
            return start + first.len_utf8();
        }
        if self.formulas && first == '\\' {
            return self.cut_command(start, rest);
        }
        let (kind, length) = if first.is_ascii_digit() {
            let after_joint = self.follows_joint(start);
            number_or_ident(rest, after_joint)
        } else if is_full_width_digit(first) {
            let inner = |c: char| is_full_width_digit(c) || matches!(c, '．' | '，');
            let run = rest.find(|c: char| !inner(c)).unwrap_or(rest.len());
            let number = rest.get(..run).unwrap_or_default().trim_end_matches(['．', '，']);
            (Kind::Number, number.len())
        } else if is_ideograph(first) {
            (Kind::Word, rest.find(|c: char| !is_ideograph(c)).unwrap_or(rest.len()))
        } else if first.is_alphanumeric() || first == '_' {
            let whole = word_or_ident(rest);
            self.unit_of_range(start, rest).unwrap_or(whole)
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

    /// Cuts a command of LaTeX: one that compares is a sign, any other one, such as `\text`, is passed over.
    fn cut_command(&mut self, start: usize, rest: &str) -> usize {
        let (length, sign) = read_command(rest);
        if let Some(sign) = sign {
            self.meanings.push((self.list.len(), sign));
            self.list.push(Token {
                kind: Kind::Sign,
                start,
                end: start + length,
            });
        }
        start + length
    }

    /// The unit of the lower end in `256MB-1024MB`, which ends before the hyphen.
    fn unit_of_range(&self, start: usize, rest: &str) -> Option<(Kind, usize)> {
        let number = self.list.last()?;
        let letters = rest.find(|c: char| !c.is_ascii_alphabetic())?;
        let behind = rest.get(letters..)?.strip_prefix('-')?;
        let joined = number.kind == Kind::Number && number.end == start && letters > 0;
        (joined && behind.starts_with(|c: char| c.is_ascii_digit())).then_some((Kind::Word, letters))
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
        if let Some(meaning) = self.meaning(index) {
            return meaning;
        }
        match self.list.get(index) {
            Some(token) if token.kind != Kind::Code => self.lower.get(token.start..token.end).unwrap_or_default(),
            Some(_) | None => "",
        }
    }

    /// Whether the keywords are Japanese: the modal verb is the end of the last word.
    pub(crate) fn is_japanese(&self) -> bool {
        self.japanese
    }

    /// The English word that a keyword of another language is read as.
    pub(crate) fn meaning(&self, index: usize) -> Option<&'static str> {
        let at = self.meanings.binary_search_by_key(&index, |(at, _)| *at).ok()?;
        self.meanings.get(at).map(|(_, word)| *word)
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
        // Most phrases fail at their first letters, so none is split before.
        let (mut count, mut rest) = (0, phrase);
        loop {
            let word = self.word(index + count);
            match rest.strip_prefix(word) {
                Some(behind) if !word.is_empty() => rest = behind,
                Some(_) | None => return 0,
            }
            count += 1;
            match rest.strip_prefix(' ') {
                Some(next) => rest = next,
                None => return if rest.is_empty() { count } else { 0 },
            }
        }
    }

    /// The longest of some phrases that stands at `index`, with its length in tokens.
    pub(crate) fn longest<'t, T>(&self, index: usize, table: &'t [(&str, T)]) -> Option<(usize, &'t T)> {
        let first = self.word(index);
        table
            .iter()
            .filter(|(phrase, _)| !first.is_empty() && phrase.starts_with(first))
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

/// `０` to `９`, as Japanese and Chinese text sets them.
pub(crate) fn is_full_width_digit(c: char) -> bool {
    matches!(c, '０'..='９')
}

/// Chinese, Japanese and Korean letters: written without spaces, so a run of them is a word.
pub(crate) fn is_ideograph(c: char) -> bool {
    matches!(u32::from(c), 0x2E80..=0x2FDF | 0x3005..=0x3007 | 0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF)
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
