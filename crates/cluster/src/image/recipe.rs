//! A component's recipe, `kind/images/<component>/image.toml`: [`Recipe`], read and checked before anything is built.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::Deserialize;

use super::{
    error::ImageError,
    module::{Pin, fill_in},
};

/// How one component becomes images or host programs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Recipe {
    /// The Go module, Cargo package or Debian package whose version the images carry.
    pub(crate) source: String,
    /// The version where no go.mod pins it.
    pub(crate) version: Option<String>,
    /// Seconds that a cold build takes on two cores.
    pub(crate) expected_s: u64,
    /// The Go build.
    pub(crate) go: Option<GoBuild>,
    /// The package of this workspace that is built statically instead.
    pub(crate) cargo_package: Option<String>,
    /// Host programs among what is built.
    #[serde(default)]
    pub(crate) programs: Vec<String>,
    /// Debian packages that its images take files of, where the node's root file system lacks them.
    #[serde(default)]
    pub(crate) packages: Vec<String>,
    /// The images.
    #[serde(default, rename = "image")]
    pub(crate) images: Vec<ImageRecipe>,
}

/// Arguments of `go build` beyond the fixed ones.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GoBuild {
    /// Packages; `tool` is every tool of the go.mod.
    pub(crate) packages: Vec<String>,
    /// Build tags.
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    /// Variables set by the linker, with `{version}` and its parts filled in.
    #[serde(default)]
    pub(crate) stamps: BTreeMap<String, String>,
    /// Whether the files in the folder `overlay` are built in the place of those of the source module at the same paths.
    #[serde(default)]
    pub(crate) overlay: bool,
}

/// One image: a root file system on nothing, and a Containerfile that names entrypoint and user.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImageRecipe {
    /// Its name, unique among all recipes.
    pub(crate) name: String,
    /// The module whose version it carries, where that is not the component's.
    pub(crate) source: Option<String>,
    /// Repository and tag, upstream's; the first is the one that manifests write.
    pub(crate) references: Vec<String>,
    /// The Containerfile beside the recipe.
    #[serde(default = "usual_containerfile")]
    pub(crate) containerfile: String,
    /// Built program → path in the image.
    #[serde(default)]
    pub(crate) programs: BTreeMap<String, String>,
    /// Files of Debian, taken with the libraries they load: of `packages` where there are some, else of the node's root file system.
    #[serde(default)]
    pub(crate) debian: Vec<String>,
    /// Path in the image → target of a symbolic link.
    #[serde(default)]
    pub(crate) links: BTreeMap<String, String>,
    /// Path in the image → octal mode of an empty directory.
    #[serde(default)]
    pub(crate) directories: BTreeMap<String, String>,
    /// Path in the image → text of a file.
    #[serde(default)]
    pub(crate) files: BTreeMap<String, String>,
}

fn usual_containerfile() -> String {
    "Containerfile".to_owned()
}

/// A recipe with the directory that it was read from and what that pins.
#[derive(Debug, Clone)]
pub(crate) struct Component {
    /// The directory's name.
    pub(crate) name: String,
    /// The directory.
    pub(crate) dir: PathBuf,
    /// The recipe.
    pub(crate) recipe: Recipe,
    /// Source, version and sum.
    pub(crate) pin: Pin,
}

impl Component {
    /// How long its programs take cold.
    pub(crate) fn expected(&self) -> Duration {
        Duration::from_secs(self.recipe.expected_s)
    }

    /// Reads one directory; every fault is a line.
    fn read(dir: &Path) -> Result<Self, Vec<String>> {
        let path = dir.join("image.toml");
        let text = std::fs::read_to_string(&path).map_err(|failed| vec![format!("{}: {failed}", path.display())])?;
        let recipe: Recipe = toml::from_str(&text).map_err(|failed| vec![format!("{}: {failed}", path.display())])?;
        let name = dir.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let pin = match &recipe.version {
            Some(version) => Some(Pin {
                module: recipe.source.clone(),
                version: version.clone(),
                sum: String::new(),
            }),
            None => Pin::read(dir, &recipe.source),
        };
        let mut faults = recipe.faults(dir);
        if pin.is_none() {
            faults.push(format!(
                "expected a `require` of `{}` in go.mod, found none (or give `version`)",
                recipe.source
            ));
        }
        match pin {
            Some(pin) if faults.is_empty() => Ok(Self {
                name,
                dir: dir.to_owned(),
                recipe,
                pin,
            }),
            _ => Err(faults
                .into_iter()
                .map(|fault| format!("{}: {fault}", path.display()))
                .collect()),
        }
    }

    /// Reads every component below `kind/images` that has a recipe.
    pub(crate) fn read_all(images: &Path) -> Result<Vec<Self>, ImageError> {
        let listed = std::fs::read_dir(images).map_err(ImageError::file("listing", images))?;
        let mut dirs: Vec<PathBuf> = listed
            .flatten()
            .map(|entry| entry.path())
            .filter(|dir| dir.join("image.toml").is_file())
            .collect();
        dirs.sort();
        let (mut components, mut faults) = (Vec::new(), Vec::new());
        for dir in dirs {
            match Self::read(&dir) {
                Ok(component) => components.push(component),
                Err(found) => faults.extend(found),
            }
        }
        faults.extend(repeated_names(&components));
        if faults.is_empty() {
            Ok(components)
        } else {
            Err(ImageError::Recipes { faults })
        }
    }

    /// What an image was made from: its own source, or the component's.
    pub(crate) fn image_pin(&self, image: &ImageRecipe) -> Pin {
        image
            .source
            .as_ref()
            .and_then(|source| Pin::read(&self.dir, source))
            .unwrap_or_else(|| self.pin.clone())
    }

    /// The references of an image, filled in.
    pub(crate) fn references(&self, image: &ImageRecipe) -> Vec<String> {
        let version = self.image_pin(image).version;
        image
            .references
            .iter()
            .map(|reference| fill_in(reference, &version))
            .collect()
    }
}

impl Recipe {
    /// Whether there is anything to compile.
    pub(crate) fn builds_programs(&self) -> bool {
        self.go.is_some() || self.cargo_package.is_some()
    }

    fn faults(&self, dir: &Path) -> Vec<String> {
        let mut faults = Vec::new();
        if self.go.is_some() && self.cargo_package.is_some() {
            faults.push("expected `go` or `cargo_package`, found both".to_owned());
        }
        if self.go.is_some() && !dir.join("go.sum").is_file() && dir.join("go.mod").is_file() && self.version.is_none()
        {
            faults.push("expected go.sum beside go.mod, found none".to_owned());
        }
        if !self.packages.is_empty() && self.images.iter().all(|image| image.debian.is_empty()) {
            faults.push("expected an image with `debian` files of `packages`, found none".to_owned());
        }
        if self.go.as_ref().is_some_and(|go| go.overlay) && !dir.join("overlay").is_dir() {
            faults.push("expected a folder `overlay` beside the recipe, found none".to_owned());
        }
        if self.images.is_empty() && self.programs.is_empty() {
            faults.push("expected `image` or `programs`, found neither".to_owned());
        }
        faults.extend(self.images.iter().flat_map(|image| image.faults(dir)));
        faults
    }
}

impl ImageRecipe {
    fn faults(&self, dir: &Path) -> Vec<String> {
        let mut faults = Vec::new();
        let name = &self.name;
        if let Some(source) = self.source.as_ref().filter(|source| Pin::read(dir, source).is_none()) {
            faults.push(format!(
                "image `{name}`: expected a `require` of `{source}` in go.mod, found none"
            ));
        }
        if self.references.is_empty() {
            faults.push(format!("image `{name}`: expected at least one reference, found none"));
        }
        for reference in &self.references {
            // Velero splits an image at its colons and must find two parts.
            if reference.matches(':').count() != 1
                || !reference.split('/').next().is_some_and(|host| host.contains('.'))
            {
                faults.push(format!(
                    "image `{name}`: expected a reference `host.name/repository:tag`, found `{reference}`"
                ));
            }
        }
        if !dir.join(&self.containerfile).is_file() {
            faults.push(format!(
                "image `{name}`: expected a file `{}` beside the recipe, found none",
                self.containerfile
            ));
        }
        let paths = self
            .programs
            .values()
            .chain(&self.debian)
            .chain(self.links.keys())
            .chain(self.directories.keys())
            .chain(self.files.keys());
        for path in paths.filter(|path| !path.starts_with('/') || path.contains("..")) {
            faults.push(format!(
                "image `{name}`: expected an absolute path without `..`, found `{path}`"
            ));
        }
        for mode in self
            .directories
            .values()
            .filter(|mode| u32::from_str_radix(mode, 8).is_err())
        {
            faults.push(format!("image `{name}`: expected an octal mode, found `{mode}`"));
        }
        faults
    }
}

fn repeated_names(components: &[Component]) -> Vec<String> {
    let mut seen = BTreeMap::new();
    let images = components.iter().flat_map(|component| {
        component
            .recipe
            .images
            .iter()
            .map(move |image| (&image.name, &component.name))
    });
    images
        .filter_map(|(image, component)| {
            seen.insert(image, component)
                .map(|earlier| format!("image `{image}` is described by `{earlier}` and by `{component}`"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "source = \"example.com/x\"\nexpected_s = 3\n[go]\npackages = [\"tool\"]\n[[image]]\nname = \"x\"\nreferences = [\"example.com/x:{version}\"]\n";

    fn component(root: &Path, name: &str, recipe: &str) {
        let dir = root.join(name);
        std::fs::create_dir_all(&dir).unwrap();
        std::fs::write(dir.join("image.toml"), recipe).unwrap();
        std::fs::write(dir.join("go.mod"), "module a\nrequire example.com/x v1.0.0\n").unwrap();
        std::fs::write(dir.join("go.sum"), "example.com/x v1.0.0 h1:s=\n").unwrap();
        std::fs::write(dir.join("Containerfile"), "FROM scratch\n").unwrap();
    }

    #[test]
    fn a_good_recipe_is_read_with_its_pin() {
        let root = tempfile::tempdir().unwrap();
        component(root.path(), "x", GOOD);
        let found = Component::read_all(root.path()).unwrap();
        assert_eq!(found[0].pin.sum, "h1:s=");
        assert_eq!(
            found[0].references(&found[0].recipe.images[0]),
            ["example.com/x:v1.0.0"]
        );
    }

    #[test]
    fn every_fault_of_every_recipe_is_listed() {
        let root = tempfile::tempdir().unwrap();
        component(
            root.path(),
            "a",
            &GOOD.replace("example.com/x:{version}", "host:5000/x:1"),
        );
        component(root.path(), "b", &GOOD.replace("expected_s", "expected_sec"));
        component(
            root.path(),
            "c",
            &format!(
                "{}links = {{ \"bin/sh\" = \"x\" }}\ndirectories = {{ \"/tmp\" = \"9\" }}\n",
                GOOD.replace("\"x\"", "\"c\"")
            ),
        );
        let text = Component::read_all(root.path()).unwrap_err().to_string();
        assert!(text.starts_with("4 faulty image recipe(s)"), "{text}");
        for part in [
            "found `host:5000/x:1`",
            "unknown field `expected_sec`",
            "found `bin/sh`",
            "octal mode, found `9`",
        ] {
            assert!(text.contains(part), "{part} is not in {text}");
        }
    }

    #[test]
    fn two_recipes_may_not_make_the_same_image() {
        let root = tempfile::tempdir().unwrap();
        component(root.path(), "a", GOOD);
        component(root.path(), "b", GOOD);
        let text = Component::read_all(root.path()).unwrap_err().to_string();
        assert!(text.contains("image `x` is described by `a` and by `b`"), "{text}");
    }

    #[test]
    fn an_overlay_without_files_and_packages_that_no_image_takes_are_faults() {
        let root = tempfile::tempdir().unwrap();
        let recipe = GOOD.replace("[go]\n", "packages = [\"bind9\"]\n[go]\noverlay = true\n");
        component(root.path(), "a", &recipe);
        let text = Component::read_all(root.path()).unwrap_err().to_string();
        assert!(text.contains("expected a folder `overlay`"), "{text}");
        assert!(text.contains("`debian` files of `packages`, found none"), "{text}");
    }

    #[test]
    fn a_source_that_go_mod_does_not_require_is_a_fault() {
        let root = tempfile::tempdir().unwrap();
        component(
            root.path(),
            "a",
            &GOOD.replace("source = \"example.com/x\"", "source = \"example.com/y\""),
        );
        let text = Component::read_all(root.path()).unwrap_err().to_string();
        assert!(text.contains("`require` of `example.com/y`"), "{text}");
    }
}
