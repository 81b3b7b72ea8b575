//! Inline HTML: which tags are mark-up, which text in angle brackets is a placeholder.

/// What an inline tag means for the text around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InlineTag {
    /// `<br>`.
    Break,
    /// `<code>`, `<kbd>`, `<samp>`: what follows is a mention.
    CodeStart,
    CodeEnd,
    /// `<del>`, `<s>`: what follows is struck out.
    StruckStart,
    StruckEnd,
    /// Other HTML, a comment included: it has no text.
    Markup,
    /// Not HTML: a placeholder such as `<trigger>`.
    Placeholder,
}

/// Tags that only change how text looks.
const MARKUP: &[&str] = &[
    "a", "abbr", "b", "big", "center", "cite", "details", "dfn", "div", "em", "font", "h1", "h2", "h3", "h4", "h5",
    "h6", "hr", "i", "img", "ins", "label", "li", "mark", "ol", "p", "picture", "q", "small", "source", "span",
    "strong", "sub", "summary", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul", "wbr", "input",
];

/// Classifies one inline tag as written.
pub(super) fn classify(tag: &str) -> InlineTag {
    let closing = tag.starts_with("</");
    let name: String = tag
        .trim_start_matches(['<', '/'])
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase();
    let rest = tag.trim_start_matches(['<', '/']).get(name.len()..).unwrap_or_default();
    let plain = rest.starts_with(['>', ' ', '/']);
    match (name.as_str(), closing) {
        ("br", _) if plain => InlineTag::Break,
        ("code" | "kbd" | "samp" | "tt", false) if plain => InlineTag::CodeStart,
        ("code" | "kbd" | "samp" | "tt", true) => InlineTag::CodeEnd,
        ("del" | "s" | "strike", false) if plain => InlineTag::StruckStart,
        ("del" | "s" | "strike", true) => InlineTag::StruckEnd,
        (name, _) if tag.starts_with("<!") || tag.starts_with("<?") || plain && MARKUP.contains(&name) => {
            InlineTag::Markup
        }
        _ => InlineTag::Placeholder,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_markup_a_comment_is_nothing_a_name_is_a_placeholder() {
        assert_eq!(classify("<br/>"), InlineTag::Break);
        assert_eq!(classify("<b>"), InlineTag::Markup);
        assert_eq!(classify("<!-- x -->"), InlineTag::Markup);
        assert_eq!(classify("<trigger>"), InlineTag::Placeholder);
        assert_eq!(classify("<a-name>"), InlineTag::Placeholder);
        assert_eq!(classify("</code>"), InlineTag::CodeEnd);
    }
}
