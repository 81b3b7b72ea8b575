//! [`render_html`]: templates, style and script put together.

use std::fmt;

use minijinja::{
    AutoEscape, Environment, Output, State, UndefinedBehavior, Value, context, escape_formatter, syntax::SyntaxConfig,
    value::Serde,
};
use shall_trace::JudgedRun;

use super::page::Page;
use crate::ReportError;

/// The templates, by the names under which they include each other.
const TEMPLATES: [(&str, &str); 8] = [
    ("index.html", include_str!("../../templates/index.html")),
    ("macros.html", include_str!("../../templates/macros.html")),
    ("header.html", include_str!("../../templates/header.html")),
    ("attention.html", include_str!("../../templates/attention.html")),
    ("matrix.html", include_str!("../../templates/matrix.html")),
    ("criteria.html", include_str!("../../templates/criteria.html")),
    ("scenarios.html", include_str!("../../templates/scenarios.html")),
    ("run.html", include_str!("../../templates/run.html")),
];
const STYLE: &str = include_str!("../../templates/style.css");
const SCRIPT: &str = include_str!("../../templates/script.js");

/// The judged run as one HTML page. Every text is escaped; style and script are ours and hold no text of
/// the run.
///
/// # Errors
///
/// Where a template is at fault.
pub fn render_html(judged: &JudgedRun) -> Result<String, ReportError> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_formatter(write_value);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    for (name, source) in TEMPLATES {
        environment.add_template(name, source)?;
    }
    let style = Value::from_safe_string(STYLE.to_owned());
    let script = Value::from_safe_string(SCRIPT.to_owned());
    let page = Value::from(Serde(Page::new(judged)));
    Ok(environment
        .get_template("index.html")?
        .render(context! { page, style, script })?)
}

/// Escapes texts of the run. The engine's own escaping also spells each `/` in six characters, which makes a
/// tenth of a large page.
fn write_value(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), minijinja::Error> {
    match value.as_str() {
        Some(text) if !value.is_safe() => escape(out, text).map_err(minijinja::Error::from),
        Some(_) | None => escape_formatter(out, state, value),
    }
}

fn escape(out: &mut impl fmt::Write, text: &str) -> fmt::Result {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
        let (before, from) = rest.split_at(at);
        out.write_str(before)?;
        out.write_str(match from.as_bytes().first() {
            Some(b'&') => "&amp;",
            Some(b'<') => "&lt;",
            Some(b'>') => "&gt;",
            Some(b'"') => "&quot;",
            _ => "&#39;",
        })?;
        rest = &from[1..];
    }
    out.write_str(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_of_markup_is_escaped() {
        let mut out = String::new();
        escape(&mut out, "a/<b class=\"x\" id='y'>&amp;é").unwrap();
        assert_eq!(out, "a/&lt;b class=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;é");
    }
}
