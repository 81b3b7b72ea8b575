//! The objects of a selection as the API server last told them: [`View`], from one list and watch.

use std::{collections::BTreeMap, fmt::Debug, pin::Pin, time::Duration};

use futures::{Stream, TryStreamExt as _};
use kube::{
    Api, Resource, ResourceExt as _,
    api::ListParams,
    runtime::{WatchStreamExt as _, watcher},
};
use serde::de::DeserializeOwned;

/// How long one read may take.
const READ: Duration = Duration::from_secs(10);

/// What can be watched.
pub trait Watched: Resource + Clone + DeserializeOwned + Debug + Send + 'static {}
impl<K: Resource + Clone + DeserializeOwned + Debug + Send + 'static> Watched for K {}

type Events<K> = Pin<Box<dyn Stream<Item = watcher::Result<watcher::Event<K>>> + Send>>;
type Fault = Box<dyn std::error::Error + Send + Sync>;

/// Why a view did not move on.
pub(super) enum Stop {
    /// The API server answered and said no: waiting cannot mend it.
    Refused(Fault),
    /// The watch broke; it is taken up again when the view is asked again.
    Interrupted(String),
}

/// The objects of a selection as the API server last told them, by name.
pub(super) struct View<K> {
    api: Api<K>,
    list: ListParams,
    events: Events<K>,
    objects: BTreeMap<String, K>,
    listing: BTreeMap<String, K>,
}

impl<K: Watched> View<K> {
    /// A view of nothing yet.
    pub(super) fn new(api: &Api<K>, selection: watcher::Config) -> Self {
        let list = ListParams {
            label_selector: selection.label_selector.clone(),
            field_selector: selection.field_selector.clone(),
            ..ListParams::default()
        };
        let events = watcher(api.clone(), selection).default_backoff();
        Self {
            api: api.clone(),
            list,
            events: Box::pin(events),
            objects: BTreeMap::new(),
            listing: BTreeMap::new(),
        }
    }

    /// Waits until the view is complete and has changed, or was told anew.
    pub(super) async fn next(&mut self) -> Result<&BTreeMap<String, K>, Stop> {
        loop {
            match self.events.try_next().await {
                Ok(Some(event)) => {
                    if self.take(event) {
                        return Ok(&self.objects);
                    }
                }
                Ok(None) => return Err(Stop::Refused("the watch ended".into())),
                Err(error) if is_refusal(&error) => return Err(Stop::Refused(error.into())),
                Err(error) => return Err(Stop::Interrupted(format!("watch interrupted: {error}"))),
            }
        }
    }

    /// Asks the API server itself. An answer of it that is no refusal and no list (429, 5xx) is an error too.
    pub(super) async fn read(&mut self) -> Result<&BTreeMap<String, K>, Fault> {
        let listed = tokio::time::timeout(READ, self.api.list(&self.list)).await;
        let listed = listed.map_err(|_elapsed| format!("no answer within {READ:?}"))??;
        self.objects = listed
            .items
            .into_iter()
            .map(|object| (object.name_any(), object))
            .collect();
        Ok(&self.objects)
    }

    /// Takes an event; whether the view is complete with it. An event that is older than what a read told is not taken.
    fn take(&mut self, event: watcher::Event<K>) -> bool {
        match event {
            watcher::Event::Init => {
                self.listing.clear();
                return false;
            }
            watcher::Event::InitApply(object) => {
                self.listing.insert(object.name_any(), object);
                return false;
            }
            watcher::Event::InitDone => self.objects = std::mem::take(&mut self.listing),
            watcher::Event::Apply(object) if self.is_older(&object) => return false,
            watcher::Event::Apply(object) => {
                self.objects.insert(object.name_any(), object);
            }
            watcher::Event::Delete(object) if self.is_older(&object) => return false,
            watcher::Event::Delete(object) => {
                self.objects.remove(&object.name_any());
            }
        }
        true
    }

    /// Whether the view holds a newer state of the object. Resource versions are compared as the numbers that they
    /// are since Kubernetes 1.35; what is no number is never older.
    fn is_older(&self, object: &K) -> bool {
        let version = |object: &K| {
            object
                .resource_version()
                .and_then(|version| version.parse::<u64>().ok())
        };
        let held = self.objects.get(&object.name_any()).and_then(version);
        matches!((version(object), held), (Some(told), Some(held)) if told < held)
    }
}

/// Whether the API server answered and said no; anything else may pass.
fn is_refusal(error: &watcher::Error) -> bool {
    let status = match error {
        watcher::Error::InitialListFailed(kube::Error::Api(status))
        | watcher::Error::WatchStartFailed(kube::Error::Api(status))
        | watcher::Error::WatchFailed(kube::Error::Api(status))
        | watcher::Error::WatchError(status) => Some(status.code),
        watcher::Error::InitialListFailed(_)
        | watcher::Error::WatchStartFailed(_)
        | watcher::Error::WatchFailed(_)
        | watcher::Error::NoResourceVersion => None,
    };
    status.is_some_and(|code| matches!(code, 400..=409 | 415 | 422))
}

/// Whether an error says that the API server was not reached, as against an answer of it.
pub(super) fn is_unreachable(fault: &Fault) -> bool {
    !matches!(fault.downcast_ref::<kube::Error>(), Some(kube::Error::Api(_)))
}
