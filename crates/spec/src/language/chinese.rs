//! Chinese keywords, which stand inside runs of letters: [`split_chinese`] cuts them out.

use std::ops::Range;

/// Words that open a condition at the start of a sentence.
const OPENINGS: &[(&str, &str)] = &[
    ("每当", "when"),
    ("一旦", "when"),
    ("当", "when"),
    ("當", "when"),
    ("如果", "if"),
    ("若", "if"),
];

/// Words that lead from the condition to the system.
const THEN: &[&str] = &["那么", "则", "則"];

/// Modal verbs; the denied ones are cut behind their first letter.
const MODALS: &[(&str, bool)] = &[
    ("不应当", true),
    ("不应该", true),
    ("不应", true),
    ("不得", true),
    ("应当", false),
    ("应该", false),
    ("應當", false),
    ("必须", false),
    ("必須", false),
    ("系统应", false),
    ("系統應", false),
];

/// A part of a run of letters, and the English word that it is read as.
pub(crate) type Piece = (Range<usize>, Option<&'static str>);

/// Cuts a run of letters at its keywords; `starts` says that it opens a sentence, `follows` that a comma is before it.
pub(crate) fn split_chinese(run: &str, starts: bool, follows: bool) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut from = 0;
    if let Some((word, meaning)) = OPENINGS.iter().find(|(word, _)| starts && run.starts_with(word)) {
        pieces.push((0..word.len(), Some(*meaning)));
        from = word.len();
    } else if let Some(word) = THEN.iter().find(|word| follows && run.starts_with(**word)) {
        pieces.push((0..word.len(), Some("then")));
        from = word.len();
    }
    let rest = run.get(from..).unwrap_or_default();
    let modal = MODALS
        .iter()
        .filter_map(|(word, denied)| rest.find(word).map(|at| (at + from, *word, *denied)))
        .filter(|(at, word, _)| {
            let behind = run.get(at + word.len()..).unwrap_or_default();
            !word.starts_with('系') || !behind.starts_with(['当', '该', '當'])
        })
        .min_by_key(|(at, word, _)| (*at, usize::MAX - word.len()));
    let Some((at, word, denied)) = modal else {
        push(&mut pieces, from..run.len());
        return pieces;
    };
    let last = word.chars().next_back().map_or(0, char::len_utf8);
    let first = word.chars().next().map_or(0, char::len_utf8);
    let end = at + word.len();
    if denied {
        push(&mut pieces, from..at);
        pieces.push((at..at + first, Some("shall")));
        pieces.push((at + first..end, Some("not")));
    } else if word.starts_with('系') {
        push(&mut pieces, from..end - last);
        pieces.push((end - last..end, Some("shall")));
    } else {
        push(&mut pieces, from..at);
        pieces.push((at..end, Some("shall")));
    }
    push(&mut pieces, end..run.len());
    pieces
}

fn push(pieces: &mut Vec<Piece>, range: Range<usize>) {
    if !range.is_empty() {
        pieces.push((range, None));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(run: &str, starts: bool, follows: bool) -> Vec<(&str, Option<&'static str>)> {
        let pieces = split_chinese(run, starts, follows);
        pieces.into_iter().map(|(range, word)| (&run[range], word)).collect()
    }

    #[test]
    fn keywords_are_cut_out_of_runs() {
        assert_eq!(
            cut("当炉子变冷时", true, false),
            [("当", Some("when")), ("炉子变冷时", None)]
        );
        assert_eq!(
            cut("则系统应当加热", false, true),
            [
                ("则", Some("then")),
                ("系统", None),
                ("应当", Some("shall")),
                ("加热", None)
            ]
        );
        assert_eq!(
            cut("系统不得关闭", false, false),
            [
                ("系统", None),
                ("不", Some("shall")),
                ("得", Some("not")),
                ("关闭", None)
            ]
        );
        assert_eq!(
            cut("系统应响应", false, false),
            [("系统", None), ("应", Some("shall")), ("响应", None)]
        );
    }
}
