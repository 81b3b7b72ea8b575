//! What Prometheus says of its alerting rules and of the alerts that they raised.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A group of rules.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleGroup {
    /// Its name.
    pub name: String,
    /// Its file.
    #[serde(default)]
    pub file: String,
    /// Seconds between two evaluations.
    pub interval: f64,
    /// When it was last evaluated, RFC 3339.
    pub last_evaluation: String,
    /// Its alerting rules.
    pub rules: Vec<AlertRule>,
}

/// An alerting rule.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AlertRule {
    /// Name of its alert.
    pub name: String,
    /// Its expression.
    pub query: String,
    /// Seconds for which the expression has to hold before it fires.
    #[serde(default)]
    pub duration: f64,
    /// `inactive`, `pending` or `firing`.
    #[serde(default)]
    pub state: String,
    /// `ok`, `err` or `unknown`.
    pub health: String,
    /// Why its last evaluation failed; empty where it did not.
    #[serde(default)]
    pub last_error: String,
    /// When it was last evaluated, RFC 3339.
    pub last_evaluation: String,
    /// Labels that it adds to its alerts.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// Its alerts that are pending or firing.
    #[serde(default)]
    pub alerts: Vec<ActiveAlert>,
}

/// An alert that is pending or firing in Prometheus.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActiveAlert {
    /// Its labels; `alertname` is its rule.
    pub labels: BTreeMap<String, String>,
    /// Its annotations.
    #[serde(default)]
    pub annotations: BTreeMap<String, String>,
    /// `pending` or `firing`.
    pub state: String,
    /// When the expression began to hold, RFC 3339.
    #[serde(default)]
    pub active_at: Option<String>,
}

impl ActiveAlert {
    /// One of its labels; empty where it has none of that name.
    #[must_use]
    pub fn label(&self, name: &str) -> &str {
        self.labels.get(name).map_or("", String::as_str)
    }
}
