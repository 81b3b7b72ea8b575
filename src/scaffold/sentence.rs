//! English as far as skeletons need it: the third person, denials, and sentences without their numbers.
//!
//! These are proposals to an author, not grammar: where a form is not certain the words stay as they are.

/// A verb phrase behind a system's name: `bind the claim` → `binds the claim`, `not be sealed` → `is not sealed`.
pub(super) fn third_person(phrase: &str, plural: bool) -> String {
    let (denied, phrase) = match phrase.strip_prefix("not ") {
        Some(rest) => (true, rest),
        None => (false, phrase),
    };
    let (verb, rest) = split_word(phrase);
    match (verb.to_lowercase().as_str(), denied) {
        ("be", false) => joined(if plural { "are" } else { "is" }, rest),
        ("be", true) => joined(if plural { "are not" } else { "is not" }, rest),
        (_, true) => joined(if plural { "do not" } else { "does not" }, phrase),
        (adverb, false) if is_adverb(adverb) => joined(verb, &third_person(rest, plural)),
        (_, false) if plural => phrase.to_owned(),
        ("have", false) => joined("has", rest),
        (_, false) => joined(&with_s(verb), rest),
    }
}

/// The same phrase denied; what was denied is said.
pub(super) fn denied(phrase: &str) -> String {
    if let Some(rest) = phrase.strip_prefix("not ") {
        return rest.to_owned();
    }
    match phrase
        .split_once(' ')
        .map(|(verb, rest)| (verb, rest.strip_prefix("no ")))
    {
        Some((verb, Some(object))) => format!("{verb} a {object}"),
        Some((_, None)) | None => format!("not {phrase}"),
    }
}

/// A condition that does not hold: `local-path is the backend` → `local-path is not the backend`.
pub(super) fn condition_denied(condition: &str) -> String {
    let simple = !["that ", "which ", "who ", " or ", " and "]
        .iter()
        .any(|word| condition.contains(word));
    for verb in [" is ", " are "] {
        if simple && condition.matches(verb).count() == 1 {
            let denied = format!("{}not ", verb.trim_start());
            return condition.replacen(verb, &format!(" {denied}"), 1);
        }
    }
    format!("it is not so that {condition}")
}

/// Whether a system's name is of many, such as `the provisioner pods`.
pub(super) fn is_plural(system: &str) -> bool {
    let head = [" of ", " in ", " on ", " with ", " for ", " that ", " at ", " from "]
        .iter()
        .filter_map(|word| system.find(word))
        .min()
        .map_or(system, |at| system.get(..at).unwrap_or(system));
    let last = head.split_whitespace().next_back().unwrap_or_default();
    let counted = ["each", "every", "a", "an", "one", "no"];
    let first = head.split_whitespace().next().unwrap_or_default().to_lowercase();
    let name = last.chars().next().is_some_and(char::is_uppercase);
    let ends = last.ends_with('s') && !["ss", "us", "is", "'s"].iter().any(|end| last.ends_with(end));
    ends && !name && !counted.contains(&first.as_str())
}

/// A response without the numbers of its budgets, given as the document writes them.
pub(super) fn without_budgets<'a>(response: &str, budgets: impl Iterator<Item = &'a str>) -> String {
    let mut text = response.to_owned();
    for budget in budgets {
        let Some((before, after)) = text.split_once(budget) else {
            continue;
        };
        let limits_time = ["within ", "under ", "below ", "in "]
            .iter()
            .any(|word| budget.to_lowercase().starts_with(word));
        text = if limits_time && after.trim().is_empty() {
            before.trim_end_matches([' ', ',', '(']).to_owned()
        } else {
            let before = ["a ", "an ", "the "]
                .iter()
                .find_map(|article| before.strip_suffix(article))
                .unwrap_or(before);
            format!("{before}{}{after}", required(budget))
        };
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What stands in the place of a number: `at least 2 StorageClasses` → `the required StorageClasses`.
fn required(budget: &str) -> String {
    let number = |word: &&str| word.contains(|c: char| c.is_ascii_digit());
    let words: Vec<&str> = budget.split_whitespace().collect();
    let behind = words.iter().rposition(number).map_or(words.len(), |at| at + 1);
    let rest = words.get(behind..).unwrap_or_default().join(" ");
    let is_unit = [
        "mib", "gib", "kib", "mb", "gb", "kb", "%", "percent", "seconds", "minutes", "hours", "days", "",
    ];
    if budget.contains('-') && rest.is_empty() {
        "the required".to_owned()
    } else if is_unit.contains(&rest.to_lowercase().as_str()) {
        "the required amount".to_owned()
    } else {
        format!("the required {rest}")
    }
}

/// First letter in capitals, for a title.
pub(super) fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// First letter small where it is an article's, so that a name stays a name.
pub(super) fn uncapitalized(text: &str) -> String {
    let (first, rest) = split_word(text);
    if ["The", "A", "An", "Each", "Every", "All", "No"].contains(&first) {
        joined(&first.to_lowercase(), rest)
    } else {
        text.to_owned()
    }
}

fn split_word(text: &str) -> (&str, &str) {
    text.split_once(' ').unwrap_or((text, ""))
}

fn joined(first: &str, rest: &str) -> String {
    if rest.is_empty() {
        first.to_owned()
    } else {
        format!("{first} {rest}")
    }
}

fn is_adverb(word: &str) -> bool {
    (word.ends_with("ly") && word != "apply" && word != "supply" && word != "reply" && word != "comply")
        || ["also", "always", "only", "then", "still"].contains(&word)
}

fn with_s(verb: &str) -> String {
    let vowel = |c: char| "aeiou".contains(c);
    if ["s", "x", "z", "ch", "sh", "o"].iter().any(|end| verb.ends_with(end)) {
        return format!("{verb}es");
    }
    match verb.strip_suffix('y') {
        Some(stem) if !stem.ends_with(vowel) => format!("{stem}ies"),
        Some(_) | None => format!("{verb}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn responses_read_in_the_third_person() {
        let cases = [
            ("bind the claim", false, "binds the claim"),
            ("be unsealed", false, "is unsealed"),
            ("have the keys", false, "has the keys"),
            ("not expose ports", false, "does not expose ports"),
            ("not be reachable", false, "is not reachable"),
            ("supply the configuration", false, "supplies the configuration"),
            ("automatically reach it", false, "automatically reaches it"),
            ("deploy", false, "deploys"),
            ("be ready", true, "are ready"),
            ("not run", true, "do not run"),
        ];
        for (phrase, plural, expected) in cases {
            assert_eq!(third_person(phrase, plural), expected);
        }
    }

    #[test]
    fn plurals_are_told_from_names() {
        for system in ["the provisioner pods", "all volumes", "pods of the release"] {
            assert!(is_plural(system), "{system}");
        }
        for system in [
            "Prometheus",
            "the DNS",
            "CoreDNS",
            "each of the pods",
            "the cluster of the pods",
            "the status",
        ] {
            assert!(!is_plural(system), "{system}");
        }
    }

    #[test]
    fn numbers_of_budgets_are_left_to_the_specification() {
        let cases = [
            (
                "bind the claim within 30 seconds",
                "within 30 seconds",
                "bind the claim",
            ),
            (
                "offer at least 2 StorageClasses",
                "at least 2 StorageClasses",
                "offer the required StorageClasses",
            ),
            (
                "give each backup a 30-day retention",
                "30-day",
                "give each backup the required retention",
            ),
            (
                "use less than 500 MiB of memory",
                "less than 500 MiB",
                "use the required amount of memory",
            ),
        ];
        for (response, budget, expected) in cases {
            assert_eq!(without_budgets(response, [budget].into_iter()), expected);
        }
    }

    #[test]
    fn conditions_are_denied() {
        assert_eq!(denied("not bind it"), "bind it");
        assert_eq!(denied("bind it"), "not bind it");
        assert_eq!(denied("run no Promtail pod"), "run a Promtail pod");
        assert_eq!(
            condition_denied("local-path is the backend"),
            "local-path is not the backend"
        );
        assert_eq!(
            condition_denied("a claim that is new is deleted"),
            "it is not so that a claim that is new is deleted"
        );
    }
}
