//! Building a component: its programs once, then each of its images ([`ComponentBuild`]).

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{
    built::Origin,
    cache::{Cache, Entry},
    context::{Parts, lay_out},
    error::ImageError,
    go,
    key::{Key, KeyMaker},
    module::Pin,
    pack::{self, Packing},
    recipe::{Component, ImageRecipe},
    rootfs::Rootfs,
    static_crate,
};
use crate::engine::Engine;

/// How many versions of a component's programs are kept.
const KEPT: usize = 3;

/// What the cache remembers of an image or of programs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Record {
    /// The first reference; empty for programs.
    pub(crate) reference: String,
    /// Where it came from.
    pub(crate) origin: Origin,
    /// As in the pin.
    pub(crate) module: String,
    /// As in the pin.
    pub(crate) version: String,
    /// As in the pin.
    pub(crate) sum: String,
    /// Size of the archive in bytes; a cut one is not taken for whole.
    pub(crate) archive_bytes: u64,
}

/// Builds one component with the tools of this host.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ComponentBuild<'build> {
    /// The workspace.
    pub(crate) root: &'build Path,
    /// Where results are kept.
    pub(crate) cache: &'build Cache,
    /// What is built.
    pub(crate) component: &'build Component,
    /// Versions of Go and cargo, inputs of every key.
    pub(crate) toolchain: &'build str,
}

impl ComponentBuild<'_> {
    /// The address of its programs.
    pub(crate) fn key(&self) -> Result<Key, ImageError> {
        let mut maker = KeyMaker::new();
        maker.add("toolchain", self.toolchain);
        maker.add_dir(&self.component.dir)?;
        if let Some(package) = &self.component.recipe.cargo_package {
            let lock = self.root.join("Cargo.lock");
            maker.add(
                "Cargo.lock",
                std::fs::read(&lock).map_err(ImageError::file("reading", &lock))?,
            );
            maker.add_dir(&self.root.join("crates").join(package.trim_start_matches("shall-")))?;
        }
        Ok(maker.finish())
    }

    /// Whether the cache has its programs.
    pub(crate) fn has_programs(&self) -> Result<bool, ImageError> {
        Ok(self
            .cache
            .entry("programs", &self.component.name, &self.key()?)
            .record::<Record>()
            .is_some())
    }

    /// The directory of its programs, and whether it was cached; an empty one where it builds none.
    pub(crate) async fn programs(&self, say: impl Fn(&str)) -> Result<(PathBuf, bool), ImageError> {
        let recipe = &self.component.recipe;
        let entry = self.cache.entry("programs", &self.component.name, &self.key()?);
        let dir = entry.dir().join("bin");
        let _lock = entry.lock().await?;
        if entry.record::<Record>().is_some() {
            return Ok((dir, true));
        }
        let staging = entry.stage()?;
        let bin = staging.dir().join("bin");
        std::fs::create_dir_all(&bin).map_err(ImageError::file("making", &bin))?;
        if let Some(go) = &recipe.go {
            say(&format!("go build {}", go.packages.join(" ")));
            go::build_programs(self.component, go, &bin).await?;
        }
        if let Some(package) = &recipe.cargo_package {
            say(&format!("cargo build {package}"));
            static_crate::build_static(self.root, package, &self.cache.root().join("cargo-target"), &bin).await?;
        }
        staging.commit(&Record::built(self.component.pin.clone(), String::new(), 0))?;
        self.cache.prune("programs", &self.component.name, KEPT)?;
        Ok((dir, false))
    }

    /// The address of an image: its component's, and of the root file system where it takes files of it.
    pub(crate) fn image_key(
        &self,
        image: &ImageRecipe,
        rootfs: Option<&Key>,
        engine: &Engine,
    ) -> Result<Key, ImageError> {
        let mut maker = KeyMaker::new();
        maker.add("component", self.key()?.as_str());
        maker.add("image", &image.name);
        maker.add("engine", engine.kind().to_string());
        if let Some(rootfs) = rootfs.filter(|_| !image.debian.is_empty()) {
            maker.add("rootfs", rootfs.as_str());
        }
        Ok(maker.finish())
    }

    /// Builds an image into `dir` and leaves its archive there.
    pub(crate) async fn pack(
        &self,
        engine: &Engine,
        image: &ImageRecipe,
        rootfs: Option<&Rootfs>,
        key: &Key,
        dir: &Path,
        say: impl Fn(&str),
    ) -> Result<Record, ImageError> {
        let (programs, _cached) = self.programs(&say).await?;
        let context = dir.join("context");
        let mut pin = self.component.image_pin(image);
        if let Some(rootfs) = rootfs.filter(|_| !self.component.recipe.builds_programs()) {
            pin.sum = rootfs.version_of(&pin.module, &pin.version)?;
        }
        let parts = Parts {
            programs: &programs,
            rootfs: rootfs.map(|rootfs| rootfs.dir.as_path()),
            version: &pin.version,
        };
        std::fs::create_dir_all(context.join("root")).map_err(ImageError::file("making", &context))?;
        lay_out(image, parts, &context.join("root")).await?;
        let references = self.component.references(image);
        let packing = Packing {
            image: &image.name,
            references: &references,
            pin: &pin,
            key,
        };
        say("image build");
        packing
            .build(engine, &self.component.dir.join(&image.containerfile), &context)
            .await?;
        super::cache::remove_tree(&context)?;
        let archive = dir.join("image.tar");
        say("image save");
        pack::save(engine, &image.name, &references, &archive).await?;
        Ok(Record::built(
            pin,
            references.first().cloned().unwrap_or_default(),
            size_of(&archive)?,
        ))
    }
}

impl Record {
    /// The record of an image's entry whose archive has the size that was recorded.
    pub(crate) fn of_whole(entry: &Entry) -> Option<Self> {
        let size = size_of(&entry.dir().join("image.tar")).ok()?;
        entry.record::<Self>().filter(|record| record.archive_bytes == size)
    }

    /// The record of something built from a pin.
    pub(crate) fn built(pin: Pin, reference: String, archive_bytes: u64) -> Self {
        Self {
            reference,
            origin: Origin::Built,
            module: pin.module,
            version: pin.version,
            sum: pin.sum,
            archive_bytes,
        }
    }
}

pub(crate) fn size_of(path: &Path) -> Result<u64, ImageError> {
    std::fs::metadata(path)
        .map(|found| found.len())
        .map_err(ImageError::file("reading", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn component(root: &Path) -> Component {
        let dir = root.join("kind/images/x");
        std::fs::create_dir_all(&dir).unwrap();
        std::fs::write(
            dir.join("image.toml"),
            "source = \"busybox\"\nversion = \"1\"\nexpected_s = 1\nprograms = [\"x\"]\n",
        )
        .unwrap();
        Component::read_all(&root.join("kind/images")).unwrap().remove(0)
    }

    fn key(root: &Path, component: &Component, toolchain: &str) -> Key {
        let cache = Cache::new(root.join("cache"));
        ComponentBuild {
            root,
            cache: &cache,
            component,
            toolchain,
        }
        .key()
        .unwrap()
    }

    #[test]
    fn another_go_or_another_source_is_another_address() {
        let root = tempfile::tempdir().unwrap();
        let component = component(root.path());
        let first = key(root.path(), &component, "go1.26.8");
        assert_eq!(first, key(root.path(), &component, "go1.26.8"));
        assert_ne!(first, key(root.path(), &component, "go1.26.9"));
        std::fs::write(component.dir.join("main.go"), "package main").unwrap();
        assert_ne!(first, key(root.path(), &component, "go1.26.8"));
    }

    #[tokio::test]
    async fn programs_are_built_once() {
        let root = tempfile::tempdir().unwrap();
        let component = component(root.path());
        let cache = Cache::new(root.path().join("cache"));
        let build = ComponentBuild {
            root: root.path(),
            cache: &cache,
            component: &component,
            toolchain: "go",
        };
        assert!(!build.has_programs().unwrap());
        let (dir, cached) = build.programs(|_| ()).await.unwrap();
        assert!(!cached && dir.is_dir());
        assert!(build.has_programs().unwrap());
        assert_eq!(build.programs(|_| ()).await.unwrap(), (dir, true));
    }

    #[test]
    fn a_cut_archive_is_not_taken_for_a_whole_one() {
        let dir = tempfile::tempdir().unwrap();
        let entry = Cache::new(dir.path().to_owned()).entry("images", "velero", &KeyMaker::new().finish());
        let staging = entry.stage().unwrap();
        std::fs::write(staging.dir().join("image.tar"), "12345678").unwrap();
        let pin = Pin {
            module: "m".to_owned(),
            version: "v1".to_owned(),
            sum: String::new(),
        };
        staging.commit(&Record::built(pin, "e.com/x:1".to_owned(), 8)).unwrap();
        assert!(Record::of_whole(&entry).is_some());
        std::fs::write(entry.dir().join("image.tar"), "1234").unwrap();
        assert!(Record::of_whole(&entry).is_none());
        std::fs::remove_file(entry.dir().join("image.tar")).unwrap();
        assert!(Record::of_whole(&entry).is_none());
    }
}
