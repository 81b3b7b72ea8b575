//! Step definitions, one file per area of `features/`.

mod backup;
mod components;
mod filters;
mod limits;
mod location;
mod namespace;
mod objects;
mod provisioning;
mod restore;
mod retention;
mod secrets;
mod security;
mod volume;

/// Namespaces of the products that scenarios are about; diagnostics look there too.
pub(crate) fn subject_namespaces() -> Vec<String> {
    [components::STORAGE, shall_cluster::velero::NAMESPACE, "s3"]
        .map(str::to_owned)
        .into()
}
