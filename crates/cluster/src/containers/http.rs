//! Asking a container over HTTP: [`send_request`], whatever the status of the answer.

use std::{collections::BTreeMap, net::SocketAddr, time::Duration};

use serde_json::Value;

use super::error::ContainerError;

/// How long one answer may take. A stopped upstream is refused by the network within about three seconds.
const ANSWER: Duration = Duration::from_secs(20);

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpAnswer {
    /// Its status code.
    pub status: u16,
    /// Its headers by lower-case name; of one that comes twice, the last.
    pub headers: BTreeMap<String, String>,
    /// Its body, invalid UTF-8 replaced.
    pub body: String,
}

/// What is asked.
#[derive(Debug, Clone, Copy, Default)]
pub struct HttpRequest<'a> {
    /// The path, beginning with `/`.
    pub path: &'a str,
    /// The host that it is for; `None` for the address that it is sent to.
    pub host: Option<&'a str>,
    /// What tells it from others in the server's log, sent as `X-Request-Id`.
    pub id: Option<&'a str>,
    /// JSON to post; without it the request is a GET.
    pub body: Option<&'a Value>,
}

/// Sends a request to an address. Redirections are answers, not followed.
///
/// # Errors
///
/// When there is no answer. An answer of any status is one.
pub async fn send_request(at: SocketAddr, request: HttpRequest<'_>) -> Result<HttpAnswer, ContainerError> {
    let url = format!("http://{at}{}", request.path);
    let failed = |source| ContainerError::NoAnswer {
        url: url.clone(),
        source,
    };
    // The client wants one though it speaks plain HTTP; one that is installed already is as good.
    let _installed = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .timeout(ANSWER)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy();
    let client = client.build().map_err(failed)?;
    let mut sent = match request.body {
        Some(body) => client.post(&url).json(body),
        None => client.get(&url),
    };
    for (name, value) in [("Host", request.host), ("X-Request-Id", request.id)] {
        if let Some(value) = value {
            sent = sent.header(name, value);
        }
    }
    let answer = sent.send().await.map_err(failed)?;
    let headers = answer.headers().iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.as_str().to_owned(), value)
    });
    let headers = headers.collect();
    Ok(HttpAnswer {
        status: answer.status().as_u16(),
        headers,
        body: answer.text().await.map_err(failed)?,
    })
}

#[cfg(test)]
mod tests {
    use wiremock::{
        Mock, MockServer, ResponseTemplate,
        matchers::{body_string, header, method, path},
    };

    use super::*;

    #[tokio::test]
    async fn a_request_carries_the_name_that_it_is_for_and_any_status_is_an_answer() {
        let server = MockServer::start().await;
        Mock::given(method("GET"))
            .and(path("/ready"))
            .and(header("Host", "loki.macula.local"))
            .and(header("X-Request-Id", "one"))
            .respond_with(ResponseTemplate::new(502).set_body_string("bad gateway"))
            .mount(&server)
            .await;
        let request = HttpRequest {
            path: "/ready",
            host: Some("loki.macula.local"),
            id: Some("one"),
            body: None,
        };
        let answer = send_request(*server.address(), request).await.unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (502, "bad gateway"));
        let anonymous = HttpRequest { host: None, ..request };
        let other = send_request(*server.address(), anonymous).await.unwrap();
        assert_eq!(other.status, 404, "without the name it is another request");
    }

    #[tokio::test]
    async fn a_body_is_posted() {
        let server = MockServer::start().await;
        Mock::given(method("POST"))
            .and(body_string("{}"))
            .respond_with(ResponseTemplate::new(204))
            .mount(&server)
            .await;
        let body = serde_json::json!({});
        let request = HttpRequest {
            path: "/push",
            body: Some(&body),
            ..HttpRequest::default()
        };
        let answer = send_request(*server.address(), request).await;
        assert_eq!(answer.unwrap().status, 204);
    }

    #[tokio::test]
    async fn nothing_listening_is_an_error_that_names_the_address() {
        let request = HttpRequest {
            path: "/",
            ..HttpRequest::default()
        };
        let error = send_request(([127, 0, 0, 1], 1).into(), request).await.unwrap_err();
        assert_eq!(error.to_string(), "no answer to GET http://127.0.0.1:1/");
    }
}
