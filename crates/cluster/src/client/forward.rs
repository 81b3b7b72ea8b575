//! [`PortForward`]: a local port that reaches a service's pod through the API server.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use k8s_openapi::api::core::v1::{Pod, Service};
use kube::{Api, Client, Resource as _, api::ListParams};
use tokio::{net::TcpListener, task::JoinHandle};

/// Why a service cannot be reached.
#[derive(Debug, thiserror::Error)]
pub enum ForwardError {
    /// A step towards it failed.
    #[error("service `{namespace}/{service}`: {what}")]
    Step {
        /// The service's namespace.
        namespace: String,
        /// The service.
        service: String,
        /// What failed.
        what: &'static str,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// It has no pod that is ready.
    #[error("service `{namespace}/{service}` has no ready pod")]
    NoPod {
        /// The service's namespace.
        namespace: String,
        /// The service.
        service: String,
    },
}

/// A listener on the loopback address whose connections each become a fresh port-forward stream to a pod that is
/// ready at that moment, so that it survives the pod's replacement. Ends when dropped.
#[derive(Debug)]
pub struct PortForward {
    /// Where to connect.
    pub address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Drop for PortForward {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// A service's pods and the port they listen on.
#[derive(Clone)]
struct Target {
    client: Client,
    namespace: String,
    service: String,
    selector: String,
    port: u16,
}

impl PortForward {
    /// Opens a local port to `port` of the pods behind a service.
    ///
    /// # Errors
    ///
    /// When the service does not exist, has no ready pod, or no local port can be had.
    pub async fn open(client: &Client, namespace: &str, service: &str, port: u16) -> Result<Self, ForwardError> {
        let target = Target::find(client, namespace, service, port).await?;
        target.ready_pod().await?;
        let step = |what| target.step(what);
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .map_err(step("no local port can be had"))?;
        let address = listener.local_addr().map_err(target.step("no local port can be had"))?;
        let target = Arc::new(target);
        let accepting = tokio::spawn(async move {
            while let Ok((mut local, _peer)) = listener.accept().await {
                let target = Arc::clone(&target);
                tokio::spawn(async move { target.copy(&mut local).await });
            }
        });
        Ok(Self { address, accepting })
    }
}

impl Target {
    async fn find(client: &Client, namespace: &str, service: &str, port: u16) -> Result<Self, ForwardError> {
        let services: Api<Service> = Api::namespaced(client.clone(), namespace);
        let mut target = Self {
            client: client.clone(),
            namespace: namespace.to_owned(),
            service: service.to_owned(),
            selector: String::new(),
            port,
        };
        let found = services.get(service).await.map_err(target.step("it cannot be read"))?;
        let selector = found.spec.and_then(|spec| spec.selector).unwrap_or_default();
        target.selector = selector
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect::<Vec<_>>()
            .join(",");
        Ok(target)
    }

    fn step<E: Into<Box<dyn std::error::Error + Send + Sync>>>(
        &self,
        what: &'static str,
    ) -> impl FnOnce(E) -> ForwardError {
        let (namespace, service) = (self.namespace.clone(), self.service.clone());
        move |source| ForwardError::Step {
            namespace,
            service,
            what,
            source: source.into(),
        }
    }

    async fn ready_pod(&self) -> Result<String, ForwardError> {
        let pods: Api<Pod> = Api::namespaced(self.client.clone(), &self.namespace);
        let listed = pods.list(&ListParams::default().labels(&self.selector)).await;
        let listed = listed.map_err(self.step("its pods cannot be listed"))?;
        let ready = listed
            .items
            .iter()
            .find(|pod| is_ready(pod))
            .map(kube::ResourceExt::name_any);
        ready.ok_or_else(|| ForwardError::NoPod {
            namespace: self.namespace.clone(),
            service: self.service.clone(),
        })
    }

    /// Copies one connection; a failure closes it, which is what the one who connected sees.
    async fn copy(&self, local: &mut tokio::net::TcpStream) {
        let Ok(Ok(pod)) = tokio::time::timeout(Duration::from_secs(10), self.ready_pod()).await else {
            return;
        };
        let pods: Api<Pod> = Api::namespaced(self.client.clone(), &self.namespace);
        let Ok(mut forward) = pods.portforward(&pod, &[self.port]).await else {
            return;
        };
        if let Some(mut remote) = forward.take_stream(self.port) {
            let _closed = tokio::io::copy_bidirectional(local, &mut remote).await;
        }
        let _ended = forward.join().await;
    }
}

fn is_ready(pod: &Pod) -> bool {
    let conditions = pod.status.as_ref().and_then(|status| status.conditions.as_ref());
    let ready = conditions
        .into_iter()
        .flatten()
        .any(|condition| condition.type_ == "Ready" && condition.status == "True");
    ready && pod.meta().deletion_timestamp.is_none()
}
