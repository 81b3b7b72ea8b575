//! The two Debian trees that files of images come from: [`Debian`], each made at most once for a builder.
//!
//! The node's root file system serves the node and what needs no more than it has. Packages that recipes name are in a
//! second tree, so that neither the node nor its cache entry changes with them.

use std::{collections::BTreeSet, time::Duration};

use tokio::sync::OnceCell;

use super::{
    announce::Announcer,
    cache::Cache,
    catalog::Catalog,
    error::ImageError,
    key::Key,
    recipe::Component,
    rootfs::{Rootfs, RootfsRecipe},
};

/// The trees.
#[derive(Debug, Default)]
pub(crate) struct Debian {
    node: OnceCell<Rootfs>,
    packages: OnceCell<Rootfs>,
}

impl Debian {
    /// The node's root file system.
    pub(crate) async fn node(
        &self,
        catalog: &Catalog,
        cache: &Cache,
        announcer: &Announcer,
    ) -> Result<&Rootfs, ImageError> {
        let recipe = &catalog.rootfs;
        let make = || ensure(recipe, cache, announcer, "rootfs", &recipe.suite);
        self.node.get_or_try_init(make).await
    }

    /// The tree that a component's files come from.
    pub(crate) async fn of(
        &self,
        component: &Component,
        catalog: &Catalog,
        cache: &Cache,
        announcer: &Announcer,
    ) -> Result<&Rootfs, ImageError> {
        if component.recipe.packages.is_empty() {
            return self.node(catalog, cache, announcer).await;
        }
        let recipe = catalog.rootfs.with_packages(all_packages(catalog.components()));
        let name = format!("{}-packages", recipe.suite);
        let make = || ensure(&recipe, cache, announcer, "packages", &name);
        self.packages.get_or_try_init(make).await
    }

    /// What the files of a component depend on: its own packages, though the tree holds those of all.
    pub(crate) fn key(component: &Component, catalog: &Catalog) -> Key {
        let packages = &component.recipe.packages;
        if packages.is_empty() {
            catalog.rootfs.key()
        } else {
            catalog.rootfs.with_packages(packages.clone()).key()
        }
    }
}

/// The packages of every recipe, sorted: one installation serves all, and costs about what one package's does.
fn all_packages(components: &[Component]) -> Vec<String> {
    let packages = components.iter().flat_map(|component| &component.recipe.packages);
    packages.collect::<BTreeSet<_>>().into_iter().cloned().collect()
}

async fn ensure(
    recipe: &RootfsRecipe,
    cache: &Cache,
    announcer: &Announcer,
    item: &str,
    name: &str,
) -> Result<Rootfs, ImageError> {
    let began = announcer.start(item, Duration::from_secs(recipe.expected_s));
    let rootfs = recipe.ensure(cache, name).await?;
    announcer.finish(item, began, if rootfs.cached { "cached" } else { "built" });
    Ok(rootfs)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn packages_of_recipes_leave_the_node_and_each_other_alone() {
        let catalog = Catalog::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap();
        let key = |name: &str| Debian::key(catalog.component(name).unwrap(), &catalog);
        assert_eq!(key("velero"), catalog.rootfs.key());
        assert_ne!(key("prometheus"), catalog.rootfs.key());
        assert_ne!(key("prometheus"), key("bind"));
        let all = all_packages(catalog.components());
        assert!(all.contains(&"bind9".to_owned()) && all.contains(&"prometheus".to_owned()));
    }
}
