//! Namespaces with something in them that is not a volume.

use std::collections::BTreeMap;

use cucumber::given;
use k8s_openapi::{api::core::v1::ConfigMap, apimachinery::pkg::apis::meta::v1::ObjectMeta};
use kube::{Api, api::PostParams};

use crate::{StepError, World};

/// Name of the config map of scenarios.
pub(crate) const CONFIG_MAP: &str = "known";

impl World {
    /// Content of the config map in a namespace of the scenario; differs between namespaces.
    pub(crate) fn known_content(&self, namespace: &str) -> BTreeMap<String, String> {
        [("nonce".to_owned(), format!("{namespace} of run {}", self.run.run))].into()
    }

    async fn create_config_map(&self, namespace: &str) -> Result<(), StepError> {
        let api: Api<ConfigMap> = Api::namespaced(self.run.clients.patient.clone(), namespace);
        let map = ConfigMap {
            metadata: ObjectMeta {
                name: Some(CONFIG_MAP.to_owned()),
                labels: Some(self.scope.labels()),
                ..ObjectMeta::default()
            },
            data: Some(self.known_content(namespace)),
            ..ConfigMap::default()
        };
        api.create(&PostParams::default(), &map)
            .await
            .map_err(StepError::errored("create the config map"))?;
        Ok(())
    }
}

#[given("a namespace with a config map")]
async fn namespace_with_a_config_map(world: &mut World) -> Result<(), StepError> {
    let namespace = world.namespace().await?;
    world.create_config_map(&namespace).await
}

#[given("a second namespace with a config map")]
async fn second_namespace_with_a_config_map(world: &mut World) -> Result<(), StepError> {
    let namespace = world.add_namespace("second").await?;
    world.create_config_map(&namespace).await
}
