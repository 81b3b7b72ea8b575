//! A package of this workspace built as one static program: [`build_static`].

use std::{path::Path, time::Duration};

use super::{
    error::ImageError,
    key::{Key, KeyMaker},
};
use crate::command::Command;

/// The one target whose C library links statically without another toolchain.
const TARGET: &str = "x86_64-unknown-linux-gnu";

const BUILD_WITHIN: Duration = Duration::from_mins(20);

/// Builds a package into `out`, with a target directory of its own so that it waits for no other cargo.
///
/// Each checkout has its own below `target_dirs`: cargo takes packages of one relative path for the same one, judges
/// them by the times of their files, and would hand over what another checkout has built last.
pub(crate) async fn build_static(root: &Path, package: &str, target_dirs: &Path, out: &Path) -> Result<(), ImageError> {
    let target_dir = target_dirs.join(checkout(root).as_str());
    let command = Command::new(cargo())
        .args([
            "build",
            "--release",
            "--locked",
            "--package",
            package,
            "--target",
            TARGET,
            "--target-dir",
        ])
        .args([&target_dir])
        .args([
            "--config",
            "profile.release.opt-level=\"s\"",
            "--config",
            "profile.release.strip=true",
        ])
        .env("CARGO_ENCODED_RUSTFLAGS", "-Ctarget-feature=+crt-static")
        .dir(root)
        .deadline(BUILD_WITHIN);
    command.run().await.map_err(ImageError::step(package, "cargo build"))?;
    let built = target_dir.join(TARGET).join("release").join(package);
    super::context::place(&built, &out.join(package), Some(0o755))
}

/// What tells a checkout from others.
fn checkout(root: &Path) -> Key {
    let mut maker = KeyMaker::new();
    maker.add("checkout", root.as_os_str().as_encoded_bytes());
    maker.finish()
}

/// The compiler's version, as a part of the cache key.
pub(crate) async fn version() -> Result<String, ImageError> {
    let printed = Command::new(cargo())
        .args(["version"])
        .run()
        .await
        .map_err(ImageError::step("cargo", "cargo version"))?;
    Ok(printed.stdout.trim().to_owned())
}

/// The cargo that runs us, or the one on `PATH`.
fn cargo() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_checkouts_share_no_target_directory() {
        let (one, other) = (checkout(Path::new("/a/shall")), checkout(Path::new("/b/shall")));
        assert_ne!(one, other);
        assert_eq!(one, checkout(Path::new("/a/shall")));
    }
}
