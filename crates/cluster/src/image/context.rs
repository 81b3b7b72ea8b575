//! An image's root file system, laid out from its recipe: [`lay_out`].

use std::{
    fs, io,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
};

use super::{error::ImageError, recipe::ImageRecipe};
use crate::command::Command;

/// Where an image's parts come from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parts<'parts> {
    /// The directory of built programs.
    pub(crate) programs: &'parts Path,
    /// The Debian root file system.
    pub(crate) rootfs: Option<&'parts Path>,
    /// The version that texts are filled in with.
    pub(crate) version: &'parts str,
}

/// Writes everything that the recipe names below `root`.
pub(crate) async fn lay_out(image: &ImageRecipe, parts: Parts<'_>, root: &Path) -> Result<(), ImageError> {
    for (path, mode) in &image.directories {
        let dir = inside(root, path);
        fs::create_dir_all(&dir).map_err(ImageError::file("making", &dir))?;
        set_mode(&dir, u32::from_str_radix(mode, 8).unwrap_or(0o755)).map_err(ImageError::file("changing", &dir))?;
    }
    for (program, path) in &image.programs {
        let built = parts.programs.join(program);
        if !built.is_file() {
            return Err(input(image, format!("a built program `{program}`"), "none"));
        }
        place(&built, &inside(root, path), Some(0o755))?;
    }
    for path in &image.debian {
        let rootfs = parts
            .rootfs
            .ok_or_else(|| input(image, format!("a root file system with `{path}`"), "none"))?;
        place(&inside(rootfs, path), &inside(root, path), None)?;
        for library in libraries(image, rootfs, path).await? {
            place(&inside(rootfs, &library), &inside(root, &library), Some(0o755))?;
        }
    }
    for (path, text) in &image.files {
        let file = inside(root, path);
        make_parent(&file)
            .and_then(|()| fs::write(&file, super::module::fill_in(text, parts.version)))
            .map_err(ImageError::file("writing", &file))?;
    }
    for (path, target) in &image.links {
        let link = inside(root, path);
        make_parent(&link)
            .and_then(|()| symlink(target, &link))
            .map_err(ImageError::file("linking", &link))?;
    }
    Ok(())
}

fn input(image: &ImageRecipe, expected: String, found: &str) -> ImageError {
    ImageError::Input {
        image: image.name.clone(),
        expected,
        found: found.to_owned(),
    }
}

/// An absolute path of the image below a directory of the host.
pub(crate) fn inside(root: &Path, path: &str) -> PathBuf {
    root.join(path.trim_start_matches('/'))
}

pub(crate) fn make_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)
}

pub(crate) fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

/// Copies a file, following links at its source.
pub(crate) fn place(from: &Path, to: &Path, mode: Option<u32>) -> Result<(), ImageError> {
    let copy = || {
        make_parent(to)?;
        fs::copy(from, to)?;
        mode.map_or(Ok(()), |mode| set_mode(to, mode))
    };
    copy().map_err(ImageError::file("copying", from))
}

/// The libraries that a program of the root file system loads; none for a static one or a file that is no program.
async fn libraries(image: &ImageRecipe, rootfs: &Path, path: &str) -> Result<Vec<String>, ImageError> {
    let mut magic = [0; 4];
    let file = inside(rootfs, path);
    let read = fs::File::open(&file).and_then(|mut opened| io::Read::read(&mut opened, &mut magic));
    read.map_err(ImageError::file("reading", &file))?;
    if magic != *b"\x7fELF" {
        return Ok(Vec::new());
    }
    let listed = Command::new("chroot")
        .args([rootfs.as_os_str()])
        .args(["ldd", path])
        .run()
        .await;
    match listed {
        Ok(output) => Ok(parse_ldd(&output.stdout)),
        Err(crate::command::CommandError::Failed { tail, .. }) if tail.contains("not a dynamic executable") => {
            Ok(Vec::new())
        }
        Err(failed) => Err(ImageError::step(&image.name, format!("ldd {path}"))(failed)),
    }
}

/// The paths of `name => /path (0x…)` and `/path (0x…)` lines.
fn parse_ldd(text: &str) -> Vec<String> {
    text.lines()
        .filter_map(|line| line.split_whitespace().find(|word| word.starts_with('/')))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_and_the_loader_are_taken_the_kernel_page_is_not() {
        let text = "\tlinux-vdso.so.1 (0x00007f)\n\tlibmnl.so.0 => /lib/x86_64-linux-gnu/libmnl.so.0 (0x00007f)\n\t/lib64/ld-linux-x86-64.so.2 (0x00007f)\n";
        assert_eq!(
            parse_ldd(text),
            ["/lib/x86_64-linux-gnu/libmnl.so.0", "/lib64/ld-linux-x86-64.so.2"]
        );
    }

    #[tokio::test]
    async fn programs_files_links_and_directories_are_laid_out() {
        let work = tempfile::tempdir().unwrap();
        fs::write(work.path().join("velero"), "program").unwrap();
        let image: ImageRecipe = toml::from_str(
            "name = \"x\"\nreferences = [\"e.com/x:1\"]\nprograms = { velero = \"/velero\" }\nlinks = { \"/bin/v\" = \"../velero\" }\n\
             directories = { \"/tmp\" = \"1777\" }\nfiles = { \"/etc/version\" = \"{version}\\n\" }\n",
        )
        .unwrap();
        let root = work.path().join("root");
        lay_out(
            &image,
            Parts {
                programs: work.path(),
                rootfs: None,
                version: "v1.2.3",
            },
            &root,
        )
        .await
        .unwrap();
        assert_eq!(fs::read_to_string(root.join("bin/v")).unwrap(), "program");
        assert_eq!(
            fs::metadata(root.join("velero")).unwrap().permissions().mode() & 0o777,
            0o755
        );
        assert_eq!(
            fs::metadata(root.join("tmp")).unwrap().permissions().mode() & 0o7777,
            0o1777
        );
        assert_eq!(fs::read_to_string(root.join("etc/version")).unwrap(), "v1.2.3\n");
    }

    #[tokio::test]
    async fn a_program_that_was_not_built_is_named() {
        let work = tempfile::tempdir().unwrap();
        let image: ImageRecipe =
            toml::from_str("name = \"x\"\nreferences = [\"e.com/x:1\"]\nprograms = { gone = \"/gone\" }\n").unwrap();
        let parts = Parts {
            programs: work.path(),
            rootfs: None,
            version: "v1",
        };
        let error = lay_out(&image, parts, &work.path().join("root")).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "image `x`: expected a built program `gone`, found none"
        );
    }
}
