//! Statements that stand in several blocks: a sentence that a list or table goes on with, a condition above its responses.

use crate::ears::{Modals, opens_with_keyword};
use crate::identity::leading_id;
use crate::markdown::{Block, BlockKind, Folded, Outline};
use crate::token::Tokens;

/// A text with the number of blocks that it took.
#[derive(Debug)]
pub(super) struct Gathered {
    pub(super) content: Folded,
    pub(super) blocks: usize,
    /// Whether it is a scenario: given, when and then in list items, without a modal verb.
    pub(super) is_scenario: bool,
}

/// What a block says of itself.
#[expect(clippy::struct_excessive_bools, reason = "four independent facts about one text")]
struct Shape {
    has_modal: bool,
    opens: bool,
    joins: bool,
    ends_open: bool,
}

/// Takes the block at an index and those that its sentence goes on in.
pub(super) fn gather(outline: &Outline, at: usize, modals: Modals) -> Option<Gathered> {
    let block = outline.blocks.get(at)?;
    let shape = shape(&block.content, modals);
    let alone = Gathered {
        content: block.content.clone(),
        blocks: 1,
        is_scenario: false,
    };
    let gathered = if shape.has_modal && (shape.ends_open || flows_on(outline, at, block)) {
        continued(outline, at, block, modals)
    } else if !shape.has_modal && shape.opens {
        responses_below(outline, at, block, modals).or_else(|| siblings(outline, at, block, modals))
    } else {
        None
    };
    Some(gathered.unwrap_or(alone))
}

/// What a sentence ends with that goes on below it.
const OPEN_ENDS: &[&str] = &[
    ":",
    "：",
    ",",
    "following",
    "that",
    "which",
    "either",
    "including",
    "with",
    "to",
    "by",
];

fn shape(content: &Folded, modals: Modals) -> Shape {
    let tokens = Tokens::of(content);
    let start = leading_id(&tokens, 0, false).map_or(0, |id| id.next);
    let last = tokens.len().saturating_sub(1);
    let has_modal = (0..tokens.len()).any(|index| modals.reads(&tokens, index));
    Shape {
        has_modal,
        opens: opens_with_keyword(&tokens, start),
        joins: tokens.is_any(start, &["then", "and", "but", "or"]),
        ends_open: tokens.is_any(last, OPEN_ENDS) || modals.reads(&tokens, last),
    }
}

/// Words that an item below a sentence without a full stop starts with where it goes on.
const FLOWING: &[&str] = &[
    "with", "without", "and", "within", "at", "in", "under", "using", "for", "by", "as", "on", "after", "before", "no",
    "not", "via", "per", "from", "to", "until", "mit", "ohne", "avec", "sans", "com", "sem", "con", "sin",
];

/// `The service SHALL render links` above `- without asking for a login,`: the sentence has no end, and each item starts
/// in lower case with a preposition or goes on with one.
fn flows_on(outline: &Outline, at: usize, block: &Block) -> bool {
    let count = below(outline, at, block);
    let parts = outline.blocks.get(at + 1..at + 1 + count).unwrap_or_default();
    let ended = block
        .content
        .text()
        .trim_end()
        .ends_with(|c: char| !c.is_alphanumeric());
    let flows = |part: &Block| {
        let tokens = Tokens::of(&part.content);
        tokens.is_any(0, FLOWING) && tokens.written(0).starts_with(char::is_lowercase)
    };
    let listed = parts.split_last().is_some_and(|(_, before)| {
        let joins = |part: &Block| {
            let text = part.content.text().trim_end();
            [",", ";", " and", " or"].iter().any(|end| text.ends_with(end))
        };
        !before.is_empty() && before.iter().all(joins)
    });
    !ended && count > 0 && (listed || parts.iter().all(flows))
}

/// A sentence that ends open goes on in the list or table right below it, where nothing there states by itself.
fn continued(outline: &Outline, at: usize, block: &Block, modals: Modals) -> Option<Gathered> {
    let below = below(outline, at, block);
    let table = below == 0;
    let count = if table { table_length(outline, at + 1) } else { below };
    let parts = outline.blocks.get(at + 1..at + 1 + count)?;
    if count == 0 || parts.iter().any(|part| shape(&part.content, modals).has_modal) {
        return None;
    }
    let mut content = block.content.clone();
    let mut row = 0;
    for (index, part) in parts.iter().enumerate() {
        let separator = match part.kind {
            BlockKind::Cell { row: 0, .. } => continue,
            BlockKind::Cell { row: next, .. } if next == row => " ",
            BlockKind::Cell { row: next, .. } => {
                row = next;
                if next == 1 { " " } else { "; " }
            }
            BlockKind::Paragraph | BlockKind::Heading(_) | BlockKind::Opaque if index == 0 => " ",
            BlockKind::Paragraph | BlockKind::Heading(_) | BlockKind::Opaque => "; ",
        };
        content.append(separator, &trimmed(&part.content));
    }
    Some(Gathered {
        content,
        blocks: 1 + count,
        is_scenario: false,
    })
}

/// A condition with its responses as the items below it: one statement.
fn responses_below(outline: &Outline, at: usize, block: &Block, modals: Modals) -> Option<Gathered> {
    let count = below(outline, at, block);
    let parts = outline.blocks.get(at + 1..at + 1 + count)?;
    let responds = |part: &Block| {
        let shape = shape(&part.content, modals);
        shape.has_modal && (!shape.opens || shape.joins)
    };
    if count == 0 || !parts.iter().all(responds) {
        return None;
    }
    let mut content = trimmed(&block.content);
    for (index, part) in parts.iter().enumerate() {
        content.append(if index == 0 { ", " } else { ", and " }, &trimmed(&part.content));
    }
    Some(Gathered {
        content,
        blocks: 1 + count,
        is_scenario: false,
    })
}

/// `WHEN …` and `THEN …` as items of one list.
fn siblings(outline: &Outline, at: usize, block: &Block, modals: Modals) -> Option<Gathered> {
    let item = outline.items.get(block.item?)?;
    let mut content = trimmed(&block.content);
    let mut blocks = 1;
    let mut has_modal = false;
    let mut then = false;
    for next in outline.blocks.get(at + 1..)? {
        let same_list = next.kind == BlockKind::Paragraph
            && next
                .item
                .and_then(|index| outline.items.get(index))
                .is_some_and(|other| other.list == item.list);
        let shape = shape(&next.content, modals);
        let goes_on = shape.joins || shape.opens && !has_modal && !shape.has_modal && !then;
        if !same_list || !goes_on {
            break;
        }
        then |= shape.joins;
        has_modal |= shape.has_modal;
        content.append(
            if has_modal && blocks > 1 && shape.joins {
                " "
            } else {
                ", "
            },
            &trimmed(&next.content),
        );
        blocks += 1;
    }
    (blocks > 1).then_some(Gathered {
        content,
        blocks,
        is_scenario: !has_modal,
    })
}

/// Number of paragraphs right below a block: in items inside its item, or in the list that follows it.
fn below(outline: &Outline, at: usize, block: &Block) -> usize {
    let after = outline.blocks.get(at + 1..).unwrap_or_default();
    let list = after
        .first()
        .and_then(|next| next.item)
        .and_then(|item| outline.items.get(item))
        .map(|item| item.list);
    after
        .iter()
        .take_while(|next| {
            let Some(item) = next.item else { return false };
            let inside = match block.item {
                Some(own) => item != own && is_inside(outline, item, own),
                None => outermost_list(outline, item) == list,
            };
            next.kind == BlockKind::Paragraph && inside
        })
        .count()
}

fn is_inside(outline: &Outline, item: usize, ancestor: usize) -> bool {
    let mut next = Some(item);
    while let Some(at) = next {
        if at == ancestor {
            return true;
        }
        next = outline.items.get(at).and_then(|item| item.parent);
    }
    false
}

fn outermost_list(outline: &Outline, item: usize) -> Option<usize> {
    let mut at = item;
    while let Some(parent) = outline.items.get(at).and_then(|item| item.parent) {
        at = parent;
    }
    outline.items.get(at).map(|item| item.list)
}

/// Number of cells of the table that starts at a block.
fn table_length(outline: &Outline, at: usize) -> usize {
    let Some(BlockKind::Cell { table, .. }) = outline.blocks.get(at).map(|block| block.kind) else {
        return 0;
    };
    let rest = outline.blocks.get(at..).unwrap_or_default();
    rest.iter()
        .take_while(|block| matches!(block.kind, BlockKind::Cell { table: other, .. } if other == table))
        .count()
}

/// A text without the stop, comma or colon at its end.
fn trimmed(content: &Folded) -> Folded {
    let text = content.text().trim_end();
    let end = text
        .trim_end_matches(['.', ',', ';', ':', '。', '，', '；', '：'])
        .trim_end()
        .len();
    content.part(0..end)
}
