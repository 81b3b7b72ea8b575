//! An API server for tests: a function from request to answer, with the requests kept.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
};

use kube::{Client, client::Body};
use serde_json::{Value, json};

/// Requests as `METHOD /path?query body`, in order.
pub(crate) type Requests = Arc<Mutex<Vec<String>>>;

/// A client whose API server answers by `answer(method, path, query)`: code and body.
pub(crate) fn client(
    answer: impl Fn(&str, &str, &str) -> (u16, Value) + Clone + Send + Sync + 'static,
) -> (Client, Requests) {
    let requests = Requests::default();
    let kept = requests.clone();
    let service = tower::service_fn(move |request: http::Request<Body>| {
        let (answer, kept) = (answer.clone(), kept.clone());
        async move {
            let (parts, body) = request.into_parts();
            let bytes = body.collect_bytes().await.unwrap();
            let target = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
            kept.lock()
                .unwrap()
                .push(format!("{} {target} {}", parts.method, String::from_utf8_lossy(&bytes)));
            let (code, reply) = answer(
                parts.method.as_str(),
                parts.uri.path(),
                parts.uri.query().unwrap_or_default(),
            );
            let reply = Body::from(serde_json::to_vec(&reply).unwrap());
            Ok::<_, Infallible>(http::Response::builder().status(code).body(reply).unwrap())
        }
    });
    (Client::new(service, "default"), requests)
}

/// What the API server says when something does not exist.
pub(crate) fn not_found() -> (u16, Value) {
    let status = json!({ "kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404, "message": "not found" });
    (404, status)
}

/// A list of objects of one kind.
pub(crate) fn list(api_version: &str, kind: &str, items: &Value) -> (u16, Value) {
    let list = json!({ "kind": format!("{kind}List"), "apiVersion": api_version, "metadata": { "resourceVersion": "1" }, "items": items });
    (200, list)
}

/// Answers discovery in its aggregated form for these (version, kind, plural, namespaced) of the core group.
pub(crate) fn discovery(path: &str, kinds: &[(&str, &str, bool)]) -> Option<(u16, Value)> {
    let resources: Vec<Value> = kinds
        .iter()
        .map(|(kind, plural, namespaced)| {
            json!({
                "resource": plural, "responseKind": { "group": "", "version": "v1", "kind": kind },
                "scope": if *namespaced { "Namespaced" } else { "Cluster" }, "singularResource": "",
                "verbs": ["create", "delete", "get", "list", "watch"],
            })
        })
        .collect();
    let group =
        json!({ "metadata": {}, "versions": [{ "version": "v1", "resources": resources, "freshness": "Current" }] });
    let items = match path {
        "/api" => vec![group],
        "/apis" => vec![],
        _ => return None,
    };
    let kind = json!({ "kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": items });
    Some((200, kind))
}
