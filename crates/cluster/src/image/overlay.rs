//! Files of ours in the place of a module's own: [`lay_over`], for programs that link more than the stack uses.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    context::{make_parent, place},
    error::ImageError,
    recipe::Component,
};

/// Copies the source module from `upstream`, where Go has verified it, to `to`, lays the component's overlay over it, and
/// writes a go.mod that builds the copy; returns that go.mod.
///
/// A file that upstream does not have is refused: it would be added beside the one that it was written for.
pub(crate) fn lay_over(component: &Component, upstream: &Path, to: &Path) -> Result<PathBuf, ImageError> {
    let source = to.join("source");
    for path in files_below(upstream)? {
        place(&upstream.join(&path), &source.join(&path), Some(0o644))?;
    }
    let overlay = component.dir.join("overlay");
    for path in files_below(&overlay)? {
        let replaced = source.join(&path);
        if !replaced.is_file() {
            let module = format!("{} {}", component.pin.module, component.pin.version);
            return Err(ImageError::Input {
                image: component.name.clone(),
                expected: format!(
                    "a file `{}` of {module}, to be replaced by that of `overlay`",
                    path.display()
                ),
                found: "none".to_owned(),
            });
        }
        place(&overlay.join(&path), &replaced, None)?;
    }
    for name in ["go.mod", "go.sum"] {
        place(&component.dir.join(name), &to.join(name), Some(0o644))?;
    }
    let go_mod = to.join("go.mod");
    let text = fs::read_to_string(&go_mod).map_err(ImageError::file("reading", &go_mod))?;
    let text = format!("{text}\nreplace {} => {}\n", component.pin.module, source.display());
    make_parent(&go_mod)
        .and_then(|()| fs::write(&go_mod, text))
        .map_err(ImageError::file("writing", &go_mod))?;
    Ok(go_mod)
}

/// Paths of the files below a directory, relative to it.
fn files_below(dir: &Path) -> Result<Vec<PathBuf>, ImageError> {
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(dir).sort_by_file_name() {
        let entry = entry.map_err(|failed| ImageError::file("listing", dir)(failed.into()))?;
        if entry.file_type().is_file() {
            files.push(entry.path().strip_prefix(dir).unwrap_or(entry.path()).to_owned());
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::{module::Pin, recipe::Recipe};

    fn write(path: &Path, text: &str) {
        make_parent(path).unwrap();
        fs::write(path, text).unwrap();
    }

    /// A component with an overlay of one file, and upstream's module with two.
    fn given(work: &Path, overlaid: &str) -> (Component, PathBuf) {
        let (dir, upstream) = (work.join("x"), work.join("upstream"));
        write(&dir.join("go.mod"), "module a\nrequire example.com/x v1.0.0\n");
        write(&dir.join("go.sum"), "sums\n");
        write(&dir.join("overlay").join(overlaid), "package ours\n");
        write(&upstream.join("provider/factory.go"), "package factory\n");
        write(&upstream.join("main.go"), "package main\n");
        let recipe: Recipe = toml::from_str("source = \"example.com/x\"\nexpected_s = 1\n").unwrap();
        let pin = Pin {
            module: "example.com/x".to_owned(),
            version: "v1.0.0".to_owned(),
            sum: String::new(),
        };
        let name = "x".to_owned();
        (Component { name, dir, recipe, pin }, upstream)
    }

    #[test]
    fn the_copy_has_our_file_and_the_rest_of_upstream() {
        let work = tempfile::tempdir().unwrap();
        let (component, upstream) = given(work.path(), "provider/factory.go");
        let to = work.path().join("module");
        let go_mod = fs::read_to_string(lay_over(&component, &upstream, &to).unwrap()).unwrap();
        let text = |path: &str| fs::read_to_string(to.join("source").join(path)).unwrap();
        assert_eq!(text("provider/factory.go"), "package ours\n");
        assert_eq!(text("main.go"), "package main\n");
        assert_eq!(fs::read_to_string(to.join("go.sum")).unwrap(), "sums\n");
        let replace = format!("replace example.com/x => {}", to.join("source").display());
        assert!(go_mod.starts_with("module a\nrequire example.com/x v1.0.0\n") && go_mod.contains(&replace));
    }

    #[test]
    fn a_file_that_upstream_does_not_have_is_refused() {
        let work = tempfile::tempdir().unwrap();
        let (component, upstream) = given(work.path(), "provider/fatcory.go");
        let error = lay_over(&component, &upstream, &work.path().join("module")).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("a file `provider/fatcory.go` of example.com/x v1.0.0"),
            "{error}"
        );
    }
}
