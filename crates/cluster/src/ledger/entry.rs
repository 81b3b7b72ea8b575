//! One thing that we created or changed: [`Entry`].

use std::fmt;

use kube::{
    Api, Client,
    api::DynamicObject,
    core::{ApiResource, GroupVersionKind},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A Kubernetes object by its address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ObjectRef {
    /// Group and version, such as `velero.io/v1`, or `v1` for the core group.
    pub api_version: String,
    /// Kind, such as `Backup`.
    pub kind: String,
    /// Name of the kind in addresses, such as `backups`.
    pub plural: String,
    /// Its namespace; `None` for what belongs to the cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
}

impl ObjectRef {
    /// The address of an object of a kind known at compile time.
    #[must_use]
    pub fn of<K: kube::Resource<DynamicType = ()>>(namespace: Option<&str>, name: &str) -> Self {
        Self {
            api_version: K::api_version(&()).into_owned(),
            kind: K::kind(&()).into_owned(),
            plural: K::plural(&()).into_owned(),
            namespace: namespace.map(ToOwned::to_owned),
            name: name.to_owned(),
        }
    }

    /// The address of an object of a kind found by discovery.
    #[must_use]
    pub fn of_resource(resource: &kube::discovery::ApiResource, namespace: Option<&str>, name: &str) -> Self {
        Self {
            api_version: resource.api_version.clone(),
            kind: resource.kind.clone(),
            plural: resource.plural.clone(),
            namespace: namespace.map(ToOwned::to_owned),
            name: name.to_owned(),
        }
    }

    /// The addresses of objects of its kind, in its namespace.
    pub(crate) fn api(&self, client: &Client) -> Api<DynamicObject> {
        let version = self.api_version.rsplit('/').next().unwrap_or_default();
        let kind = GroupVersionKind::gvk(self.group(), version, &self.kind);
        let resource = ApiResource::from_gvk_with_plural(&kind, &self.plural);
        match &self.namespace {
            Some(namespace) => Api::namespaced_with(client.clone(), namespace, &resource),
            None => Api::all_with(client.clone(), &resource),
        }
    }

    /// Its group; empty for the core group.
    #[must_use]
    pub fn group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }
}

impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{} `{namespace}/{}`", self.kind, self.name),
            None => write!(f, "{} `{}`", self.kind, self.name),
        }
    }
}

/// One thing that we created, or changed and have to put back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "snake_case")]
pub enum Entry {
    /// A cluster. Its `uid` is that of namespace `kube-system`.
    Cluster {
        /// `kind` or `k3d`.
        backend: String,
        /// `docker` or `podman`.
        engine: String,
        /// The cluster's name.
        name: String,
    },
    /// A network of the engine.
    EngineNetwork {
        /// `docker` or `podman`.
        engine: String,
        /// The network's name.
        name: String,
    },
    /// A container of the engine that is no node.
    EngineContainer {
        /// `docker` or `podman`.
        engine: String,
        /// The container's name.
        name: String,
    },
    /// A container of the engine that is paused on purpose, such as a node that fails.
    EnginePause {
        /// `docker` or `podman`.
        engine: String,
        /// The container's name.
        name: String,
    },
    /// An image in the engine's store.
    EngineImage {
        /// `docker` or `podman`.
        engine: String,
        /// The image's reference.
        reference: String,
    },
    /// A namespace with everything in it.
    Namespace {
        /// Its name.
        name: String,
    },
    /// Any other object: of the cluster, or in a namespace that is not ours.
    Object(ObjectRef),
    /// Every object of a bucket below a prefix.
    S3Prefix {
        /// The bucket.
        bucket: String,
        /// The prefix, ending in `/`.
        prefix: String,
    },
    /// A Velero backup, whose data go only by a `DeleteBackupRequest`.
    VeleroBackup {
        /// Velero's namespace.
        namespace: String,
        /// The backup's name.
        name: String,
    },
    /// Every backup that Velero makes for a schedule. Listed before the schedule, so that it is undone after it: until the
    /// schedule is gone, another backup may come due.
    VeleroBackupsOf {
        /// Velero's namespace.
        namespace: String,
        /// The schedule's name.
        schedule: String,
    },
    /// An object that was there before and was changed: a fault set on purpose, a deployment scaled to 0.
    Patched {
        /// What was changed.
        object: ObjectRef,
        /// The JSON merge patch that puts it back.
        put_back: Value,
    },
}

impl Entry {
    /// An object of a kind known at compile time, such as a `StorageClass`, or a Velero `Restore` or `Schedule`.
    #[must_use]
    pub fn object<K: kube::Resource<DynamicType = ()>>(namespace: Option<&str>, name: &str) -> Self {
        Self::Object(ObjectRef::of::<K>(namespace, name))
    }

    /// A change of scale: `replicas` is the number to put back.
    #[must_use]
    pub fn scaled(object: ObjectRef, replicas: i32) -> Self {
        Self::Patched {
            object,
            put_back: serde_json::json!({ "spec": { "replicas": replicas } }),
        }
    }

    /// The namespace that this entry is; `None` for every other kind.
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        if let Self::Namespace { name } = self {
            Some(name)
        } else {
            None
        }
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cluster { backend, name, .. } => write!(f, "{backend} cluster `{name}`"),
            Self::EngineNetwork { engine, name } => write!(f, "{engine} network `{name}`"),
            Self::EngineContainer { engine, name } => write!(f, "{engine} container `{name}`"),
            Self::EnginePause { engine, name } => write!(f, "pause of {engine} container `{name}`"),
            Self::EngineImage { engine, reference } => write!(f, "{engine} image `{reference}`"),
            Self::Namespace { name } => write!(f, "Namespace `{name}`"),
            Self::Object(object) => object.fmt(f),
            Self::S3Prefix { bucket, prefix } => write!(f, "objects `s3://{bucket}/{prefix}`"),
            Self::VeleroBackup { namespace, name } => write!(f, "Backup `{namespace}/{name}`"),
            Self::VeleroBackupsOf { namespace, schedule } => write!(f, "backups of Schedule `{namespace}/{schedule}`"),
            Self::Patched { object, .. } => write!(f, "change of {object}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::{apps::v1::Deployment, storage::v1::StorageClass};

    use super::*;

    /// An object has a kind of its own: a tag of that name made lines that could be written and not read.
    #[test]
    fn every_entry_is_read_as_it_was_written() {
        let object = ObjectRef::of::<StorageClass>(None, "slow");
        let text = |text: &str| text.to_owned();
        let entries = [
            Entry::Cluster {
                backend: text("kind"),
                engine: text("podman"),
                name: text("a"),
            },
            Entry::EngineNetwork {
                engine: text("podman"),
                name: text("a"),
            },
            Entry::EngineContainer {
                engine: text("podman"),
                name: text("a"),
            },
            Entry::EngineImage {
                engine: text("podman"),
                reference: text("a:1"),
            },
            Entry::Namespace { name: text("a") },
            Entry::Object(object.clone()),
            Entry::S3Prefix {
                bucket: text("a"),
                prefix: text("b/"),
            },
            Entry::VeleroBackup {
                namespace: text("velero"),
                name: text("a"),
            },
            Entry::VeleroBackupsOf {
                namespace: text("velero"),
                schedule: text("a"),
            },
            Entry::scaled(object, 2),
        ];
        for entry in entries {
            let line = serde_json::to_string(&entry).unwrap();
            assert_eq!(serde_json::from_str::<Entry>(&line).unwrap(), entry, "{line}");
        }
    }

    #[test]
    fn an_object_keeps_its_whole_address() {
        let object = ObjectRef::of::<StorageClass>(None, "slow");
        assert_eq!(
            (object.api_version.as_str(), object.plural.as_str()),
            ("storage.k8s.io/v1", "storageclasses")
        );
        assert_eq!(object.group(), "storage.k8s.io");
        assert_eq!(object.to_string(), "StorageClass `slow`");
    }

    #[test]
    fn a_scale_is_put_back_by_a_patch_of_its_replicas() {
        let entry = Entry::scaled(ObjectRef::of::<Deployment>(Some("storage"), "provisioner"), 1);
        let text = serde_json::to_string(&entry).unwrap();
        assert!(text.contains(r#""put_back":{"spec":{"replicas":1}}"#), "{text}");
        assert_eq!(serde_json::from_str::<Entry>(&text).unwrap(), entry);
        assert_eq!(entry.to_string(), "change of Deployment `storage/provisioner`");
    }
}
