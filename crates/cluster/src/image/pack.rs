//! A laid-out root file system made an image and saved as an archive: [`Packing`].

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use super::{build::Record, built::Origin, error::ImageError, key::Key, module::Pin};
use crate::{
    command::Command,
    engine::{self, Engine, EngineKind},
};

const PACK_WITHIN: Duration = Duration::from_mins(15);

/// What is packed, from where, under which names.
#[derive(Debug, Clone)]
pub(crate) struct Packing<'packing> {
    /// The image's name, for errors.
    pub(crate) image: &'packing str,
    /// Repositories and tags.
    pub(crate) references: &'packing [String],
    /// What it was made from; written into its labels.
    pub(crate) pin: &'packing Pin,
    /// Its address in the cache, in a label: tells two images of one name apart.
    pub(crate) key: &'packing Key,
}

/// The label of the address.
const KEY_LABEL: &str = "dev.shall.key";

/// The label that all of ours share.
const OURS_LABEL: &str = "org.opencontainers.image.vendor=shall";

impl Packing<'_> {
    /// Labels of the OCI annotations, and the checksum under a name of our own.
    fn labels(&self) -> Vec<String> {
        vec![
            format!("org.opencontainers.image.source={}", self.pin.module),
            format!("org.opencontainers.image.version={}", self.pin.version),
            OURS_LABEL.to_owned(),
            format!("{KEY_LABEL}={}", self.key.as_str()),
            format!("dev.shall.source.sum={}", self.pin.sum),
        ]
    }

    /// Builds the image from a context directory; nothing is run in it.
    pub(crate) async fn build(&self, engine: &Engine, containerfile: &Path, context: &Path) -> Result<(), ImageError> {
        let mut command = build_program(engine);
        for label in self.labels() {
            command = command.args(["--label", &label]);
        }
        for reference in self.references {
            command = command.args(["--tag", reference]);
        }
        let command = command
            .args([Path::new("--file"), containerfile, context])
            .deadline(PACK_WITHIN);
        engine
            .prepare(command)
            .run()
            .await
            .map_err(ImageError::step(self.image, "image build"))?;
        Ok(())
    }

    /// Makes an image of a tar of its whole root file system.
    pub(crate) async fn import(&self, engine: &Engine, tar: &Path, changes: &[String]) -> Result<(), ImageError> {
        let Some((first, others)) = self.references.split_first() else {
            return Ok(());
        };
        let labels = self.labels().into_iter().map(|label| format!("LABEL {label}"));
        let mut args = vec!["import".to_owned()];
        args.extend(
            changes
                .iter()
                .cloned()
                .chain(labels)
                .flat_map(|change| ["--change".to_owned(), change]),
        );
        args.extend([tar.display().to_string(), first.clone()]);
        engine
            .command(args)
            .deadline(PACK_WITHIN)
            .run()
            .await
            .map_err(ImageError::step(self.image, "image import"))?;
        for other in others {
            engine
                .command(["tag", first, other])
                .run()
                .await
                .map_err(ImageError::step(self.image, "image tag"))?;
        }
        Ok(())
    }
}

/// Saves an image with all its names.
pub(crate) async fn save(
    engine: &Engine,
    image: &str,
    references: &[String],
    archive: &Path,
) -> Result<(), ImageError> {
    let mut args = vec!["save".to_owned()];
    if engine.kind() == EngineKind::Podman {
        args.push("--multi-image-archive".to_owned());
    }
    args.extend(["--output".to_owned(), archive.display().to_string()]);
    args.extend(references.iter().cloned());
    engine
        .command(args)
        .deadline(PACK_WITHIN)
        .run()
        .await
        .map_err(ImageError::step(image, "image save"))?;
    Ok(())
}

/// buildah where podman is the engine: chroot isolation needs no container runtime.
fn build_program(engine: &Engine) -> Command {
    match engine.kind() {
        EngineKind::Podman => {
            let buildah = engine::find_program("buildah").unwrap_or_else(|| PathBuf::from("buildah"));
            Command::new(buildah).args(["bud", "--isolation", "chroot", "--layers=false"])
        }
        EngineKind::Docker => engine.command(["build"]),
    }
}

/// Whether the engine holds this very image under its name; a pulled one carries no address and is told by its name.
pub(crate) async fn is_held(engine: &Engine, record: &Record, key: &Key) -> bool {
    let format = format!("{{{{index .Config.Labels \"{KEY_LABEL}\"}}}}");
    match engine
        .command(["image", "inspect", "--format", &format, &record.reference])
        .run()
        .await
    {
        Ok(printed) => record.origin == Origin::Pulled || printed.stdout.trim() == key.as_str(),
        Err(_absent) => false,
    }
}

/// Removes images of ours that lost their name to a newer build. One that is still in use stays, and so does everything when the engine refuses.
pub(crate) async fn prune(engine: &Engine) {
    let filter = format!("label={OURS_LABEL}");
    let _refused = engine
        .command(["image", "prune", "--force", "--filter", &filter])
        .run()
        .await;
}

/// Gives an archive's images to the engine.
pub(crate) async fn load(engine: &Engine, image: &str, archive: &Path) -> Result<(), ImageError> {
    let load = engine
        .command(["load", "--input"])
        .args([archive])
        .deadline(PACK_WITHIN);
    load.run().await.map_err(ImageError::step(image, "image load"))?;
    Ok(())
}
