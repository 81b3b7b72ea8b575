//! [`Loki`]: log lines by its query language, more of them than one answer holds.

use std::collections::BTreeMap;

use http::Method;
use k8s_openapi::jiff::Timestamp;
use kube::Client;
use serde::Deserialize;

use super::{
    exposition::Exposition,
    place::{LOKI_PORT, MONITORING},
};
use crate::client::{ProxyError, ServiceProxy, with_query};

/// Entries of one answer: Loki's own limit for a query.
const PAGE: usize = 5000;

/// One line that Loki returned.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogEntry {
    /// Its time, in nanoseconds since the Unix epoch.
    pub at_ns: i128,
    /// The line.
    pub line: String,
    /// Labels of its stream.
    pub labels: BTreeMap<String, String>,
}

/// Loki of the stack.
#[derive(Debug, Clone)]
pub struct Loki {
    proxy: ServiceProxy,
}

impl Loki {
    /// Loki of this cluster.
    #[must_use]
    pub fn new(client: &Client) -> Self {
        Self {
            proxy: ServiceProxy::service(client, MONITORING, "loki", LOKI_PORT),
        }
    }

    /// Every line that a log query selects between two times, the second not included, oldest first.
    ///
    /// Pages through answers of 5,000 lines. Lines that Loki returns twice are there twice.
    ///
    /// # Errors
    ///
    /// Where Loki does not answer, or one nanosecond holds more lines than an answer.
    pub async fn lines(&self, query: &str, from: Timestamp, to: Timestamp) -> Result<Vec<LogEntry>, ProxyError> {
        let mut all: Vec<LogEntry> = Vec::new();
        let mut start = from.as_nanosecond();
        loop {
            let page = self.page(query, start, to.as_nanosecond()).await?;
            let is_last = page.len() < PAGE;
            let Some(last) = page.last().map(|entry| entry.at_ns) else {
                return Ok(all);
            };
            if !is_last && last == start && page.first().is_some_and(|entry| entry.at_ns == start) {
                let text = format!("{PAGE} lines of {query} at {start} ns");
                return Err(self.proxy.unreadable(
                    "GET query_range",
                    &text,
                    "one time holds more lines than an answer".into(),
                ));
            }
            take_new(&mut all, page, start);
            if is_last {
                return Ok(all);
            }
            start = last;
        }
    }

    async fn page(&self, query: &str, start: i128, end: i128) -> Result<Vec<LogEntry>, ProxyError> {
        let (start, end, limit) = (start.to_string(), end.to_string(), PAGE.to_string());
        let path = with_query(
            "/loki/api/v1/query_range",
            &[
                ("query", query),
                ("start", &start),
                ("end", &end),
                ("limit", &limit),
                ("direction", "forward"),
            ],
        );
        let answer = self.proxy.text(Method::GET, &path, None).await?;
        let answered: Answered = self.proxy.read("GET query_range", &answer.text)?;
        entries(answered).map_err(|source| self.proxy.unreadable("GET query_range", &answer.text, source))
    }

    /// The values of a label, of all streams of the last hour.
    ///
    /// # Errors
    ///
    /// Where Loki does not answer.
    pub async fn label_values(&self, label: &str) -> Result<Vec<String>, ProxyError> {
        let answer: Values = self.proxy.get(&format!("/loki/api/v1/label/{label}/values")).await?;
        Ok(answer.data)
    }

    /// Whether it says that it is ready.
    ///
    /// # Errors
    ///
    /// Where there is no answer.
    pub async fn is_ready(&self) -> Result<bool, ProxyError> {
        Ok(self.proxy.ask(Method::GET, "/ready", None).await?.status == 200)
    }

    /// The configuration in force, YAML, defaults included.
    ///
    /// # Errors
    ///
    /// Where Loki does not answer.
    pub async fn config(&self) -> Result<String, ProxyError> {
        Ok(self.proxy.text(Method::GET, "/config", None).await?.text)
    }

    /// Writes what is in memory to the object store.
    ///
    /// # Errors
    ///
    /// Where Loki does not answer.
    pub async fn flush(&self) -> Result<(), ProxyError> {
        self.proxy.text(Method::POST, "/flush", None).await.map(drop)
    }

    /// Its own metrics.
    ///
    /// # Errors
    ///
    /// Where Loki does not answer.
    pub async fn metrics(&self) -> Result<Exposition, ProxyError> {
        let answer = self.proxy.text(Method::GET, "/metrics", None).await?;
        Ok(Exposition::parse(&answer.text))
    }
}

/// Adds a page that begins at `start` to what is there; what the page before already held at that time is not new.
fn take_new(all: &mut Vec<LogEntry>, page: Vec<LogEntry>, start: i128) {
    let mut known: Vec<LogEntry> = all
        .iter()
        .rev()
        .take_while(|entry| entry.at_ns == start)
        .cloned()
        .collect();
    for entry in page {
        match known.iter().position(|one| *one == entry) {
            Some(index) => drop(known.swap_remove(index)),
            None => all.push(entry),
        }
    }
}

#[derive(Deserialize)]
struct Values {
    #[serde(default)]
    data: Vec<String>,
}

#[derive(Deserialize)]
struct Answered {
    data: Data,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    result_type: String,
    result: serde_json::Value,
}

#[derive(Deserialize)]
struct Stream {
    stream: BTreeMap<String, String>,
    /// Time, line and, where there is any, structured metadata.
    values: Vec<Vec<serde_json::Value>>,
}

/// All streams as one list, oldest first. A query that counts is none for lines.
fn entries(answered: Answered) -> Result<Vec<LogEntry>, Box<dyn std::error::Error + Send + Sync>> {
    if answered.data.result_type != "streams" {
        return Err(format!("expected streams, observed {}", answered.data.result_type).into());
    }
    let streams: Vec<Stream> = serde_json::from_value(answered.data.result)?;
    let mut entries = Vec::new();
    for stream in streams {
        for value in &stream.values {
            let text = |index: usize| value.get(index).and_then(serde_json::Value::as_str);
            let (at, line) = text(0).zip(text(1)).ok_or("an entry without time and line")?;
            entries.push(LogEntry {
                at_ns: at.parse()?,
                line: line.to_owned(),
                labels: stream.stream.clone(),
            });
        }
    }
    entries.sort_by_key(|entry| entry.at_ns);
    Ok(entries)
}

#[cfg(test)]
mod tests;
