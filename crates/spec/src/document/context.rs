//! The headings above a place: [`Headings`], with the identifiers that they declare.

use crate::ears::names_anti_example;
use crate::identity::{is_identifier, leading_id};
use crate::markdown::Folded;
use crate::token::{Kind, Tokens};

/// The headings of a document; each knows the one above it.
#[derive(Debug, Default)]
pub(super) struct Headings {
    all: Vec<Heading>,
    open: Vec<usize>,
}

#[derive(Debug)]
pub(super) struct Heading {
    level: u8,
    parent: Option<usize>,
    pub(super) text: String,
    /// The identifier or number that it starts with.
    id: Option<String>,
    /// Whether what stands below only shows how (not) to write.
    is_example: bool,
}

/// Level of a paragraph that reads as a heading: below every real one.
pub(super) const PARAGRAPH_LEVEL: u8 = 7;

impl Headings {
    /// Enters a heading; deeper ones and those of its level end.
    pub(super) fn enter(&mut self, level: u8, content: &Folded) {
        while self
            .open
            .last()
            .and_then(|at| self.all.get(*at))
            .is_some_and(|heading| heading.level >= level)
        {
            self.open.pop();
        }
        let tokens = Tokens::of(content);
        let parent = self.open.last().copied();
        let above = parent
            .and_then(|at| self.all.get(at))
            .is_some_and(|heading| heading.is_example);
        // `Requirement 9: style guide` is about one; `3.2 Anti-patterns` shows some.
        let is_named = leading_id(&tokens, 0, true).is_some_and(|found| !found.is_number && found.next < tokens.len());
        let counted = self.counts_on(level, &tokens);
        let heading = Heading {
            level,
            parent,
            text: content.text().trim().to_owned(),
            id: heading_id(&tokens).or(counted),
            is_example: above || !is_named && names_anti_example(content.text(), true),
        };
        self.open.push(self.all.len());
        self.all.push(heading);
    }

    /// The number that a heading starts with, where the headings of its level count on: `1 Scope`, `2 Terms`.
    fn counts_on(&self, level: u8, tokens: &Tokens<'_>) -> Option<String> {
        let number = |text: &str| text.split(' ').next().and_then(|word| word.parse::<u16>().ok());
        let own = number(tokens.text().trim()).filter(|_| tokens.kind(1) == Some(Kind::Word))?;
        let last = self.all.iter().rev().find(|heading| heading.level <= level);
        let before = last
            .filter(|last| last.level == level)
            .and_then(|last| number(&last.text));
        let counts = own == 1 || before.is_some_and(|before| before + 1 == own);
        counts.then(|| own.to_string())
    }

    /// The innermost heading that is open.
    pub(super) fn current(&self) -> Option<usize> {
        self.open.last().copied()
    }

    pub(super) fn is_example(&self, at: Option<usize>) -> bool {
        at.and_then(|at| self.all.get(at))
            .is_some_and(|heading| heading.is_example)
    }

    /// The identifier of the nearest heading that has one, from `at` upwards, and that heading.
    pub(super) fn id(&self, at: Option<usize>) -> Option<(usize, &str)> {
        let mut next = at;
        while let Some(index) = next {
            let heading = self.all.get(index)?;
            if let Some(id) = &heading.id {
                return Some((index, id));
            }
            next = heading.parent;
        }
        None
    }

    /// The texts from the outermost heading to `at`.
    pub(super) fn path(&self, at: Option<usize>) -> Vec<String> {
        let mut path = Vec::new();
        let mut next = at;
        while let Some(heading) = next.and_then(|index| self.all.get(index)) {
            path.push(heading.text.clone());
            next = heading.parent;
        }
        path.reverse();
        path
    }
}

/// `1.1 Commands {#REQ-005}`: the identifier that a heading's attributes give, as Doorstop publishes it.
fn attribute_id(tokens: &Tokens<'_>) -> Option<String> {
    let last = tokens.len().checked_sub(4)?;
    let named = tokens.is(last, "{") && tokens.is(last + 1, "#") && tokens.is(last + 3, "}");
    let id = tokens.written(last + 2);
    (named && is_identifier(id)).then(|| id.to_owned())
}

/// `Routing (ALR-1)`: an identifier in brackets that closes a heading.
fn closing_id(tokens: &Tokens<'_>) -> Option<String> {
    let last = tokens.len().checked_sub(3).filter(|last| *last > 0)?;
    let id = tokens.written(last + 1);
    let enclosed = tokens.is(last, "(") && tokens.is(last + 2, ")");
    (enclosed && id.contains('-') && id.starts_with(char::is_uppercase) && is_identifier(id)).then(|| id.to_owned())
}

/// The identifier that a heading starts with. A bare number counts with a separator or a point in it, a short code
/// such as `R1` with a separator, so that `2024 goals` and `S3 storage` are titles.
fn heading_id(tokens: &Tokens<'_>) -> Option<String> {
    let Some(found) = leading_id(tokens, 0, true) else {
        return closing_id(tokens);
    };
    if let Some(id) = attribute_id(tokens).filter(|_| found.is_number) {
        return Some(id);
    }
    let spaced = found.id.contains(' ') || found.id.contains('-') || found.id.contains('_') || found.id.contains('.');
    let separated = leading_id(tokens, 0, false).is_some() || found.next >= tokens.len();
    (spaced || separated).then_some(found.id)
}
