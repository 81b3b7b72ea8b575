//! Statements in table rows: the cell with the sentence, the cells that name and class it.

use crate::criterion::Pattern;
use crate::ears::{Modals, opens_with_keyword};
use crate::identity::leading_id;
use crate::markdown::{Block, BlockKind, Folded};
use crate::token::Tokens;

use super::category::declared;

/// A cell, or two that belong together, with what the other cells of its row say.
#[derive(Debug)]
pub(super) struct RowText {
    pub(super) content: Folded,
    pub(super) id: Option<String>,
    pub(super) category: Option<(String, Pattern)>,
}

/// Headers over the column of identifiers.
const ID_HEADERS: &[&str] = &[
    "id",
    "#",
    "ref",
    "ref.",
    "req",
    "req.",
    "req id",
    "req. id",
    "requirement id",
    "no",
    "no.",
    "nr",
    "nr.",
    "key",
    "identifier",
    "ac",
    "ac id",
    "requirement #",
    "criterion id",
    "reference",
    "编号",
    "番号",
];

/// Those of [`ID_HEADERS`] that may as well stand over running numbers.
const NUMBER_HEADERS: &[&str] = &["#", "no", "no.", "nr", "nr."];

/// Reads the rows of one table.
pub(super) fn read_rows(cells: &[Block], modals: Modals) -> Vec<RowText> {
    let header: Vec<&Folded> = cells
        .iter()
        .filter(|cell| matches!(cell.kind, BlockKind::Cell { row: 0, .. }))
        .map(|cell| &cell.content)
        .collect();
    let titles: Vec<String> = header
        .iter()
        .map(|cell| cell.text().trim().to_ascii_lowercase())
        .collect();
    // A column of running numbers may stand beside one of identifiers.
    let id_column = titles
        .iter()
        .position(|title| names_ids(title) && !NUMBER_HEADERS.contains(&title.as_str()))
        .or_else(|| titles.iter().position(|title| names_ids(title)));
    let mut rows = Vec::new();
    for row in cells.chunk_by(|a, b| row_of(a) == row_of(b)) {
        let texts: Vec<&Folded> = row.iter().map(|cell| &cell.content).collect();
        let id = row_id(&texts, id_column);
        let category = texts
            .iter()
            .find_map(|text| declared(text.text()).map(|pattern| (text.text().trim().to_owned(), pattern)));
        for content in statements_of(&texts, &header, modals) {
            rows.push(RowText {
                content,
                id: id.clone(),
                category: category.clone(),
            });
        }
    }
    rows
}

/// `ID`, `Ref.`, `FSR-ID`: the header of a column of identifiers.
fn names_ids(header: &str) -> bool {
    ID_HEADERS.contains(&header) || header.ends_with("-id") || header.ends_with("_id")
}

fn row_of(cell: &Block) -> Option<usize> {
    match cell.kind {
        BlockKind::Cell { row, .. } => Some(row),
        BlockKind::Paragraph | BlockKind::Heading(_) | BlockKind::Opaque => None,
    }
}

/// The identifier of a row: the cell of the id column, else the first cell that is an identifier and nothing else.
fn row_id(cells: &[&Folded], column: Option<usize>) -> Option<String> {
    let own = |cell: &Folded| {
        let tokens = Tokens::new(cell.text(), &[]);
        leading_id(&tokens, 0, true).filter(|id| id.next >= tokens.len())
    };
    if let Some(cell) = column.and_then(|column| cells.get(column)) {
        let text = cell.text().trim();
        return match own(cell) {
            Some(found) => Some(found.id),
            None => (!text.is_empty() && !text.contains(' '))
                .then(|| text.to_owned())
                .or_else(|| first_id(cell)),
        };
    }
    cells
        .iter()
        .find_map(|cell| own(cell).filter(|found| !found.is_number))
        .map(|found| found.id)
}

/// The identifier that a cell starts with, where a remark follows it.
fn first_id(cell: &Folded) -> Option<String> {
    let tokens = Tokens::new(cell.text(), &[]);
    leading_id(&tokens, 0, true).map(|found| found.id)
}

/// The texts of a row that hold a modal verb; a condition in the cell before is joined to its response.
fn statements_of(cells: &[&Folded], header: &[&Folded], modals: Modals) -> Vec<Folded> {
    let mut found = Vec::new();
    for (index, cell) in cells.iter().enumerate() {
        let tokens = Tokens::of(cell);
        if !(0..tokens.len()).any(|at| modals.reads(&tokens, at)) {
            continue;
        }
        let before = index.checked_sub(1).and_then(|before| cells.get(before));
        match before
            .filter(|before| is_condition(before, modals) && (!opens_with_keyword(&tokens, 0) || tokens.is(0, "then")))
        {
            Some(condition) => {
                let mut joined = (*condition).clone();
                joined.append(", ", cell);
                found.push(joined);
            }
            None => found.push((*cell).clone()),
        }
    }
    if found.is_empty()
        && header.len() == cells.len()
        && header.first().map(|cell| cell.text()) != cells.first().map(|cell| cell.text())
    {
        found.extend(split_columns(cells, header, modals));
    }
    found
}

fn is_condition(cell: &Folded, modals: Modals) -> bool {
    let tokens = Tokens::of(cell);
    opens_with_keyword(&tokens, 0) && tokens.len() > 1 && !(0..tokens.len()).any(|at| modals.reads(&tokens, at))
}

/// Columns headed `When` and `the system shall`: the keywords stand in the header alone.
fn split_columns(cells: &[&Folded], header: &[&Folded], modals: Modals) -> Option<Folded> {
    let tokens_of = |content: &Folded| Tokens::of(content).len();
    let shall = header.iter().position(|cell| {
        let tokens = Tokens::of(cell);
        !tokens.text().is_empty() && modals.reads(&tokens, tokens.len().saturating_sub(1)) && tokens.len() <= 6
    })?;
    let response = cells.get(shall).filter(|cell| tokens_of(cell) > 0)?;
    let condition = header.iter().take(shall).position(|cell| {
        let tokens = Tokens::of(cell);
        opens_with_keyword(&tokens, 0) && tokens.len() <= 3
    });
    let mut joined = Folded::default();
    if let Some((keyword, condition)) = condition.and_then(|at| Some((header.get(at)?, cells.get(at)?))) {
        joined.append("", &condition.anchored(keyword.text(), true));
        joined.append(" ", condition);
        joined.append(", ", &response.anchored(header.get(shall)?.text(), true));
    } else {
        joined.append("", &response.anchored(header.get(shall)?.text(), true));
    }
    joined.append(" ", response);
    Some(joined)
}
