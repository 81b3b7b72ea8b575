//! [`Alertmanager`]: the alerts that it holds, silences, and its configuration.

use std::{collections::BTreeMap, time::Duration};

use http::Method;
use k8s_openapi::jiff::Timestamp;
use kube::Client;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    exposition::Exposition,
    place::{ALERTMANAGER_PORT, MONITORING},
};
use crate::client::{ProxyError, ServiceProxy};

/// An alert that Alertmanager holds.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HeldAlert {
    /// Its labels; `alertname` is its rule.
    pub labels: BTreeMap<String, String>,
    /// When it began, RFC 3339.
    pub starts_at: String,
    /// Digest of its labels.
    pub fingerprint: String,
    /// Whether it is held back.
    pub status: HeldStatus,
    /// The receivers that its route leads to.
    #[serde(default)]
    pub receivers: Vec<Named>,
}

impl HeldAlert {
    /// One of its labels; empty where it has none of that name.
    #[must_use]
    pub fn label(&self, name: &str) -> &str {
        self.labels.get(name).map_or("", String::as_str)
    }

    /// State and what holds it back, in words.
    #[must_use]
    pub fn state(&self) -> String {
        let HeldStatus {
            state,
            silenced_by,
            inhibited_by,
        } = &self.status;
        match (silenced_by.len(), inhibited_by.len()) {
            (0, 0) => state.clone(),
            (silences, inhibitions) => format!("{state} by {silences} silences and {inhibitions} inhibitions"),
        }
    }
}

/// Whether an alert is held back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HeldStatus {
    /// `unprocessed`, `active` or `suppressed`.
    pub state: String,
    /// Ids of the silences that hold it back.
    #[serde(default)]
    pub silenced_by: Vec<String>,
    /// Fingerprints of the alerts that inhibit it.
    #[serde(default)]
    pub inhibited_by: Vec<String>,
}

/// Something with a name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Named {
    /// The name.
    pub name: String,
}

/// What a silence applies to: a label that has this value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Matcher {
    /// The label.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Whether the value is a regular expression.
    pub is_regex: bool,
}

impl Matcher {
    /// A label that equals this value.
    #[must_use]
    pub fn equal(name: &str, value: &str) -> Self {
        Self {
            name: name.to_owned(),
            value: value.to_owned(),
            is_regex: false,
        }
    }
}

/// A silence.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Silence {
    /// Its id.
    pub id: String,
    /// Its state.
    pub status: SilenceStatus,
    /// Why it is there.
    #[serde(default)]
    pub comment: String,
}

/// State of a silence.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SilenceStatus {
    /// `pending`, `active` or `expired`.
    pub state: String,
}

/// An alert to be put into Alertmanager without a rule, for the legs behind Prometheus alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewAlert {
    /// Its labels; `alertname` among them.
    pub labels: BTreeMap<String, String>,
    /// Its annotations.
    pub annotations: BTreeMap<String, String>,
    /// When it ends, RFC 3339; `None` where Alertmanager's own time-out ends it.
    #[serde(rename = "endsAt", skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<String>,
}

/// Alertmanager of the stack.
#[derive(Debug, Clone)]
pub struct Alertmanager {
    proxy: ServiceProxy,
}

impl Alertmanager {
    /// Alertmanager of this cluster, whichever replica answers.
    #[must_use]
    pub fn new(client: &Client) -> Self {
        Self {
            proxy: ServiceProxy::service(client, MONITORING, "alertmanager", ALERTMANAGER_PORT),
        }
    }

    /// One replica.
    #[must_use]
    pub fn replica(client: &Client, pod: &str) -> Self {
        Self {
            proxy: ServiceProxy::pod(client, MONITORING, pod, ALERTMANAGER_PORT),
        }
    }

    /// Every alert that it holds, those held back included.
    ///
    /// # Errors
    ///
    /// Where Alertmanager does not answer.
    pub async fn alerts(&self) -> Result<Vec<HeldAlert>, ProxyError> {
        self.proxy.get("/api/v2/alerts").await
    }

    /// Puts alerts in.
    ///
    /// # Errors
    ///
    /// Where Alertmanager refuses them or does not answer.
    pub async fn post(&self, alerts: &[NewAlert]) -> Result<(), ProxyError> {
        let body = json!(alerts).to_string().into_bytes();
        self.proxy
            .text(Method::POST, "/api/v2/alerts", Some(body))
            .await
            .map(drop)
    }

    /// Holds back what matches, from now for `span`; answers the silence's id. It ends by itself.
    ///
    /// # Errors
    ///
    /// Where Alertmanager refuses it or does not answer.
    pub async fn silence(&self, matchers: &[Matcher], span: Duration, comment: &str) -> Result<String, ProxyError> {
        let now = Timestamp::now();
        let ends = now + span;
        let body = json!({
            "matchers": matchers,
            "startsAt": now.to_string(),
            "endsAt": ends.to_string(),
            "createdBy": "shall",
            "comment": comment,
        });
        let body = body.to_string().into_bytes();
        let answer = self.proxy.text(Method::POST, "/api/v2/silences", Some(body)).await?;
        let made: Made = self.proxy.read("POST /api/v2/silences", &answer.text)?;
        Ok(made.silence_id)
    }

    /// Ends a silence.
    ///
    /// # Errors
    ///
    /// Where there is none of that id, or Alertmanager does not answer.
    pub async fn end_silence(&self, id: &str) -> Result<(), ProxyError> {
        let path = format!("/api/v2/silence/{id}");
        self.proxy.text(Method::DELETE, &path, None).await.map(drop)
    }

    /// Every silence, those that have ended included.
    ///
    /// # Errors
    ///
    /// Where Alertmanager does not answer.
    pub async fn silences(&self) -> Result<Vec<Silence>, ProxyError> {
        self.proxy.get("/api/v2/silences").await
    }

    /// The configuration in force, YAML; secrets are masked by Alertmanager itself.
    ///
    /// # Errors
    ///
    /// Where Alertmanager does not answer.
    pub async fn config(&self) -> Result<String, ProxyError> {
        let status: Status = self.proxy.get("/api/v2/status").await?;
        Ok(status.config.original)
    }

    /// Reads its configuration file again.
    ///
    /// # Errors
    ///
    /// Where the file is wrong, or Alertmanager does not answer.
    pub async fn reload(&self) -> Result<(), ProxyError> {
        self.proxy.text(Method::POST, "/-/reload", None).await.map(drop)
    }

    /// Its own metrics.
    ///
    /// # Errors
    ///
    /// Where Alertmanager does not answer.
    pub async fn metrics(&self) -> Result<Exposition, ProxyError> {
        let answer = self.proxy.text(Method::GET, "/metrics", None).await?;
        Ok(Exposition::parse(&answer.text))
    }
}

#[derive(Deserialize)]
struct Made {
    #[serde(rename = "silenceID")]
    silence_id: String,
}

#[derive(Deserialize)]
struct Status {
    config: Original,
}

#[derive(Deserialize)]
struct Original {
    original: String,
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use kube::client::Body;

    use super::*;

    fn saying(method: &'static str, path: &'static str, body: &'static str) -> Alertmanager {
        let service = tower::service_fn(move |request: http::Request<Body>| async move {
            assert_eq!(request.method().as_str(), method);
            assert!(request.uri().path().ends_with(path), "{}", request.uri());
            Ok::<_, Infallible>(http::Response::new(Body::from(body.as_bytes().to_vec())))
        });
        Alertmanager::new(&Client::new(service, "n"))
    }

    #[tokio::test]
    async fn an_alert_that_is_held_back_says_by_what() {
        let alertmanager = saying(
            "GET",
            ":9093/proxy/api/v2/alerts",
            r#"[{"annotations":{},"endsAt":"2026-11-21T07:04:00Z","fingerprint":"f","receivers":[{"name":"generic"}],
                "startsAt":"2026-11-21T07:00:00Z","updatedAt":"2026-11-21T07:00:00Z","generatorURL":"",
                "status":{"inhibitedBy":["g"],"silencedBy":[],"state":"suppressed","mutedBy":[]},
                "labels":{"alertname":"WorkloadDown"}}]"#,
        );
        let alerts = alertmanager.alerts().await.unwrap();
        assert_eq!(alerts[0].state(), "suppressed by 0 silences and 1 inhibitions");
        assert_eq!(alerts[0].label("alertname"), "WorkloadDown");
    }

    #[tokio::test]
    async fn a_silence_is_known_by_its_id() {
        let alertmanager = saying("POST", "/api/v2/silences", r#"{"silenceID":"s-1"}"#);
        let matchers = [Matcher::equal("namespace", "n")];
        let id = alertmanager
            .silence(&matchers, Duration::from_mins(5), "a test")
            .await
            .unwrap();
        assert_eq!(id, "s-1");
    }
}
