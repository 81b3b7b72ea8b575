//! Which explicit identifier each statement has: its own, its number below a heading, or that of what it stands in.

use std::collections::{BTreeMap, BTreeSet};

use crate::criterion::CriterionId;
use crate::markdown::Outline;
use crate::statement::Statement;

use super::context::Headings;

/// Where a statement stands, as far as identifiers care.
#[derive(Debug, Clone, Default)]
pub(super) struct Origin {
    /// The identifier that stands right before it or in its row.
    pub(super) own: Option<String>,
    /// The list number that stands before it in running text, where Markdown sees no list.
    pub(super) number: Option<String>,
    /// The innermost list item around it.
    pub(super) item: Option<usize>,
    /// The innermost heading above it.
    pub(super) heading: Option<usize>,
    /// Whether it is the first statement of its text; later ones share its place and its identifier.
    pub(super) is_first: bool,
}

/// What a statement without identifier of its own stands in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Owner {
    Item(usize),
    /// The heading, and whether the statement stands right below it.
    Heading(usize, bool),
}

/// Gives every statement its explicit identifier; `item_ids` are those of list items that state nothing themselves.
pub(super) fn assign(
    statements: &mut [Statement],
    origins: &[Origin],
    outline: &Outline,
    headings: &Headings,
    item_ids: &BTreeMap<usize, String>,
) {
    let mut seen: BTreeSet<Option<CriterionId>> = BTreeSet::new();
    let mut owned: BTreeMap<Owner, Vec<(usize, String)>> = BTreeMap::new();
    for (index, origin) in origins.iter().enumerate() {
        let id = if !origin.is_first {
            None
        } else if origin.own.is_some() {
            origin.own.clone()
        } else {
            numbered(origin, outline, headings)
        };
        if id.is_none()
            && let Some((owner, id)) = owner(origin, outline, headings, item_ids)
        {
            owned.entry(owner).or_default().push((index, id));
        }
        let id = id.map(CriterionId);
        let is_taken = is_below_number(origin, outline) && id.is_some() && seen.contains(&id);
        if let Some(statement) = statements.get_mut(index) {
            statement.shares_id = is_taken;
            statement.id.clone_from(&id);
        }
        seen.insert(id);
    }
    for (owner, group) in &owned {
        let shadowed = matches!(owner, Owner::Heading(at, false) if owned.contains_key(&Owner::Heading(*at, true)));
        let is_first = |index: usize| origins.get(index).is_some_and(|origin| origin.is_first);
        let firsts: Vec<_> = group.iter().filter(|(index, _)| is_first(*index)).collect();
        // A heading further up names the one statement below it, and not all of a chapter.
        let is_chapter = matches!(owner, Owner::Heading(_, false)) && firsts.len() > 1;
        let named = firsts.iter().filter(|_| !shadowed && !is_chapter);
        for (position, (index, id)) in named.enumerate() {
            if let Some(statement) = statements.get_mut(*index) {
                statement.id = Some(CriterionId(id.clone()));
                statement.shares_id = position > 0;
            }
        }
    }
    share(statements, origins);
}

/// `AC-3: The door SHALL open. The bell SHALL ring.`: both are of AC-3.
fn share(statements: &mut [Statement], origins: &[Origin]) {
    let mut before: Option<CriterionId> = None;
    for (statement, origin) in statements.iter_mut().zip(origins) {
        if !origin.is_first {
            statement.id.clone_from(&before);
            statement.shares_id = statement.id.is_some();
        }
        before.clone_from(&statement.id);
    }
}

/// Whether the statement stands in an item without a number, perhaps below one with a number.
fn is_below_number(origin: &Origin, outline: &Outline) -> bool {
    origin.own.is_none()
        && origin.number.is_none()
        && origin
            .item
            .and_then(|at| outline.items.get(at))
            .is_some_and(|item| item.number.is_none())
}

/// `Requirement 3` and the list number 1: `Requirement 3.1`; an item without a number has that of the item around it.
fn numbered(origin: &Origin, outline: &Outline, headings: &Headings) -> Option<String> {
    let (_, heading) = headings.id(origin.heading)?;
    if let Some(number) = &origin.number {
        return Some(format!("{heading}.{number}"));
    }
    let mut numbers = Vec::new();
    let mut next = origin.item;
    while let Some(item) = next.and_then(|at| outline.items.get(at)) {
        numbers.extend(item.number.as_deref());
        next = item.parent;
    }
    if numbers.is_empty() {
        return None;
    }
    numbers.reverse();
    Some(format!("{heading}.{}", numbers.join(".")))
}

/// Whether the statement stands in an item of a numbered list.
fn is_numbered(origin: &Origin, outline: &Outline) -> bool {
    let item = origin.item.and_then(|item| outline.items.get(item));
    item.is_some_and(|item| item.number.is_some())
}

/// The item or heading with an identifier that a statement stands in.
fn owner(
    origin: &Origin,
    outline: &Outline,
    headings: &Headings,
    item_ids: &BTreeMap<usize, String>,
) -> Option<(Owner, String)> {
    let mut next = origin.item;
    while let Some(at) = next {
        if let Some(id) = item_ids.get(&at) {
            return Some((Owner::Item(at), id.clone()));
        }
        next = outline.items.get(at).and_then(|item| item.parent);
    }
    // The first statement of a numbered item has its number; what follows in the item is not all of the heading.
    let follows = !origin.is_first && is_numbered(origin, outline);
    let (at, id) = headings.id(origin.heading).filter(|_| !follows)?;
    let is_number = id.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    (!is_number || origin.item.is_none()).then(|| (Owner::Heading(at, origin.heading == Some(at)), id.to_owned()))
}
