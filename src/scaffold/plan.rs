//! Which skeletons are to be written: [`skeletons`], and writing them without touching what is there: [`write`].

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use serde::Serialize;
use shall_spec::{AcceptanceCriterion, Specification, nearest};
use shall_trace::{Features, LinkedPlace};

use super::{skeleton::Skeleton, translate::scenarios_of};

/// Why there are no skeletons.
#[derive(Debug, thiserror::Error)]
pub enum ScaffoldError {
    /// No criterion has this identifier.
    #[error("no criterion `{id}`{}", hint(nearest.as_deref()))]
    Unknown {
        /// As it was given.
        id: String,
        /// The nearest that there is.
        nearest: Option<String>,
    },
    /// A file could not be written.
    #[error("`{path}` could not be written")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

fn hint(nearest: Option<&str>) -> String {
    nearest
        .map(|nearest| format!("\n(hint: did you mean `{nearest}`?)"))
        .unwrap_or_default()
}

/// A criterion that gets no skeleton.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// Its identifier.
    pub criterion: String,
    /// What is there already.
    pub reason: String,
}

/// What is to be written and what is left alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Scaffold {
    /// One for each criterion, in the order of the specification.
    pub skeletons: Vec<Skeleton>,
    /// The others that were asked for.
    pub skipped: Vec<Skipped>,
}

/// Skeletons for these criteria, or for every criterion without a scenario where none is named. A response that a
/// scenario proves already gets none.
///
/// # Errors
///
/// Where an identifier is not known.
pub fn skeletons(
    specification: &Specification,
    features: &Features,
    folder: &Path,
    root: &Path,
    ids: &[String],
) -> Result<Scaffold, ScaffoldError> {
    let wanted = wanted(specification, ids)?;
    let links = features.links(specification);
    let mut scaffold = Scaffold::default();
    for criterion in wanted {
        let own: Vec<&LinkedPlace> = links
            .iter()
            .filter(|place| place.link.criterion == criterion.id)
            .collect();
        let path = path_of(criterion, folder);
        let reason = match open_responses(criterion, &own) {
            open if open.is_empty() => own
                .first()
                .map(|place| format!("{}:{} proves it", place.file, place.line)),
            _ if root.join(&path).exists() => Some(format!("`{path}` exists")),
            open => {
                scaffold.skeletons.push(skeleton(criterion, path, &open));
                None
            }
        };
        // Where everything was asked for, what has a scenario is not worth a line.
        if let Some(reason) = reason.filter(|_| !ids.is_empty() || own.is_empty()) {
            scaffold.skipped.push(Skipped {
                criterion: criterion.id.to_string(),
                reason,
            });
        }
    }
    Ok(scaffold)
}

/// Writes the skeletons; a file that has appeared meanwhile is an error, never written over.
///
/// # Errors
///
/// Where a file cannot be created.
pub fn write(scaffold: &Scaffold, root: &Path) -> Result<(), ScaffoldError> {
    for skeleton in &scaffold.skeletons {
        let path = root.join(&skeleton.path);
        let create = || -> io::Result<()> {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::File::create_new(&path)?.write_all(skeleton.text().as_bytes())
        };
        create().map_err(|source| ScaffoldError::Write {
            path: path.clone(),
            source,
        })?;
    }
    Ok(())
}

fn wanted<'a>(specification: &'a Specification, ids: &[String]) -> Result<Vec<&'a AcceptanceCriterion>, ScaffoldError> {
    if ids.is_empty() {
        return Ok(specification.criteria.iter().collect());
    }
    let find = |id: &String| {
        let plain = id.trim_start_matches('@');
        let criteria = &specification.criteria;
        criteria.iter().find(|one| one.id.as_str() == plain).ok_or_else(|| {
            let known: Vec<_> = criteria.iter().map(|one| one.id.clone()).collect();
            ScaffoldError::Unknown {
                id: id.clone(),
                nearest: nearest(plain, &known).map(ToString::to_string),
            }
        })
    };
    ids.iter().map(find).collect()
}

/// The responses, counted from 1, that no scenario proves.
fn open_responses(criterion: &AcceptanceCriterion, own: &[&LinkedPlace]) -> Vec<usize> {
    let count = criterion.responses.len().max(1);
    let proven = |number: usize| own.iter().any(|place| place.link.proves(number));
    (1..=count).filter(|number| !proven(*number)).collect()
}

/// `features/storage/ac-001-01.feature`.
fn path_of(criterion: &AcceptanceCriterion, folder: &Path) -> String {
    let name = |text: &str| -> String {
        let letters = text.to_lowercase();
        let kept = letters.chars().map(|c| if c.is_alphanumeric() { c } else { '-' });
        kept.collect::<String>().trim_matches('-').to_owned()
    };
    let folder = folder.to_string_lossy().replace('\\', "/");
    format!(
        "{}/{}/{}.feature",
        folder.trim_end_matches('/'),
        name(&criterion.area),
        name(criterion.id.as_str())
    )
}

fn skeleton(criterion: &AcceptanceCriterion, path: String, responses: &[usize]) -> Skeleton {
    let id = criterion.id.to_string();
    let area = super::sentence::capitalized(&criterion.area);
    Skeleton {
        title: format!("{area}, {id}"),
        source: format!("{id}, {}:{}", criterion.file, criterion.line),
        scenarios: scenarios_of(criterion, &id, responses),
        criterion: id,
        path,
    }
}
