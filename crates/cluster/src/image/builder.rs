//! The entry to images: [`ImageBuilder::ensure`] answers from the cache, else pulls or builds.

use std::{path::Path, sync::Arc, time::Duration};

use futures::future::try_join;
use tokio::sync::OnceCell;

use super::{
    announce::Announcer,
    bake::{NodeInputs, bake_node},
    build::{ComponentBuild, Record, size_of},
    built::{BuiltImage, BuiltProgram, Origin},
    cache::{Cache, Entry, cache_dir},
    catalog::{Catalog, NODE},
    debian::Debian,
    error::ImageError,
    go,
    key::{Key, KeyMaker},
    mode::ImageMode,
    node::NodeParts,
    pack, pull,
    recipe::Component,
    static_crate,
};
use crate::{engine::Engine, progress::Progress};

/// How long an image takes once its programs are there.
const PACKING: Duration = Duration::from_secs(5);

/// How many versions of an image are kept.
const KEPT: usize = 3;

/// Makes images and host programs available.
pub struct ImageBuilder {
    engine: Engine,
    announcer: Announcer,
    cache: Cache,
    catalog: Catalog,
    mode: ImageMode,
    registry: OnceCell<bool>,
    debian: Debian,
    toolchain: OnceCell<String>,
}

impl ImageBuilder {
    /// Reads every recipe below `root`, the workspace's directory.
    ///
    /// # Errors
    ///
    /// When recipes cannot be read or are faulty; all faults are listed.
    pub fn new(root: &Path, engine: &Engine, progress: Arc<dyn Progress>) -> Result<Self, ImageError> {
        Ok(Self {
            engine: engine.clone(),
            announcer: Announcer::new(progress),
            cache: Cache::new(cache_dir()),
            catalog: Catalog::read(root)?,
            mode: ImageMode::default(),
            registry: OnceCell::new(),
            debian: Debian::default(),
            toolchain: OnceCell::new(),
        })
    }

    /// Sets where images come from.
    #[must_use]
    pub fn with_mode(mut self, mode: ImageMode) -> Self {
        self.mode = mode;
        self
    }

    /// The names that [`ensure`](Self::ensure) knows.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        self.catalog.image_names()
    }

    /// Makes the named images available, in that order; the Debian root file system and the Go programs are made side by side.
    ///
    /// # Errors
    ///
    /// When a name is unknown, or an image can be neither pulled nor built. What was made before stays in the cache.
    pub async fn ensure(&self, names: &[&str]) -> Result<Vec<BuiltImage>, ImageError> {
        self.catalog.check(names)?;
        let mut built = Vec::new();
        for name in names {
            if !self.is_pulled(name).await {
                built.push(*name);
            }
        }
        let needed = self.catalog.needed(&built)?;
        try_join(self.prefetch_rootfs(&needed), self.prefetch_programs(&needed)).await?;
        let mut images = Vec::new();
        for name in names {
            images.push(Box::pin(self.ensure_one(name)).await?);
        }
        Ok(images)
    }

    /// Makes a host program available, such as `kind`; it is always built.
    ///
    /// # Errors
    ///
    /// When no recipe builds it, or the build fails.
    pub async fn ensure_program(&self, name: &str) -> Result<BuiltProgram, ImageError> {
        let component = self.catalog.program(name)?;
        let began = self.announcer.start(name, component.expected());
        let (dir, cached) = self
            .build_of(component)
            .await?
            .programs(|step| self.announcer.step(name, step))
            .await?;
        let took = self
            .announcer
            .finish(name, began, if cached { "cached" } else { "built" });
        let pin = component.pin.clone();
        let (name, path) = (name.to_owned(), dir.join(name));
        Ok(BuiltProgram {
            name,
            path,
            module: pin.module,
            version: pin.version,
            took,
            cached,
        })
    }

    async fn ensure_one(&self, name: &str) -> Result<BuiltImage, ImageError> {
        let (expected, key) = if name == NODE {
            self.node_key().await?
        } else {
            self.image_key(name).await?
        };
        let began = self.announcer.start(name, expected);
        let entry = self.cache.entry("images", name, &key);
        let lock = entry.lock().await?;
        let (record, cached) = match Record::of_whole(&entry) {
            Some(record) => (record, true),
            None => (self.make(name, &entry, &key).await?, false),
        };
        drop(lock);
        let archive = entry.dir().join("image.tar");
        if name == NODE && !pack::is_held(&self.engine, &record, &key).await {
            self.announcer.step(name, "image load");
            pack::load(&self.engine, name, &archive).await?;
        }
        let how = match (cached, record.origin) {
            (true, Origin::Built | Origin::Pulled) => "cached",
            (false, Origin::Built) => "built",
            (false, Origin::Pulled) => "pulled",
        };
        let took = self.announcer.finish(name, began, how);
        let Record {
            reference,
            origin,
            module,
            version,
            sum,
            ..
        } = record;
        Ok(BuiltImage {
            name: name.to_owned(),
            reference,
            archive,
            origin,
            module,
            version,
            sum,
            took,
            cached,
        })
    }

    /// Makes an entry whole; older versions of it are then removed.
    async fn make(&self, name: &str, entry: &Entry, key: &Key) -> Result<Record, ImageError> {
        let staging = entry.stage()?;
        let record = if self.is_pulled(name).await {
            self.pull(name, staging.dir()).await?
        } else if name == NODE {
            self.bake(key, staging.dir()).await?
        } else {
            let (component, image) = self.catalog.image(name)?;
            let rootfs = if image.debian.is_empty() {
                None
            } else {
                Some(
                    self.debian
                        .of(component, &self.catalog, &self.cache, &self.announcer)
                        .await?,
                )
            };
            let say = |step: &str| self.announcer.step(name, step);
            self.build_of(component)
                .await?
                .pack(&self.engine, image, rootfs, key, staging.dir(), say)
                .await?
        };
        staging.commit(&record)?;
        self.cache.prune("images", name, KEPT)?;
        pack::prune(&self.engine).await;
        Ok(record)
    }

    async fn pull(&self, name: &str, dir: &Path) -> Result<Record, ImageError> {
        let (upstream, version) = self.upstream(name)?;
        let reference = upstream.split('@').next().unwrap_or_default().to_owned();
        self.announcer.step(name, &format!("pull {upstream}"));
        let archive = dir.join("image.tar");
        pull::pull(&self.engine, name, &upstream, &reference, &archive).await?;
        let archive_bytes = size_of(&archive)?;
        Ok(Record {
            reference,
            origin: Origin::Pulled,
            module: upstream,
            version,
            sum: String::new(),
            archive_bytes,
        })
    }

    /// Upstream's reference of an image, and its version where a pin says it.
    fn upstream(&self, name: &str) -> Result<(String, String), ImageError> {
        if name == NODE {
            return Ok((self.catalog.node.upstream.clone(), String::new()));
        }
        let (component, image) = self.catalog.image(name)?;
        Ok((
            component.references(image).swap_remove(0),
            component.image_pin(image).version,
        ))
    }

    async fn bake(&self, key: &Key, dir: &Path) -> Result<Record, ImageError> {
        let recipe = &self.catalog.node;
        let kubernetes = self.catalog.component(&recipe.kubernetes)?;
        let names: Vec<&str> = recipe.images.iter().map(String::as_str).collect();
        let archives = Box::pin(self.ensure(&names))
            .await?
            .into_iter()
            .map(|image| image.archive)
            .collect();
        let say = |step: &str| self.announcer.step(NODE, step);
        let mut held = Vec::new();
        for name in names {
            let (component, image) = self.catalog.image(name)?;
            held.extend(component.references(image));
        }
        let rootfs = self.debian.node(&self.catalog, &self.cache, &self.announcer).await?;
        let parts = NodeParts {
            rootfs: rootfs.dir.clone(),
            base: go::module_dir(self.catalog.component(&recipe.base.component)?)
                .await?
                .join(&recipe.base.dir),
            files: self.catalog.root.join("kind/node/files"),
            programs: self.build_of(kubernetes).await?.programs(say).await?.0,
            version: kubernetes.pin.version.clone(),
        };
        let import_script = self.catalog.root.join("kind/node/import-images.sh");
        let inputs = NodeInputs {
            recipe,
            import_script,
            parts,
            archives,
            held,
            pin: &kubernetes.pin,
            key,
        };
        let (reference, archive) = bake_node(&self.engine, &inputs, dir, say).await?;
        Ok(Record::built(kubernetes.pin.clone(), reference, size_of(&archive)?))
    }

    async fn prefetch_rootfs(&self, needed: &[&Component]) -> Result<(), ImageError> {
        let takes_files =
            |component: &&&Component| component.recipe.images.iter().any(|image| !image.debian.is_empty());
        for component in needed.iter().filter(takes_files) {
            self.debian
                .of(component, &self.catalog, &self.cache, &self.announcer)
                .await?;
        }
        Ok(())
    }

    async fn prefetch_programs(&self, needed: &[&Component]) -> Result<(), ImageError> {
        for component in needed.iter().filter(|component| component.recipe.builds_programs()) {
            let build = self.build_of(component).await?;
            if build.has_programs()? {
                continue;
            }
            let item = format!("{} programs", component.name);
            let began = self.announcer.start(&item, component.expected());
            let (_dir, cached) = build.programs(|step| self.announcer.step(&item, step)).await?;
            self.announcer
                .finish(&item, began, if cached { "cached" } else { "built" });
        }
        Ok(())
    }

    /// The address of an image, and how long it is expected to take; a pulled one is addressed by its reference.
    async fn image_key(&self, name: &str) -> Result<(Duration, Key), ImageError> {
        let (component, image) = self.catalog.image(name)?;
        if self.is_pulled(name).await {
            return Ok((PACKING, pulled_key(&self.upstream(name)?.0)));
        }
        let rootfs = (!image.debian.is_empty()).then(|| Debian::key(component, &self.catalog));
        Ok((
            PACKING,
            self.build_of(component)
                .await?
                .image_key(image, rootfs.as_ref(), &self.engine)?,
        ))
    }

    async fn node_key(&self) -> Result<(Duration, Key), ImageError> {
        let recipe = &self.catalog.node;
        let expected = Duration::from_secs(recipe.expected_s);
        if self.is_pulled(NODE).await {
            return Ok((expected, pulled_key(&recipe.upstream)));
        }
        let mut maker = KeyMaker::new();
        maker.add_dir(&self.catalog.root.join("kind/node"))?;
        maker.add("engine", self.engine.kind().to_string());
        maker.add("base", &self.catalog.component(&recipe.base.component)?.pin.sum);
        for image in &recipe.images {
            maker.add(image, Box::pin(self.image_key(image)).await?.1.as_str());
        }
        let kubernetes = self.catalog.component(&recipe.kubernetes)?;
        maker.add("kubernetes", self.build_of(kubernetes).await?.key()?.as_str());
        Ok((expected, maker.finish()))
    }

    async fn build_of<'build>(
        &'build self,
        component: &'build Component,
    ) -> Result<ComponentBuild<'build>, ImageError> {
        let read = async || Ok::<_, ImageError>(format!("{} {}", go::version().await?, static_crate::version().await?));
        let toolchain = self.toolchain.get_or_try_init(read).await?;
        Ok(ComponentBuild {
            root: &self.catalog.root,
            cache: &self.cache,
            component,
            toolchain,
        })
    }

    /// Whether an image is pulled; those of this workspace have no upstream.
    async fn is_pulled(&self, name: &str) -> bool {
        let ours = self
            .catalog
            .image(name)
            .is_ok_and(|(component, _)| component.recipe.cargo_package.is_some());
        !ours
            && match self.mode {
                ImageMode::Pull => true,
                ImageMode::Build => false,
                ImageMode::Auto => *self.registry.get_or_init(pull::registry_answers).await,
            }
    }
}

fn pulled_key(reference: &str) -> Key {
    let mut maker = KeyMaker::new();
    maker.add("pulled", reference);
    maker.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pulled_image_has_the_address_of_its_reference() {
        assert_eq!(pulled_key("a:1"), pulled_key("a:1"));
        assert_ne!(pulled_key("a:1"), pulled_key("a:2"));
    }
}
