//! The receiver of notifications that all scenarios about alerts share, and the replicas of Alertmanager.

use std::time::Duration;

use k8s_openapi::api::core::v1::{Namespace, Pod, Service};
use kube::{
    Api, Client, ResourceExt as _,
    api::{ListParams, PostParams},
};
use shall_cluster::{
    act::{RECEIVER, create_namespace, observe_pod_ready, receiver_objects},
    ledger::Entry,
    observability::{Alertmanager, MONITORING, RECEIVER_NAMESPACE, Received, Receiver},
    watch::{Observation, poll},
};
use tokio::sync::Mutex;

use crate::{StepError, World, scope::RUN_LABEL};

/// How long the receiver may take to be ready.
const READY: Duration = Duration::from_mins(2);
/// The watchdog is sent once each minute; Alertmanager may first have to find out that the receiver is there.
const WATCHDOG: Duration = Duration::from_mins(4);
/// A watchdog that is older shows nothing of the present.
const FRESH_MS: u64 = 150_000;

/// Scenarios that run at the same time make one receiver.
static MAKING: Mutex<()> = Mutex::const_new(());

impl World {
    /// The receiver's client.
    pub(crate) fn receiver(&self) -> Receiver {
        Receiver::new(&self.run.clients.strict)
    }

    /// Makes the receiver where this run has not made it yet. It is undone at the run's end, not the scenario's: it is
    /// one for all, because Alertmanager's configuration names it, and the next scenario needs no new watchdog.
    pub(crate) async fn ensure_receiver(&self) -> Result<(), StepError> {
        let client = &self.run.clients.patient;
        let _made_by_one = MAKING.lock().await;
        let namespaces: Api<Namespace> = Api::all(client.clone());
        let found = namespaces.get_opt(RECEIVER_NAMESPACE).await;
        let found = found.map_err(StepError::errored("read the receiver's namespace"))?;
        match found.map(|namespace| namespace.labels().get(RUN_LABEL).cloned()) {
            Some(owner) if owner.as_deref() == Some(self.run.run.as_str()) => {}
            Some(owner) => {
                return Err(StepError::Errored {
                    what: format!("namespace `{RECEIVER_NAMESPACE}`"),
                    source: format!(
                        "it belongs to run {} (hint: `shall cleanup` undoes what a killed run left)",
                        owner.unwrap_or_else(|| "of nobody".to_owned())
                    )
                    .into(),
                });
            }
            None => self.make_receiver().await?,
        }
        let ready = observe_pod_ready(client, RECEIVER_NAMESPACE, RECEIVER, READY).await;
        ready.map_err(StepError::errored("the receiver"))?;
        Ok(())
    }

    async fn make_receiver(&self) -> Result<(), StepError> {
        let client = &self.run.clients.patient;
        let labels = [(RUN_LABEL.to_owned(), self.run.run.clone())].into();
        let entry = Entry::Namespace {
            name: RECEIVER_NAMESPACE.to_owned(),
        };
        let id = self
            .run
            .ledger
            .intend(entry)
            .map_err(StepError::errored("write the ledger"))?;
        let uid = create_namespace(client, RECEIVER_NAMESPACE, std::collections::BTreeMap::clone(&labels)).await;
        let uid = uid.map_err(StepError::errored("create the receiver's namespace"))?;
        self.confirm(id, Some(&uid))?;
        let objects = receiver_objects(&self.run.workload_image, &labels);
        let (pod, service) = objects.map_err(StepError::errored("the receiver's manifests"))?;
        let pods: Api<Pod> = Api::namespaced(client.clone(), RECEIVER_NAMESPACE);
        let services: Api<Service> = Api::namespaced(client.clone(), RECEIVER_NAMESPACE);
        let created = services.create(&PostParams::default(), &service).await;
        created.map_err(StepError::errored("create the receiver's service"))?;
        let created = pods.create(&PostParams::default(), &pod).await;
        created.map_err(StepError::errored("create the receiver"))?;
        Ok(())
    }

    /// Waits until the receiver holds a watchdog that is fresh; answers what it holds.
    pub(crate) async fn await_watchdog(&self) -> Result<Received, StepError> {
        let asked = self.receiver();
        let asked = &asked;
        let look = || async move {
            let received = match asked.notifications(0).await {
                Ok(received) => received,
                Err(error) => return Observation::Pending(error.to_string()),
            };
            let now = received.told.now_unix_ms;
            let watchdogs = received.told.notifications.iter().filter(|one| one.path == "/watchdog");
            match watchdogs.map(|one| now.saturating_sub(one.at_unix_ms)).min() {
                Some(age) if age < FRESH_MS => Observation::Met(received),
                Some(age) => Observation::Pending(format!("the last watchdog is {} s old", age / 1000)),
                None => Observation::Pending("no watchdog has come".to_owned()),
            }
        };
        let seen = poll("a watchdog at the receiver", Duration::from_secs(1), WATCHDOG, look).await;
        Ok(seen
            .map_err(StepError::errored("the pipe from Prometheus to the receiver"))?
            .value)
    }
}

/// Name and client of each replica of Alertmanager. Replicas share silences and what was sent, not alerts.
pub(crate) async fn alertmanagers(client: &Client) -> Result<Vec<(String, Alertmanager)>, StepError> {
    let pods: Api<Pod> = Api::namespaced(client.clone(), MONITORING);
    let selection = ListParams::default().labels("app.kubernetes.io/name=alertmanager");
    let pods = pods
        .list(&selection)
        .await
        .map_err(StepError::errored("list the pods of Alertmanager"))?;
    let named = pods.iter().map(|pod| {
        let name = pod.name_any();
        let replica = Alertmanager::replica(client, &name);
        (name, replica)
    });
    Ok(named.collect())
}
