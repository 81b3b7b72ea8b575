//! Numbers of letters and digits: `a 6-digit code`, `the first 50 characters`.

use std::ops::Range;

use crate::token::Kind;

use super::bare::Bare;
use super::count_words::{BEFORE_NO_COUNT, LETTERS, MEASURED};

/// What numbers are rounded to.
const DECIMALS: &[&str] = &[
    "decimal",
    "decimals",
    "casas",
    "decimales",
    "décimales",
    "nachkommastellen",
];

/// What a code is made of.
const CODE_LETTERS: &[&str] = &[
    "digits",
    "characters",
    "dígitos",
    "cifras",
    "caracteres",
    "chiffres",
    "caractères",
    "ziffern",
    "zeichen",
    "cifre",
    "caratteri",
    "cyfr",
    "znaków",
    "цифр",
    "символов",
    "знаков",
    "haneli",
    "decimalen",
    "tekens",
    "karakterli",
    "chữ",
    "digit",
    "karakter",
];

impl Bare<'_> {
    /// `a 6-digit code`, `a 10-column grid`.
    pub(super) fn is_length_of_code(&self) -> bool {
        let Range { start, end } = self.quantity;
        let number = self.tokens.kind(start) == Some(Kind::Number);
        // `rounded to 1 decimal place`
        let decimals = self.tokens.is_any(end, DECIMALS);
        let spaced = self.tokens.is_any(end, &["digit", "character", "letter"]);
        // `a code of 6 digits`, `have six digits`.
        let led = [
            "of", "have", "has", "with", "de", "com", "con", "à", "von", "mit", "exactly", "and", "(",
        ];
        let several = number || self.value > 2.0;
        let verb = start == self.limit.start
            || self.tokens.kind(start - 1) == Some(Kind::Word) && !self.tokens.is_any(start - 1, BEFORE_NO_COUNT);
        if several && (verb || led.contains(&self.previous())) && self.tokens.is_any(end, CODE_LETTERS) {
            return true;
        }
        number && (decimals || spaced || self.is_hyphenated() && self.tokens.is_any(end + 1, MEASURED))
    }

    /// Whether a hyphen joins the number to the word behind it.
    pub(super) fn is_hyphenated(&self) -> bool {
        let end = self.quantity.end;
        self.tokens.is_any(end, &["-", "‑"]) && self.tokens.touches(end)
    }

    /// `the first 50 characters of the note`.
    pub(super) fn is_first_letters(&self) -> bool {
        let Range { start, end } = self.quantity;
        let number = self.tokens.kind(start) == Some(Kind::Number);
        let cut = matches!(self.previous(), "first" | "last");
        number && cut && self.tokens.is_any(end, LETTERS)
    }
}
