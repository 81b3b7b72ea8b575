//! The real k3d program against a real container engine, up to the point where it needs its k3s image.
//!
//! Needs an engine, so it runs only when it is named: `cargo test -p shall-cluster --test k3d`. k3d is built from its
//! pinned module unless `SHALL_K3D` names a program.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    env,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use shall_cluster::{
    backend::{BackendError, Calls, ClusterSpec, K3d, Owned, Role, StateDir},
    engine::{Engine, Preference},
    image::ImageBuilder,
    progress::Silent,
};

/// A k3d, an engine, and a state folder that ends with the test.
struct Host {
    engine: Engine,
    program: PathBuf,
    folder: tempfile::TempDir,
}

impl Host {
    async fn find() -> Self {
        let engine = Engine::detect(Preference::Auto).await.unwrap();
        let program = if let Some(path) = env::var_os("SHALL_K3D") {
            path.into()
        } else {
            let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
            let builder = ImageBuilder::new(&root, &engine, Arc::new(Silent)).unwrap();
            builder.ensure_program("k3d").await.unwrap().path
        };
        Self {
            engine,
            program,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn cluster(&self, name: &str) -> Owned<K3d> {
        let k3d = K3d::new(&self.program).create_within(Duration::from_secs(15));
        Owned::new(k3d, self.engine.clone(), name, &StateDir::at(self.folder.path())).unwrap()
    }

    fn topology(&self) -> PathBuf {
        let path = self.folder.path().join("topology.yaml");
        std::fs::write(&path, "kind: Cluster\nnodes:\n- role: control-plane\n- role: worker\n").unwrap();
        path
    }

    /// What the engine holds whose name has `name` in it: containers, networks, volumes.
    async fn held(&self, name: &str) -> Vec<String> {
        let mut held = Vec::new();
        for (thing, format) in [
            ("container", "{{.Names}}"),
            ("network", "{{.Name}}"),
            ("volume", "{{.Name}}"),
        ] {
            let all: &[&str] = if thing == "container" { &["--all"] } else { &[] };
            let list = self
                .engine
                .command([thing, "ls", "--format", format])
                .args(all)
                .run()
                .await
                .unwrap();
            held.extend(
                list.stdout
                    .lines()
                    .filter(|line| line.contains(name))
                    .map(|line| format!("{thing} {line}")),
            );
        }
        held
    }

    /// A container that k3d takes for the server of a cluster; it never runs.
    async fn pretend_server(&self, cluster: &str) -> String {
        let empty = self.folder.path().join("empty.tar");
        tar::Builder::new(std::fs::File::create(&empty).unwrap())
            .finish()
            .unwrap();
        let image = format!("localhost/{cluster}:1");
        self.engine
            .command(["import"])
            .args([&empty])
            .args([&image])
            .run()
            .await
            .unwrap();
        let name = format!("k3d-{cluster}-server-0");
        let labels = [
            "app=k3d".to_owned(),
            format!("k3d.cluster={cluster}"),
            "k3d.role=server".to_owned(),
            "k3d.server.api.host=127.0.0.1".to_owned(),
            "k3d.server.api.port=6550".to_owned(),
        ];
        let create = self.engine.command(["create", "--name", &name]);
        let create = create
            .args(labels.iter().flat_map(|label| ["--label", label]))
            .args([image.as_str(), "sleep"]);
        create.run().await.unwrap();
        image
    }
}

/// An archive that names one image.
fn archive(folder: &Path) -> PathBuf {
    let path = folder.join("archive.tar");
    let manifest = br#"[{"Config":"c.json","RepoTags":["docker.io/library/a:1"],"Layers":[]}]"#;
    let mut header = tar::Header::new_gnu();
    header.set_size(u64::try_from(manifest.len()).unwrap());
    header.set_cksum();
    let mut builder = tar::Builder::new(std::fs::File::create(&path).unwrap());
    builder
        .append_data(&mut header, "manifest.json", manifest.as_slice())
        .unwrap();
    builder.finish().unwrap();
    path
}

fn name(of: &str) -> String {
    format!("shall-k3d-{of}-{}", std::process::id())
}

#[tokio::test]
async fn every_flag_is_accepted_and_a_failed_creation_leaves_nothing() {
    let host = Host::find().await;
    let name = name("flags");
    let cluster = host.cluster(&name);
    let spec = ClusterSpec {
        name: name.clone(),
        topology: host.topology(),
        node_image: "docker.io/rancher/k3s:v0.0.0-shall-has-no-such-tag".to_owned(),
        node_archive: None,
        archives: Vec::new(),
    };

    let error = cluster.create(&spec, &Silent).await.unwrap_err();

    assert!(
        matches!(error, BackendError::NodeImage { .. }),
        "only the image may be missing: {error:?}"
    );
    assert_eq!(host.held(&name).await, Vec::<String>::new());
    assert_eq!(cluster.ledger().held(), []);
}

#[tokio::test]
async fn a_cluster_of_somebody_else_is_listed_and_refused() {
    let host = Host::find().await;
    let name = name("list");
    let cluster = host.cluster(&name);
    assert!(!cluster.exists().await.unwrap());
    let image = host.pretend_server(&name).await;

    let seen = cluster.exists().await;
    let nodes = cluster.nodes().await.unwrap();
    let refused = cluster.delete().await;
    let held = host.held(&name).await;

    // Ours by the ledger, it is deleted for real; then the image of this test goes too.
    let entry = shall_cluster::ledger::Entry::Cluster {
        backend: "k3d".to_owned(),
        engine: host.engine.kind().to_string(),
        name: name.clone(),
    };
    cluster.ledger().intend(entry).unwrap();
    let loaded = cluster.load(&archive(host.folder.path())).await;
    let kubeconfig = cluster.kubeconfig().await;
    cluster.delete().await.unwrap();
    host.engine
        .command(["image", "rm", "--force", &image])
        .run()
        .await
        .unwrap();

    assert!(matches!(seen, Err(BackendError::Foreign { .. })), "{seen:?}");
    assert!(matches!(refused, Err(BackendError::Foreign { .. })), "{refused:?}");
    assert_eq!(
        held,
        [format!("container k3d-{name}-server-0")],
        "a refusal removes nothing"
    );
    assert_eq!(
        nodes.iter().map(|node| (node.role, node.running)).collect::<Vec<_>>(),
        [(Role::ControlPlane, false)]
    );
    assert!(
        matches!(loaded, Err(BackendError::NodeDown { .. })),
        "k3d itself would hang: {loaded:?}"
    );
    assert!(
        matches!(kubeconfig, Err(BackendError::Command { .. })),
        "{kubeconfig:?}"
    );
    assert_eq!(host.held(&name).await, Vec::<String>::new());
    assert!(!cluster.exists().await.unwrap());
}

#[tokio::test]
async fn a_cluster_that_is_not_there_can_be_deleted_and_not_loaded() {
    let host = Host::find().await;
    let name = name("none");
    let k3d = K3d::new(&host.program);
    let archive = host.folder.path().join("a.tar");
    std::fs::write(&archive, "no archive").unwrap();

    k3d.delete(&host.engine, &name, &host.folder.path().join("kubeconfig"))
        .await
        .unwrap();
    let error = k3d.import(&host.engine, &name, &archive).await.unwrap_err();

    let source = std::error::Error::source(&error)
        .map(ToString::to_string)
        .unwrap_or_default();
    assert!(source.contains("No nodes found for given cluster"), "{error:?}");
}
