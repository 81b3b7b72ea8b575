//! `summary.md`: the run on one screen, for a pull request or a CI job.

use std::fmt::Write;

use shall_trace::{
    JudgedBudget, JudgedCriterion, JudgedRun, JudgedScenario, Mark, ValidatedProfile, Verdict, format_interval,
    format_value,
};

use crate::format::number_of;

/// The judged run as Markdown.
#[must_use]
pub fn render_summary(judged: &JudgedRun) -> String {
    let mut text = format!("## {}\n\n", judged.counts.sentence());
    text.push_str(&facts(judged));
    let errors = judged.errors.iter().map(|error| escape(error));
    push_list(&mut text, "The run itself", errors);
    let leaks = judged.leaks.iter().map(|leak| match &leak.why {
        Some(why) => format!("{}: {}", escape(&leak.what), escape(why)),
        None => escape(&leak.what),
    });
    push_list(&mut text, "Left behind", leaks);
    let red = judged
        .scenarios
        .iter()
        .filter(|scenario| needs_attention(scenario.verdict))
        .map(attention);
    push_list(&mut text, "Needs attention", red);
    let suspect = judged.criteria.iter().filter(|judged| judged.has_mark(Mark::Suspect));
    let suspect = suspect.map(|judged| format!("**suspect**: {}", sentence(judged)));
    push_list(&mut text, "Sentences that changed since they were accepted", suspect);
    let shown: Vec<_> = judged
        .criteria
        .iter()
        .filter(|judged| judged.verdict != Verdict::Uncovered)
        .collect();
    push_criteria(&mut text, &shown);
    let waived = judged
        .criteria
        .iter()
        .filter(|judged| judged.verdict == Verdict::Waived);
    push_list(&mut text, "Waived", waived.filter_map(waiver));
    push_list(
        &mut text,
        "Facts against criteria",
        judged.criteria.iter().flat_map(facts_against),
    );
    push_list(
        &mut text,
        "Validated by the API server, not run",
        judged.validated.iter().map(validated),
    );
    let uncovered = judged
        .criteria
        .iter()
        .filter(|judged| judged.verdict == Verdict::Uncovered);
    push_uncovered(&mut text, &uncovered.collect::<Vec<_>>());
    text
}

/// Whether someone has to look at a scenario.
pub(crate) fn needs_attention(verdict: Verdict) -> bool {
    match verdict {
        Verdict::Failed | Verdict::Errored | Verdict::Inconclusive | Verdict::Flaky => true,
        Verdict::Passed | Verdict::NotRun | Verdict::Uncovered | Verdict::Waived => false,
    }
}

fn facts(judged: &JudgedRun) -> String {
    let Some(run) = &judged.run else { return String::new() };
    let commit = run.commit.as_deref().unwrap_or("no commit");
    let engine = run
        .engine
        .as_ref()
        .map(|engine| format!(" on {}", escape(engine)))
        .unwrap_or_default();
    let scenarios: Vec<_> = judged
        .counts
        .scenarios
        .iter()
        .map(|(verdict, number)| format!("{number} {verdict}"))
        .collect();
    let filter = if judged.filtered {
        " A filter chose among the scenarios."
    } else {
        ""
    };
    format!(
        "Run {} of {} with profile {} on {}{engine}, Kubernetes {}, {}. Scenarios: {}. Checks: {}.{filter}\n\n",
        code(&run.run),
        code(commit),
        code(&run.profile),
        escape(&run.backend),
        escape(&run.kubernetes),
        number_of(run.nodes, "node", "nodes"),
        scenarios.join(", "),
        judged.counts.checks,
    )
}

fn validated(validated: &ValidatedProfile) -> String {
    let components: Vec<_> = validated
        .components
        .iter()
        .map(|component| format!("{} {}", escape(&component.component), escape(&component.version)))
        .collect();
    let sent = format!(
        "profile {}, {} objects of {}",
        code(&validated.profile),
        validated.objects(),
        components.join(", ")
    );
    let refused = validated
        .refused
        .iter()
        .map(|refused| format!("**refused** {}", escape(refused)));
    std::iter::once(sent).chain(refused).collect::<Vec<_>>().join("; ")
}

fn push_list(text: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    let lines: Vec<_> = lines.map(|line| format!("- {line}\n")).collect();
    if !lines.is_empty() {
        let _ = write!(text, "### {title}\n\n{}\n", lines.concat());
    }
}

fn attention(scenario: &JudgedScenario) -> String {
    let cause = scenario.last_attempt().and_then(|attempt| attempt.cause.as_deref());
    let finding = scenario.findings.first().map(|finding| finding.text.as_str());
    let why: Vec<_> = cause.into_iter().chain(finding).map(escape).collect();
    let name = escape(&scenario.planned.name);
    format!(
        "**{}**: {name} ({}): {}",
        scenario.verdict,
        code(&scenario.key().to_string()),
        why.join("; ")
    )
}

fn sentence(judged: &JudgedCriterion) -> String {
    let criterion = &judged.criterion;
    format!("{}: {}", escape(criterion.id.as_str()), escape(&criterion.text))
}

/// Who waived a criterion, until when and why.
fn waiver(judged: &JudgedCriterion) -> Option<String> {
    let finding = judged
        .findings
        .iter()
        .find(|finding| finding.verdict == Verdict::Waived)?;
    let id = escape(judged.criterion.id.as_str());
    Some(format!("{id}: {}", escape(&finding.text)))
}

/// What contradicts a criterion, and why nothing can satisfy it.
fn facts_against(judged: &JudgedCriterion) -> Vec<String> {
    let criterion = &judged.criterion;
    let facts = [
        (Mark::Contradicted, &criterion.contradicted),
        (Mark::Unsatisfiable, &criterion.unsatisfiable),
    ];
    let facts = facts
        .into_iter()
        .filter_map(|(mark, fact)| Some((mark, fact.as_deref()?)));
    let id = escape(criterion.id.as_str());
    facts
        .map(|(mark, fact)| format!("{id} is {mark}: {}", escape(fact)))
        .collect()
}

fn push_criteria(text: &mut String, criteria: &[&JudgedCriterion]) {
    if criteria.is_empty() {
        return;
    }
    text.push_str("### Criteria\n\n| criterion | verdict | marks | measured | checks | scenarios |\n");
    text.push_str("| --- | --- | --- | --- | ---: | ---: |\n");
    for judged in criteria {
        let marks: Vec<_> = judged.marks.iter().map(ToString::to_string).collect();
        let measured: Vec<_> = judged.budgets.iter().map(measured).collect();
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} |",
            escape(judged.criterion.id.as_str()),
            judged.verdict,
            marks.join(", "),
            measured.join("<br>"),
            judged.checks,
            judged.scenarios.len(),
        );
    }
    text.push('\n');
}

fn measured(judged: &JudgedBudget) -> String {
    let budget = &judged.budget;
    let limit = format!("{} {}", budget.op, format_value(budget.value, budget.unit));
    let values = judged.measurements.iter().map(|measured| &measured.measurement);
    let values: Vec<_> = values
        .map(|value| format_interval(value.lower, value.upper, value.unit))
        .collect();
    let values = if values.is_empty() {
        "not measured".to_owned()
    } else {
        values.join(", ")
    };
    format!("{} ({})", escape(&values), escape(&limit))
}

fn push_uncovered(text: &mut String, criteria: &[&JudgedCriterion]) {
    if criteria.is_empty() {
        return;
    }
    let title = number_of(criteria.len(), "criterion is uncovered", "criteria are uncovered");
    let ids: Vec<_> = criteria
        .iter()
        .map(|judged| escape(judged.criterion.id.as_str()))
        .collect();
    let _ = write!(
        text,
        "<details><summary>{title}</summary>\n\n{}\n\n</details>\n",
        ids.join(", ")
    );
}

/// Text as a code span, whose backticks would end it.
fn code(text: &str) -> String {
    format!("`{}`", text.replace(['`', '\n', '\r'], " "))
}

/// Text that Markdown and HTML leave as it is, on one line.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\r' => escaped.push(' '),
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '|' | '`' | '*' | '_' | '[' | ']' | '\\' | '#' | '~' => {
                escaped.push('\\');
                escaped.push(character);
            }
            other => escaped.push(other),
        }
    }
    escaped
}
