//! `{metric: key}` blocks: which budget a step means when it names a key.

use std::ops::Range;

use crate::criterion::Span;
use crate::diagnostic::Diagnostic;
use crate::markdown::Folded;
use crate::nearest::nearest_name;
use crate::source::SourceText;
use crate::statement::Draft;

/// A key, where it stands, and the byte of the text without blocks that it stood at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MetricKey {
    key: String,
    span: Span,
    at: usize,
}

/// Takes the blocks out of a text.
pub(super) fn take_keys(
    source: &SourceText,
    content: &Folded,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Folded, Vec<MetricKey>) {
    let text = content.text();
    let mut parts: Vec<Range<usize>> = Vec::new();
    let mut keys = Vec::new();
    let mut from = 0;
    while let Some(open) = text.get(from..).and_then(|rest| rest.find('{')).map(|at| from + at) {
        let in_code = content.code().iter().find(|code| code.contains(&open));
        if let Some(code) = in_code {
            from = code.end;
            continue;
        }
        let Some(close) = text.get(open..).and_then(|rest| rest.find('}')).map(|at| open + at + 1) else {
            let span = content.span(open..text.len());
            diagnostics.push(
                Diagnostic::error("SPEC-006", "expected `}` behind `{`, found the end of the item").at(
                    source,
                    span,
                    "opened here",
                ),
            );
            break;
        };
        let span = content.span(open..close);
        match read_key(text.get(open + 1..close - 1).unwrap_or_default()) {
            Ok(key) => keys.push((key, span)),
            Err(message) => {
                diagnostics.push(
                    Diagnostic::error("SPEC-006", message)
                        .at(source, span, "")
                        .hint("write `{metric: restore-duration}` behind the budget"),
                );
                keys.push((String::new(), span));
            }
        }
        let space = text.get(..open).map_or(0, |head| head.len() - head.trim_end().len());
        parts.push(open - space..close);
        from = close;
    }
    let (clean, places) = content.without(&parts);
    let keys = keys.into_iter().zip(places).filter(|((key, _), _)| !key.is_empty());
    (
        clean,
        keys.map(|((key, span), at)| MetricKey { key, span, at }).collect(),
    )
}

/// Reads what stands between the braces.
fn read_key(inner: &str) -> Result<String, String> {
    let Some((name, key)) = inner.split_once(':') else {
        return Err(format!("expected `metric: key` in braces, found `{}`", inner.trim()));
    };
    let (name, key) = (name.trim(), key.trim());
    if !name.eq_ignore_ascii_case("metric") {
        let near = nearest_name(name, &["metric"])
            .map(|near| format!(", did you mean `{near}`?"))
            .unwrap_or_default();
        return Err(format!("expected `metric`, found `{name}`{near}"));
    }
    let valid = !key.is_empty()
        && key
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if valid {
        Ok(key.to_owned())
    } else {
        Err(format!(
            "expected a key of small letters, digits and hyphens, found `{key}`"
        ))
    }
}

/// Gives each key to the nearest budget before it.
pub(super) fn give_keys(source: &SourceText, draft: &mut Draft, keys: &[MetricKey], diagnostics: &mut Vec<Diagnostic>) {
    for key in keys {
        let ends: Vec<usize> = draft.budget_bytes.iter().map(|bytes| bytes.end).collect();
        let Some(nearest) = ends.iter().filter(|end| **end <= key.at + 1).max() else {
            let message = format!("metric `{}`: expected a budget before it, found none", key.key);
            let hint = "a budget is a number with a comparison and a unit, such as `within 30 seconds`; code spans are not read";
            diagnostics.push(
                Diagnostic::error("SPEC-006", message)
                    .at(source, key.span, "")
                    .hint(hint),
            );
            continue;
        };
        for (budget, _) in draft
            .statement
            .budgets
            .iter_mut()
            .zip(&ends)
            .filter(|(_, end)| *end == nearest)
        {
            match &budget.metric {
                Some(earlier) => {
                    let message = format!(
                        "budget `{}`: expected one metric, found `{earlier}` and `{}`",
                        budget.text, key.key
                    );
                    diagnostics.push(Diagnostic::error("SPEC-006", message).at(
                        source,
                        key.span,
                        "second key of the same budget",
                    ));
                }
                None => budget.metric = Some(key.key.clone()),
            }
        }
    }
}

/// Says which budgets lack a key where a criterion has several.
pub(super) fn require_keys(source: &SourceText, id: &str, draft: &Draft, diagnostics: &mut Vec<Diagnostic>) {
    if draft.statement.budgets.len() < 2 {
        return;
    }
    for budget in draft.statement.budgets.iter().filter(|budget| budget.metric.is_none()) {
        let message = format!(
            "`{id}` has {} budgets: expected a metric key behind each, found none behind `{}`",
            draft.statement.budgets.len(),
            budget.text
        );
        diagnostics.push(
            Diagnostic::error("SPEC-007", message)
                .at(source, budget.span, "")
                .hint("write `{metric: key}` behind it, or put a number that is no budget into a code span"),
        );
    }
}
