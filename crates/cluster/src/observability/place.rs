//! Where the components are found in every profile.

/// Namespace of Loki, Prometheus and Alertmanager.
pub const MONITORING: &str = "monitoring";
/// Port of the service `loki`.
pub const LOKI_PORT: u16 = 3100;
/// Port of the service `prometheus`.
pub const PROMETHEUS_PORT: u16 = 9090;
/// Port of the service `alertmanager`.
pub const ALERTMANAGER_PORT: u16 = 9093;
/// Name of the service and job of kube-state-metrics.
pub const KUBE_STATE_METRICS: &str = "kube-state-metrics";
/// Namespace that Alertmanager's configuration sends notifications to.
pub const RECEIVER_NAMESPACE: &str = "shall-receiver";
/// Port of the service `receiver` there.
pub const RECEIVER_PORT: u16 = 8080;
