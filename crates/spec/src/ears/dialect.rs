//! The words that EARS sentences are made of, as tables.

use crate::token::{Kind, Tokens};

use super::sentence::ConditionKind;

/// Which modal verbs make a sentence a statement.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Modals {
    /// `SHALL` alone; `MUST`, `SHOULD` and `MAY` are counted and said, not read.
    #[default]
    Shall,
    /// `SHALL` and `MUST`, as documents after RFC 2119 write.
    ShallAndMust,
    /// `SHALL` in any case and `MUST` in capitals: what RFC 8174 makes of a document that writes `MUST` so.
    ShallAndCapitalMust,
}

/// A modal verb at its place: tokens `at..at + 1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ModalUse {
    pub(crate) at: usize,
}

impl Modals {
    /// Whether the token is one of the modal verbs that are read.
    pub(crate) fn reads(self, tokens: &Tokens<'_>, index: usize) -> bool {
        match self {
            Self::Shall => tokens.is(index, "shall"),
            Self::ShallAndMust => tokens.is_any(index, &["shall", "must"]),
            Self::ShallAndCapitalMust => tokens.is(index, "shall") || tokens.written(index) == "MUST",
        }
    }

    /// The verbs that are read in a text: where it writes `MUST` in capitals by habit, other cases of it are prose.
    pub(crate) fn of(self, text: &str) -> Self {
        const A_HABIT: usize = 3;
        let capitals = || {
            text.split(|c: char| !c.is_alphanumeric())
                .filter(|word| *word == "MUST")
        };
        if self == Self::ShallAndMust && capitals().nth(A_HABIT - 1).is_some() {
            Self::ShallAndCapitalMust
        } else {
            self
        }
    }
}

/// Keywords that open a condition.
const KEYWORDS: &[(&str, ConditionKind)] = &[
    ("when", ConditionKind::When),
    ("whenever", ConditionKind::When),
    ("while", ConditionKind::While),
    ("whilst", ConditionKind::While),
    ("during", ConditionKind::While),
    ("where", ConditionKind::Where),
    ("if", ConditionKind::If),
    ("given", ConditionKind::Given),
];

/// Verbs of RFC 2119 and its kind.
pub(super) const MODAL_WORDS: &[&str] = &[
    "shall",
    "must",
    "should",
    "may",
    "will",
    "can",
    "required",
    "recommended",
    "optional",
];

/// Words that a noun phrase starts with.
pub(crate) const DETERMINERS: &[&str] = &[
    "the", "a", "an", "each", "every", "all", "any", "no", "its", "this", "that", "these", "those", "both", "only",
    "their", "our",
];

/// Words after which `if`, `when` or `where` asks a question and opens no condition.
pub(super) const ASKING: &[&str] = &[
    "check",
    "checks",
    "checking",
    "determine",
    "determines",
    "verify",
    "verifies",
    "see",
    "know",
    "knows",
    "decide",
    "detect",
    "detects",
    "ask",
    "asks",
    "test",
    "tests",
    "whether",
    "as",
    "even",
    "show",
    "shows",
    "indicate",
    "indicates",
    "report",
    "reports",
    "tell",
    "tells",
    "specify",
    "specifies",
    "record",
    "records",
    "track",
    "of",
    "on",
    "about",
    "and",
    "or",
    "define",
    "defines",
    "control",
    "controls",
    "describe",
    "describes",
    "state",
    "states",
    "exactly",
    "just",
    "like",
    "than",
];

/// Those of [`ASKING`] that are as often things: `address records if none exist`, `a safe state when …`.
pub(super) const ASKING_NOUNS: &[&str] = &[
    "check", "checks", "test", "tests", "report", "reports", "record", "records", "track", "control", "controls",
    "state", "states", "ask", "show", "shows",
];

/// Words that make `if possible`, `when needed` an escape clause and no condition.
pub(super) const ESCAPES: &[&str] = &[
    "possible",
    "needed",
    "applicable",
    "necessary",
    "required",
    "available",
    "any",
    "appropriate",
    "desired",
    "not",
    "practical",
    "feasible",
    "known",
];

/// Phrases that end the response: what follows says why, not what.
pub(super) const RATIONALES: &[&str] = &[
    "so that",
    "so as to",
    "in order to",
    "in order that",
    "because",
    "since this",
    ", since",
    "rationale :",
    "afin",
    "pour que",
    "de sorte",
    "para que",
    "a fin de",
    "de modo que",
    "de forma que",
    "damit",
    "sodass",
    "so dass",
    "weil",
    "porque",
    "parce que",
    "puisque",
    "car",
    "perché",
    "poiché",
    "omdat",
    "zodat",
    "потому что",
    "так как",
    "ponieważ",
    "çünkü",
    "karena",
    "já que",
    "ya que",
    "pois",
];

/// How a word of a script without spaces starts that says why.
pub(super) const IDEOGRAPHIC_RATIONALES: &[&str] = &["以便", "从而", "從而", "以免", "因为", "因為"];

/// The condition that the keyword at `index` would open.
pub(super) fn keyword(tokens: &Tokens<'_>, index: usize) -> Option<ConditionKind> {
    let word = tokens.word(index);
    KEYWORDS
        .iter()
        .find(|(keyword, _)| *keyword == word)
        .map(|(_, kind)| *kind)
}

/// Whether a keyword or `then` opens the tokens from `index` on.
pub(crate) fn opens_with_keyword(tokens: &Tokens<'_>, index: usize) -> bool {
    keyword(tokens, index).is_some() || tokens.is(index, "then")
}

/// Whether a token is written in capitals only.
pub(super) fn is_shouted(tokens: &Tokens<'_>, index: usize) -> bool {
    let written = tokens.written(index);
    tokens.kind(index) == Some(Kind::Word)
        && written.len() > 1
        && (written.chars().all(char::is_uppercase) || tokens.meaning(index).is_some())
}

/// Whether a token starts with a capital.
pub(super) fn is_capitalised(tokens: &Tokens<'_>, index: usize) -> bool {
    tokens.written(index).chars().next().is_some_and(char::is_uppercase)
}
