//! The node image: parts gathered, images imported into its containerd, packed ([`bake_node`]).

use std::path::{Path, PathBuf};

use super::{
    catalog::NODE,
    error::ImageError,
    key::Key,
    module::{Pin, fill_in},
    node::{NodeParts, prepare},
    node_recipe::NodeRecipe,
    pack::{self, Packing},
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
    /// The references of those images.
    pub(crate) held: Vec<String>,
    /// What its labels name.
    pub(crate) pin: &'inputs Pin,
    /// Its address in the cache.
    pub(crate) key: &'inputs Key,
}

/// Makes the node image in `dir`, leaves its archive there and returns its reference and the archive; `say` hears each step.
pub(crate) async fn bake_node(
    engine: &Engine,
    inputs: &NodeInputs<'_>,
    dir: &Path,
    say: impl Fn(&str),
) -> Result<(String, PathBuf), ImageError> {
    let root = dir.join("root");
    say("root file system");
    prepare(inputs.recipe, &inputs.parts, &root).await?;
    check_images(inputs, &root).await?;
    say("images into the node's containerd");
    import_images(inputs, &root).await?;
    say("image import");
    let tar = dir.join("root.tar");
    let pack = Command::new("tar")
        .args(["--create", "--numeric-owner", "--xattrs", "--file"])
        .args([&tar]);
    let packed = pack.args(["--directory"]).args([&root]).args(["."]).run().await;
    packed.map_err(ImageError::step(NODE, "tar"))?;
    super::cache::remove_tree(&root)?;
    let references = [fill_in(&inputs.recipe.reference, &inputs.pin.version)];
    let packing = Packing {
        image: NODE,
        references: &references,
        pin: inputs.pin,
        key: inputs.key,
    };
    packing.import(engine, &tar, &inputs.recipe.changes).await?;
    std::fs::remove_file(&tar).map_err(ImageError::file("removing", &tar))?;
    say("image save");
    let archive = dir.join("image.tar");
    pack::save(engine, NODE, &references, &archive).await?;
    let [reference] = references;
    Ok((reference, archive))
}

/// Asks kubeadm which images it will name, and whether the node holds them: a node cannot pull.
async fn check_images(inputs: &NodeInputs<'_>, root: &Path) -> Result<(), ImageError> {
    let list = [
        "kubeadm",
        "config",
        "images",
        "list",
        "--kubernetes-version",
        &inputs.pin.version,
    ];
    let listed = Command::new("chroot").args([root.as_os_str()]).args(list).run().await;
    let listed = listed.map_err(ImageError::step(NODE, "kubeadm config images list"))?;
    missing(&listed.stdout, &inputs.held).map_or(Ok(()), |expected| {
        let found = inputs.held.join(", ");
        Err(ImageError::Input {
            image: NODE.to_owned(),
            expected: format!("{expected} (kubeadm names it)"),
            found,
        })
    })
}

/// The first wanted reference that is not held.
fn missing<'list>(listed: &'list str, held: &[String]) -> Option<&'list str> {
    listed
        .lines()
        .map(str::trim)
        .find(|wanted| !wanted.is_empty() && !held.iter().any(|reference| reference == wanted))
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
        .map_err(ImageError::step(NODE, "import of images"))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_that_kubeadm_names_and_the_node_lacks_is_found() {
        let held = ["registry.k8s.io/etcd:3.6.8-0", "registry.k8s.io/pause:3.10.2"].map(str::to_owned);
        let listed = "registry.k8s.io/etcd:3.6.8-0\nregistry.k8s.io/pause:3.10.2\n";
        assert_eq!(missing(listed, &held), None);
        assert_eq!(
            missing("registry.k8s.io/etcd:3.6.12-0\n", &held),
            Some("registry.k8s.io/etcd:3.6.12-0")
        );
    }
}
