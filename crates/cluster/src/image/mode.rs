//! Where images come from: [`ImageMode`].

use std::str::FromStr;

/// Where images come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ImageMode {
    /// Pulled where the registry answers, else built.
    #[default]
    Auto,
    /// Pulled.
    Pull,
    /// Built.
    Build,
}

impl FromStr for ImageMode {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "auto" => Ok(Self::Auto),
            "pull" => Ok(Self::Pull),
            "build" => Ok(Self::Build),
            other => Err(format!("images: expected auto, pull or build, found `{other}`")),
        }
    }
}
