//! Creates a cluster, loads an archive, shows its nodes and removes it again, through [`Backend`] alone:
//! `backend kind PROGRAM NAME TOPOLOGY NODE_IMAGE [ARCHIVE…]`, or `backend existing KUBECONFIG CONTEXT`.

use std::{
    env,
    error::Error,
    io::Write as _,
    path::{Path, PathBuf},
    time::Instant,
};

use shall_cluster::{
    backend::{Backend, ClusterSpec, Existing, K3d, Kind, Owned, StateDir},
    engine::{Engine, Preference},
    progress::{Event, Progress},
};

/// Writes each event as a line.
struct Lines;

impl Progress for Lines {
    fn event(&self, event: Event) {
        let _closed = writeln!(std::io::stderr(), "{event:?}");
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let state = StateDir::find().ok_or("set SHALL_STATE")?;
    let (backend, spec) = match args.as_slice() {
        ["existing", kubeconfig, context] => {
            let backend = Existing::new(Some(context), Some(Path::new(kubeconfig)), &state)?;
            (Backend::Existing(Box::new(backend)), spec(context, "", "", &[]))
        }
        [kind, program, name, topology, image, archives @ ..] => {
            let engine = Engine::detect(Preference::Auto).await?;
            let backend = match *kind {
                "kind" => Backend::Kind(Box::new(Owned::new(Kind::new(*program), engine, name, &state)?)),
                "k3d" => Backend::K3d(Box::new(Owned::new(K3d::new(*program), engine, name, &state)?)),
                other => return Err(format!("backend: expected kind, k3d or existing, found `{other}`").into()),
            };
            (backend, spec(name, topology, image, archives))
        }
        _ => return Err("see the first lines of this file".into()),
    };
    show(&backend, &spec).await
}

fn spec(name: &str, topology: &str, image: &str, archives: &[&str]) -> ClusterSpec {
    ClusterSpec {
        name: name.to_owned(),
        topology: topology.into(),
        node_image: image.to_owned(),
        node_archive: None,
        archives: archives.iter().map(PathBuf::from).collect(),
    }
}

async fn show(backend: &Backend, spec: &ClusterSpec) -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout();
    for turn in ["first", "second"] {
        let began = Instant::now();
        let made = backend.create(spec, &Lines).await?;
        writeln!(out, "{turn}: {made:?} after {:.1} s", began.elapsed().as_secs_f64())?;
    }
    let version = backend.client().await?.apiserver_version().await?;
    writeln!(
        out,
        "Kubernetes {}, nodes {:?}",
        version.git_version,
        backend.nodes().await?
    )?;
    writeln!(out, "ledger {:?}", backend.ledger().held())?;
    let began = Instant::now();
    backend.delete().await?;
    writeln!(
        out,
        "deleted after {:.1} s, ledger {:?}",
        began.elapsed().as_secs_f64(),
        backend.ledger().held()
    )?;
    Ok(())
}
