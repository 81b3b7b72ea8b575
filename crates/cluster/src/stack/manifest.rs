//! A component's manifests: [`Manifests`], read from its folder, patched, rendered and labelled.
//!
//! `patch.yaml` lists the differences to upstream; `*.template.yaml` are rendered; `*.sops.yaml` hold what SOPS has
//! encrypted and are applied as they are decrypted; every other `*.yaml` is applied as it stands, upstream's own in `upstream.yaml` and `crds.yaml`;
//! `module.toml` names the Go module whose files are applied beside them.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use kube::{ResourceExt as _, core::DynamicObject};
use serde_json::Value;

use super::{object::reference_of, part::Prepared, patch::Patch, sops::SUFFIX, values::Values};

/// Label of every object that we apply.
pub(crate) const MANAGED_BY: (&str, &str) = ("app.kubernetes.io/managed-by", "shall");

/// A component's manifests cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// A file or folder cannot be read.
    #[error("`{path}` cannot be read")]
    Read {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A template does not render.
    #[error("`{path}` cannot be rendered")]
    Render {
        /// The template.
        path: PathBuf,
        /// What is wrong in it.
        #[source]
        source: Box<minijinja::Error>,
    },
    /// A file is not YAML.
    #[error("`{path}` is not YAML that we can read")]
    Parse {
        /// The file.
        path: PathBuf,
        /// What is wrong in it.
        #[source]
        source: Box<serde_saphyr::Error>,
    },
    /// A document is not a Kubernetes object.
    #[error("`{path}` document {document}: {fault}")]
    Object {
        /// The file.
        path: PathBuf,
        /// Its document, counted from 1.
        document: usize,
        /// What is wrong.
        fault: String,
    },
    /// A patch does not fit what it changes.
    #[error("patch of `{file}` ({note}): {fault}")]
    Patch {
        /// The patch file.
        file: String,
        /// The patch's note.
        note: String,
        /// Why it does not fit.
        fault: String,
    },
    /// The folder holds no object.
    #[error("`{path}` holds no object")]
    Empty {
        /// The folder.
        path: PathBuf,
    },
}

/// A component's objects, ready to apply.
#[derive(Debug, Clone)]
pub struct Manifests {
    /// The objects, labelled.
    pub objects: Vec<DynamicObject>,
    /// Differences to upstream's manifest, one line each.
    pub patches: Vec<String>,
}

impl Manifests {
    /// Reads a folder and what it takes from a module, patches what is upstream's, renders what is a template, and
    /// labels all. What is encrypted and not among `prepared` keeps its encrypted values: enough for the addresses of
    /// its objects, not to apply them.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, rendered or parsed, a document is not an object, a patch does not fit, or the
    /// folder holds no object.
    pub(crate) fn load(folder: &Path, values: &Values<'_>, prepared: &Prepared) -> Result<Self, ManifestError> {
        let mut objects = Vec::new();
        let mut patches: Vec<Patch> = Vec::new();
        for path in prepared.modules.of(folder) {
            objects.extend(parse_objects(path, &read(path)?)?);
        }
        for path in yaml_files(folder)? {
            let text = read(&path)?;
            match Sort::of(&path) {
                Sort::Patches => patches = parse_one(&path, &text)?,
                Sort::Template => objects.extend(render_objects(&path, &text, values)?),
                Sort::Encrypted => {
                    let text = prepared.opened.text(&path).unwrap_or(&text);
                    objects.extend(parse_objects(&path, text)?.into_iter().map(without_metadata));
                }
                Sort::Plain => objects.extend(parse_objects(&path, &text)?),
            }
        }
        if objects.is_empty() {
            return Err(ManifestError::Empty {
                path: folder.to_owned(),
            });
        }
        let file = folder.join("patch.yaml").display().to_string();
        for patch in &patches {
            patch.apply(&file, &mut objects)?;
        }
        for object in &mut objects {
            object
                .labels_mut()
                .insert(MANAGED_BY.0.to_owned(), MANAGED_BY.1.to_owned());
        }
        Ok(Self {
            objects,
            patches: patches.into_iter().map(|patch| patch.note).collect(),
        })
    }

    /// Every image that its pods run, helper pods in `ConfigMap`s and helper images in variables included,
    /// as full references, sorted.
    #[must_use]
    pub fn images(&self) -> Vec<String> {
        let mut found = BTreeSet::new();
        for object in &self.objects {
            collect_images(&object.data, &mut found);
        }
        found.into_iter().collect()
    }

    /// The namespaces that its objects are in or make, sorted.
    #[must_use]
    pub fn namespaces(&self) -> Vec<String> {
        let made = self
            .objects
            .iter()
            .filter(|object| reference_of(object).kind == "Namespace")
            .map(kube::ResourceExt::name_any);
        let used = self.objects.iter().filter_map(kube::ResourceExt::namespace);
        made.chain(used).collect::<BTreeSet<_>>().into_iter().collect()
    }
}

/// What a file of a component's folder is, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Patches,
    Template,
    Encrypted,
    Plain,
}

impl Sort {
    pub(super) fn of(path: &Path) -> Self {
        let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        match name.as_ref() {
            "patch.yaml" => Self::Patches,
            name if name.ends_with(".template.yaml") => Self::Template,
            name if name.ends_with(SUFFIX) => Self::Encrypted,
            _ => Self::Plain,
        }
    }
}

/// The encrypted files of a component's folder.
pub(super) fn encrypted_files(folder: &Path) -> Result<Vec<PathBuf>, ManifestError> {
    let files = yaml_files(folder)?.into_iter();
    Ok(files.filter(|path| Sort::of(path) == Sort::Encrypted).collect())
}

/// An object without what SOPS writes beside it.
fn without_metadata(mut object: DynamicObject) -> DynamicObject {
    if let Value::Object(fields) = &mut object.data {
        fields.remove("sops");
    }
    object
}

pub(super) fn read(path: &Path) -> Result<String, ManifestError> {
    fs::read_to_string(path).map_err(|source| ManifestError::Read {
        path: path.to_owned(),
        source,
    })
}

/// The objects of a template.
pub(super) fn render_objects(
    path: &Path,
    text: &str,
    values: &Values<'_>,
) -> Result<Vec<DynamicObject>, ManifestError> {
    let rendered = values.render(text).map_err(|source| ManifestError::Render {
        path: path.to_owned(),
        source: Box::new(source),
    })?;
    parse_objects(path, &rendered)
}

/// The YAML files of a folder, sorted by name.
pub(super) fn yaml_files(folder: &Path) -> Result<Vec<PathBuf>, ManifestError> {
    let read = |source| ManifestError::Read {
        path: folder.to_owned(),
        source,
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(read)? {
        let path = entry.map_err(read)?.path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

pub(super) fn parse_one<T: serde::de::DeserializeOwned>(path: &Path, text: &str) -> Result<T, ManifestError> {
    serde_saphyr::from_str(text).map_err(|source| ManifestError::Parse {
        path: path.to_owned(),
        source: Box::new(source),
    })
}

/// The objects of a file, in the order they stand.
pub(super) fn parse_objects(path: &Path, text: &str) -> Result<Vec<DynamicObject>, ManifestError> {
    let documents: Vec<Value> = serde_saphyr::from_multiple(text).map_err(|source| ManifestError::Parse {
        path: path.to_owned(),
        source: Box::new(source),
    })?;
    let mut objects = Vec::new();
    for (index, document) in documents.into_iter().enumerate() {
        let fault = |fault: String| ManifestError::Object {
            path: path.to_owned(),
            document: index + 1,
            fault,
        };
        let object: DynamicObject = serde_json::from_value(document).map_err(|error| fault(error.to_string()))?;
        if object.types.is_none() {
            return Err(fault("expected apiVersion and kind, observed neither".to_owned()));
        }
        if object.name_any().is_empty() {
            return Err(fault("expected metadata.name, observed none".to_owned()));
        }
        objects.push(object);
    }
    Ok(objects)
}

/// Adds every image found in a value: `image` fields, variables whose name ends in `HELPER_IMAGE`, and the same in YAML
/// that stands in a string, such as a helper pod in a `ConfigMap`.
fn collect_images(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(image)) = map.get("image") {
                found.insert(full_reference(image));
            }
            if let (Some(Value::String(name)), Some(Value::String(image))) = (map.get("name"), map.get("value"))
                && name.ends_with("HELPER_IMAGE")
            {
                found.insert(full_reference(image));
            }
            map.values().for_each(|value| collect_images(value, found));
        }
        Value::Array(list) => list.iter().for_each(|value| collect_images(value, found)),
        Value::String(text) if text.contains("image:") => {
            if let Ok(inner @ Value::Object(_)) = serde_saphyr::from_str::<Value>(text) {
                collect_images(&inner, found);
            }
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// An image reference with its registry, as the container runtime completes it.
fn full_reference(image: &str) -> String {
    match image.split_once('/') {
        None => format!("docker.io/library/{image}"),
        Some((host, _)) if host.contains('.') || host.contains(':') || host == "localhost" => image.to_owned(),
        Some(_) => format!("docker.io/{image}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_completed_as_the_runtime_does() {
        assert_eq!(full_reference("busybox:1.37"), "docker.io/library/busybox:1.37");
        assert_eq!(full_reference("velero/velero:v1"), "docker.io/velero/velero:v1");
        assert_eq!(
            full_reference("ghcr.io/versity/versitygw:v1"),
            "ghcr.io/versity/versitygw:v1"
        );
    }

    #[test]
    fn a_document_without_a_kind_is_named_by_its_place() {
        let text = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n---\nmetadata: {name: b}\n";
        let error = parse_objects(Path::new("x.yaml"), text).unwrap_err().to_string();
        assert!(error.contains("`x.yaml` document 2"), "{error}");
    }

    #[test]
    fn the_image_of_a_helper_pod_in_a_config_map_is_found() {
        let value = serde_json::json!({"data": {"helperPod.yaml": "spec:\n  containers:\n  - name: h\n    image: busybox:1\n"}});
        let mut found = BTreeSet::new();
        collect_images(&value, &mut found);
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["docker.io/library/busybox:1"]);
    }

    #[test]
    fn a_patch_without_its_target_is_an_error() {
        let patch: Patch =
            serde_saphyr::from_str("note: n\ntarget: {kind: Deployment, name: gone}\noperations: []\n").unwrap();
        let error = patch.apply("patch.yaml", &mut []).unwrap_err().to_string();
        assert!(error.contains("no Deployment `gone`"), "{error}");
    }
}
