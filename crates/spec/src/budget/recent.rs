//! The first and the last of several things: `retain the 20 most recent records`, `report the first 10 errors`.

use crate::token::Kind;

use super::bare::Bare;
use super::count_words::SHOWING;

/// Words behind the number of them.
const BEHIND_NUMBER: &[&str] = &[
    "most",
    "latest",
    "newest",
    "previous",
    "dernières",
    "derniers",
    "últimas",
    "últimos",
    "preceding",
    "oldest",
    "recent",
];

/// Words before the number of them.
const BEFORE_NUMBER: &[&str] = &[
    "last",
    "latest",
    "newest",
    "next",
    "letzten",
    "ultimi",
    "ultime",
    "dernières",
    "derniers",
    "últimas",
    "últimos",
    "first",
    "primeras",
    "primeiros",
    "primeiras",
    "premiers",
];

/// Verbs behind which so many are given.
const GIVING: &[&str] = &[
    "report", "offer", "send", "include", "log", "print", "index", "fetch", "load",
];

/// What is done with them, behind the number.
const KEPT: &[&str] = &[
    "preserved",
    "kept",
    "retained",
    "shown",
    "displayed",
    "anzeigen",
    "ausschließen",
    "auflisten",
    "behalten",
    "speichern",
];

impl Bare<'_> {
    /// `retain the 20 most recent records`, `show the last 5 orders`.
    pub(super) fn is_recent(&self) -> bool {
        let end = self.quantity.end;
        let recent = self.tokens.is_any(end, BEHIND_NUMBER) || BEFORE_NUMBER.contains(&self.previous());
        // `report the first 10 errors`, `offer it to the first 4 guests`.
        let number = self.tokens.kind(self.quantity.start) == Some(Kind::Number) && self.value > 2.0;
        let given = self.near(GIVING, 8, 0);
        let things = self.names_things() || self.tokens.is_any(self.quantity.end, &["errors", "requests", "only"]);
        let differs = self.previous() == "previous" && self.near(&["differ", "differs", "reuse", "match"], 4, 0);
        let shown = (self.near(SHOWING, 5, 0) || self.near(KEPT, 0, 4))
            && (self.previous() != "first" || things || end >= self.limit.end);
        number && differs || recent && (shown || given && number && things)
    }
}
