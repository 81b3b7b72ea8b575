//! [`ServiceProxy`]: HTTP with a service or a pod through the API server's own proxy, so that no address of a node is
//! needed and no pod calls us.

use std::{
    fmt,
    time::{Duration, Instant},
};

use http::{Method, Request};
use kube::{Client, client::Body};
use serde::de::DeserializeOwned;

/// How long one answer may take, where nothing else is said.
const ANSWER: Duration = Duration::from_secs(30);
/// Most of an answer's text that an error quotes, in characters.
const QUOTED: usize = 300;

/// Why a service gave no answer that can be used.
#[derive(Debug, thiserror::Error)]
pub enum ProxyError {
    /// The API server could not be asked, or did not answer in time.
    #[error("{target}: {request} was not answered")]
    Ask {
        /// The service or pod.
        target: String,
        /// Method and path.
        request: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// It answered with a status that is no success.
    #[error("{target}: {request} was answered {status}: {text}")]
    Status {
        /// The service or pod.
        target: String,
        /// Method and path.
        request: String,
        /// The status.
        status: u16,
        /// The answer's beginning.
        text: String,
    },
    /// Its answer is not what it should be.
    #[error("{target}: the answer to {request} cannot be read: {text}")]
    Answer {
        /// The service or pod.
        target: String,
        /// Method and path.
        request: String,
        /// The answer's beginning.
        text: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl ProxyError {
    /// Whether the service may answer later: it is starting, gone for a while or slow.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Ask { .. } => true,
            Self::Status { status, .. } => matches!(status, 429 | 502 | 503 | 504),
            Self::Answer { .. } => false,
        }
    }
}

/// An answer with any status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyAnswer {
    /// Its status.
    pub status: u16,
    /// Its body.
    pub text: String,
    /// When the request was sent, by our monotonic clock.
    pub sent: Instant,
    /// When the whole answer had come, by our monotonic clock.
    pub received: Instant,
}

/// A port of a service or a pod.
#[derive(Clone)]
pub struct ServiceProxy {
    client: Client,
    base: String,
    target: String,
}

impl fmt::Debug for ServiceProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ServiceProxy").field(&self.base).finish()
    }
}

impl ServiceProxy {
    /// A port of a service; the API server picks one of its ready pods for each request.
    #[must_use]
    pub fn service(client: &Client, namespace: &str, name: &str, port: u16) -> Self {
        Self::new(client, "services", namespace, name, port)
    }

    /// A port of one pod.
    #[must_use]
    pub fn pod(client: &Client, namespace: &str, name: &str, port: u16) -> Self {
        Self::new(client, "pods", namespace, name, port)
    }

    fn new(client: &Client, kind: &str, namespace: &str, name: &str, port: u16) -> Self {
        Self {
            client: client.clone(),
            base: format!("/api/v1/namespaces/{namespace}/{kind}/{name}:{port}/proxy"),
            target: format!("{kind} `{namespace}/{name}:{port}`"),
        }
    }

    /// Sends a request and answers what came, whatever its status. `path` begins with `/` and may hold a query.
    ///
    /// # Errors
    ///
    /// [`ProxyError::Ask`] where there is no answer within 30 seconds.
    pub async fn ask(&self, method: Method, path: &str, json: Option<Vec<u8>>) -> Result<ProxyAnswer, ProxyError> {
        let named = format!("{method} {path}");
        let failed = |source: Box<dyn std::error::Error + Send + Sync>| ProxyError::Ask {
            target: self.target.clone(),
            request: named.clone(),
            source,
        };
        let request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        let request = match json {
            Some(body) => request
                .header(http::header::CONTENT_TYPE, "application/json")
                .body(Body::from(body)),
            None => request.body(Body::empty()),
        };
        let request = request.map_err(|error| failed(error.into()))?;
        let sent = Instant::now();
        let answered = tokio::time::timeout(ANSWER, async {
            let answer = self.client.send(request).await?;
            let status = answer.status().as_u16();
            let bytes = answer.into_body().collect_bytes().await?;
            Ok::<_, kube::Error>((status, bytes))
        })
        .await;
        let (status, bytes) = answered
            .map_err(|elapsed| failed(elapsed.into()))?
            .map_err(|error| failed(error.into()))?;
        Ok(ProxyAnswer {
            status,
            text: String::from_utf8_lossy(&bytes).into_owned(),
            sent,
            received: Instant::now(),
        })
    }

    /// Sends a request and answers the body of a success.
    ///
    /// # Errors
    ///
    /// Where there is no answer, or it is no success.
    pub async fn text(&self, method: Method, path: &str, json: Option<Vec<u8>>) -> Result<ProxyAnswer, ProxyError> {
        let named = format!("{method} {path}");
        let answer = self.ask(method, path, json).await?;
        if (200..300).contains(&answer.status) {
            return Ok(answer);
        }
        Err(ProxyError::Status {
            target: self.target.clone(),
            request: named,
            status: answer.status,
            text: beginning(&answer.text),
        })
    }

    /// Gets a JSON document.
    ///
    /// # Errors
    ///
    /// Where there is no answer, it is no success, or no such document.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ProxyError> {
        let answer = self.text(Method::GET, path, None).await?;
        self.read(&format!("GET {path}"), &answer.text)
    }

    /// Reads a JSON document out of an answer's body.
    pub(crate) fn read<T: DeserializeOwned>(&self, request: &str, text: &str) -> Result<T, ProxyError> {
        serde_json::from_str(text).map_err(|error| self.unreadable(request, text, error.into()))
    }

    pub(crate) fn unreadable(
        &self,
        request: &str,
        text: &str,
        source: Box<dyn std::error::Error + Send + Sync>,
    ) -> ProxyError {
        ProxyError::Answer {
            target: self.target.clone(),
            request: request.to_owned(),
            text: beginning(text),
            source,
        }
    }
}

fn beginning(text: &str) -> String {
    text.trim().chars().take(QUOTED).collect()
}

/// A path with its query, percent-encoded.
pub(crate) fn with_query(path: &str, query: &[(&str, &str)]) -> String {
    let mut encoded = form_urlencoded::Serializer::new(String::new());
    for (name, value) in query {
        encoded.append_pair(name, value);
    }
    format!("{path}?{}", encoded.finish())
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn answering(status: u16, body: &'static str) -> Client {
        let service = tower::service_fn(move |request: Request<Body>| async move {
            let path = request.uri().path().to_owned();
            assert_eq!(path, "/api/v1/namespaces/monitoring/services/loki:3100/proxy/ready");
            let answer = http::Response::builder()
                .status(status)
                .body(Body::from(body.as_bytes().to_vec()));
            Ok::<_, Infallible>(answer.unwrap())
        });
        Client::new(service, "n")
    }

    #[tokio::test]
    async fn a_refusal_is_told_with_its_text_and_may_pass_or_not() {
        for (status, passes) in [(503, true), (404, false), (400, false)] {
            let proxy = ServiceProxy::service(&answering(status, "no endpoints"), "monitoring", "loki", 3100);
            let error = proxy.text(Method::GET, "/ready", None).await.unwrap_err();
            assert_eq!(error.may_pass(), passes, "{error}");
            assert!(error.to_string().contains("no endpoints"), "{error}");
            let answer = proxy.ask(Method::GET, "/ready", None).await.unwrap();
            assert_eq!(answer.status, status, "any status is an answer to who asks so");
        }
    }

    #[tokio::test]
    async fn what_is_no_document_is_quoted() {
        let proxy = ServiceProxy::service(&answering(200, "<html>"), "monitoring", "loki", 3100);
        let error = proxy.get::<serde_json::Value>("/ready").await.unwrap_err();
        assert!(error.to_string().contains("<html>") && !error.may_pass(), "{error}");
    }

    #[test]
    fn a_query_keeps_what_it_is_made_of() {
        let path = with_query("/q", &[("query", "{pod=\"a b\"} |= `x&y`")]);
        assert_eq!(path, "/q?query=%7Bpod%3D%22a+b%22%7D+%7C%3D+%60x%26y%60");
    }
}
