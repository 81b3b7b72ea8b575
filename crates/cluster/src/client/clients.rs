//! [`Clients`]: a patient one for set-up and clean-up, a strict one for what is measured.

use std::time::Duration;

use k8s_openapi::api::core::v1::Namespace;
use kube::{
    Api, Client, Config,
    config::{KubeConfigOptions, Kubeconfig},
};

/// Why a cluster cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The kubeconfig cannot be used.
    #[error("the kubeconfig of `{cluster}` cannot be used")]
    Config {
        /// The cluster.
        cluster: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The API server does not answer.
    #[error(
        "the API server of `{cluster}` at {server} does not answer\n(hint: is the cluster running, and is this its kubeconfig?)"
    )]
    Unreachable {
        /// The cluster.
        cluster: String,
        /// Its address.
        server: String,
        /// What was tried.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Two clients of one cluster.
#[derive(Clone)]
pub struct Clients {
    /// Retries what may pass (429, 503, 504); for set-up and clean-up.
    pub patient: Client,
    /// Retries nothing; for what is measured.
    pub strict: Client,
    /// The API server's address.
    pub server: String,
}

impl Clients {
    /// Clients from the text of a kubeconfig and the name of a context in it (`None`: its current one), checked
    /// by one read.
    ///
    /// # Errors
    ///
    /// When the text is no kubeconfig, lacks the context, or the API server does not answer within 15 seconds.
    pub async fn connect(cluster: &str, kubeconfig: &str, context: Option<&str>) -> Result<Self, ClientError> {
        let config_error = |source: Box<dyn std::error::Error + Send + Sync>| ClientError::Config {
            cluster: cluster.to_owned(),
            source,
        };
        let kubeconfig = Kubeconfig::from_yaml(kubeconfig).map_err(|error| config_error(error.into()))?;
        let options = KubeConfigOptions {
            context: context.map(str::to_owned),
            ..KubeConfigOptions::default()
        };
        let mut config = Config::from_custom_kubeconfig(kubeconfig, &options)
            .await
            .map_err(|error| config_error(error.into()))?;
        config.connect_timeout = Some(Duration::from_secs(10));
        let server = config.cluster_url.to_string();
        let patient = Client::try_from(config.clone()).map_err(|error| config_error(error.into()))?;
        config.default_retry = false;
        let strict = Client::try_from(config).map_err(|error| config_error(error.into()))?;
        let clients = Self {
            patient,
            strict,
            server,
        };
        clients.answer(cluster).await?;
        Ok(clients)
    }

    /// Reads the cluster's identity: the UID of its namespace `kube-system`.
    async fn answer(&self, cluster: &str) -> Result<String, ClientError> {
        let unreachable = |source: Box<dyn std::error::Error + Send + Sync>| ClientError::Unreachable {
            cluster: cluster.to_owned(),
            server: self.server.clone(),
            source,
        };
        let namespaces: Api<Namespace> = Api::all(self.strict.clone());
        let asked = tokio::time::timeout(Duration::from_secs(15), namespaces.get("kube-system")).await;
        let namespace = asked
            .map_err(|error| unreachable(error.into()))?
            .map_err(|error| unreachable(error.into()))?;
        Ok(namespace.metadata.uid.unwrap_or_default())
    }

    /// The cluster's identity: the UID of its namespace `kube-system`.
    ///
    /// # Errors
    ///
    /// When the API server does not answer.
    pub async fn cluster_uid(&self) -> Result<String, ClientError> {
        self.answer("the cluster").await
    }
}
