//! Ticks that are not true: a task marked done above parts that are open.

use crate::criterion::Span;
use crate::document::is_ticked_heading;
use crate::markdown::{Block, BlockKind, Outline};

use super::rule::STATUS_LIE;
use super::sentence::Finding;

/// Finds ticked headings and items with open boxes below them.
pub(super) fn check(outline: &Outline) -> Vec<Finding> {
    let mut found = Vec::new();
    for (at, block) in outline.blocks.iter().enumerate() {
        let BlockKind::Heading(level) = block.kind else {
            continue;
        };
        let below = outline.blocks.get(at + 1..).unwrap_or_default();
        let section = below
            .iter()
            .take_while(|next| !matches!(next.kind, BlockKind::Heading(other) if other <= level));
        if is_ticked_heading(block) {
            found.extend(lie(block, boxes(outline, section)));
        }
    }
    found.extend(items(outline));
    found
}

/// Number of open boxes and of all boxes in some blocks; each item counts once.
fn boxes<'a>(outline: &Outline, blocks: impl Iterator<Item = &'a Block>) -> (usize, usize) {
    let mut items: Vec<usize> = blocks.filter_map(|block| block.item).collect();
    items.dedup();
    let states: Vec<bool> = items
        .into_iter()
        .filter_map(|item| outline.items.get(item)?.checked)
        .collect();
    (states.iter().filter(|checked| !**checked).count(), states.len())
}

fn lie(block: &Block, (open, all): (usize, usize)) -> Option<Finding> {
    let span: Span = block.content.span(0..block.content.text().trim_end().len());
    (open > 0).then(|| (&STATUS_LIE, span, format!("{open} of {all} parts are open")))
}

/// Ticked items with an open item inside.
fn items(outline: &Outline) -> Vec<Finding> {
    let mut counts = vec![(0, 0); outline.items.len()];
    for item in &outline.items {
        if let (Some(checked), Some(count)) = (item.checked, item.parent.and_then(|parent| counts.get_mut(parent))) {
            count.1 += 1;
            count.0 += usize::from(!checked);
        }
    }
    let mut seen = None;
    let first_blocks = outline.blocks.iter().filter(|block| {
        let first = block.item.is_some() && block.item != seen;
        seen = block.item;
        first
    });
    first_blocks
        .filter_map(|block| {
            let item = block.item?;
            let ticked = outline.items.get(item)?.checked == Some(true);
            lie(block, *counts.get(item)?).filter(|_| ticked)
        })
        .collect()
}
