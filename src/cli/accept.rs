//! `shall check --accept`: sentences as they read now are taken into `shall.lock`.

use std::{path::Path, process::Command};

use clap::Args;
use jiff::{Timestamp, tz::TimeZone};
use shall_spec::{Acceptance, Accepted, CriterionId, LOCK_FILE, Lock, Specification, nearest, tag_form, word_diff};
use shall_trace::Features;

use super::command::Fault;
use crate::{config::Config, project::Reviewed};

/// What is accepted, and by whom.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub(crate) struct AcceptArgs {
    /// Accepts these sentences as they read now, so that their scenarios are no longer suspect; takes sentences that are
    /// gone out of `shall.lock`.
    #[arg(long, value_name = "ID", num_args = 1.., value_delimiter = ',')]
    accept: Vec<String>,
    /// Accepts sentences that `shall.lock` does not hold yet, and gives those without an identifier theirs. Changed
    /// sentences stay suspect.
    #[arg(long)]
    accept_new: bool,
    /// Accepts everything: new, changed and removed sentences. What a scenario still links to is never taken out.
    #[arg(long, conflicts_with_all = ["accept", "accept_new"])]
    accept_all: bool,
    /// Who accepts; without it the user of git.
    #[arg(long, env = "SHALL_ACCEPTED_BY", value_name = "NAME")]
    accepted_by: Option<String>,
}

/// Why nothing is accepted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AcceptError {
    /// Neither specification nor lock has this identifier.
    #[error("no criterion `{id}`{}", near(nearest.as_ref()))]
    Unknown {
        /// As it was given.
        id: String,
        /// The nearest that there is.
        nearest: Option<CriterionId>,
    },
    /// Nobody is named.
    #[error(
        "nobody accepts: expected a name, found none\n\
         (hint: give `--accepted-by NAME`, set SHALL_ACCEPTED_BY, or `git config user.name NAME`)"
    )]
    Nobody,
}

fn near(nearest: Option<&CriterionId>) -> String {
    nearest
        .map(|id| format!("\n(hint: did you mean `{id}`?)"))
        .unwrap_or_default()
}

impl AcceptArgs {
    /// Whether anything is to be accepted.
    pub(crate) fn is_asked(&self) -> bool {
        self.accept_all || self.accept_new || !self.accept.is_empty()
    }

    /// The identifiers that are accepted.
    fn ids(&self, config: &Config, read: &Reviewed) -> Result<Vec<CriterionId>, AcceptError> {
        let mut ids = named(&self.accept, &read.specification, &read.lock)?;
        if self.accept_new || self.accept_all {
            let differences = read.lock.compare(&read.specification);
            ids.extend(differences.new);
            if self.accept_all {
                ids.extend(differences.changed);
                let tags = Features::read(&config.root, &config.features.to_string_lossy()).tags();
                let removed = differences.removed.into_iter().map(|(id, _)| id);
                ids.extend(removed.filter(|id| !is_linked(id, tags.iter().map(String::as_str))));
            }
        }
        Ok(ids)
    }
}

/// Whether one of the tags links to a criterion, by all of it or by one response.
fn is_linked<'a>(id: &CriterionId, mut tags: impl Iterator<Item = &'a str>) -> bool {
    tags.any(|tag| {
        let rest = tag.strip_prefix(id.as_str());
        rest.is_some_and(|rest| {
            rest.is_empty()
                || rest
                    .strip_prefix('.')
                    .is_some_and(|number| number.parse::<usize>().is_ok())
        })
    })
}

/// The criteria and entries that were named, as tags or as documents write them.
fn named(asked: &[String], specification: &Specification, lock: &Lock) -> Result<Vec<CriterionId>, AcceptError> {
    let mut known: Vec<CriterionId> = specification
        .criteria
        .iter()
        .map(|criterion| criterion.id.clone())
        .collect();
    known.extend(lock.entries.keys().cloned());
    let find = |id: &String| {
        let bare = id.trim_start_matches('@');
        let forms = [bare.to_owned(), tag_form(bare)];
        let found = forms
            .iter()
            .find_map(|form| known.iter().find(|known| known.as_str() == form));
        found.cloned().ok_or_else(|| AcceptError::Unknown {
            id: id.clone(),
            nearest: nearest(bare, &known).cloned(),
        })
    };
    asked.iter().map(find).collect()
}

/// Accepts what is asked for, writes the lock and says what changed in it, each line through `line`.
pub(crate) fn accept(args: &AcceptArgs, config: &Config, read: &mut Reviewed, line: fn(&str)) -> Result<(), Fault> {
    let ids = args.ids(config, read).map_err(Fault::usage)?;
    let by = args.accepted_by.clone().or_else(|| git_user(&config.root));
    let acceptance = Acceptance {
        ids,
        by: by.ok_or_else(|| Fault::usage(AcceptError::Nobody))?,
        on: Timestamp::now().to_zoned(TimeZone::UTC).date(),
    };
    let before = read.lock.clone();
    let accepted = read.lock.accept(&read.specification, &acceptance);
    if read.lock != before {
        read.lock
            .write(&config.root.join(LOCK_FILE))
            .map_err(Fault::not_judged)?;
    }
    say(&accepted, &before, &read.lock, &acceptance.by, line);
    Ok(())
}

fn say(accepted: &Accepted, before: &Lock, after: &Lock, by: &str, line: fn(&str)) {
    for id in &accepted.changed {
        if let (Some(old), Some(new)) = (before.get(id), after.get(id)) {
            line(&format!("accepted {id}: {}", word_diff(&old.text, &new.text)));
        }
    }
    for id in &accepted.removed {
        line(&format!("taken out {id}"));
    }
    line(&format!(
        "{LOCK_FILE}: {} new, {} changed, {} removed, accepted by {by}\n",
        accepted.added.len(),
        accepted.changed.len(),
        accepted.removed.len(),
    ));
}

/// The name that git commits with in a folder; `None` without git or without a name.
fn git_user(root: &Path) -> Option<String> {
    let asked = Command::new("git")
        .args(["config", "user.name"])
        .current_dir(root)
        .output()
        .ok()?;
    let name = String::from_utf8(asked.stdout).ok()?.trim().to_owned();
    (!name.is_empty()).then_some(name)
}
