//! Did you mean: the known name that an unknown one is a slip of.

use crate::criterion::CriterionId;

/// The known identifier that is nearest to an unknown one; `None` where none is near.
#[must_use]
pub fn nearest<'a>(id: &str, known: &'a [CriterionId]) -> Option<&'a CriterionId> {
    let wanted = id.trim_start_matches('@').to_ascii_uppercase();
    let best = known
        .iter()
        .map(|known| (distance(&wanted, known.as_str()), known))
        .min_by_key(|(distance, known)| (*distance, known.as_str()));
    best.filter(|(distance, _)| *distance <= tolerance(&wanted))
        .map(|(_, known)| known)
}

/// The nearest of some names, without regard to case.
pub(crate) fn nearest_name<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let wanted = name.to_ascii_uppercase();
    let best = known
        .iter()
        .map(|known| (distance(&wanted, known), *known))
        .min_by_key(|(distance, _)| *distance);
    best.filter(|(distance, _)| *distance <= tolerance(&wanted))
        .map(|(_, known)| known)
}

fn distance(wanted: &str, known: &str) -> usize {
    strsim::damerau_levenshtein(wanted, &known.to_ascii_uppercase())
}

/// A third of the letters may differ, two at least.
fn tolerance(wanted: &str) -> usize {
    (wanted.chars().count() / 3).max(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_found_a_stranger_is_not() {
        let known: Vec<_> = ["AC-001-01", "NFR-PERF-001"]
            .into_iter()
            .map(|id| CriterionId(id.to_owned()))
            .collect();
        assert_eq!(nearest("@AC-01-01", &known), known.first());
        assert_eq!(nearest("nfr-pref-001", &known), known.get(1));
        assert_eq!(nearest("DNS-RECORD-17", &known), None);
        assert_eq!(nearest_name("Sorce", &["Platform", "Source"]), Some("Source"));
    }
}
