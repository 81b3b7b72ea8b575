//! The node image: parts gathered, images imported into its containerd, packed ([`bake_node`]).

use std::path::{Path, PathBuf};

use super::{
    error::ImageError,
    module::{Pin, fill_in},
    node::{NodeParts, prepare},
    node_recipe::NodeRecipe,
    pack::Packing,
};
use crate::{command::Command, engine::Engine};

/// Everything that the node image is made of.
#[derive(Debug, Clone)]
pub(crate) struct NodeInputs<'inputs> {
    /// The recipe.
    pub(crate) recipe: &'inputs NodeRecipe,
    /// The script that imports images, run with the root and the archives.
    pub(crate) import_script: PathBuf,
    /// Where the files come from.
    pub(crate) parts: NodeParts,
    /// Archives of the images that it holds.
    pub(crate) archives: Vec<PathBuf>,
    /// What its labels name.
    pub(crate) pin: &'inputs Pin,
}

/// Makes the node image in `dir` and leaves its archive there; `say` hears each step.
pub(crate) async fn bake_node(
    engine: &Engine,
    inputs: &NodeInputs<'_>,
    dir: &Path,
    say: impl Fn(&str),
) -> Result<PathBuf, ImageError> {
    let root = dir.join("root");
    say("root file system");
    prepare(inputs.recipe, &inputs.parts, &root).await?;
    say("images into the node's containerd");
    import_images(inputs, &root).await?;
    say("packing");
    let tar = dir.join("root.tar");
    let pack = Command::new("tar")
        .args(["--create", "--numeric-owner", "--xattrs", "--file"])
        .args([&tar])
        .args(["--directory"])
        .args([&root]);
    pack.args(["."]).run().await.map_err(ImageError::step("node", "tar"))?;
    super::cache::remove_tree(&root)?;
    let references = [fill_in(&inputs.recipe.reference, &inputs.pin.version)];
    let packing = Packing {
        image: "node",
        references: &references,
        pin: inputs.pin,
    };
    packing.import(engine, &tar, &inputs.recipe.changes).await?;
    std::fs::remove_file(&tar).map_err(ImageError::file("removing", &tar))?;
    let archive = dir.join("image.tar");
    packing.save(engine, &archive).await?;
    Ok(archive)
}

/// Runs the node's own containerd on its root, in namespaces that end with the script.
async fn import_images(inputs: &NodeInputs<'_>, root: &Path) -> Result<(), ImageError> {
    let command = Command::new("unshare").args(["--mount", "--pid", "--fork", "--kill-child", "bash"]);
    let command = command
        .args([inputs.import_script.as_path(), root])
        .args(&inputs.archives);
    command
        .run()
        .await
        .map_err(ImageError::step("node", "import of images"))?;
    Ok(())
}
