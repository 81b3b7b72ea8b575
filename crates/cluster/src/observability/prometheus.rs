//! [`Prometheus`]: samples by its query language, targets, and the settings in force.

use std::collections::BTreeMap;

use http::Method;
use k8s_openapi::jiff::Timestamp;
use kube::Client;
use serde::{Deserialize, de::DeserializeOwned};

use super::{
    place::{MONITORING, PROMETHEUS_PORT},
    rules::{ActiveAlert, RuleGroup},
};
use crate::client::{ProxyError, ServiceProxy, with_query};

/// The value of one series at one time.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Labels of the series; `__name__` is the metric.
    pub labels: BTreeMap<String, String>,
    /// Its time, in seconds since the Unix epoch.
    pub at: f64,
    /// Its value.
    pub value: f64,
}

/// A series with its samples, oldest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Its labels; `__name__` is the metric.
    pub labels: BTreeMap<String, String>,
    /// Time in seconds since the Unix epoch, and value.
    pub points: Vec<(f64, f64)>,
}

/// A target that Prometheus scrapes.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScrapeTarget {
    /// Its labels: `job`, `instance` and others.
    pub labels: BTreeMap<String, String>,
    /// Where it is scraped.
    pub scrape_url: String,
    /// `up`, `down` or `unknown`.
    pub health: String,
    /// Why the last scrape failed; empty where it did not.
    #[serde(default)]
    pub last_error: String,
    /// When it was last scraped, RFC 3339.
    pub last_scrape: String,
    /// The interval that it is scraped at, such as `30s`.
    #[serde(default)]
    pub scrape_interval: String,
}

impl ScrapeTarget {
    /// Name of its job.
    #[must_use]
    pub fn job(&self) -> &str {
        self.labels.get("job").map_or("", String::as_str)
    }

    /// Its address.
    #[must_use]
    pub fn instance(&self) -> &str {
        self.labels.get("instance").map_or("", String::as_str)
    }
}

/// Prometheus of the stack.
#[derive(Debug, Clone)]
pub struct Prometheus {
    proxy: ServiceProxy,
}

impl Prometheus {
    /// Prometheus of this cluster.
    #[must_use]
    pub fn new(client: &Client) -> Self {
        Self {
            proxy: ServiceProxy::service(client, MONITORING, "prometheus", PROMETHEUS_PORT),
        }
    }

    /// The value of each series that an expression selects, now. Nothing selected is an empty list.
    ///
    /// # Errors
    ///
    /// Where Prometheus does not answer, or the expression makes no vector.
    pub async fn instant(&self, expression: &str) -> Result<Vec<Sample>, ProxyError> {
        let path = with_query("/api/v1/query", &[("query", expression)]);
        let data: Data = self.data(&path).await?;
        let sample = |vector: Vector| {
            let (at, value) = point(&vector.value)?;
            Some(Sample {
                labels: vector.metric,
                at,
                value,
            })
        };
        self.results(&path, &data, "vector", sample)
    }

    /// The samples that series have in themselves, not filled up: `up{job="a"}[5m]`.
    ///
    /// # Errors
    ///
    /// Where Prometheus does not answer, or the expression makes no range vector.
    pub async fn stored(&self, expression: &str) -> Result<Vec<Series>, ProxyError> {
        self.matrix(&with_query("/api/v1/query", &[("query", expression)]))
            .await
    }

    /// The values of an expression at every `step_seconds` between two times.
    ///
    /// # Errors
    ///
    /// Where Prometheus does not answer.
    pub async fn range(
        &self,
        expression: &str,
        from: Timestamp,
        to: Timestamp,
        step_seconds: u32,
    ) -> Result<Vec<Series>, ProxyError> {
        let (from, to, step) = (from.to_string(), to.to_string(), step_seconds.to_string());
        let query = [("query", expression), ("start", &from), ("end", &to), ("step", &step)];
        self.matrix(&with_query("/api/v1/query_range", &query)).await
    }

    async fn matrix(&self, path: &str) -> Result<Vec<Series>, ProxyError> {
        let data: Data = self.data(path).await?;
        let series = |matrix: Matrix| {
            let points: Option<Vec<_>> = matrix.values.iter().map(point).collect();
            Some(Series {
                labels: matrix.metric,
                points: points?,
            })
        };
        self.results(path, &data, "matrix", series)
    }

    /// The targets that it scrapes.
    ///
    /// # Errors
    ///
    /// Where Prometheus does not answer.
    pub async fn targets(&self) -> Result<Vec<ScrapeTarget>, ProxyError> {
        let targets: Targets = self.data("/api/v1/targets?state=active").await?;
        Ok(targets.active_targets)
    }

    /// Its groups of alerting rules, with the alerts of each.
    ///
    /// # Errors
    ///
    /// Where Prometheus does not answer.
    pub async fn rules(&self) -> Result<Vec<RuleGroup>, ProxyError> {
        let groups: Groups = self.data("/api/v1/rules?type=alert").await?;
        Ok(groups.groups)
    }

    /// The alerts that are pending or firing.
    ///
    /// # Errors
    ///
    /// Where Prometheus does not answer.
    pub async fn alerts(&self) -> Result<Vec<ActiveAlert>, ProxyError> {
        let alerts: Alerts = self.data("/api/v1/alerts").await?;
        Ok(alerts.alerts)
    }

    /// The configuration in force, YAML.
    ///
    /// # Errors
    ///
    /// Where Prometheus does not answer.
    pub async fn config(&self) -> Result<String, ProxyError> {
        let config: Config = self.data("/api/v1/status/config").await?;
        Ok(config.yaml)
    }

    /// Its flags with their values.
    ///
    /// # Errors
    ///
    /// Where Prometheus does not answer.
    pub async fn flags(&self) -> Result<BTreeMap<String, String>, ProxyError> {
        self.data("/api/v1/status/flags").await
    }

    /// What it says of its own run; `storageRetention` is how long it keeps samples.
    ///
    /// # Errors
    ///
    /// Where Prometheus does not answer.
    pub async fn runtime(&self) -> Result<BTreeMap<String, serde_json::Value>, ProxyError> {
        self.data("/api/v1/status/runtimeinfo").await
    }

    /// Whether it says that it is ready.
    ///
    /// # Errors
    ///
    /// Where there is no answer.
    pub async fn is_ready(&self) -> Result<bool, ProxyError> {
        Ok(self.proxy.ask(Method::GET, "/-/ready", None).await?.status == 200)
    }

    async fn data<T: DeserializeOwned>(&self, path: &str) -> Result<T, ProxyError> {
        let answered: Answered<T> = self.proxy.get(path).await?;
        Ok(answered.data)
    }

    fn results<R: DeserializeOwned, T>(
        &self,
        path: &str,
        data: &Data,
        expected: &str,
        read: impl Fn(R) -> Option<T>,
    ) -> Result<Vec<T>, ProxyError> {
        let text = data.result.to_string();
        let unreadable = |source: Box<dyn std::error::Error + Send + Sync>| self.proxy.unreadable(path, &text, source);
        if data.result_type != expected {
            return Err(unreadable(
                format!("expected a {expected}, observed a {}", data.result_type).into(),
            ));
        }
        let results: Vec<R> = serde_json::from_str(&text).map_err(|error| unreadable(error.into()))?;
        let read: Option<Vec<T>> = results.into_iter().map(read).collect();
        read.ok_or_else(|| unreadable("a value that is no number".into()))
    }
}

#[derive(Deserialize)]
struct Answered<T> {
    data: T,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    result_type: String,
    result: serde_json::Value,
}

#[derive(Deserialize)]
struct Vector {
    metric: BTreeMap<String, String>,
    value: (f64, String),
}

#[derive(Deserialize)]
struct Matrix {
    metric: BTreeMap<String, String>,
    values: Vec<(f64, String)>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Targets {
    active_targets: Vec<ScrapeTarget>,
}

#[derive(Deserialize)]
struct Groups {
    groups: Vec<RuleGroup>,
}

#[derive(Deserialize)]
struct Alerts {
    alerts: Vec<ActiveAlert>,
}

#[derive(Deserialize)]
struct Config {
    yaml: String,
}

/// Prometheus writes values as text, `NaN` and `+Inf` among them.
fn point((at, value): &(f64, String)) -> Option<(f64, f64)> {
    Some((*at, value.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use kube::client::Body;

    use super::*;

    fn saying(body: &'static str) -> Prometheus {
        let service = tower::service_fn(move |_request: http::Request<Body>| async move {
            Ok::<_, Infallible>(http::Response::new(Body::from(body.as_bytes().to_vec())))
        });
        Prometheus::new(&Client::new(service, "n"))
    }

    #[tokio::test]
    async fn values_are_read_from_text() {
        let prometheus = saying(
            r#"{"status":"success","data":{"resultType":"vector","result":[
                {"metric":{"__name__":"up","job":"a"},"value":[1763706000.123,"1"]},
                {"metric":{"job":"b"},"value":[1763706000.123,"+Inf"]}]}}"#,
        );
        let samples = prometheus.instant("up").await.unwrap();
        assert_eq!((samples.len(), samples[0].value), (2, 1.0));
        assert!(samples[1].value.is_infinite());
        let refused = prometheus.stored("up").await.unwrap_err();
        assert!(refused.to_string().contains("cannot be read"), "{refused}");
    }

    #[tokio::test]
    async fn stored_samples_keep_their_times() {
        let prometheus = saying(
            r#"{"status":"success","data":{"resultType":"matrix","result":[
                {"metric":{"job":"a"},"values":[[10.5,"1"],[40.5,"0"]]}]}}"#,
        );
        let series = prometheus.stored("up[5m]").await.unwrap();
        assert_eq!(series[0].points, [(10.5, 1.0), (40.5, 0.0)]);
    }

    #[tokio::test]
    async fn a_target_that_is_down_says_why() {
        let prometheus = saying(
            r#"{"status":"success","data":{"activeTargets":[{"discoveredLabels":{},"labels":{"job":"a","instance":"i:1"},
                "scrapePool":"a","scrapeUrl":"http://i:1/metrics","globalUrl":"","lastError":"connection refused",
                "lastScrape":"2026-11-21T07:00:00Z","lastScrapeDuration":0.1,"health":"down","scrapeInterval":"30s",
                "scrapeTimeout":"10s"}],"droppedTargets":[]}}"#,
        );
        let targets = prometheus.targets().await.unwrap();
        assert_eq!((targets[0].job(), targets[0].health.as_str()), ("a", "down"));
        assert_eq!(targets[0].last_error, "connection refused");
    }
}
