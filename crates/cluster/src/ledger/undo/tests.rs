use std::sync::{Arc, Mutex};

use k8s_openapi::api::{apps::v1::Deployment, storage::v1::StorageClass};
use serde_json::json;

use super::*;
use crate::ledger::mock::{client, discovery, list, not_found};

fn ledger(folder: &tempfile::TempDir) -> Ledger {
    Ledger::open(&folder.path().join("r1.jsonl"), "r1").unwrap()
}

fn namespace(name: &str) -> Entry {
    Entry::Namespace { name: name.to_owned() }
}

fn object(kind: &str, name: &str, uid: &str) -> Value {
    json!({ "apiVersion": "v1", "kind": kind, "metadata": { "name": name, "uid": uid, "resourceVersion": "1" } })
}

fn within(client: Option<Client>, deadline: Duration) -> Undoing<'static> {
    Undoing {
        client,
        outside: &[],
        deadline,
        force_finalizers: false,
    }
}

/// Objects that exist until they are deleted, by path.
fn server(paths: &[(&str, Value)]) -> (Client, crate::ledger::mock::Requests) {
    let objects: Arc<Mutex<Vec<(String, Value)>>> = Arc::new(Mutex::new(
        paths
            .iter()
            .map(|(path, object)| ((*path).to_owned(), object.clone()))
            .collect(),
    ));
    client(move |method, path, _query| {
        let mut objects = objects.lock().unwrap();
        let found = objects.iter().position(|(known, _)| known == path);
        match (method, found) {
            ("DELETE", Some(index)) => (200, objects.remove(index).1),
            (_, Some(index)) => (200, objects[index].1.clone()),
            ("GET", None) if path.ends_with('s') => list("v1", "Namespace", &json!([])),
            (_, None) => not_found(),
        }
    })
}

#[tokio::test]
async fn the_last_thing_goes_first_with_its_uid_as_the_condition() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(&folder);
    let class = ledger.intend(Entry::object::<StorageClass>(None, "slow")).unwrap();
    ledger.created(class, Some("u1")).unwrap();
    let second = ledger.intend(namespace("a")).unwrap();
    ledger.created(second, Some("u2")).unwrap();
    let (client, requests) = server(&[
        (
            "/apis/storage.k8s.io/v1/storageclasses/slow",
            object("StorageClass", "slow", "u1"),
        ),
        ("/api/v1/namespaces/a", object("Namespace", "a", "u2")),
    ]);

    let left = undo(&ledger, &within(Some(client), Duration::from_secs(20))).await;

    assert_eq!(left, []);
    assert_eq!(ledger.held(), []);
    let deletes: Vec<String> = requests
        .lock()
        .unwrap()
        .iter()
        .filter(|line| line.starts_with("DELETE"))
        .cloned()
        .collect();
    assert!(
        deletes[0].contains("namespaces/a") && deletes[0].contains(r#""uid":"u2""#),
        "{deletes:?}"
    );
    assert!(
        deletes[1].contains("storageclasses/slow") && deletes[1].contains(r#""uid":"u1""#),
        "{deletes:?}"
    );
}

#[tokio::test]
async fn what_is_gone_is_no_error_and_what_is_not_ours_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(&folder);
    let gone = ledger.intend(namespace("gone")).unwrap();
    ledger.created(gone, Some("u1")).unwrap();
    ledger.intend(namespace("strange")).unwrap();
    let (client, requests) = server(&[("/api/v1/namespaces/strange", object("Namespace", "strange", "u9"))]);

    assert_eq!(undo(&ledger, &within(Some(client), Duration::from_secs(20))).await, []);
    assert_eq!(ledger.held(), []);
    assert!(requests.lock().unwrap().iter().all(|line| !line.starts_with("DELETE")));
}

#[tokio::test]
async fn a_stuck_namespace_names_what_holds_it_and_stays_listed() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(&folder);
    let id = ledger.intend(namespace("a")).unwrap();
    ledger.created(id, Some("u1")).unwrap();
    let stuck = json!({
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": { "name": "a", "uid": "u1", "resourceVersion": "5", "deletionTimestamp": "2026-01-01T00:00:00Z" },
        "spec": { "finalizers": ["kubernetes"] },
        "status": { "conditions": [{ "type": "NamespaceFinalizersRemaining", "status": "True", "message": "x in 1 instance" }] },
    });
    let (client, requests) = client(move |_, path, _| {
        let claim = json!({ "metadata": { "name": "data", "finalizers": ["shall.dev/test"] } });
        match path {
            "/api/v1/namespaces/a" => (200, stuck.clone()),
            "/api/v1/namespaces" => list("v1", "Namespace", &json!([stuck])),
            "/api/v1/namespaces/a/persistentvolumeclaims" => list("v1", "PersistentVolumeClaim", &json!([claim])),
            _ => {
                discovery(path, &[("PersistentVolumeClaim", "persistentvolumeclaims", true)]).unwrap_or_else(not_found)
            }
        }
    });

    let left = undo(&ledger, &within(Some(client), Duration::from_millis(300))).await;

    insta::assert_snapshot!(left[0], @"Namespace `a` still exists: its deletion did not end; holds: PersistentVolumeClaim `data` (finalizers shall.dev/test); finalizers: kubernetes; conditions: NamespaceFinalizersRemaining: x in 1 instance");
    assert_eq!(left.len(), 1);
    assert_eq!(ledger.held().len(), 1);
    let requests = requests.lock().unwrap();
    assert!(
        requests.iter().all(|line| !line.starts_with("PATCH")),
        "finalizers stay unless a person says so: {requests:?}"
    );
}

#[tokio::test]
async fn a_fault_is_put_back_on_the_object_that_was_changed() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(&folder);
    let changed = Entry::scaled(
        super::super::ObjectRef::of::<Deployment>(Some("storage"), "provisioner"),
        1,
    );
    let id = ledger.intend(changed).unwrap();
    ledger.created(id, Some("u1")).unwrap();
    let path = "/apis/apps/v1/namespaces/storage/deployments/provisioner";
    let (client, requests) = server(&[(path, object("Deployment", "provisioner", "u1"))]);

    assert_eq!(undo(&ledger, &within(Some(client), Duration::from_secs(5))).await, []);
    let requests = requests.lock().unwrap();
    assert!(requests[0].starts_with(&format!("PATCH {path}")), "{requests:?}");
    assert!(
        requests[0].ends_with(r#"{"metadata":{"uid":"u1"},"spec":{"replicas":1}}"#),
        "{requests:?}"
    );
}

/// Undoes S3 prefixes, and fails at those named `bad/`.
struct Bucket;

impl Undo for Bucket {
    fn undo<'a>(&'a self, held: &'a Held, _deadline: Duration) -> BoxFuture<'a, Result<(), UndoError>> {
        Box::pin(async move {
            match &held.entry {
                Entry::S3Prefix { prefix, .. } if prefix == "bad/" => Err(UndoError::Failed("access denied".into())),
                Entry::S3Prefix { .. } => Ok(()),
                Entry::Cluster { .. }
                | Entry::EngineNetwork { .. }
                | Entry::EngineContainer { .. }
                | Entry::EnginePause { .. }
                | Entry::EngineImage { .. }
                | Entry::Namespace { .. }
                | Entry::Object(_)
                | Entry::VeleroBackup { .. }
                | Entry::VeleroBackupsOf { .. }
                | Entry::Patched { .. } => Err(UndoError::NotMine),
            }
        })
    }
}

#[tokio::test]
async fn what_the_api_does_not_hold_is_undone_outside_and_a_failure_does_not_stop_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(&folder);
    let prefix = |prefix: &str| Entry::S3Prefix {
        bucket: "b".to_owned(),
        prefix: prefix.to_owned(),
    };
    ledger.intend(prefix("good/")).unwrap();
    ledger.intend(prefix("bad/")).unwrap();
    ledger
        .intend(Entry::VeleroBackup {
            namespace: "velero".to_owned(),
            name: "b1".to_owned(),
        })
        .unwrap();
    ledger.intend(namespace("a")).unwrap();

    let with = Undoing {
        outside: &[&Bucket],
        ..within(None, Duration::from_secs(5))
    };
    let left: Vec<String> = undo(&ledger, &with).await.iter().map(ToString::to_string).collect();

    insta::assert_snapshot!(left.join("\n"), @r"
    Namespace `a` still exists: its cluster cannot be reached
    Backup `velero/b1` still exists: nothing that can undo it is at hand
    objects `s3://b/bad/` still exists: could not be undone: access denied
    ");
    assert_eq!(ledger.held().len(), 3);
}
