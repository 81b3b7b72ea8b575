//! Which Secret Velero reads the credentials of a storage location from.

use std::path::Path;

use k8s_openapi::api::{apps::v1::Deployment, core::v1::PodSpec};
use kube::Api;

use super::{NAMESPACE, operation::Velero, resource::BackupStorageLocation};

/// Name of the server's Deployment and of its container, as Velero's installer gives them.
const SERVER: &str = "velero";
/// The variable by which the AWS SDK is told its file of credentials.
const FILE_VARIABLE: &str = "AWS_SHARED_CREDENTIALS_FILE";

/// A key of a Secret in Velero's namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialKey {
    /// Name of the Secret.
    pub secret: String,
    /// Key whose value is a file of AWS credentials.
    pub key: String,
}

impl Velero {
    /// Where the credentials of a location come from: what the location names, otherwise the file that the server has
    /// mounted; `None` where there is neither.
    ///
    /// # Errors
    ///
    /// When the server's Deployment cannot be read.
    pub async fn credential_of(&self, location: &BackupStorageLocation) -> Result<Option<CredentialKey>, kube::Error> {
        if let Some(named) = &location.spec.credential {
            let part = |name: &str| named.get(name).cloned();
            return Ok(part("name")
                .zip(part("key"))
                .map(|(secret, key)| CredentialKey { secret, key }));
        }
        let api: Api<Deployment> = Api::namespaced(self.client.clone(), NAMESPACE);
        let server = api.get(SERVER).await?;
        let pod = server.spec.and_then(|spec| spec.template.spec);
        Ok(pod.as_ref().and_then(mounted))
    }
}

/// The Secret behind the file of credentials that the server's container is told of.
fn mounted(pod: &PodSpec) -> Option<CredentialKey> {
    let container = pod.containers.iter().find(|container| container.name == SERVER)?;
    let variable = container
        .env
        .iter()
        .flatten()
        .find(|variable| variable.name == FILE_VARIABLE)?;
    let file = Path::new(variable.value.as_deref()?);
    let mount = container
        .volume_mounts
        .iter()
        .flatten()
        .find(|mount| file.parent() == Some(Path::new(&mount.mount_path)))?;
    let volume = pod.volumes.iter().flatten().find(|volume| volume.name == mount.name)?;
    Some(CredentialKey {
        secret: volume.secret.as_ref()?.secret_name.clone()?,
        key: file.file_name()?.to_str()?.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pod(volume: &serde_json::Value) -> PodSpec {
        serde_json::from_value(json!({
            "containers": [{
                "name": "velero",
                "env": [{"name": "AWS_SHARED_CREDENTIALS_FILE", "value": "/credentials/cloud"}],
                "volumeMounts": [
                    {"name": "scratch", "mountPath": "/scratch"},
                    {"name": "keys", "mountPath": "/credentials"},
                ],
            }],
            "volumes": [{"name": "scratch", "emptyDir": {}}, volume],
        }))
        .unwrap()
    }

    #[test]
    fn the_mounted_secret_is_found_by_its_file() {
        let found = mounted(&pod(&json!({"name": "keys", "secret": {"secretName": "s3-keys"}})));
        let expected = CredentialKey {
            secret: "s3-keys".to_owned(),
            key: "cloud".to_owned(),
        };
        assert_eq!(found, Some(expected));
    }

    #[test]
    fn a_file_that_no_secret_holds_has_no_key() {
        assert_eq!(mounted(&pod(&json!({"name": "keys", "emptyDir": {}}))), None);
        assert_eq!(
            mounted(&pod(&json!({"name": "other", "secret": {"secretName": "s3-keys"}}))),
            None
        );
    }
}
