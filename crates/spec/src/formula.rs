//! Formulas of LaTeX in running text, as far as limits stand in them: `$\le 160\text{ MHz}$`.

/// Commands of LaTeX that compare, with the sign that each is read as.
const COMMANDS: &[(&str, &str)] = &[
    ("le", "≤"),
    ("leq", "≤"),
    ("leqslant", "≤"),
    ("ge", "≥"),
    ("geq", "≥"),
    ("geqslant", "≥"),
    ("lt", "<"),
    ("gt", ">"),
    ("pm", "±"),
    ("approx", "≈"),
    ("sim", "~"),
    ("times", "×"),
    ("to", "to"),
];

/// Whether a text holds formulas of LaTeX: `$\le 160\text{ MHz}$`, or `$5%$`, which is what is left of `$5\%$`.
pub(crate) fn has_formulas(text: &str) -> bool {
    text.contains('$')
        && (text.contains("%$")
            || text
                .split('\\')
                .skip(1)
                .any(|command| command.starts_with(|c: char| c.is_ascii_alphabetic())))
}

/// The length of the command that a text starts with, and the sign that it is read as where it compares.
pub(crate) fn read_command(rest: &str) -> (usize, Option<&'static str>) {
    let name = rest.get(1..).unwrap_or_default();
    let letters = name.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(name.len());
    let known = COMMANDS
        .iter()
        .find(|(command, _)| name.get(..letters) == Some(command));
    (1 + letters, known.map(|(_, sign)| *sign))
}
