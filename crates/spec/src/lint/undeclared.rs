//! References to identifiers that nothing has: [`undeclared`].

use std::collections::BTreeSet;

use super::review::UNDECLARED;
use crate::criterion::{CriterionId, Specification};
use crate::diagnostic::Diagnostic;
use crate::document::mentions_of;
use crate::identity::leading_id;
use crate::lock::tag_form;
use crate::markdown::{Outline, read_blocks};
use crate::nearest::nearest;
use crate::source::SourceText;
use crate::token::Tokens;

/// Characters in which an identifier at the start of a block ends, its remark in brackets included.
const OPENING: usize = 120;

/// Finds identifiers that documents use and no document declares.
///
/// Only those of a family count of which something is declared: `AC-001-99` beside `AC-001-01`, and not `CVE-2024-1`.
/// A criterion declares its identifier, and so does every heading, item or cell that begins with one.
#[must_use]
pub fn undeclared(sources: &[SourceText], specification: &Specification) -> Vec<Diagnostic> {
    let ids: Vec<CriterionId> = specification
        .criteria
        .iter()
        .map(|criterion| criterion.id.clone())
        .collect();
    let mut declared: BTreeSet<String> = ids.iter().map(|id| bare(id.as_str()).to_owned()).collect();
    let families: BTreeSet<(String, usize)> = declared.iter().filter_map(|id| family(id)).collect();
    let mut mentioned = Vec::new();
    for source in sources {
        let outline = read_blocks(source.text());
        declared.extend(titles(&outline));
        mentioned.extend(mentions_of(&outline).into_iter().map(|mention| (source, mention)));
    }
    let mut diagnostics = Vec::new();
    for (source, mention) in mentioned {
        let form = tag_form(&mention.id);
        let is_known = declared.contains(&form) || family(&form).is_none_or(|family| !families.contains(&family));
        if is_known {
            continue;
        }
        let message = format!("`{}` is declared nowhere", mention.id);
        let diagnostic = Diagnostic::of(&UNDECLARED, message).at(source, mention.span, "");
        diagnostics.push(match nearest(&form, &ids) {
            Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
            None => diagnostic,
        });
    }
    diagnostics
}

/// An identifier without its document's name.
fn bare(id: &str) -> &str {
    id.rsplit_once(':').map_or(id, |(_, id)| id)
}

/// What stands before the first digit, and how many parts there are: `AC-001-01` is of the family `AC-`, 3.
fn family(id: &str) -> Option<(String, usize)> {
    let digit = id.find(|c: char| c.is_ascii_digit())?;
    Some((id.get(..digit)?.to_owned(), id.split('-').count()))
}

/// The identifiers that blocks of a document begin with.
fn titles(outline: &Outline) -> Vec<String> {
    let blocks = outline.blocks.iter().map(|block| &block.content);
    blocks
        .filter_map(|content| leading_id(&Tokens::new(opening(content.text()), &[]), 0, true))
        .map(|leading| tag_form(&leading.id))
        .collect()
}

/// As much of a text as an identifier at its start can take.
fn opening(text: &str) -> &str {
    let end = text.char_indices().nth(OPENING).map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or(text)
}
