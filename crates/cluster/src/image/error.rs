//! Why an image is not to be had: [`ImageError`].

use std::{io, path::PathBuf};

use crate::command::CommandError;

/// Why an image or a program is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// No recipe makes it.
    #[error("no recipe makes `{name}`: expected one of {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// Recipes with faults, all of them.
    #[error("{} faulty image recipe(s):\n{}", faults.len(), faults.join("\n"))]
    Recipes {
        /// One line for each fault, the file first.
        faults: Vec<String>,
    },
    /// The module proxy does not serve a version.
    #[error("module `{module}` {version} is not served by the module proxy: {said}\n(hint: choose another published version in `{}`)", go_mod.display())]
    Refused {
        /// The module.
        module: String,
        /// Its version.
        version: String,
        /// The line of go's output that says so.
        said: String,
        /// The file to edit.
        go_mod: PathBuf,
    },
    /// A step's command failed.
    #[error("image `{image}`: {step} failed")]
    Step {
        /// The image or component.
        image: String,
        /// The step.
        step: String,
        /// What the command said.
        #[source]
        source: CommandError,
    },
    /// A file could not be read or written.
    #[error("{action} `{}` failed", path.display())]
    File {
        /// What was done with it.
        action: &'static str,
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Something that the recipe counts on is not there.
    #[error("image `{image}`: expected {expected}, found {found}")]
    Input {
        /// The image or component.
        image: String,
        /// What was expected.
        expected: String,
        /// What was found.
        found: String,
    },
}

impl ImageError {
    /// Wraps a command's error with the image and the step.
    pub(crate) fn step(image: &str, step: impl Into<String>) -> impl FnOnce(CommandError) -> Self {
        let (image, step) = (image.to_owned(), step.into());
        move |source| Self::Step { image, step, source }
    }

    /// Wraps a file's error with its path.
    pub(crate) fn file(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { action, path, source }
    }
}
