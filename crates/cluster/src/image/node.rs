//! A root file system made a node: [`prepare`] lays upstream kind's base files, Kubernetes and our settings over Debian.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use super::{
    context::{inside, make_parent, place, set_mode},
    error::ImageError,
    node_recipe::{NodeRecipe, merge, name_matches},
};
use crate::command::Command;

/// The hook that kind's containerd configuration counts on.
const MOUNT_HOOK: &str = "/kind/bin/mount-product-files.sh";

/// Where a node's parts are.
#[derive(Debug, Clone)]
pub(crate) struct NodeParts {
    /// The Debian root file system.
    pub(crate) rootfs: PathBuf,
    /// kind's base files.
    pub(crate) base: PathBuf,
    /// Our own files, laid out as in the node.
    pub(crate) files: PathBuf,
    /// The built Kubernetes programs.
    pub(crate) programs: PathBuf,
    /// Kubernetes' version.
    pub(crate) version: String,
}

/// Copies the root file system to `root` and makes it a node.
pub(crate) async fn prepare(recipe: &NodeRecipe, parts: &NodeParts, root: &Path) -> Result<(), ImageError> {
    let copy = Command::new("cp")
        .args(["--archive", "--reflink=auto"])
        .args([&parts.rootfs, root])
        .run()
        .await;
    copy.map_err(ImageError::step("node", "copy of the root file system"))?;
    overlay(&parts.base, root, None)?;
    overlay(&parts.files, root, Some(&parts.version))?;
    for (program, path) in &recipe.programs {
        place(&parts.programs.join(program), &inside(root, path), Some(0o755))?;
    }
    recipe
        .executable
        .iter()
        .try_for_each(|dir| make_executable(&inside(root, dir)))?;
    recipe
        .remove
        .iter()
        .try_for_each(|pattern| remove_matching(root, pattern))?;
    for dir in &recipe.directories {
        let dir = inside(root, dir);
        fs::create_dir_all(&dir).map_err(ImageError::file("making", &dir))?;
    }
    for (path, target) in &recipe.links {
        link(target, &inside(root, path))?;
    }
    for (path, text) in &recipe.append {
        append(&inside(root, path), text)?;
    }
    for unit in &recipe.enable {
        link(
            &format!("/etc/systemd/system/{unit}"),
            &root.join("etc/systemd/system/multi-user.target.wants").join(unit),
        )?;
    }
    for unit in &recipe.mask {
        link("/dev/null", &root.join("etc/systemd/system").join(unit))?;
    }
    write(&root.join("kind/version"), &parts.version)?;
    configure_containerd(recipe, root).await
}

/// Lays a tree of files over another; with a version, texts are filled in with it.
fn overlay(from: &Path, to: &Path, version: Option<&str>) -> Result<(), ImageError> {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.map_err(|failed| ImageError::File {
            action: "reading",
            path: from.to_owned(),
            source: failed.into(),
        })?;
        if !entry.file_type().is_file() {
            continue;
        }
        let target = to.join(entry.path().strip_prefix(from).unwrap_or(entry.path()));
        place(entry.path(), &target, version.map(|_| 0o644))?;
        if let Some(version) = version {
            let text = fs::read_to_string(&target).map_err(ImageError::file("reading", &target))?;
            write(&target, &super::module::fill_in(&text, version))?;
        } else {
            let writable = fs::metadata(&target)
                .map(|found| std::os::unix::fs::PermissionsExt::mode(&found.permissions()) | 0o200);
            writable
                .and_then(|mode| set_mode(&target, mode))
                .map_err(ImageError::file("changing", &target))?;
        }
    }
    Ok(())
}

fn make_executable(dir: &Path) -> Result<(), ImageError> {
    for entry in fs::read_dir(dir).map_err(ImageError::file("listing", dir))?.flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_file()) {
            set_mode(&entry.path(), 0o755).map_err(ImageError::file("changing", entry.path()))?;
        }
    }
    Ok(())
}

/// Removes the files that match; a directory that is absent holds none.
fn remove_matching(root: &Path, pattern: &str) -> Result<(), ImageError> {
    let path = inside(root, pattern);
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
        return Ok(());
    };
    let Ok(listed) = fs::read_dir(parent) else {
        return Ok(());
    };
    for entry in listed
        .flatten()
        .filter(|entry| name_matches(&name.to_string_lossy(), &entry.file_name().to_string_lossy()))
    {
        fs::remove_file(entry.path()).map_err(ImageError::file("removing", entry.path()))?;
    }
    Ok(())
}

fn link(target: &str, path: &Path) -> Result<(), ImageError> {
    let make = || {
        make_parent(path)?;
        if path.symlink_metadata().is_ok() {
            fs::remove_file(path)?;
        }
        symlink(target, path)
    };
    make().map_err(ImageError::file("linking", path))
}

fn append(path: &Path, text: &str) -> Result<(), ImageError> {
    let found = match fs::read_to_string(path) {
        Err(failed) if failed.kind() != std::io::ErrorKind::NotFound => {
            return Err(ImageError::file("reading", path)(failed));
        }
        read => read.unwrap_or_default(),
    };
    write(path, &format!("{found}{text}"))
}

fn write(path: &Path, text: &str) -> Result<(), ImageError> {
    make_parent(path)
        .and_then(|()| fs::write(path, text))
        .map_err(ImageError::file("writing", path))
}

/// Merges our settings into kind's configuration and writes the OCI specification that it names.
async fn configure_containerd(recipe: &NodeRecipe, root: &Path) -> Result<(), ImageError> {
    let path = root.join("etc/containerd/config.toml");
    let text = fs::read_to_string(&path).map_err(ImageError::file("reading", &path))?;
    let malformed = |found: String| ImageError::Input {
        image: "node".to_owned(),
        expected: format!("valid settings in `{}`", path.display()),
        found,
    };
    let mut settings: toml::Table = toml::from_str(&text).map_err(|failed| malformed(failed.to_string()))?;
    merge(&mut settings, &recipe.containerd);
    write(
        &path,
        &toml::to_string(&settings).map_err(|failed| malformed(failed.to_string()))?,
    )?;
    let printed = Command::new("chroot")
        .args([root.as_os_str()])
        .args(["ctr", "oci", "spec"])
        .run()
        .await;
    let printed = printed.map_err(ImageError::step("node", "ctr oci spec"))?;
    let spec = base_spec(&printed.stdout).map_err(|failed| malformed(failed.to_string()))?;
    write(&root.join("etc/containerd/cri-base.json"), &spec)
}

/// containerd's own specification with kind's hook, and without the limits that a caller with fewer rights could not set.
fn base_spec(printed: &str) -> Result<String, serde_json::Error> {
    let mut spec: serde_json::Value = serde_json::from_str(printed)?;
    if let Some(process) = spec.get_mut("process").and_then(serde_json::Value::as_object_mut) {
        process.remove("rlimits");
    }
    spec["hooks"]["createContainer"] = serde_json::json!([{ "path": MOUNT_HOOK }]);
    serde_json::to_string_pretty(&spec)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_specification_has_the_hook_and_no_limits() {
        let spec = base_spec("{\"process\":{\"cwd\":\"/\",\"rlimits\":[{\"hard\":1024}]}}").unwrap();
        let spec: serde_json::Value = serde_json::from_str(&spec).unwrap();
        assert_eq!(spec["process"], serde_json::json!({ "cwd": "/" }));
        assert_eq!(spec["hooks"]["createContainer"][0]["path"], MOUNT_HOOK);
    }

    #[test]
    fn our_files_are_filled_in_and_others_are_copied_as_they_are() {
        let work = tempfile::tempdir().unwrap();
        let (from, to) = (work.path().join("from"), work.path().join("to"));
        write(&from.join("a/cni.yaml"), "image: x:{version}\n").unwrap();
        overlay(&from, &to, Some("v1.36.3")).unwrap();
        assert_eq!(fs::read_to_string(to.join("a/cni.yaml")).unwrap(), "image: x:v1.36.3\n");
        overlay(&from, &to, None).unwrap();
        assert_eq!(
            fs::read_to_string(to.join("a/cni.yaml")).unwrap(),
            "image: x:{version}\n"
        );
    }

    #[test]
    fn only_matching_files_are_removed() {
        let root = tempfile::tempdir().unwrap();
        for unit in ["systemd-udevd.socket", "dbus.socket"] {
            write(&root.path().join("wants").join(unit), "").unwrap();
        }
        remove_matching(root.path(), "/wants/*udev*").unwrap();
        remove_matching(root.path(), "/no-such/*").unwrap();
        assert!(
            !root.path().join("wants/systemd-udevd.socket").exists() && root.path().join("wants/dbus.socket").exists()
        );
    }

    #[test]
    fn a_link_replaces_what_was_there() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("unit");
        write(&path, "old").unwrap();
        link("/dev/null", &path).unwrap();
        link("/dev/null", &path).unwrap();
        assert_eq!(fs::read_link(&path).unwrap(), Path::new("/dev/null"));
    }
}
