//! The entry to images: [`ImageBuilder::ensure`] answers from the cache, else pulls or builds.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use futures::future::try_join;
use tokio::sync::OnceCell;

use super::{
    bake::{NodeInputs, bake_node},
    build::{ComponentBuild, Record, size_of},
    built::{BuiltImage, BuiltProgram, Origin},
    cache::{Cache, Entry, cache_dir},
    error::ImageError,
    go,
    key::{Key, KeyMaker},
    node::NodeParts,
    node_recipe::NodeRecipe,
    pack, pull,
    recipe::{Component, ImageRecipe},
    rootfs::{Rootfs, RootfsRecipe},
    static_crate,
};
use crate::{
    engine::Engine,
    progress::{Event, Progress},
};

/// The phase under which progress is said.
const PHASE: &str = "images";

/// The name of the node image.
const NODE: &str = "node";

/// Where images come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ImageMode {
    /// Pulled where the registry answers, else built.
    #[default]
    Auto,
    /// Pulled.
    Pull,
    /// Built.
    Build,
}

impl std::str::FromStr for ImageMode {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "auto" => Ok(Self::Auto),
            "pull" => Ok(Self::Pull),
            "build" => Ok(Self::Build),
            other => Err(format!("images: expected auto, pull or build, found `{other}`")),
        }
    }
}

/// Makes images and host programs available.
pub struct ImageBuilder {
    root: PathBuf,
    engine: Engine,
    progress: Arc<dyn Progress>,
    cache: Cache,
    components: Vec<Component>,
    mode: ImageMode,
    pulls: OnceCell<bool>,
    rootfs: OnceCell<Rootfs>,
    toolchain: OnceCell<String>,
}

impl ImageBuilder {
    /// Reads every recipe below `root`, the workspace's directory.
    ///
    /// # Errors
    ///
    /// When recipes cannot be read or are faulty; all faults are listed.
    pub fn new(root: &Path, engine: &Engine, progress: Arc<dyn Progress>) -> Result<Self, ImageError> {
        let components = Component::read_all(&root.join("kind/images"))?;
        Ok(Self {
            root: root.to_owned(),
            engine: engine.clone(),
            progress,
            cache: Cache::new(cache_dir()),
            components,
            mode: ImageMode::default(),
            pulls: OnceCell::new(),
            rootfs: OnceCell::new(),
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
        let images = self
            .components
            .iter()
            .flat_map(|component| component.recipe.images.iter().map(|image| image.name.as_str()));
        images.chain([NODE]).collect()
    }

    /// Makes the named images available, in that order; the Debian root file system and the Go programs are made side by side.
    ///
    /// # Errors
    ///
    /// When a name is unknown, or an image can be neither pulled nor built. What was made before stays in the cache.
    pub async fn ensure(&self, names: &[&str]) -> Result<Vec<BuiltImage>, ImageError> {
        for name in names {
            self.check_known(name)?;
        }
        if !self.pulls().await {
            let needed = self.needed(names)?;
            try_join(self.prefetch_rootfs(&needed), self.prefetch_programs(&needed)).await?;
        }
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
        let makes = |component: &&Component| component.recipe.programs.iter().any(|program| program == name);
        let component = self
            .components
            .iter()
            .find(makes)
            .ok_or_else(|| self.unknown(name, self.program_names()))?;
        let began = Instant::now();
        self.start(name, component.recipe.expected_s);
        let built = self
            .build_of(component)
            .await?
            .programs(|step| self.step(name, step))
            .await?;
        let (dir, cached) = built.ok_or_else(|| self.unknown(name, self.program_names()))?;
        self.finish(name, began, if cached { "cached" } else { "built" });
        let pin = component.pin.clone();
        Ok(BuiltProgram {
            name: name.to_owned(),
            path: dir.join(name),
            module: pin.module,
            version: pin.version,
            took: began.elapsed(),
            cached,
        })
    }

    async fn ensure_one(&self, name: &str) -> Result<BuiltImage, ImageError> {
        let began = Instant::now();
        let (recipe_s, key) = if name == NODE {
            self.node_key().await?
        } else {
            self.image_key(name).await?
        };
        self.start(name, recipe_s);
        let entry = self.cache.entry("images", name, &key);
        let lock = entry.lock().await?;
        let found = entry
            .record::<Record>()
            .filter(|record| size_of(&entry.dir().join("image.tar")).is_ok_and(|size| size == record.archive_bytes));
        let cached = found.is_some();
        let record = match found {
            Some(record) => record,
            None => self.make(name, &entry).await?,
        };
        drop(lock);
        let archive = entry.dir().join("image.tar");
        if name == NODE && !pack::is_held(&self.engine, &record.reference).await {
            self.step(name, "image load");
            pack::load(&self.engine, name, &archive).await?;
        }
        let how = match (cached, record.origin) {
            (true, _) => "cached",
            (false, Origin::Built) => "built",
            (false, Origin::Pulled) => "pulled",
        };
        self.finish(name, began, how);
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
            took: began.elapsed(),
            cached,
        })
    }

    /// Makes an entry whole.
    async fn make(&self, name: &str, entry: &Entry) -> Result<Record, ImageError> {
        let staging = entry.stage()?;
        let record = if self.can_pull(name).await {
            self.pull(name, staging.dir()).await?
        } else if name == NODE {
            self.bake(staging.dir()).await?
        } else {
            let (component, image) = self.find(name)?;
            let rootfs = if image.debian.is_empty() {
                None
            } else {
                Some(self.rootfs().await?)
            };
            self.build_of(component)
                .await?
                .pack(&self.engine, image, rootfs, staging.dir(), |step| self.step(name, step))
                .await?
        };
        staging.commit(&record)?;
        Ok(record)
    }

    async fn pull(&self, name: &str, dir: &Path) -> Result<Record, ImageError> {
        let (upstream, reference, version) = if name == NODE {
            let recipe = self.node_recipe()?;
            (
                recipe.upstream.clone(),
                recipe.upstream.split('@').next().unwrap_or_default().to_owned(),
                String::new(),
            )
        } else {
            let (component, image) = self.find(name)?;
            let reference = component.references(image).swap_remove(0);
            (reference.clone(), reference, component.image_pin(image).version)
        };
        self.step(name, &format!("pull {upstream}"));
        let archive = dir.join("image.tar");
        pull::pull(&self.engine, name, &upstream, &reference, &archive).await?;
        Ok(Record {
            reference,
            origin: Origin::Pulled,
            module: upstream,
            version,
            sum: String::new(),
            archive_bytes: size_of(&archive)?,
        })
    }

    async fn bake(&self, dir: &Path) -> Result<Record, ImageError> {
        let recipe = self.node_recipe()?;
        let kubernetes = self.component(&recipe.kubernetes)?;
        let base = self.component(&recipe.base.component)?;
        let names: Vec<&str> = recipe.images.iter().map(String::as_str).collect();
        let archives = Box::pin(self.ensure(&names))
            .await?
            .into_iter()
            .map(|image| image.archive)
            .collect();
        let built = self
            .build_of(kubernetes)
            .await?
            .programs(|step| self.step(NODE, step))
            .await?;
        let (programs, _cached) = built.ok_or_else(|| self.unknown(&recipe.kubernetes, self.program_names()))?;
        let parts = NodeParts {
            rootfs: self.rootfs().await?.dir.clone(),
            base: go::module_dir(base).await?.join(&recipe.base.dir),
            files: self.root.join("kind/node/files"),
            programs,
            version: kubernetes.pin.version.clone(),
        };
        let import_script = self.root.join("kind/node/import-images.sh");
        let inputs = NodeInputs {
            recipe: &recipe,
            import_script,
            parts,
            archives,
            pin: &kubernetes.pin,
        };
        let archive = bake_node(&self.engine, &inputs, dir, |step| self.step(NODE, step)).await?;
        let reference = super::module::fill_in(&recipe.reference, &kubernetes.pin.version);
        Ok(Record::built(kubernetes.pin.clone(), reference, size_of(&archive)?))
    }

    async fn prefetch_rootfs(&self, needed: &[&Component]) -> Result<(), ImageError> {
        if needed
            .iter()
            .any(|component| component.recipe.images.iter().any(|image| !image.debian.is_empty()))
        {
            self.rootfs().await?;
        }
        Ok(())
    }

    async fn prefetch_programs(&self, needed: &[&Component]) -> Result<(), ImageError> {
        for component in needed
            .iter()
            .filter(|component| component.recipe.go.is_some() || component.recipe.cargo_package.is_some())
        {
            let began = Instant::now();
            let item = format!("{} programs", component.name);
            self.start(&item, component.recipe.expected_s);
            let built = self
                .build_of(component)
                .await?
                .programs(|step| self.step(&item, step))
                .await?;
            self.finish(
                &item,
                began,
                if built.is_some_and(|(_, cached)| cached) {
                    "cached"
                } else {
                    "built"
                },
            );
        }
        Ok(())
    }

    async fn rootfs(&self) -> Result<&Rootfs, ImageError> {
        let make = async || {
            let recipe = self.rootfs_recipe()?;
            let began = Instant::now();
            self.start("rootfs", recipe.expected_s);
            let rootfs = recipe.ensure(&self.cache).await?;
            self.finish("rootfs", began, if rootfs.cached { "cached" } else { "built" });
            Ok(rootfs)
        };
        self.rootfs.get_or_try_init(make).await
    }

    /// The address of an image; a pulled one is addressed by its reference.
    async fn image_key(&self, name: &str) -> Result<(u64, Key), ImageError> {
        let (component, image) = self.find(name)?;
        let expected_s = component.recipe.expected_s;
        if self.can_pull(name).await {
            return Ok((expected_s, pulled_key(&component.references(image).join(" "))));
        }
        let rootfs = if image.debian.is_empty() {
            None
        } else {
            Some(self.rootfs_recipe()?.key())
        };
        Ok((
            expected_s,
            self.build_of(component)
                .await?
                .image_key(image, rootfs.as_ref(), &self.engine)?,
        ))
    }

    async fn node_key(&self) -> Result<(u64, Key), ImageError> {
        let recipe = self.node_recipe()?;
        if self.can_pull(NODE).await {
            return Ok((recipe.expected_s, pulled_key(&recipe.upstream)));
        }
        let mut maker = KeyMaker::new();
        maker.add_dir(&self.root.join("kind/node"))?;
        maker.add("engine", self.engine.kind().to_string());
        maker.add("base", &self.component(&recipe.base.component)?.pin.sum);
        maker.add(
            "kubernetes",
            self.build_of(self.component(&recipe.kubernetes)?)
                .await?
                .key()?
                .as_str(),
        );
        for image in &recipe.images {
            maker.add(image, Box::pin(self.image_key(image)).await?.1.as_str());
        }
        Ok((recipe.expected_s, maker.finish()))
    }

    /// Components that must be built for the names, those of the node's images included.
    fn needed(&self, names: &[&str]) -> Result<Vec<&Component>, ImageError> {
        let mut wanted: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut components = Vec::new();
        if names.contains(&NODE) {
            let recipe = self.node_recipe()?;
            components.push(self.component(&recipe.kubernetes)?);
            wanted.extend(recipe.images);
        }
        for name in wanted.iter().filter(|name| *name != NODE) {
            components.push(self.find(name)?.0);
        }
        let mut seen = std::collections::BTreeSet::new();
        components.retain(|component| seen.insert(component.name.clone()));
        Ok(components)
    }

    fn node_recipe(&self) -> Result<NodeRecipe, ImageError> {
        NodeRecipe::read(&self.root.join("kind/node/node.toml"))
    }

    fn rootfs_recipe(&self) -> Result<RootfsRecipe, ImageError> {
        RootfsRecipe::read(&self.root.join("kind/node/rootfs.toml"))
    }

    async fn build_of<'build>(
        &'build self,
        component: &'build Component,
    ) -> Result<ComponentBuild<'build>, ImageError> {
        let read = async || Ok::<_, ImageError>(format!("{} {}", go::version().await?, static_crate::version().await?));
        let toolchain = self.toolchain.get_or_try_init(read).await?;
        Ok(ComponentBuild {
            root: &self.root,
            cache: &self.cache,
            component,
            toolchain,
        })
    }

    async fn pulls(&self) -> bool {
        match self.mode {
            ImageMode::Pull => true,
            ImageMode::Build => false,
            ImageMode::Auto => *self.pulls.get_or_init(pull::registry_answers).await,
        }
    }

    /// Our own images have no upstream.
    async fn can_pull(&self, name: &str) -> bool {
        let ours = self
            .find(name)
            .is_ok_and(|(component, _)| component.recipe.cargo_package.is_some());
        !ours && self.pulls().await
    }

    fn component(&self, name: &str) -> Result<&Component, ImageError> {
        let known = || self.components.iter().map(|component| component.name.clone()).collect();
        self.components
            .iter()
            .find(|component| component.name == name)
            .ok_or_else(|| self.unknown(name, known()))
    }

    fn find(&self, name: &str) -> Result<(&Component, &ImageRecipe), ImageError> {
        let images = self
            .components
            .iter()
            .flat_map(|component| component.recipe.images.iter().map(move |image| (component, image)));
        images
            .into_iter()
            .find(|(_, image)| image.name == name)
            .ok_or_else(|| self.unknown(name, self.names().into_iter().map(str::to_owned).collect()))
    }

    fn check_known(&self, name: &str) -> Result<(), ImageError> {
        if name == NODE {
            Ok(())
        } else {
            self.find(name).map(|_| ())
        }
    }

    fn program_names(&self) -> Vec<String> {
        self.components
            .iter()
            .flat_map(|component| component.recipe.programs.clone())
            .collect()
    }

    #[expect(
        clippy::unused_self,
        reason = "reads as a question to the builder beside its siblings"
    )]
    fn unknown(&self, name: &str, known: Vec<String>) -> ImageError {
        ImageError::Unknown {
            name: name.to_owned(),
            known: known.join(", "),
        }
    }

    fn start(&self, item: &str, expected_s: u64) {
        self.progress.event(Event::Started {
            phase: PHASE,
            item: item.to_owned(),
            expected: Some(Duration::from_secs(expected_s)),
        });
    }

    fn step(&self, item: &str, step: &str) {
        self.progress.event(Event::Step {
            phase: PHASE,
            item: item.to_owned(),
            step: step.to_owned(),
        });
    }

    fn finish(&self, item: &str, began: Instant, how: &str) {
        self.progress.event(Event::Finished {
            phase: PHASE,
            item: item.to_owned(),
            took: began.elapsed(),
            how: how.to_owned(),
        });
    }
}

fn pulled_key(reference: &str) -> Key {
    let mut maker = KeyMaker::new();
    maker.add("pulled", reference);
    maker.finish()
}
