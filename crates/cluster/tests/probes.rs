//! Probes and faults on a live cluster with the reference stack:
//! `SHALL_TEST_KUBECONFIG=… cargo test -p shall-cluster --test probes -- --test-threads=1`. Without the variable nothing
//! is tested and the tests say so by failing: they are not among the tests that run without a cluster.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a test that cannot go on has failed; what it measured is read by people"
)]

use std::{
    collections::BTreeMap,
    path::Path,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use k8s_openapi::api::core::v1::{ConfigMap, PersistentVolumeClaim, Pod};
use kube::{Api, api::PostParams};
use serde_json::json;
use shall_cluster::{
    act::{
        ClaimSpec, Workload, claim_object, create_namespace, delete_namespace, mounting_pod, observe_bound,
        observe_pod_ready,
    },
    client::{Clients, S3, clock_offset},
    diagnose::{Scope, collect},
    ledger::ObjectRef,
    probe::{PlannedFault, replace_pods},
    stack::S3Access,
    stats::MemorySampler,
    velero::{BackupSpec, Velero},
    watch::{Canary, ObserveError},
};
use shall_workload::SeedPlan;

const STORAGE: &str = "local-path-storage";
const PROVISIONER: &str = "local-path-provisioner";
const MINUTE: Duration = Duration::from_mins(1);

async fn clients() -> Clients {
    let path = std::env::var("SHALL_TEST_KUBECONFIG").expect("SHALL_TEST_KUBECONFIG names a kubeconfig");
    rustls::crypto::ring::default_provider().install_default().ok();
    Clients::connect("test", &std::fs::read_to_string(path).unwrap(), None)
        .await
        .unwrap()
}

fn labels(test: &str) -> BTreeMap<String, String> {
    [("shall.dev/test".to_owned(), test.to_owned())].into()
}

/// A namespace of the test's own.
async fn namespace(clients: &Clients, test: &str) -> String {
    let name = format!("probes-{test}-{}", Timestamp::now().as_millisecond());
    create_namespace(&clients.patient, &name, labels(test)).await.unwrap();
    name
}

/// Creates a claim of the default class and a pod that mounts it.
async fn mount(clients: &Clients, namespace: &str, test: &str) {
    let spec = ClaimSpec {
        name: "data".into(),
        class: None,
        size: "16Mi".into(),
        labels: labels(test),
    };
    let claims: Api<PersistentVolumeClaim> = Api::namespaced(clients.strict.clone(), namespace);
    claims
        .create(&PostParams::default(), &claim_object(&spec).unwrap())
        .await
        .unwrap();
    let image = std::env::var("SHALL_TEST_WORKLOAD_IMAGE").unwrap_or_else(|_| "shall.dev/workload:0.1.0".to_owned());
    let pods: Api<Pod> = Api::namespaced(clients.strict.clone(), namespace);
    pods.create(
        &PostParams::default(),
        &mounting_pod("pod", "data", &image, &labels(test)).unwrap(),
    )
    .await
    .unwrap();
}

fn scope(clients_s3: Option<S3Access>, namespace: &str, test: &str, since: Timestamp) -> Scope {
    Scope {
        namespaces: vec![namespace.to_owned()],
        subjects: [STORAGE, "velero", "s3"].map(str::to_owned).into(),
        labels: labels(test),
        since,
        s3: clients_s3,
        secrets: Vec::new(),
    }
}

#[tokio::test]
async fn the_canary_bounds_the_watch_delay_and_the_clock_offset_is_near() {
    let clients = clients().await;
    let namespace = namespace(&clients, "canary").await;
    let canary = Canary::open(clients.strict.clone(), &namespace, labels("canary"))
        .await
        .unwrap();
    let mut ticks = tokio::time::interval(Duration::from_secs(5));
    ticks.tick().await;
    ticks.tick().await;
    let report = canary.close().await.unwrap();
    let (lower, upper) = clock_offset(&clients.strict).await.unwrap();
    eprintln!("{report:?}, clock offset {lower:.3} s … {upper:.3} s");
    assert!(
        report.changes >= 4 && report.max.unwrap() < Duration::from_secs(2),
        "{report:?}"
    );
    assert!(lower <= 0.1 && upper >= -0.1, "one machine, one clock: {lower} {upper}");
    delete_namespace(&clients.patient, &namespace, MINUTE).await.unwrap();
}

#[tokio::test]
async fn a_claim_tells_how_it_became_bound_and_its_volume_holds_what_is_written() {
    let clients = clients().await;
    let namespace = namespace(&clients, "bound").await;
    let sampler = MemorySampler::start(clients.strict.clone(), vec![STORAGE.to_owned()], Duration::from_secs(2));
    mount(&clients, &namespace, "bound").await;
    let began = Instant::now();
    let seen = observe_bound(&clients.strict, &namespace, "data", MINUTE)
        .await
        .unwrap();
    eprintln!("bound after {:?}", seen.at - began);
    for transition in &seen.transitions {
        eprintln!("  {} {}", transition.at, transition.state);
    }
    assert!(
        seen.transitions
            .iter()
            .any(|transition| transition.state.contains("helper pod")),
        "{:?}",
        seen.transitions
    );
    observe_pod_ready(&clients.strict, &namespace, "pod", MINUTE)
        .await
        .unwrap();
    let workload = Workload::new(clients.strict.clone(), &namespace, "pod");
    let manifest = workload.seed(&SeedPlan::reference("probes")).await.unwrap();
    let report = workload.verify(&manifest).await.unwrap();
    eprintln!("{report:?}");
    workload.poison().await.unwrap();
    assert_ne!(workload.verify(&manifest).await.unwrap(), report);
    let memory = sampler.finish(2, MINUTE).await.unwrap();
    eprintln!("{memory:?}");
    assert!(
        memory
            .iter()
            .any(|set| set.pod.starts_with(PROVISIONER) && set.highest > 1_000_000),
        "{memory:?}"
    );
    delete_namespace(&clients.patient, &namespace, MINUTE).await.unwrap();
}

#[tokio::test]
async fn a_provisioner_scaled_to_0_is_named_as_the_cause_and_put_back() {
    let clients = clients().await;
    let namespace = namespace(&clients, "scaled").await;
    let since = Timestamp::now();
    let planned = PlannedFault::scale(&clients.patient, STORAGE, PROVISIONER, 0)
        .await
        .unwrap();
    let fault = planned.put_in(MINUTE).await.unwrap();
    eprintln!("{}", fault.receipt);
    mount(&clients, &namespace, "scaled").await;
    let error = observe_bound(&clients.strict, &namespace, "data", Duration::from_secs(8))
        .await
        .unwrap_err();
    let folder = tempfile::tempdir().unwrap();
    let found = collect(
        &clients.patient,
        &scope(None, &namespace, "scaled", since),
        folder.path(),
    )
    .await;
    eprintln!("{error}\n{found:?}\n{}", fault.put_back(MINUTE).await.unwrap());
    observe_bound(&clients.strict, &namespace, "data", MINUTE)
        .await
        .unwrap();
    assert!(
        matches!(&error, ObserveError::Deadline { last, .. } if last.contains("has 0 replicas")),
        "{error}"
    );
    assert!(found.cause.unwrap().starts_with("a component is scaled to 0"));
    delete_namespace(&clients.patient, &namespace, MINUTE).await.unwrap();
}

#[tokio::test]
async fn a_wrong_helper_image_ends_the_wait_early_with_its_name() {
    let clients = clients().await;
    let namespace = namespace(&clients, "helper").await;
    let since = Timestamp::now();
    let config = ObjectRef::of::<ConfigMap>(Some(STORAGE), "local-path-config");
    let maps: Api<ConfigMap> = Api::namespaced(clients.strict.clone(), STORAGE);
    let pod = maps.get("local-path-config").await.unwrap().data.unwrap()["helperPod.yaml"].clone();
    let image = pod
        .lines()
        .find_map(|line| line.trim().strip_prefix("image: "))
        .unwrap()
        .to_owned();
    let patch = json!({ "data": { "helperPod.yaml": pod.replace(&image, "docker.io/library/no-such-image:0") } });
    let fault = PlannedFault::patch(&clients.patient, config, patch)
        .await
        .unwrap()
        .put_in(MINUTE)
        .await
        .unwrap();
    // The provisioner reads its configuration every 30 s, and at its start.
    let replaced = replace_pods(&clients.patient, STORAGE, "app=local-path-provisioner", MINUTE).await;
    mount(&clients, &namespace, "helper").await;
    let began = Instant::now();
    let error = observe_bound(&clients.strict, &namespace, "data", Duration::from_mins(2))
        .await
        .unwrap_err();
    let took = began.elapsed();
    let folder = tempfile::tempdir().unwrap();
    let found = collect(
        &clients.patient,
        &scope(None, &namespace, "helper", since),
        folder.path(),
    )
    .await;
    fault.put_back(MINUTE).await.unwrap();
    let back = replace_pods(&clients.patient, STORAGE, "app=local-path-provisioner", MINUTE).await;
    eprintln!(
        "{error}\nafter {took:?}; {found:?}\n{}\n{}",
        replaced.unwrap(),
        back.unwrap()
    );
    assert!(
        matches!(&error, ObserveError::Impossible { reason, .. } if reason.contains("no-such-image")),
        "{error}"
    );
    assert!(took < MINUTE);
    assert!(found.cause.unwrap().contains("image"));
    delete_namespace(&clients.patient, &namespace, Duration::from_mins(3))
        .await
        .unwrap();
}

#[tokio::test]
async fn the_bundle_of_a_backup_holds_veleros_log_and_no_secret_and_s3_survives_its_pod() {
    let clients = clients().await;
    let namespace = namespace(&clients, "bundle").await;
    let since = Timestamp::now();
    let access = S3Access::read(&clients.patient).await.unwrap();
    mount(&clients, &namespace, "bundle").await;
    observe_pod_ready(&clients.strict, &namespace, "pod", MINUTE)
        .await
        .unwrap();
    let workload = Workload::new(clients.strict.clone(), &namespace, "pod");
    workload.seed(&SeedPlan::reference("probes")).await.unwrap();
    let velero = Velero::new(clients.patient.clone(), labels("bundle"));
    let spec = BackupSpec {
        included_namespaces: vec![namespace.clone()],
        ..BackupSpec::default()
    };
    velero.start_backup(&namespace, spec).await.unwrap();
    velero.await_backup(&namespace, Duration::from_mins(2)).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let began = Instant::now();
    let found = collect(
        &clients.patient,
        &scope(Some(access.clone()), &namespace, "bundle", since),
        folder.path(),
    )
    .await;
    eprintln!("{found:?} in {:?}", began.elapsed());
    assert_eq!(found.cause, None, "what other tests left behind is no cause");
    let log = std::fs::read_to_string(folder.path().join(format!("velero/backups/{namespace}-logs"))).unwrap();
    assert!(
        log.contains(&namespace) && found.failures.is_empty(),
        "{:?}",
        found.failures
    );
    let files = count_and_grep(folder.path(), &[&access.secret_key, &access.access_key]);
    eprintln!("{files} files");
    let s3 = S3::connect(&clients.strict, &access).await.unwrap();
    let before = s3.list(&access.bucket, "backups/").await.unwrap();
    eprintln!(
        "{}",
        replace_pods(&clients.patient, "s3", "app.kubernetes.io/name=versitygw", MINUTE)
            .await
            .unwrap()
    );
    assert_eq!(s3.list(&access.bucket, "backups/").await.unwrap(), before);
    eprintln!("plain HTTP: {:?}", s3.plain_http(&access.bucket).await.unwrap());
    velero.delete_backup(&namespace, Duration::from_mins(2)).await.unwrap();
    delete_namespace(&clients.patient, &namespace, MINUTE).await.unwrap();
}

/// How many files a folder holds; panics where one of them holds one of these words.
fn count_and_grep(folder: &Path, words: &[&str]) -> usize {
    let files: Vec<_> = walkdir::WalkDir::new(folder)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .collect();
    for file in &files {
        let text = std::fs::read_to_string(file.path()).unwrap();
        for word in words {
            assert!(!text.contains(word), "{} holds a secret", file.path().display());
        }
    }
    files.len()
}
