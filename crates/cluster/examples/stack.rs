//! Installs, validates or removes a profile in the cluster of a given kubeconfig; for debugging.
//!
//! `cargo run -p shall-cluster --example stack -- KUBECONFIG install|validate|uninstall|plan PROFILE [FIXTURES]`

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use kube::{
    Client, Config,
    config::{KubeConfigOptions, Kubeconfig},
};
use shall_cluster::{
    chain,
    ledger::{Ledger, Undoing, undo},
    progress::{Event, Progress},
    stack::{Profile, S3Access, Sops, StackContext, Validated, install, plan, uninstall, validate},
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
        "validate" => println!("{:#?}", validated(client, &profile, &context).await?),
        "uninstall" => println!(
            "{:#?}",
            uninstall(client, &profile, &context)
                .await
                .map_err(|error| chain(&error))?
        ),
        "plan" => println!("{:#?}", plan(&profile, &context).await?),
        other => return Err(format!("no action `{other}`").into()),
    }
    println!("took {:.1?}", began.elapsed());
    Ok(())
}

/// Validates a profile and takes back what had to be created for that.
async fn validated(
    client: Client,
    profile: &Profile,
    context: &StackContext,
) -> Result<Validated, Box<dyn std::error::Error>> {
    let path = std::env::temp_dir().join(format!("shall-validate-{}.jsonl", std::process::id()));
    let ledger = Ledger::open(&path, "example")?;
    let said = validate(client.clone(), profile, context, &ledger).await;
    let with = Undoing {
        client: Some(client),
        outside: &[],
        deadline: Duration::from_mins(2),
        force_finalizers: false,
    };
    let left = undo(&ledger, &with).await;
    if left.is_empty() {
        std::fs::remove_file(path)?;
    } else {
        return Err(format!("left behind: {left:?}").into());
    }
    Ok(said.map_err(|error| chain(&error))?)
}
