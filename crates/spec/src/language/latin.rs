//! Languages that are written with spaces: their keywords as tables, and where they stand in a text.

use super::wording::{Language, Wording};

/// The keywords of one language in small letters, each with the English word that it is read as.
pub(super) struct Vocabulary {
    pub(super) modals: &'static [&'static str],
    pub(super) keywords: &'static [(&'static str, &'static str)],
    /// Words before the modal verb that deny it.
    denials: &'static [&'static str],
    /// Words behind the modal verb that belong to the denial, or are one.
    behind: &'static [(&'static str, &'static str)],
    pub(super) articles: &'static [&'static str],
}

const PORTUGUESE: Vocabulary = Vocabulary {
    modals: &["deve", "devem", "deverá", "deverão"],
    keywords: &[
        ("quando", "when"),
        ("se", "if"),
        ("caso", "if"),
        ("enquanto", "while"),
        ("durante", "while"),
        ("onde", "where"),
        ("dado", "given"),
        ("então", "then"),
    ],
    denials: &["não", "nunca"],
    behind: &[],
    articles: &["o", "a", "os", "as"],
};

const SPANISH: Vocabulary = Vocabulary {
    modals: &["debe", "deben", "deberá", "deberán"],
    keywords: &[
        ("cuando", "when"),
        ("si", "if"),
        ("mientras", "while"),
        ("durante", "while"),
        ("donde", "where"),
        ("dado", "given"),
        ("entonces", "then"),
    ],
    denials: &["no", "nunca"],
    behind: &[],
    articles: &["el", "la", "los", "las"],
};

const FRENCH: Vocabulary = Vocabulary {
    modals: &["doit", "doivent", "devra", "devront"],
    keywords: &[
        ("quand", "when"),
        ("lorsque", "when"),
        ("dès", "when"),
        ("si", "if"),
        ("s'il", "if"),
        ("tant", "while"),
        ("pendant", "while"),
        ("où", "where"),
        ("lorsqu'un", "when"),
        ("lorsqu'une", "when"),
        ("lorsqu’un", "when"),
        ("lorsqu’une", "when"),
        ("alors", "then"),
    ],
    denials: &["ne"],
    behind: &[("pas", "also"), ("jamais", "also")],
    articles: &["le", "la", "les"],
};

const GERMAN: Vocabulary = Vocabulary {
    modals: &["muss", "müssen"],
    keywords: &[
        ("wenn", "when"),
        ("sobald", "when"),
        ("falls", "if"),
        ("während", "while"),
        ("solange", "while"),
        ("wo", "where"),
        ("sofern", "where"),
        ("gegeben", "given"),
        ("dann", "then"),
    ],
    denials: &["darf", "dürfen"],
    behind: &[("nicht", "not"), ("kein", "not"), ("keine", "not"), ("keinen", "not")],
    articles: &["der", "die", "das", "ein", "eine"],
};

const ITALIAN: Vocabulary = Vocabulary {
    modals: &["deve", "devono", "dovrà", "dovranno"],
    keywords: &[
        ("quando", "when"),
        ("se", "if"),
        ("mentre", "while"),
        ("durante", "while"),
        ("dove", "where"),
        ("dato", "given"),
        ("allora", "then"),
    ],
    denials: &["non"],
    behind: &[],
    articles: &["il", "lo", "gli", "i"],
};

const NONE: Vocabulary = Vocabulary {
    modals: &[],
    keywords: &[],
    denials: &[],
    behind: &[],
    articles: &[],
};

pub(super) fn vocabulary(language: Language) -> &'static Vocabulary {
    match language {
        Language::Portuguese => &PORTUGUESE,
        Language::Spanish => &SPANISH,
        Language::French => &FRENCH,
        Language::German => &GERMAN,
        Language::Italian => &ITALIAN,
        Language::Chinese | Language::Japanese => &NONE,
    }
}

/// Words for what a specification is about.
const SYSTEMS: &[&str] = &[
    "sistema",
    "sistemas",
    "system",
    "systeme",
    "système",
    "aplicação",
    "aplicación",
    "applicazione",
    "application",
    "anwendung",
    "plataforma",
    "plattform",
    "piattaforma",
    "plateforme",
    "serviço",
    "servicio",
    "service",
    "servizio",
    "dienst",
    "software",
    "backend",
    "frontend",
    "api",
    "app",
    "interface",
    "interfaz",
    "servidor",
    "server",
    "serveur",
];

/// Whether a word names the system that a specification is about.
pub(super) fn names_system(word: &str) -> bool {
    SYSTEMS.contains(&word.to_lowercase().as_str())
}

/// The words of a text that are keywords: the index of each with the English word that it is read as, in order.
///
/// `words` are the text's tokens as written; signs are tokens too.
pub(crate) fn read_latin(words: &[&str], wording: Wording) -> Vec<(usize, &'static str)> {
    let known = vocabulary(wording.language);
    let lower: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let mut found: Vec<(usize, &'static str)> = Vec::new();
    let mut reader = Latin {
        known,
        lower: &lower,
        words,
        wording,
    };
    let (mut start, mut opened) = (0, false);
    for at in 0..words.len() {
        if at > 0 && matches!(words.get(at - 1), Some(&("." | "!" | "?" | ";" | ":"))) {
            (start, opened) = (at, false);
        }
        if found.last().is_some_and(|(last, _)| *last >= at) {
            continue;
        }
        if let Some(word) = reader.keyword(at, at == start, opened) {
            opened |= word != "then";
            found.push((at, word));
        } else {
            reader.modal(at, opened, &mut found);
        }
    }
    found
}

struct Latin<'a> {
    known: &'static Vocabulary,
    lower: &'a [String],
    words: &'a [&'a str],
    wording: Wording,
}

impl Latin<'_> {
    fn at(&self, at: usize) -> &str {
        self.lower.get(at).map_or("", String::as_str)
    }

    fn shouts(&self, at: usize) -> bool {
        self.words
            .get(at)
            .and_then(|word| word.split(['\'', '’']).next())
            .is_some_and(|word| word.chars().all(char::is_uppercase))
    }

    /// The keyword at a token. In small letters it opens a sentence, or is the `then` of one that a keyword opened.
    fn keyword(&self, at: usize, is_first: bool, opened: bool) -> Option<&'static str> {
        let word = self.at(at);
        let (_, meaning) = self.known.keywords.iter().find(|(name, _)| *name == word)?;
        let fits = if self.wording.shouted {
            self.shouts(at) && word.len() > 1
        } else {
            is_first || opened && *meaning == "then"
        };
        fits.then_some(*meaning)
    }

    /// Enters the modal verb at a token, with its denial. A denial before it takes its place, and it the denial's, so
    /// that both read as `SHALL NOT` in the order of the text.
    fn modal(&mut self, at: usize, opened: bool, found: &mut Vec<(usize, &'static str)>) {
        let known = self.known;
        let is_modal = known.modals.contains(&self.at(at));
        let denied = known.denials.contains(&self.at(at));
        let german = self.wording.language == Language::German;
        let verb = if denied && german { at } else { at + usize::from(denied) };
        if !is_modal && !denied || denied && !german && !known.modals.contains(&self.at(verb)) {
            return;
        }
        let stated = if self.wording.shouted {
            self.shouts(verb)
        } else {
            let near = [at.wrapping_sub(1), at + 2];
            opened || near.iter().any(|near| names_system(self.at(*near)))
        };
        let behind = |index: usize| known.behind.iter().find(|(word, _)| *word == self.at(index));
        if denied && german {
            // `darf nicht`, `darf das System nicht`.
            let denial = (at + 1..at + 4).find_map(|index| behind(index).map(|(_, meaning)| (index, *meaning)));
            found.extend(denial.filter(|_| stated).map(|_| (at, "shall")));
            found.extend(denial.filter(|_| stated));
            return;
        }
        if !stated {
            return;
        }
        found.push((at, "shall"));
        if verb > at {
            found.push((verb, "not"));
        }
        if let Some((_, meaning)) = behind(verb + 1).filter(|_| denied) {
            found.push((verb + 1, *meaning));
        }
    }
}
