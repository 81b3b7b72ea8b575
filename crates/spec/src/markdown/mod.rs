//! Markdown to blocks of folded text: [`read_blocks`] keeps the place of every character.

mod block;
mod folded;
mod html;
mod reader;

pub(crate) use block::{Block, BlockKind, Outline};
pub(crate) use folded::Folded;
pub(crate) use reader::read_blocks;
