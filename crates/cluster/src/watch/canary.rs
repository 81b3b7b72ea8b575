//! How late a watch shows a change: [`Canary`], an object of our own that is changed and watched beside a wait.

use std::{
    collections::BTreeMap,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use futures::TryStreamExt as _;
use k8s_openapi::{api::core::v1::ConfigMap, apimachinery::pkg::apis::meta::v1::ObjectMeta};
use kube::{
    Api, Client, ResourceExt as _,
    api::{DeleteParams, Patch, PatchParams, PostParams},
    runtime::{WatchStreamExt as _, watcher},
};
use serde_json::json;
use tokio::{task::JoinHandle, time::MissedTickBehavior};

/// How often the canary is changed.
const PERIOD: Duration = Duration::from_secs(1);
/// Key of its data that counts the changes.
const BEAT: &str = "beat";

/// Why there is no canary.
#[derive(Debug, thiserror::Error)]
#[error("watch canary in namespace `{namespace}` could not be {verb}")]
pub struct CanaryError {
    /// Its namespace.
    pub namespace: String,
    /// `created` or `deleted`.
    pub verb: &'static str,
    /// What the API server said.
    #[source]
    pub source: Box<kube::Error>,
}

/// Upper bounds of the delay between a change and its arrival by watch: each is the time from sending the change to
/// seeing it, on one monotonic clock.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CanaryReport {
    /// How many changes were seen; 0 says that nothing is known.
    pub changes: usize,
    /// The largest bound; `None` where no change was seen.
    pub max: Option<Duration>,
    /// The bound that 99 of 100 changes kept; equals `max` below 100 changes.
    pub p99: Option<Duration>,
    /// Changes that were sent and not seen, the last one being on its way not included.
    pub unseen: usize,
}

/// A `ConfigMap` of our own that is patched about once a second and watched, until it is closed or dropped.
///
/// # Caveats
///
/// It measures the watch of config maps; other kinds have watch caches of their own. Dropping it leaves the `ConfigMap`
/// to the deletion of its namespace.
#[derive(Debug)]
pub struct Canary {
    api: Api<ConfigMap>,
    name: String,
    namespace: String,
    beats: Arc<Mutex<Beats>>,
    tasks: [JoinHandle<()>; 2],
}

impl Drop for Canary {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl Canary {
    /// Opens a canary in a namespace, with these labels.
    ///
    /// # Errors
    ///
    /// When its `ConfigMap` cannot be created.
    pub async fn open(client: Client, namespace: &str, labels: BTreeMap<String, String>) -> Result<Self, CanaryError> {
        let api: Api<ConfigMap> = Api::namespaced(client, namespace);
        let metadata = ObjectMeta {
            generate_name: Some("canary-".to_owned()),
            labels: Some(labels),
            ..ObjectMeta::default()
        };
        let map = ConfigMap {
            metadata,
            ..ConfigMap::default()
        };
        let created = api
            .create(&PostParams::default(), &map)
            .await
            .map_err(|source| CanaryError {
                namespace: namespace.to_owned(),
                verb: "created",
                source: Box::new(source),
            })?;
        let name = created.name_any();
        let beats = Arc::new(Mutex::new(Beats::default()));
        let watching = tokio::spawn(watch(api.clone(), name.clone(), Arc::clone(&beats)));
        let beating = tokio::spawn(beat(api.clone(), name.clone(), Arc::clone(&beats)));
        Ok(Self {
            api,
            name,
            namespace: namespace.to_owned(),
            beats,
            tasks: [watching, beating],
        })
    }

    /// What it has measured so far.
    #[must_use]
    pub fn report(&self) -> CanaryReport {
        lock(&self.beats).report()
    }

    /// Deletes it and answers what it measured.
    ///
    /// # Errors
    ///
    /// When the API server refuses the deletion; one that is gone already is no error.
    pub async fn close(self) -> Result<CanaryReport, CanaryError> {
        self.tasks.iter().for_each(JoinHandle::abort);
        match self.api.delete(&self.name, &DeleteParams::default()).await {
            Ok(_) => Ok(self.report()),
            Err(kube::Error::Api(status)) if status.code == 404 => Ok(self.report()),
            Err(source) => Err(CanaryError {
                namespace: self.namespace.clone(),
                verb: "deleted",
                source: Box::new(source),
            }),
        }
    }
}

/// Changes the canary each period.
async fn beat(api: Api<ConfigMap>, name: String, beats: Arc<Mutex<Beats>>) {
    let mut ticks = tokio::time::interval(PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for number in 1_u64.. {
        ticks.tick().await;
        lock(&beats).sent.insert(number, Instant::now());
        let patch = json!({ "data": { BEAT: number.to_string() } });
        if api
            .patch(&name, &PatchParams::default(), &Patch::Merge(patch))
            .await
            .is_err()
        {
            // What was not stored cannot be seen.
            lock(&beats).sent.remove(&number);
        }
    }
}

/// Notes when each change arrives.
async fn watch(api: Api<ConfigMap>, name: String, beats: Arc<Mutex<Beats>>) {
    let selection = watcher::Config::default().fields(&format!("metadata.name={name}"));
    let mut events = pin!(watcher(api, selection).default_backoff());
    loop {
        match events.try_next().await {
            // Only a watch event tells the delay: a list shows a change however long ago it was.
            Ok(Some(watcher::Event::Apply(map))) => {
                let number = map.data.and_then(|data| data.get(BEAT)?.parse().ok());
                if let Some(number) = number {
                    lock(&beats).arrived(number, Instant::now());
                }
            }
            Ok(Some(_)) | Err(_) => {}
            Ok(None) => return,
        }
    }
}

fn lock(beats: &Mutex<Beats>) -> MutexGuard<'_, Beats> {
    beats.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Changes on their way, by number, and the delays of those that arrived.
#[derive(Debug, Default)]
struct Beats {
    sent: BTreeMap<u64, Instant>,
    delays: Vec<Duration>,
}

impl Beats {
    fn arrived(&mut self, number: u64, at: Instant) {
        if let Some(sent) = self.sent.remove(&number) {
            self.delays.push(at.saturating_duration_since(sent));
        }
    }

    fn report(&self) -> CanaryReport {
        let mut delays = self.delays.clone();
        delays.sort_unstable();
        let rank = (delays.len() * 99).div_ceil(100);
        CanaryReport {
            changes: delays.len(),
            max: delays.last().copied(),
            p99: rank.checked_sub(1).and_then(|index| delays.get(index).copied()),
            unseen: self.sent.len().saturating_sub(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_are_bounds_by_rank_and_what_never_came_is_counted() {
        let mut beats = Beats::default();
        assert_eq!(beats.report(), CanaryReport::default());
        let sent = Instant::now();
        for number in 1..=202 {
            beats.sent.insert(number, sent);
        }
        for number in 1..=200_u32 {
            beats.arrived(number.into(), sent + Duration::from_millis(1) * number);
        }
        beats.arrived(7, sent + Duration::from_secs(9));
        let expected = CanaryReport {
            changes: 200,
            max: Some(Duration::from_millis(200)),
            p99: Some(Duration::from_millis(198)),
            unseen: 1,
        };
        assert_eq!(beats.report(), expected);
    }
}
