//! A cluster that exists: [`Existing`], reached by a kubeconfig context that a person named.

use std::path::{Path, PathBuf};

use k8s_openapi::api::core::v1::Node as ApiNode;
use kube::{Api, Client, ResourceExt as _, api::ListParams, config::Kubeconfig};

use super::{
    archive,
    backend::{BackendKind, Made},
    connect::{Connection, connect},
    error::BackendError,
    node::{Node, Role},
    owned::guard,
    ready,
    spec::ClusterSpec,
    state::StateDir,
};
use crate::{
    ledger::{Entry, Held, Ledger},
    progress::{Event, Progress},
};

/// A cluster that somebody else made. It is never changed as a whole: only what scenarios and the stack put on it.
#[derive(Debug)]
pub struct Existing {
    context: String,
    kubeconfig: Kubeconfig,
    ledger: Ledger,
}

impl Existing {
    /// The cluster of a kubeconfig context. `context` is what `--allow-cluster` named, `None` where it was not
    /// given; the kubeconfig's current context is never taken. `path` is the kubeconfig; `None` for the usual one.
    ///
    /// # Errors
    ///
    /// When no context was named, the kubeconfig has none of that name, or it cannot be read.
    pub fn new(context: Option<&str>, path: Option<&Path>, state: &StateDir) -> Result<Self, BackendError> {
        let name = context.unwrap_or("existing");
        let from = path.map_or_else(|| PathBuf::from("$KUBECONFIG"), Path::to_owned);
        let kubeconfig = path
            .map_or_else(Kubeconfig::read, Kubeconfig::read_from)
            .map_err(|error| BackendError::Kubeconfig {
                name: name.to_owned(),
                path: from,
                source: error.into(),
            })?;
        let context = choose_context(context, &kubeconfig)?;
        let ledger = Ledger::open(&state.cluster_ledger(&format!("existing/{context}")), &context)?;
        Ok(Self {
            context,
            kubeconfig,
            ledger,
        })
    }

    /// What `shall` put on this cluster.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Whether it answers; always true, for it exists.
    ///
    /// # Errors
    ///
    /// When its API server does not answer, or is that of another cluster than before.
    pub async fn exists(&self) -> Result<bool, BackendError> {
        self.connect().await.map(|_connection| true)
    }

    /// Makes sure that the cluster can be used, and remembers which it is. Creates nothing.
    ///
    /// # Errors
    ///
    /// When it does not answer, is another than before, its nodes are not Ready or `CoreDNS` is not available.
    pub async fn create(&self, spec: &ClusterSpec, progress: &dyn Progress) -> Result<Made, BackendError> {
        let connection = self.connect().await?;
        progress.event(Event::Note(format!(
            "cluster `{}` at {}",
            self.context, connection.server
        )));
        ready::wait_for_nodes(&connection.client, &self.context, 1).await?;
        ready::wait_for_dns(&connection.client, &self.context).await?;
        if self.held().is_none() {
            let id = self.ledger.intend(Entry::Cluster {
                backend: BackendKind::Existing.to_string(),
                engine: String::new(),
                name: self.context.clone(),
            })?;
            self.ledger.created(id, Some(&connection.uid))?;
        }
        for path in &spec.archives {
            self.load(path).await?;
        }
        Ok(Made::Reused)
    }

    /// Forgets the cluster; it stays as it is.
    ///
    /// # Errors
    ///
    /// When the ledger cannot be written.
    pub fn delete(&self) -> Result<(), BackendError> {
        if let Some(held) = self.held() {
            self.ledger.undone(held.id)?;
        }
        Ok(())
    }

    /// Cannot be: a cluster that exists pulls its images, or has them.
    ///
    /// # Errors
    ///
    /// Always, except for an archive without images.
    pub async fn load(&self, path: &Path) -> Result<(), BackendError> {
        let wanted = archive::references_of(path)?;
        let connection = self.connect().await?;
        let api: Api<ApiNode> = Api::all(connection.client);
        let nodes = api
            .list(&ListParams::default())
            .await
            .map_err(|error| self.unreachable(&connection.server, error))?;
        // A node reports at most 50 images, so what it reports is proof and what it does not is none.
        let has_all = |node: &ApiNode| {
            let images = node.status.iter().flat_map(|status| status.images.iter().flatten());
            let listed: Vec<String> = images
                .flat_map(|image| image.names.clone().unwrap_or_default())
                .collect();
            archive::missing(&wanted, &listed.join("\n")).is_empty()
        };
        if nodes.items.iter().all(has_all) {
            return Ok(());
        }
        Err(BackendError::NotOurs {
            name: self.context.clone(),
            what: "loading an image archive",
            mend: "push the images to a registry that the cluster pulls from, and set images = \"pull\"",
        })
    }

    /// The kubeconfig, with the named context alone as its current one.
    ///
    /// # Errors
    ///
    /// When it cannot be written as YAML.
    pub fn kubeconfig(&self) -> Result<String, BackendError> {
        let mut only = self.kubeconfig.clone();
        only.current_context = Some(self.context.clone());
        only.contexts.retain(|context| context.name == self.context);
        // YAML reads JSON.
        serde_json::to_string(&only).map_err(|error| BackendError::Kubeconfig {
            name: self.context.clone(),
            path: PathBuf::from("$KUBECONFIG"),
            source: error.into(),
        })
    }

    /// A client of the cluster, which is known to be the same as before.
    ///
    /// # Errors
    ///
    /// When the API server does not answer, or is that of another cluster.
    pub async fn client(&self) -> Result<Client, BackendError> {
        Ok(self.connect().await?.client)
    }

    /// The cluster's nodes, by name.
    ///
    /// # Errors
    ///
    /// When the API server does not answer.
    pub async fn nodes(&self) -> Result<Vec<Node>, BackendError> {
        let connection = self.connect().await?;
        let api: Api<ApiNode> = Api::all(connection.client);
        let nodes = api
            .list(&ListParams::default())
            .await
            .map_err(|error| self.unreachable(&connection.server, error))?;
        let role = |node: &ApiNode| {
            let is_control_plane = node.labels().contains_key("node-role.kubernetes.io/control-plane");
            if is_control_plane {
                Role::ControlPlane
            } else {
                Role::Worker
            }
        };
        Ok(nodes
            .items
            .iter()
            .map(|node| Node {
                name: node.name_any(),
                role: role(node),
                running: ready::is_ready(node),
            })
            .collect())
    }

    async fn connect(&self) -> Result<Connection, BackendError> {
        let connection = connect(&self.context, &self.kubeconfig()?, Some(&self.context)).await?;
        guard(
            &self.ledger,
            &self.context,
            self.held().and_then(|held| held.uid),
            &connection.uid,
        )?;
        Ok(connection)
    }

    fn unreachable(&self, server: &str, error: kube::Error) -> BackendError {
        BackendError::Unreachable {
            name: self.context.clone(),
            server: server.to_owned(),
            source: error.into(),
        }
    }

    fn held(&self) -> Option<Held> {
        self.ledger
            .held()
            .into_iter()
            .find(|held| matches!(held.entry, Entry::Cluster { .. }))
    }
}

fn choose_context(named: Option<&str>, kubeconfig: &Kubeconfig) -> Result<String, BackendError> {
    let known = || {
        kubeconfig
            .contexts
            .iter()
            .map(|context| context.name.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    };
    match named {
        None | Some("") => Err(BackendError::ContextMissing { known: known() }),
        Some(name) if kubeconfig.contexts.iter().any(|context| context.name == name) => Ok(name.to_owned()),
        Some(name) => Err(BackendError::ContextUnknown {
            context: name.to_owned(),
            known: known(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KUBECONFIG: &str = "apiVersion: v1\nkind: Config\ncurrent-context: production\n\
        clusters: [{name: c, cluster: {server: 'http://127.0.0.1:1'}}]\n\
        contexts: [{name: production, context: {cluster: c, user: u}}, {name: staging, context: {cluster: c, user: u}}]\n\
        users: [{name: u, user: {}}]\n";

    fn existing(context: Option<&str>) -> Result<Existing, BackendError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config");
        std::fs::write(&path, KUBECONFIG).unwrap();
        Existing::new(context, Some(&path), &StateDir::at(folder.path()))
    }

    #[test]
    fn the_current_context_is_never_taken_by_itself() {
        insta::assert_snapshot!(existing(None).unwrap_err(), @r"
        backend `existing`: no context was named
        (hint: --allow-cluster NAME; the current context is never used by itself; known: production, staging)
        ");
        insta::assert_snapshot!(existing(Some("prod")).unwrap_err(), @r"
        backend `existing`: the kubeconfig has no context `prod`
        (hint: known: production, staging)
        ");
    }

    #[tokio::test]
    async fn the_named_context_is_the_only_one_left() {
        let existing = existing(Some("staging")).unwrap();
        let text = existing.kubeconfig().unwrap();
        assert!(
            text.contains(r#""current-context":"staging""#) && !text.contains("production"),
            "{text}"
        );
        assert!(matches!(existing.exists().await, Err(BackendError::Unreachable { .. })));
    }

    #[test]
    fn a_name_that_leads_elsewhere_is_refused() {
        let existing = existing(Some("staging")).unwrap();
        let error = guard(&existing.ledger, "staging", Some("u1".to_owned()), "u2").unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("expected the one whose kube-system namespace has UID u1, observed u2"),
            "{text}"
        );
        assert!(guard(&existing.ledger, "staging", Some("u1".to_owned()), "u1").is_ok());
        assert!(guard(&existing.ledger, "staging", None, "u1").is_ok());
    }
}
