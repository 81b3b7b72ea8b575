//! [`Exposition`]: metrics in the text that Prometheus scrapes.

use std::collections::BTreeMap;

/// The samples of one scrape. Histograms and summaries are the samples that they are written as.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Exposition {
    samples: Vec<(String, BTreeMap<String, String>, f64)>,
}

impl Exposition {
    /// Reads the text; lines that are none are left out, as a scrape of a text that is broken fails elsewhere.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        Self {
            samples: lines.filter_map(sample).collect(),
        }
    }

    /// The sum of the samples of this name whose labels have these values; `None` where there is none.
    #[must_use]
    pub fn sum(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let matches = |own: &BTreeMap<String, String>| {
            labels
                .iter()
                .all(|(label, value)| own.get(*label).is_some_and(|own| own == value))
        };
        let mut chosen = self
            .samples
            .iter()
            .filter(|(own, labels, _)| own == name && matches(labels))
            .map(|(_, _, value)| *value);
        let first = chosen.next()?;
        Some(chosen.fold(first, |sum, value| sum + value))
    }

    /// How many samples it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.samples.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }
}

fn sample(line: &str) -> Option<(String, BTreeMap<String, String>, f64)> {
    let (name, labels, rest) = if let Some(open) = line.find('{') {
        let (labels, rest) = labels(line.get(open + 1..)?)?;
        (line.get(..open)?, labels, rest)
    } else {
        let (name, rest) = line.split_once(' ')?;
        (name, BTreeMap::new(), rest)
    };
    let value = rest.split_whitespace().next()?.parse().ok()?;
    Some((name.to_owned(), labels, value))
}

/// Labels up to the closing brace, and what follows it.
fn labels(mut text: &str) -> Option<(BTreeMap<String, String>, &str)> {
    let mut labels = BTreeMap::new();
    loop {
        text = text.trim_start_matches([',', ' ']);
        if let Some(rest) = text.strip_prefix('}') {
            return Some((labels, rest));
        }
        let (name, rest) = text.split_once("=\"")?;
        let mut value = String::new();
        let mut letters = rest.char_indices();
        let end = loop {
            match letters.next()? {
                (at, '"') => break at,
                (_, '\\') => value.push(match letters.next()?.1 {
                    'n' => '\n',
                    other => other,
                }),
                (_, letter) => value.push(letter),
            }
        };
        labels.insert(name.to_owned(), value);
        text = rest.get(end + 1..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"# HELP n Notifications that failed.
# TYPE n counter
n_total{integration="webhook",reason="clientError"} 2
n_total{integration="webhook",reason="serverError"} 1.5e+01 1763706000123
n_total{integration="slack",reason="other",path="a\\b\"}, {c\nd"} 4
up 1
"#;

    #[test]
    fn samples_are_summed_over_the_labels_that_are_not_named() {
        let metrics = Exposition::parse(TEXT);
        assert_eq!(metrics.len(), 4);
        assert_eq!(metrics.sum("n_total", &[("integration", "webhook")]), Some(17.0));
        assert_eq!(metrics.sum("n_total", &[("reason", "clientError")]), Some(2.0));
        assert_eq!(metrics.sum("n_total", &[("path", "a\\b\"}, {c\nd")]), Some(4.0));
        assert_eq!(metrics.sum("up", &[]), Some(1.0));
    }

    #[test]
    fn what_is_not_there_is_not_zero() {
        assert_eq!(
            Exposition::parse(TEXT).sum("n_total", &[("integration", "email")]),
            None
        );
        assert!(Exposition::parse("no metrics at all").is_empty());
    }
}
