//! The stack of `fixtures/containers` on a real engine: `cargo test -p shall-cluster --test containers`. Needs podman or
//! docker and, where the images are not in the cache, what builds them; no cluster.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    env,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use shall_cluster::{
    backend::StateDir,
    containers::{ContainerHost, HostOptions, HttpRequest, enter_environment},
    engine::{Engine, EngineUndo, Preference},
    image::ImageMode,
    ledger::{Ledger, Undoing, find_runs, undo},
    progress::Silent,
};

/// Names the folder in which the child keeps its state.
const CHILD: &str = "SHALL_TEST_CONTAINERS";
/// What the child writes once its containers run; it then waits to be killed.
const UP: &str = "the stack is up";

async fn host(folder: &Path) -> ContainerHost {
    let state = StateDir::at(folder);
    let engine = Engine::detect(Preference::Auto).await.unwrap();
    // The test's own process starts itself anew here, with the same arguments.
    enter_environment(&engine, &state).unwrap();
    let run = format!("test-{}", std::process::id());
    ContainerHost::new(HostOptions {
        root: root(),
        engine: Some(engine),
        mode: ImageMode::Build,
        ledger: Arc::new(Ledger::open(&state.run_ledger(&run), &run).unwrap()),
        state,
        progress: Arc::new(Silent),
        faults: Vec::new(),
    })
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "the child of the test below, which kills it; alone it would wait for ever"]
async fn child_starts_the_stack_and_waits() {
    let host = host(env::var_os(CHILD).unwrap().as_ref()).await;
    let stack = host.stack().await.unwrap();

    for service in ["prometheus", "loki", "nginx", "dnsmasq"] {
        let wanted = stack.spec().service(service).unwrap().address;
        assert_eq!(stack.address(service).await.unwrap(), Some(wanted), "{service}");
    }
    let route = async |host: &str| {
        let request = HttpRequest {
            path: "/ready",
            host: Some(host),
            ..HttpRequest::default()
        };
        stack.send("nginx", 80, request).await.unwrap().status
    };
    assert_eq!(route("loki.macula.local").await, 200);
    assert_eq!(route("nobody.macula.local").await, 404);
    stack.stop("loki").await.unwrap();
    let stopped = route("loki.macula.local").await;
    assert!(
        [502, 504].contains(&stopped),
        "nothing listens behind the route: {stopped}"
    );
    stack.start_again("loki").await.unwrap();
    assert_eq!(route("loki.macula.local").await, 200);
    let log = stack.log("nginx").await.unwrap();
    let line = format!(r#""upstream":"172.23.0.22:3100","upstream_status":"{stopped}""#);
    assert!(log.contains(&line), "{log}");
    assert_eq!(
        stack.ask_name("dnsmasq", "loki.macula.local").await.unwrap().values,
        ["127.0.0.5"]
    );
    assert_eq!(
        stack.ask_name("dnsmasq", "nobody.macula.local").await.unwrap().rcode,
        "NXDomain"
    );
    let unknown = stack.stop("grafana").await.unwrap_err().to_string();
    assert!(unknown.contains("expected one of dnsmasq, loki"), "{unknown}");

    eprintln!("{UP}");
    std::future::pending::<()>().await;
}

/// A run that is killed leaves its containers; its ledger takes them back, and its socket's service ends by itself.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_run_started_is_removed_from_its_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            "child_starts_the_stack_and_waits",
            "--ignored",
            "--nocapture",
        ])
        .env(CHILD, folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut said = Vec::new();
    for line in lines.map_while(Result::ok) {
        let is_up = line.contains(UP);
        said.push(line);
        if is_up {
            break;
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();

    let runs = find_runs(&StateDir::at(folder.path()).runs(), Duration::ZERO)
        .unwrap()
        .runs;
    let ledger = Ledger::reopen(&runs.first().unwrap().path).unwrap();
    let run = ledger.owner().to_owned();
    let held = ledger.held().len();
    let undoer = EngineUndo::default();
    let with = Undoing {
        client: None,
        outside: &[&undoer],
        deadline: Duration::from_mins(2),
        force_finalizers: false,
    };
    let left = undo(&ledger, &with).await;
    assert!(left.is_empty(), "{left:?}");
    assert!(said.last().is_some_and(|line| line.contains(UP)), "{said:#?}");
    assert_eq!(held, 5, "four containers and their network");

    let engine = Engine::detect(Preference::Auto).await.unwrap();
    let label = format!("label=shall.dev/run={run}");
    for list in [["ps", "--all"].as_slice(), &["network", "ls"]] {
        let listed = engine
            .command(list)
            .args(["--filter", &label, "--quiet"])
            .run()
            .await
            .unwrap();
        assert_eq!(listed.stdout.trim(), "", "{list:?} of the killed run");
    }
    assert!(
        !is_served(folder.path()),
        "the service of the killed run's socket ended with it"
    );
}

/// Whether a process serves a socket below this folder.
fn is_served(folder: &Path) -> bool {
    let folder = folder.display().to_string();
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let lines = processes.filter_map(|process| std::fs::read(process.path().join("cmdline")).ok());
    lines
        .map(|line| String::from_utf8_lossy(&line).into_owned())
        .any(|line| line.contains(&format!("unix://{folder}")))
}
