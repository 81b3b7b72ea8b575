//! A client of a cluster from the text of its kubeconfig, and the cluster's identity.

use std::time::Duration;

use k8s_openapi::api::core::v1::Namespace;
use kube::{
    Api, Client, Config,
    config::{KubeConfigOptions, Kubeconfig},
};

use super::error::BackendError;

/// How long an API server may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);

/// A client and what it leads to.
#[derive(Clone)]
pub(super) struct Connection {
    pub(super) client: Client,
    pub(super) server: String,
    /// UID of namespace `kube-system`.
    pub(super) uid: String,
}

/// Connects, with one question to the API server: who are you?
pub(super) async fn connect(name: &str, kubeconfig: &str, context: Option<&str>) -> Result<Connection, BackendError> {
    let unusable = |source| BackendError::Kubeconfig {
        name: name.to_owned(),
        path: "its text".into(),
        source,
    };
    let kubeconfig = Kubeconfig::from_yaml(kubeconfig).map_err(|error| unusable(error.into()))?;
    let options = KubeConfigOptions {
        context: context.map(ToOwned::to_owned),
        ..KubeConfigOptions::default()
    };
    let mut config = Config::from_custom_kubeconfig(kubeconfig, &options)
        .await
        .map_err(|error| unusable(error.into()))?;
    config.connect_timeout = Some(Duration::from_secs(10));
    let server = config.cluster_url.to_string();
    let unreachable = |source| BackendError::Unreachable {
        name: name.to_owned(),
        server: server.clone(),
        source,
    };
    // With both providers compiled in somewhere, rustls asks to be told which; an earlier answer stands.
    let _already = rustls::crypto::ring::default_provider().install_default();
    let mut strict = config.clone();
    strict.default_retry = false;
    let strict = Client::try_from(strict).map_err(|error| unreachable(error.into()))?;
    let namespaces: Api<Namespace> = Api::all(strict);
    let asked = tokio::time::timeout(ANSWER_WITHIN, namespaces.get("kube-system"));
    let namespace = asked
        .await
        .map_err(|error| unreachable(error.into()))?
        .map_err(|error| unreachable(error.into()))?;
    let client = Client::try_from(config).map_err(|error| unreachable(error.into()))?;
    Ok(Connection {
        client,
        server,
        uid: namespace.metadata.uid.unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_api_server_that_does_not_answer_is_named_with_its_address() {
        let text = "apiVersion: v1\nkind: Config\ncurrent-context: a\nclusters: [{name: a, cluster: {server: 'http://127.0.0.1:1'}}]\n\
                    contexts: [{name: a, context: {cluster: a, user: a}}]\nusers: [{name: a, user: {}}]\n";
        let Err(error) = connect("shall", text, None).await else {
            panic!("nothing listens on port 1")
        };
        assert!(matches!(error, BackendError::Unreachable { .. }), "{error:?}");
        insta::assert_snapshot!(error, @r"
        cluster `shall`: its API server at http://127.0.0.1:1/ does not answer
        (hint: is the cluster running? `shall down` and `shall up` make a new one)
        ");
    }
}
