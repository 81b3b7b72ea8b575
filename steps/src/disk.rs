//! The volume behind a pod's claim, and its directory on the node.

use k8s_openapi::api::core::v1::{PersistentVolume, PersistentVolumeClaim};
use kube::{Api, ResourceExt as _};
use shall_cluster::act::volume_directory;

use crate::{StepError, World, world::Mounted};

impl World {
    /// The volume that a pod's claim is bound to.
    async fn bound_volume(&self, mounted: &Mounted) -> Result<PersistentVolume, StepError> {
        let client = &self.run.clients.patient;
        let claims: Api<PersistentVolumeClaim> = Api::namespaced(client.clone(), &mounted.namespace);
        let claim = claims
            .get(&mounted.claim)
            .await
            .map_err(StepError::errored("read the claim"))?;
        let name = claim
            .spec
            .and_then(|spec| spec.volume_name)
            .ok_or(StepError::Missing { what: "bound claim" })?;
        let volumes: Api<PersistentVolume> = Api::all(client.clone());
        volumes.get(&name).await.map_err(StepError::errored("read the volume"))
    }

    /// Name and UID of a pod's volume.
    pub(crate) async fn volume_of(&self, mounted: &Mounted) -> Result<(String, String), StepError> {
        let volume = self.bound_volume(mounted).await?;
        Ok((volume.name_any(), volume.uid().unwrap_or_default()))
    }

    /// Node and directory of a pod's volume.
    pub(crate) async fn directory_of(&self, mounted: &Mounted) -> Result<(String, String), StepError> {
        let volume = self.bound_volume(mounted).await?;
        let (node, path) = volume_directory(&volume).ok_or(StepError::Missing {
            what: "directory of the volume",
        })?;
        let node = node.ok_or(StepError::Missing {
            what: "node of the volume",
        })?;
        Ok((node, path))
    }

    /// Whether a directory of a node is there, seen by a pod on that node.
    pub(crate) async fn directory_exists(&self, namespace: &str, node: &str, path: &str) -> Result<bool, StepError> {
        let client = &self.run.clients.patient;
        let image = &self.run.workload_image;
        let look =
            shall_cluster::act::look_at_directory(client, namespace, node, path, image, &self.scope.labels()).await;
        Ok(look.map_err(StepError::errored("look at the node's disk"))?.exists)
    }
}
