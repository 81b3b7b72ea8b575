//! Mending what the host lacks: [`install`], called only with the user's consent.

use std::{sync::Arc, time::Duration};

use super::doctor::Problem;
use crate::{
    command::{Command, CommandError},
    progress::{Event, Progress},
};

/// Why the host could not be mended.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// A mending command failed.
    #[error("{what} could not be installed")]
    Failed {
        /// What the command was for.
        what: String,
        /// What it said.
        #[source]
        source: CommandError,
    },
}

/// Runs the commands of the problems that can be mended so; packages are installed by one apt-get. Returns what was mended.
///
/// # Errors
///
/// When a command fails; those before it stay done.
///
/// # Caveats
///
/// Asks nobody: the caller has the user's consent (`SHALL_INSTALL=yes`, `--install`, or an answer at the terminal).
pub async fn install(problems: &[Problem], progress: &Arc<dyn Progress>) -> Result<Vec<String>, InstallError> {
    for (what, line) in plan(problems) {
        progress.event(Event::Note(format!("installing {what}: {}", line.join(" "))));
        let Some((program, args)) = line.split_first() else {
            continue;
        };
        let command = Command::new(program)
            .args(args)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .deadline(Duration::from_mins(20));
        command
            .run()
            .await
            .map_err(|source| InstallError::Failed { what, source })?;
    }
    Ok(problems
        .iter()
        .filter(|problem| problem.installable)
        .map(|problem| problem.what.clone())
        .collect())
}

/// The commands to run in order: an update of the package lists, one installation, then the rest as they are.
fn plan(problems: &[Problem]) -> Vec<(String, Vec<String>)> {
    let (packages, others): (Vec<&Problem>, Vec<&Problem>) = problems
        .iter()
        .filter(|problem| problem.installable)
        .partition(|problem| problem.mend.iter().any(|word| word == "apt-get"));
    let mut commands = Vec::new();
    if let Some(first) = packages.first() {
        let what = packages
            .iter()
            .map(|problem| problem.what.as_str())
            .collect::<Vec<_>>()
            .join(", ");
        let sudo: Vec<String> = first
            .mend
            .iter()
            .take_while(|word| *word != "apt-get")
            .cloned()
            .collect();
        let update = sudo
            .iter()
            .cloned()
            .chain(["apt-get".to_owned(), "update".to_owned()])
            .collect();
        commands.push(("package lists".to_owned(), update));
        let mut install = first.mend.clone();
        install.extend(packages.iter().skip(1).flat_map(|problem| {
            problem
                .mend
                .iter()
                .skip_while(|word| *word != "--no-install-recommends")
                .skip(1)
                .cloned()
        }));
        commands.push((what, install));
    }
    commands.extend(
        others
            .into_iter()
            .map(|problem| (problem.what.clone(), problem.mend.clone())),
    );
    commands
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::{HostFacts, Needs, diagnose, doctor::tests::facts},
        progress::Silent,
    };

    #[test]
    fn packages_are_installed_by_one_command_after_one_update() {
        let host = HostFacts {
            programs: [].into(),
            modules_dir: false,
            ..facts()
        };
        let commands = plan(&diagnose(&host, &Needs::default()));
        let lines: Vec<String> = commands.iter().map(|(_, line)| line.join(" ")).collect();
        assert_eq!(lines.len(), 3, "{lines:?}");
        assert_eq!(lines[0], "apt-get update");
        assert!(
            lines[1].starts_with("apt-get install --yes --no-install-recommends podman runc"),
            "{}",
            lines[1]
        );
        assert!(
            lines[1].ends_with("buildah debootstrap debian-archive-keyring"),
            "{}",
            lines[1]
        );
        assert_eq!(lines[2], "mkdir -p /lib/modules");
    }

    #[test]
    fn nothing_is_run_for_what_a_person_must_decide() {
        let mut host = facts();
        host.programs.remove("go");
        assert_eq!(plan(&diagnose(&host, &Needs::default())), []);
    }

    #[tokio::test]
    async fn a_command_that_fails_names_what_it_was_for() {
        let problem = Problem {
            what: "engine".to_owned(),
            found: String::new(),
            expected: String::new(),
            mend: vec!["false".to_owned()],
            installable: true,
        };
        let progress: Arc<dyn Progress> = Arc::new(Silent);
        let error = install(&[problem], &progress).await.unwrap_err();
        assert_eq!(error.to_string(), "engine could not be installed");
    }
}
