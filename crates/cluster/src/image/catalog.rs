//! All recipes of a workspace: [`Catalog`], which knows what can be made and what that takes.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use super::{
    error::ImageError,
    node_recipe::NodeRecipe,
    recipe::{Component, ImageRecipe},
    rootfs::RootfsRecipe,
};

/// The name of the node image, whose recipe is its own.
pub(crate) const NODE: &str = "node";

/// The recipes below `kind/`.
#[derive(Debug, Clone)]
pub(crate) struct Catalog {
    /// The workspace.
    pub(crate) root: PathBuf,
    components: Vec<Component>,
    /// The node image.
    pub(crate) node: NodeRecipe,
    /// The Debian root file system.
    pub(crate) rootfs: RootfsRecipe,
}

impl Catalog {
    /// Reads everything; all faults of component recipes are listed.
    pub(crate) fn read(root: &Path) -> Result<Self, ImageError> {
        Ok(Self {
            root: root.to_owned(),
            components: Component::read_all(&root.join("kind/images"))?,
            node: NodeRecipe::read(&root.join("kind/node/node.toml"))?,
            rootfs: RootfsRecipe::read(&root.join("kind/node/rootfs.toml"))?,
        })
    }

    /// Every component.
    pub(crate) fn components(&self) -> &[Component] {
        &self.components
    }

    /// Every image's name, the node's last.
    pub(crate) fn image_names(&self) -> Vec<&str> {
        self.images()
            .map(|(_, image)| image.name.as_str())
            .chain([NODE])
            .collect()
    }

    /// The component of that name.
    pub(crate) fn component(&self, name: &str) -> Result<&Component, ImageError> {
        let found = self.components.iter().find(|component| component.name == name);
        found.ok_or_else(|| unknown(name, self.components.iter().map(|component| component.name.as_str())))
    }

    /// The image of that name, with its component.
    pub(crate) fn image(&self, name: &str) -> Result<(&Component, &ImageRecipe), ImageError> {
        let found = self.images().find(|(_, image)| image.name == name);
        found.ok_or_else(|| unknown(name, self.image_names().into_iter()))
    }

    /// The component that builds a host program.
    pub(crate) fn program(&self, name: &str) -> Result<&Component, ImageError> {
        let makes = |component: &&Component| component.recipe.programs.iter().any(|program| program == name);
        let known = || {
            self.components
                .iter()
                .flat_map(|component| component.recipe.programs.iter().map(String::as_str))
        };
        self.components.iter().find(makes).ok_or_else(|| unknown(name, known()))
    }

    /// Fails for the first name that nothing makes.
    pub(crate) fn check(&self, names: &[&str]) -> Result<(), ImageError> {
        names
            .iter()
            .filter(|name| **name != NODE)
            .try_for_each(|name| self.image(name).map(|_| ()))
    }

    /// The components to build for the names, those of the node's images included, each once.
    pub(crate) fn needed(&self, names: &[&str]) -> Result<Vec<&Component>, ImageError> {
        let mut components = Vec::new();
        let mut wanted: Vec<&str> = names.iter().copied().filter(|name| *name != NODE).collect();
        if names.contains(&NODE) {
            components.push(self.component(&self.node.kubernetes)?);
            wanted.extend(self.node.images.iter().map(String::as_str));
        }
        for name in wanted {
            components.push(self.image(name)?.0);
        }
        let mut seen = BTreeSet::new();
        components.retain(|component| seen.insert(&component.name));
        Ok(components)
    }

    fn images(&self) -> impl Iterator<Item = (&Component, &ImageRecipe)> {
        self.components
            .iter()
            .flat_map(|component| component.recipe.images.iter().map(move |image| (component, image)))
    }
}

fn unknown<'name>(name: &str, known: impl Iterator<Item = &'name str>) -> ImageError {
    ImageError::Unknown {
        name: name.to_owned(),
        known: known.collect::<Vec<_>>().join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours() -> Catalog {
        Catalog::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap()
    }

    #[test]
    fn the_recipes_of_this_workspace_are_whole() {
        let catalog = ours();
        catalog.check(&catalog.image_names()).unwrap();
        for image in &catalog.node.images {
            catalog.image(image).unwrap();
        }
        catalog.component(&catalog.node.kubernetes).unwrap();
        catalog.component(&catalog.node.base.component).unwrap();
        for program in ["kind", "k3d"] {
            catalog.program(program).unwrap();
        }
    }

    #[test]
    fn every_built_image_carries_a_version_and_a_sum() {
        let catalog = ours();
        for (component, image) in catalog.images() {
            let pin = component.image_pin(image);
            let from_module = component.recipe.version.is_none();
            assert!(
                !pin.version.is_empty() && (!from_module || pin.sum.starts_with("h1:")),
                "{}: {pin:?}",
                image.name
            );
        }
    }

    #[test]
    fn a_node_takes_its_images_once() {
        let catalog = ours();
        let needed = catalog
            .needed(&[NODE, "etcd", "velero", "velero-plugin-for-aws"])
            .unwrap();
        let names: Vec<&str> = needed.iter().map(|component| component.name.as_str()).collect();
        assert_eq!(names, ["kubernetes", "etcd", "velero", "coredns", "pause"]);
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones() {
        let text = ours().check(&["node", "velreo"]).unwrap_err().to_string();
        assert!(
            text.starts_with("no recipe makes `velreo`: expected one of ") && text.contains("velero, "),
            "{text}"
        );
    }
}
