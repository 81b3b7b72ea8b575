//! Which language the keywords of a document are in: [`Wording`], found by its modal verbs.

use super::latin::{names_system, vocabulary};

/// A language with a table of keywords.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Portuguese,
    Spanish,
    French,
    German,
    Italian,
    Chinese,
    Japanese,
}

/// The keywords of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wording {
    pub(crate) language: Language,
    /// Whether they are written in capitals, so that the same words in running text are no keywords.
    pub(crate) shouted: bool,
}

const LATIN: &[Language] = &[
    Language::Portuguese,
    Language::Spanish,
    Language::French,
    Language::German,
    Language::Italian,
];

impl Wording {
    /// The wording of a document without `SHALL`; `None` where none of the tables fits.
    ///
    /// A modal verb in capitals is enough. In small letters it must stand beside a word for the system, so that prose
    /// about other things states nothing.
    pub(crate) fn detect(text: &str) -> Option<Self> {
        let cjk = |language| Self {
            language,
            shouted: false,
        };
        if JAPANESE.iter().any(|closing| text.contains(closing)) {
            return Some(cjk(Language::Japanese));
        }
        if CHINESE.iter().any(|phrase| text.contains(phrase)) {
            return Some(cjk(Language::Chinese));
        }
        let words: Vec<&str> = text
            .split(|c: char| !c.is_alphabetic())
            .filter(|word| !word.is_empty())
            .collect();
        let count = |language: Language, shouted: bool| {
            let modals = vocabulary(language).modals;
            let stated = |at: &usize| {
                let Some(word) = words.get(*at) else { return false };
                let lower = word.to_lowercase();
                let beside = [at.wrapping_sub(1), at.wrapping_sub(2), at + 2];
                let near = || {
                    beside
                        .iter()
                        .any(|near| words.get(*near).is_some_and(|word| names_system(word)))
                };
                modals.contains(&lower.as_str())
                    && if shouted {
                        word.chars().all(char::is_uppercase)
                    } else {
                        near()
                    }
            };
            (0..words.len()).filter(stated).count()
        };
        [true, false].into_iter().find_map(|shouted| {
            LATIN
                .iter()
                .map(|language| (count(*language, shouted), *language))
                .filter(|(hits, _)| *hits > 0)
                .max_by_key(|(hits, language)| (*hits, habits(*language, &words)))
                .map(|(_, language)| Self { language, shouted })
        })
    }
}

/// How many words of a language's other keywords stand in a document: tells two languages with one modal verb apart.
fn habits(language: Language, words: &[&str]) -> usize {
    let known = vocabulary(language);
    words
        .iter()
        .filter(|word| {
            let lower = word.to_lowercase();
            known.keywords.iter().any(|(name, _)| *name == lower) || known.articles.contains(&lower.as_str())
        })
        .count()
}

const CHINESE: &[&str] = &["系统应", "系统必须", "系統應", "系統必須", "应当"];

/// What a Japanese statement ends with.
const JAPANESE: &[&str] = &["なければならない", "なければなりません", "ねばならない", "ものとする"];
