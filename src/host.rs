//! What the host must have before a cluster can be made, and the consent to install it.

use std::{
    io::{IsTerminal as _, Write as _},
    sync::Arc,
};

use shall_cluster::{
    engine::{Engine, EngineError, EngineKind, HostFacts, InstallError, Needs, Preference, Problem, diagnose, install},
    image::cache_dir,
    progress::Progress,
};

use crate::config::{Config, EngineChoice, ImagesChoice};

/// Why the host cannot hold a cluster.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// Tools are missing or limits too small, and nobody has consented to mend it.
    #[error("this machine is not ready:\n{}\n(hint: SHALL_INSTALL=yes lets shall run the commands that install packages)", listed(.0))]
    NotReady(Vec<Problem>),
    /// Tools could not be installed.
    #[error(transparent)]
    Install(#[from] InstallError),
    /// The engine does not work.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// One line per problem: what, found, expected, the command.
pub(crate) fn listed(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems
        .iter()
        .map(|problem| {
            let mend = if problem.mend.is_empty() {
                "only a person can mend it".to_owned()
            } else {
                problem.mend.join(" ")
            };
            format!(
                "  {}: found {}, expected {}\n    {mend}",
                problem.what, problem.found, problem.expected
            )
        })
        .collect();
    lines.join("\n")
}

/// What this configuration asks of the host.
pub(crate) fn needs(config: &Config) -> Needs {
    Needs {
        build_images: config.images != ImagesChoice::Pull,
        ..Needs::default()
    }
}

/// Makes the host ready, with consent, and finds the engine.
///
/// # Errors
///
/// When something is missing that nobody consented to install, or that cannot be installed.
pub(crate) async fn prepare(config: &Config, progress: &Arc<dyn Progress>) -> Result<Engine, HostError> {
    let facts = HostFacts::read(&cache_dir()).await;
    let problems = diagnose(&facts, &needs(config));
    if !problems.is_empty() {
        if !(config.install || consents(&problems)) {
            return Err(HostError::NotReady(problems));
        }
        install(&problems, progress).await?;
        let left = diagnose(&HostFacts::read(&cache_dir()).await, &needs(config));
        if !left.is_empty() {
            return Err(HostError::NotReady(left));
        }
    }
    let preference = match config.engine {
        EngineChoice::Auto => Preference::Auto,
        EngineChoice::Podman => Preference::Only(EngineKind::Podman),
        EngineChoice::Docker => Preference::Only(EngineKind::Docker),
    };
    Ok(Engine::detect(preference).await?)
}

/// Asks at a terminal; elsewhere nobody can consent.
#[expect(clippy::print_stderr, reason = "a question at the terminal")]
fn consents(problems: &[Problem]) -> bool {
    if !std::io::stdin().is_terminal() || std::env::var_os("CI").is_some() {
        return false;
    }
    eprint!(
        "this machine is not ready:\n{}\nrun the commands that install packages? [y/N] ",
        listed(problems)
    );
    let _unflushed = std::io::stderr().flush();
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).is_ok() && matches!(answer.trim(), "y" | "Y" | "yes")
}
