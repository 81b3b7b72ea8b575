//! Applying objects on the server's side: [`Applier`], which knows the cluster's kinds.

use std::time::Duration;

use futures::{StreamExt as _, TryStreamExt as _};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::{
    Api, Client,
    api::{ApiResource, DynamicObject, Patch, PatchParams, TypeMeta},
    discovery::{Discovery, Scope},
};

use super::{error::StackError, object::reference_of};
use crate::ledger::ObjectRef;
use crate::watch::{Observation, observe, poll};

/// Field manager of everything that we apply.
pub(crate) const FIELD_MANAGER: &str = "shall";
/// How many objects are sent at once.
const CONCURRENCY: usize = 8;
/// How long a definition may take to be established and served.
const ESTABLISH: Duration = Duration::from_secs(30);

/// When an object is applied: each stage after the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// Custom resource definitions.
    Definition,
    /// Namespaces.
    Namespace,
    /// What workloads need: accounts, roles, secrets, configuration, services, claims.
    Support,
    /// What runs pods.
    Workload,
    /// Objects of the component's own kinds, once its workloads are ready.
    Custom,
}

impl Stage {
    /// The stage of an object; `groups` are the API groups that the stack defines itself.
    pub(crate) fn of(object: &ObjectRef, groups: &[String]) -> Self {
        match object.kind.as_str() {
            "CustomResourceDefinition" => Self::Definition,
            "Namespace" => Self::Namespace,
            "Deployment" | "DaemonSet" | "StatefulSet" | "Job" | "CronJob" | "Pod" => Self::Workload,
            _ if groups.iter().any(|group| group == object.group()) => Self::Custom,
            _ => Self::Support,
        }
    }
}

/// Sends objects to the API server.
#[derive(Clone)]
pub(crate) struct Applier {
    client: Client,
    discovery: std::sync::Arc<Discovery>,
    params: PatchParams,
}

impl Applier {
    /// An applier that knows the kinds the cluster serves now.
    pub(crate) async fn new(client: Client) -> Result<Self, StackError> {
        let discovery = discover(&client).await?;
        let params = PatchParams::apply(FIELD_MANAGER).force().validation_strict();
        Ok(Self {
            client,
            discovery: std::sync::Arc::new(discovery),
            params,
        })
    }

    /// The same, but nothing is kept.
    pub(crate) fn dry_run(&self) -> Self {
        Self {
            params: self.params.clone().dry_run(),
            ..self.clone()
        }
    }

    /// Applies objects that need no order among themselves.
    pub(crate) async fn apply_all(&self, objects: &[DynamicObject]) -> Result<(), StackError> {
        let sent = objects.iter().map(|object| self.apply(object));
        futures::stream::iter(sent)
            .buffer_unordered(CONCURRENCY)
            .try_for_each(|()| async { Ok(()) })
            .await
    }

    /// Applies one object.
    pub(crate) async fn apply(&self, object: &DynamicObject) -> Result<(), StackError> {
        self.send(object).await.map(|_applied| ())
    }

    /// Applies one object and answers it as the API server has it now, where its `spec` was changed by that.
    pub(crate) async fn apply_change(&self, object: &DynamicObject) -> Result<Option<DynamicObject>, StackError> {
        let reference = reference_of(object);
        let before = self.api(&reference)?.get_opt(&reference.name).await;
        let before = before.map_err(|source| StackError::api(reference.to_string(), source))?;
        let after = self.send(object).await?;
        let is_same = before.is_some_and(|before| before.data.get("spec") == after.data.get("spec"));
        Ok((!is_same).then_some(after))
    }

    async fn send(&self, object: &DynamicObject) -> Result<DynamicObject, StackError> {
        let reference = reference_of(object);
        let api = self.api(&reference)?;
        let sent = api.patch(&reference.name, &self.params, &Patch::Apply(object)).await;
        sent.map_err(|source| StackError::api(reference.to_string(), source))
    }

    /// Applies definitions, waits until the API server serves them, and learns the new kinds.
    pub(crate) async fn define(&mut self, definitions: &[DynamicObject]) -> Result<(), StackError> {
        if definitions.is_empty() {
            return Ok(());
        }
        self.apply_all(definitions).await?;
        let api: Api<CustomResourceDefinition> = Api::all(self.client.clone());
        for definition in definitions {
            let name = reference_of(definition).name;
            observe(
                &api,
                &name,
                &format!("CustomResourceDefinition {name}"),
                ESTABLISH,
                is_established,
            )
            .await?;
        }
        let kinds: Vec<TypeMeta> = definitions.iter().filter_map(defined_kind).collect();
        // Discovery lags behind the Established condition and has no watch.
        let learnt = poll(
            "the definitions' kinds in discovery",
            Duration::from_millis(200),
            ESTABLISH,
            || async {
                match discover(&self.client).await {
                    Ok(discovery) => match kinds.iter().find(|kind| discovery.resolve_typemeta(kind).is_none()) {
                        None => Observation::Met(Ok(discovery)),
                        Some(kind) => Observation::Pending(format!("`{}` is not served yet", kind.kind)),
                    },
                    Err(error) => Observation::Met(Err(error)),
                }
            },
        );
        self.discovery = std::sync::Arc::new(learnt.await?.value?);
        Ok(())
    }

    /// The API of an object's kind, in its namespace.
    pub(crate) fn api(&self, object: &ObjectRef) -> Result<Api<DynamicObject>, StackError> {
        let (resource, is_namespaced) = self.resolve(object)?;
        Ok(match &object.namespace {
            Some(namespace) if is_namespaced => Api::namespaced_with(self.client.clone(), namespace, &resource),
            _ => Api::all_with(self.client.clone(), &resource),
        })
    }

    fn resolve(&self, object: &ObjectRef) -> Result<(ApiResource, bool), StackError> {
        let types = TypeMeta {
            api_version: object.api_version.clone(),
            kind: object.kind.clone(),
        };
        let found = self.discovery.resolve_typemeta(&types);
        let (resource, capabilities) = found.ok_or_else(|| StackError::UnknownKind { object: object.clone() })?;
        Ok((resource, matches!(capabilities.scope, Scope::Namespaced)))
    }
}

async fn discover(client: &Client) -> Result<Discovery, StackError> {
    let discovery = Discovery::new(client.clone()).run_aggregated().await;
    discovery.map_err(|source| StackError::api("the kinds that the API server serves", source))
}

/// Whether a definition is established; names that clash never are.
fn is_established(definition: Option<&CustomResourceDefinition>) -> Observation<()> {
    let Some(definition) = definition else {
        return Observation::Pending("it does not exist".to_owned());
    };
    let conditions = definition
        .status
        .iter()
        .flat_map(|status| status.conditions.iter().flatten());
    for condition in conditions {
        match (condition.type_.as_str(), condition.status.as_str()) {
            ("Established", "True") => return Observation::Met(()),
            ("NamesAccepted", "False") => {
                let reason = condition.message.clone().unwrap_or_default();
                return Observation::Impossible(format!("its names are not accepted: {reason}"));
            }
            _ => {}
        }
    }
    Observation::Pending("it is not established".to_owned())
}

/// The kind that a definition defines, in the version that is stored.
pub(crate) fn defined_kind(definition: &DynamicObject) -> Option<TypeMeta> {
    let spec = definition.data.get("spec")?;
    let group = spec.get("group")?.as_str()?;
    let kind = spec.pointer("/names/kind")?.as_str()?;
    let versions = spec.get("versions")?.as_array()?;
    let stored = versions
        .iter()
        .find(|version| version.get("storage").is_some_and(|stored| stored == true))?;
    Some(TypeMeta {
        api_version: format!("{group}/{}", stored.get("name")?.as_str()?),
        kind: kind.to_owned(),
    })
}

/// The API groups that definitions among these objects define.
pub(crate) fn defined_groups<'a>(objects: impl Iterator<Item = &'a DynamicObject>) -> Vec<String> {
    let definitions = objects.filter(|object| reference_of(object).kind == "CustomResourceDefinition");
    let groups = definitions.filter_map(|object| object.data.pointer("/spec/group")?.as_str().map(str::to_owned));
    groups.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
}
