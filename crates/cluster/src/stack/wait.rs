//! Waiting until a component is ready, or shown never to be.

use std::{collections::BTreeMap, time::Duration};

use futures::{FutureExt as _, StreamExt as _, TryStreamExt as _, stream::FuturesUnordered};
use k8s_openapi::api::core::v1::{Event, Pod};
use kube::{Api, Client, ResourceExt as _, core::DynamicObject, runtime::watcher};

use super::{
    apply::Applier,
    cause::{belongs, event_text, explain, pod_trouble, restarts},
    error::StackError,
    ready::Target,
};
use crate::ledger::ObjectRef;
use crate::watch::{Observation, ObserveError, observe, observe_set};

/// A claim that failed so often since we look will not be bound.
const FAILED_CLAIMS: i32 = 3;

/// A condition whose field had a hopeless value in so many states in a row will not be met.
const HOPELESS_LOOKS: usize = 3;

/// Who waits for what.
pub(crate) struct Wait<'a> {
    /// The component's name.
    pub(crate) component: &'a str,
    /// What must become ready.
    pub(crate) targets: &'a [Target],
    /// Workloads whose pods may show why not: the component's and those before it.
    pub(crate) workloads: &'a [ObjectRef],
    /// The namespaces of these workloads, the component's own first.
    pub(crate) namespaces: &'a [String],
    /// How long it may take.
    pub(crate) deadline: Duration,
}

impl Wait<'_> {
    /// Waits until every target is ready. Ends early when a pod or claim shows that it cannot be.
    pub(crate) async fn until_ready(&self, client: &Client, applier: &Applier) -> Result<(), StackError> {
        let ready = async {
            let waits = self.targets.iter().map(|target| self.until_met(applier, target));
            waits
                .collect::<FuturesUnordered<_>>()
                .try_for_each(|()| async { Ok(()) })
                .await
        };
        let ended = tokio::select! {
            ready = ready => ready,
            hopeless = self.until_hopeless(client) => hopeless,
        };
        match ended {
            Ok(()) => Ok(()),
            Err(StackError::Watch(error @ (ObserveError::Impossible { .. } | ObserveError::Deadline { .. }))) => {
                let (cause, details) = explain(client, self.namespaces, self.workloads, &error.to_string()).await;
                Err(StackError::NotReady {
                    component: self.component.to_owned(),
                    cause,
                    details,
                })
            }
            Err(error) => Err(error),
        }
    }

    async fn until_met(&self, applier: &Applier, target: &Target) -> Result<(), StackError> {
        let api = applier.api(&target.object)?;
        let what = target.object.to_string();
        let mut hopeless_looks = 0;
        let look = |object: Option<&DynamicObject>| {
            hopeless_looks = if target.is_hopeless(object) {
                hopeless_looks + 1
            } else {
                0
            };
            match target.judge(object) {
                Observation::Pending(state) if hopeless_looks >= HOPELESS_LOOKS => Observation::Impossible(state),
                judged @ (Observation::Pending(_) | Observation::Met(()) | Observation::Impossible(_)) => judged,
            }
        };
        observe(&api, &target.object.name, &what, self.deadline, look).await?;
        Ok(())
    }

    /// Ends only with an error: when a pod or a claim of a namespace cannot come.
    async fn until_hopeless(&self, client: &Client) -> Result<(), StackError> {
        let pods = self
            .namespaces
            .iter()
            .map(|namespace| self.until_pod_hopeless(client, namespace).boxed());
        let claims = self
            .namespaces
            .iter()
            .map(|namespace| self.until_claim_hopeless(client, namespace).boxed());
        let mut watches: FuturesUnordered<_> = pods.chain(claims).collect();
        while let Some(ended) = watches.next().await {
            ended?;
        }
        Ok(())
    }

    async fn until_pod_hopeless(&self, client: &Client, namespace: &str) -> Result<(), StackError> {
        let api: Api<Pod> = Api::namespaced(client.clone(), namespace);
        let mut before: BTreeMap<String, i32> = BTreeMap::new();
        let what = format!("pods of namespace {namespace}");
        let all = watcher::Config::default();
        let watched = observe_set(&api, all, &what, self.deadline, |pods: &BTreeMap<String, Pod>| {
            for pod in pods.values().filter(|pod| belongs(pod, self.workloads)) {
                let restarts_before = *before
                    .entry(pod.uid().unwrap_or_default())
                    .or_insert_with(|| restarts(pod));
                if let Some(trouble) = pod_trouble(pod, restarts_before).filter(|trouble| trouble.is_final) {
                    return Observation::<()>::Impossible(trouble.cause);
                }
            }
            Observation::Pending("no pod is beyond hope".to_owned())
        });
        watched.await.map(|_never| ()).map_err(StackError::from)
    }

    async fn until_claim_hopeless(&self, client: &Client, namespace: &str) -> Result<(), StackError> {
        let api: Api<Event> = Api::namespaced(client.clone(), namespace);
        let mut before: Option<BTreeMap<String, i32>> = None;
        let what = format!("claims of namespace {namespace}");
        let failures = watcher::Config::default().fields("reason=ProvisioningFailed");
        let watched = observe_set(
            &api,
            failures,
            &what,
            self.deadline,
            |events: &BTreeMap<String, Event>| {
                let counts = || {
                    events
                        .iter()
                        .map(|(name, event)| (name.clone(), event.count.unwrap_or(1)))
                        .collect()
                };
                let before = before.get_or_insert_with(counts);
                for (name, event) in events {
                    if event.count.unwrap_or(1) - before.get(name).copied().unwrap_or_default() >= FAILED_CLAIMS {
                        let claim = event.involved_object.name.as_deref().unwrap_or("without a name");
                        return Observation::<()>::Impossible(format!(
                            "claim {namespace}/{claim}: {}",
                            event_text(event)
                        ));
                    }
                }
                Observation::Pending("no claim is beyond hope".to_owned())
            },
        );
        watched.await.map(|_never| ()).map_err(StackError::from)
    }
}
