//! What an installation leaves: [`InstalledStack`].

use std::time::Duration;

use super::{access::S3Access, profile::StandIn};
use crate::ledger::ObjectRef;

/// A stack that is ready.
#[derive(Debug, Clone)]
pub struct InstalledStack {
    /// Its components, in the profile's order.
    pub components: Vec<InstalledComponent>,
    /// Products that the documents ask for and a component stands in for.
    pub stand_ins: Vec<StandIn>,
    /// How its S3 server is reached.
    pub s3: S3Access,
    /// Namespaces and cluster-scoped objects that it consists of; as [`plan`](super::plan).
    pub created: Vec<ObjectRef>,
}

/// A component that is ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstalledComponent {
    /// Its name in the profile.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Full references of the images that its manifests run.
    pub images: Vec<String>,
    /// Differences to upstream's manifest, one line each.
    pub patches: Vec<String>,
    /// From the first of its objects applied to ready.
    pub took: Duration,
}
