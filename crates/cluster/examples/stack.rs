//! Installs, validates or removes a profile in the cluster of a given kubeconfig; for debugging.
//!
//! `cargo run -p shall-cluster --example stack -- KUBECONFIG install|validate|uninstall|plan PROFILE [FIXTURES]`

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use kube::{
    Client, Config,
    config::{KubeConfigOptions, Kubeconfig},
};
use shall_cluster::{
    progress::{Event, Progress},
    stack::{Profile, S3Access, Sops, StackContext, install, plan, uninstall, validate},
};

/// Prints what long work says.
struct Lines;

impl Progress for Lines {
    #[expect(clippy::print_stderr, reason = "an example for a terminal")]
    fn event(&self, event: Event) {
        eprintln!("{event:?}");
    }
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "an example for a terminal")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    rustls::crypto::ring::default_provider().install_default().ok();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [kubeconfig, action, profile, fixtures @ ..] = arguments.as_slice() else {
        return Err("expected KUBECONFIG install|validate|uninstall|plan PROFILE [FIXTURES]".into());
    };
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let fixtures = fixtures.first().map_or(ours, PathBuf::from);
    let profile = Profile::load(&fixtures, profile)?;
    // What opens encrypted manifests is looked for in PATH; `cargo run --example images -- program:sops` builds it.
    let sops = Some(Sops {
        program: "sops".into(),
        key_file: fixtures.join("data/age/keys.txt"),
    });
    let context = StackContext { fixtures, sops };
    let options = KubeConfigOptions::default();
    let config = Config::from_custom_kubeconfig(Kubeconfig::read_from(kubeconfig)?, &options).await?;
    let client = Client::try_from(config)?;
    let began = std::time::Instant::now();
    match action.as_str() {
        "install" => {
            let stack = install(client.clone(), &profile, &context, Arc::new(Lines)).await;
            let stack = stack.map_err(|error| chain(&error))?;
            println!("{stack:#?}\nread again: {:?}", S3Access::read(&client).await?);
        }
        "validate" => println!(
            "{:#?}",
            validate(client, &profile, &context)
                .await
                .map_err(|error| chain(&error))?
        ),
        "uninstall" => println!(
            "{:#?}",
            uninstall(client, &profile, &context)
                .await
                .map_err(|error| chain(&error))?
        ),
        "plan" => println!("{:#?}", plan(&profile, &context)?),
        other => return Err(format!("no action `{other}`").into()),
    }
    println!("took {:.1?}", began.elapsed());
    Ok(())
}

/// An error with its sources.
fn chain(error: &dyn std::error::Error) -> String {
    let sources = std::iter::successors(error.source(), |source| source.source());
    sources.fold(error.to_string(), |text, source| format!("{text}: {source}"))
}
