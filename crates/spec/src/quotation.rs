//! Quotations in running text: [`marked_quotations`].

use std::ops::Range;

use crate::token::Tokens;

/// Signs that close a quotation.
pub(crate) const CLOSING_QUOTES: &[&str] = &["\"", "”", "“", "」", "』", "»"];

/// The tokens of a range inside quotation marks, the marks included; one that is not closed quotes up to the end.
pub(crate) fn marked_quotations(tokens: &Tokens<'_>, limit: &Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut open: Option<(usize, &[&str])> = None;
    for at in limit.clone() {
        let sign = tokens.word(at);
        match open {
            Some((start, closing)) if closing.contains(&sign) => {
                found.push(start..at + 1);
                open = None;
            }
            Some(_) => {}
            None => {
                let closing: &[&str] = match sign {
                    "\"" if tokens.touches(at) => &["\""],
                    "“" => &["”"],
                    "„" => &["“", "”"],
                    "「" => &["」"],
                    "『" => &["』"],
                    "«" => &["»"],
                    _ => continue,
                };
                open = Some((at, closing));
            }
        }
    }
    found.extend(open.map(|(start, _)| start..limit.end));
    found
}
