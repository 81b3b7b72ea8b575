//! What the components of the observability stack say of themselves: logs of [`Loki`], samples, targets and rules of
//! [`Prometheus`], alerts and silences of [`Alertmanager`], and what a workload's [`Receiver`] was sent.
//!
//! All are asked through the API server's proxy, and none has a watch: who waits polls, and the period is part of
//! what is measured.

mod account;
mod alertmanager;
mod exposition;
mod loki;
mod place;
mod prometheus;
mod receiver;
mod rules;
mod settings;

pub use account::LineAccount;
pub use alertmanager::{Alertmanager, HeldAlert, HeldStatus, Matcher, NewAlert, Silence};
pub use exposition::Exposition;
pub use loki::{LogEntry, Loki};
pub use place::{
    ALERTMANAGER_PORT, KUBE_STATE_METRICS, LOKI_PORT, MONITORING, PROMETHEUS_PORT, RECEIVER_NAMESPACE, RECEIVER_PORT,
};
pub use prometheus::{Prometheus, Sample, ScrapeTarget, Series};
pub use receiver::{Received, Receiver};
pub use rules::{ActiveAlert, AlertRule, RuleGroup};
pub use settings::{Settings, SettingsError};
