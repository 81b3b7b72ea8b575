//! Which images an archive holds, and which of them a node lacks.

use std::{fs::File, io::Read as _, path::Path};

use serde::Deserialize;

use super::error::BackendError;

/// One image of an archive's `manifest.json`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Image {
    repo_tags: Option<Vec<String>>,
}

/// The references of the images in an archive of `docker save` or `podman save`, whole.
pub(super) fn references_of(path: &Path) -> Result<Vec<String>, BackendError> {
    read(path).map_err(|source| BackendError::Archive {
        path: path.to_owned(),
        source,
    })
}

fn read(path: &Path) -> Result<Vec<String>, Box<dyn std::error::Error + Send + Sync>> {
    let mut archive = tar::Archive::new(File::open(path)?);
    for entry in archive.entries_with_seek()? {
        let mut entry = entry?;
        if entry.path()?.as_ref() == Path::new("manifest.json") {
            let mut text = String::new();
            entry.read_to_string(&mut text)?;
            let images: Vec<Image> = serde_json::from_str(&text)?;
            let tags = images.into_iter().flat_map(|image| image.repo_tags.unwrap_or_default());
            return Ok(tags.map(|tag| whole(&tag)).collect());
        }
    }
    Err("expected a `manifest.json` in it, found none".into())
}

/// A reference with its registry, as containerd lists it: `busybox:1` is `docker.io/library/busybox:1`.
pub(super) fn whole(reference: &str) -> String {
    let is_registry = |part: &str| part.contains(['.', ':']) || part == "localhost";
    match reference.split_once('/') {
        Some((first, _)) if is_registry(first) => reference.to_owned(),
        Some(_) => format!("docker.io/{reference}"),
        None => format!("docker.io/library/{reference}"),
    }
}

/// Those of `wanted` that are not in a node's list of images, one a line.
pub(super) fn missing(wanted: &[String], listed: &str) -> Vec<String> {
    let has = |reference: &&String| !listed.lines().any(|line| line.trim() == reference.as_str());
    wanted.iter().filter(has).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(file: &Path, name: &str, text: &str) {
        let mut builder = tar::Builder::new(File::create(file).unwrap());
        let mut header = tar::Header::new_gnu();
        header.set_size(u64::try_from(text.len()).unwrap());
        header.set_cksum();
        builder.append_data(&mut header, name, text.as_bytes()).unwrap();
        builder.finish().unwrap();
    }

    #[test]
    fn the_references_of_an_archive_are_read_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.tar");
        let text = r#"[{"Config":"c.json","RepoTags":["busybox:1.37","ghcr.io/a/b:1"],"Layers":[]},{"Config":"d.json","RepoTags":null,"Layers":[]}]"#;
        archive(&path, "manifest.json", text);
        assert_eq!(
            references_of(&path).unwrap(),
            ["docker.io/library/busybox:1.37", "ghcr.io/a/b:1"]
        );
        archive(&path, "other.json", text);
        assert!(matches!(references_of(&path), Err(BackendError::Archive { .. })));
        std::fs::write(&path, "half").unwrap();
        assert!(matches!(references_of(&path), Err(BackendError::Archive { .. })));
    }

    #[test]
    fn a_reference_gets_its_registry() {
        assert_eq!(whole("velero/velero:v1"), "docker.io/velero/velero:v1");
        assert_eq!(whole("localhost/a:1"), "localhost/a:1");
        assert_eq!(whole("host:5000/a:1"), "host:5000/a:1");
    }

    #[test]
    fn what_a_node_lacks_is_named() {
        let wanted = ["docker.io/library/a:1".to_owned(), "docker.io/library/a:12".to_owned()];
        assert_eq!(
            missing(&wanted, "docker.io/library/a:12\nsha256:00\n"),
            ["docker.io/library/a:1"]
        );
    }
}
