//! Which images an archive holds, and which of them a node lacks.

use std::{collections::BTreeMap, fs::File, io::Read as _, path::Path};

use serde::Deserialize;

use super::error::BackendError;

/// One image of an archive's `manifest.json`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Image {
    config: String,
    repo_tags: Option<Vec<String>>,
}

/// A name in an archive, and what it names there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tagged {
    /// The reference, whole.
    pub(super) reference: String,
    /// Digest of the image's configuration, `sha256:` and hex: two builds under one name differ in it.
    pub(super) id: String,
}

/// The references of the images in an archive of `docker save` or `podman save`, whole.
pub(super) fn references_of(path: &Path) -> Result<Vec<String>, BackendError> {
    Ok(images_of(path)?.into_iter().map(|image| image.reference).collect())
}

/// The images in an archive of `docker save` or `podman save`, one for each name.
pub(super) fn images_of(path: &Path) -> Result<Vec<Tagged>, BackendError> {
    read(path).map_err(|source| BackendError::Archive {
        path: path.to_owned(),
        source,
    })
}

fn read(path: &Path) -> Result<Vec<Tagged>, Box<dyn std::error::Error + Send + Sync>> {
    let mut archive = tar::Archive::new(File::open(path)?);
    for entry in archive.entries_with_seek()? {
        let mut entry = entry?;
        if entry.path()?.as_ref() == Path::new("manifest.json") {
            let mut text = String::new();
            entry.read_to_string(&mut text)?;
            let images: Vec<Image> = serde_json::from_str(&text)?;
            return Ok(images.into_iter().flat_map(tagged).collect());
        }
    }
    Err("expected a `manifest.json` in it, found none".into())
}

fn tagged(image: Image) -> Vec<Tagged> {
    // `HEX.json`, or `blobs/sha256/HEX` in newer archives.
    let file = image.config.rsplit('/').next().unwrap_or_default();
    let id = format!("sha256:{}", file.trim_end_matches(".json"));
    let tags = image.repo_tags.unwrap_or_default().into_iter();
    tags.map(|tag| Tagged {
        reference: whole(&tag),
        id: id.clone(),
    })
    .collect()
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

/// Those of `wanted` that a node does not have, or has as another image under the same name. `table` is what
/// containerd lists: reference, type and digest, a line each, with a second line for each image whose reference is its
/// id.
pub(super) fn outdated(wanted: &[Tagged], table: &str) -> Vec<String> {
    let digests: BTreeMap<&str, &str> = table
        .lines()
        .filter_map(|line| {
            let mut columns = line.split_whitespace();
            Some((columns.next()?, columns.nth(1)?))
        })
        .collect();
    let is_there = |image: &&Tagged| {
        let named = digests.get(image.reference.as_str());
        named.is_some() && named == digests.get(image.id.as_str())
    };
    let lacking = wanted.iter().filter(|image| !is_there(image));
    lacking.map(|image| image.reference.clone()).collect()
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
    fn an_image_of_the_same_name_from_another_build_is_outdated() {
        let wanted = |id: &str| {
            [Tagged {
                reference: "docker.io/a:1".to_owned(),
                id: id.to_owned(),
            }]
        };
        let table = "REF TYPE DIGEST SIZE\ndocker.io/a:1 t sha256:m2 9 MiB\nsha256:c1 t sha256:m1 9 MiB\nsha256:c2 t sha256:m2 9 MiB\n";
        assert_eq!(outdated(&wanted("sha256:c2"), table), [] as [&str; 0]);
        assert_eq!(
            outdated(&wanted("sha256:c1"), table),
            ["docker.io/a:1"],
            "an older build is there too"
        );
        assert_eq!(outdated(&wanted("sha256:c3"), table), ["docker.io/a:1"]);
        assert_eq!(outdated(&wanted("sha256:c2"), ""), ["docker.io/a:1"]);
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
