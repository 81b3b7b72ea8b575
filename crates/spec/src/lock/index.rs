//! [`TextIndex`]: the sentence nearest to another, without comparing each with each.

use std::collections::{BTreeMap, HashMap};

use super::words::{likeness, telling_words};

/// Below this two sentences are two sentences, not one that was edited.
pub(super) const NEAR: f64 = 0.5;

/// Sentences that are looked up by one word.
const HOLDERS: usize = 64;

/// Sentences that are compared word by word.
const CANDIDATES: usize = 8;

/// Sentences by their words.
pub(super) struct TextIndex {
    sentences: Vec<Vec<String>>,
    by_word: HashMap<String, Vec<usize>>,
}

impl TextIndex {
    /// Takes sentences; they are named by their position.
    pub(super) fn new<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let sentences: Vec<_> = texts.map(telling_words).collect();
        let mut by_word: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, words) in sentences.iter().enumerate() {
            for word in words {
                let holders = by_word.entry(word.clone()).or_default();
                if holders.last() != Some(&at) {
                    holders.push(at);
                }
            }
        }
        Self { sentences, by_word }
    }

    /// The sentences near a text with their likeness, best first.
    pub(super) fn near(&self, text: &str) -> Vec<(f64, usize)> {
        let words = telling_words(text);
        let mut shared: BTreeMap<usize, f64> = BTreeMap::new();
        for holders in words.iter().filter_map(|word| self.by_word.get(word)) {
            // A word that few sentences have says more.
            let rarity = f64::from(u32::try_from(holders.len()).unwrap_or(u32::MAX)).recip();
            for at in holders.iter().take(HOLDERS) {
                *shared.entry(*at).or_default() += rarity;
            }
        }
        let mut candidates: Vec<(f64, usize)> = shared.into_iter().map(|(at, shared)| (shared, at)).collect();
        candidates.sort_by(|(a, x), (b, y)| b.total_cmp(a).then(x.cmp(y)));
        let compared = candidates.iter().take(CANDIDATES).filter_map(|(_, at)| {
            let other = self.sentences.get(*at)?;
            Some((likeness(&words, other), *at))
        });
        let mut near: Vec<_> = compared.filter(|(likeness, _)| *likeness >= NEAR).collect();
        near.sort_by(|(a, x), (b, y)| b.total_cmp(a).then(x.cmp(y)));
        near
    }
}
