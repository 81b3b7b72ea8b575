//! Any text as a sentence: what it parses to can be printed, and reads as a statement again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shall_spec::{Modals, parse_sentence};

fuzz_target!(|text: &str| {
    for modals in [Modals::Shall, Modals::ShallAndMust] {
        if let Some(sentence) = parse_sentence(text, modals) {
            assert!(!sentence.responses.is_empty());
            let _ = parse_sentence(&sentence.printed(), modals);
        }
    }
});
