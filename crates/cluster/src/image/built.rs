//! What the builder hands out: [`BuiltImage`] and [`BuiltProgram`].

use std::{path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};

/// Where an image came from; evidence names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Built here from pinned sources.
    Built,
    /// Pulled from its registry.
    Pulled,
}

/// An image that can be loaded into nodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltImage {
    /// Its name in the recipes, such as `velero`.
    pub name: String,
    /// Its repository and tag, as manifests write them.
    pub reference: String,
    /// A docker-archive that `kind load image-archive` takes.
    pub archive: PathBuf,
    /// Where it came from.
    pub origin: Origin,
    /// The Go module, Cargo package or Debian package that it was made from.
    pub module: String,
    /// The version of that.
    pub version: String,
    /// The checksum of that, from go.sum; empty where there is none.
    pub sum: String,
    /// How long it took this time.
    pub took: Duration,
    /// Whether the cache had it.
    pub cached: bool,
}

/// A host program, such as kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltProgram {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// The Go module that it was made from.
    pub module: String,
    /// The version of that.
    pub version: String,
    /// How long it took this time.
    pub took: Duration,
    /// Whether the cache had it.
    pub cached: bool,
}
