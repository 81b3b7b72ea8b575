use serde_json::{Value, json};

use super::*;
use crate::ledger::{
    Entry,
    mock::{client, discovery, list, not_found},
};

const KINDS: [(&str, &str, bool); 3] = [
    ("Namespace", "namespaces", false),
    ("Pod", "pods", true),
    ("PersistentVolume", "persistentvolumes", false),
];

/// A namespace of the run, a pod in it, a pod elsewhere, and volumes of two namespaces.
fn server(_method: &str, path: &str, query: &str) -> (u16, Value) {
    match path {
        "/api/v1/namespaces" => list("v1", "Namespace", &json!([{ "metadata": { "name": "left" } }])),
        "/api/v1/pods" => list(
            "v1",
            "Pod",
            &json!([{ "metadata": { "name": "inside", "namespace": "left" } }, { "metadata": { "name": "p", "namespace": "velero" } }]),
        ),
        "/api/v1/persistentvolumes" if query.contains("labelSelector") => list("v1", "PersistentVolume", &json!([])),
        "/api/v1/persistentvolumes" => list(
            "v1",
            "PersistentVolume",
            &json!([
                { "metadata": { "name": "pv-1" }, "spec": { "claimRef": { "namespace": "undone", "name": "data" } } },
                { "metadata": { "name": "pv-2" }, "spec": { "claimRef": { "namespace": "others", "name": "data" } } },
            ]),
        ),
        _ => discovery(path, &KINDS).unwrap_or_else(not_found),
    }
}

#[tokio::test]
async fn a_leftover_is_found_by_label_and_a_volume_by_its_claim() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(&folder.path().join("r1.jsonl"), "r1").unwrap();
    let id = ledger
        .intend(Entry::Namespace {
            name: "undone".to_owned(),
        })
        .unwrap();
    ledger.undone(id).unwrap();
    let (client, requests) = client(server);

    let found: Vec<String> = leaks(&client, &ledger)
        .await
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();

    insta::assert_snapshot!(found.join("\n"), @r"
    Namespace `left` still exists: it carries the label shall.dev/run=r1
    Pod `velero/p` still exists: it carries the label shall.dev/run=r1
    PersistentVolume `pv-1` still exists: it was bound by PersistentVolumeClaim `undone/data` of the run
    ");
    let asked = requests.lock().unwrap().join("\n");
    assert!(asked.contains("labelSelector=shall.dev%2Frun%3Dr1"), "{asked}");
}

#[tokio::test]
async fn what_cannot_be_listed_is_not_clean() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(&folder.path().join("r1.jsonl"), "r1").unwrap();
    let forbidden = json!({ "kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Forbidden", "code": 403, "message": "no" });
    let (client, _) = client(move |_, path, _| match path {
        "/api/v1/pods" => (403, forbidden.clone()),
        "/api/v1/namespaces" | "/api/v1/persistentvolumes" => list("v1", "Namespace", &json!([])),
        _ => discovery(path, &KINDS).unwrap_or_else(not_found),
    });
    let error = leaks(&client, &ledger).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "leak check: objects of kind `Pod` could not be listed"
    );
}
