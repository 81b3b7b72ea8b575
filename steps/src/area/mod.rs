//! Step definitions, one file per area of `features/`.

pub(crate) mod alerts;
mod alerts_delivery;
mod alerts_faults;
mod alerts_raise;
mod alerts_replicas;
pub(crate) mod availability;
mod backup;
mod components;
pub(crate) mod containers;
mod containers_settings;
pub(crate) mod dns;
mod dns_wrong_key;
mod filters;
pub(crate) mod limits;
mod location;
pub(crate) mod logs;
mod logs_query;
mod logs_settings;
mod logs_stack;
pub(crate) mod metrics;
mod metrics_settings;
mod namespace;
pub(crate) mod node_failure;
mod objects;
mod provisioning;
mod restore;
mod retention;
mod secrets;
mod security;
mod unbound;
mod volume;

/// Namespaces of the products that scenarios are about; diagnostics look there too.
pub(crate) fn subject_namespaces() -> Vec<String> {
    [
        components::STORAGE,
        shall_cluster::velero::NAMESPACE,
        "s3",
        shall_cluster::observability::MONITORING,
        dns::DNS,
    ]
    .map(str::to_owned)
    .into()
}
