//! The waits on objects: list, then watch, from one stream.

use std::{
    collections::BTreeMap,
    fmt::Debug,
    pin::pin,
    time::{Duration, Instant},
};

use futures::TryStreamExt as _;
use jiff::Timestamp;
use kube::{
    Api, Resource, ResourceExt as _,
    runtime::{WatchStreamExt as _, watcher},
};
use serde::de::DeserializeOwned;

use super::observation::{Observation, ObserveError, Seen, Transition};

/// What can be watched.
pub trait Watched: Resource + Clone + DeserializeOwned + Debug + Send + 'static {}
impl<K: Resource + Clone + DeserializeOwned + Debug + Send + 'static> Watched for K {}

/// Waits until `predicate` says that the named object meets the condition. `None` is "it does not exist".
///
/// # Errors
///
/// [`ObserveError::Impossible`] as soon as the predicate says so, [`ObserveError::Deadline`] when `deadline` has
/// passed, [`ObserveError::Api`] when the API server refuses the watch. A connection that breaks is not an
/// error: the watch is taken up again and what was missed widens the interval.
pub async fn observe<K: Watched, T>(
    api: &Api<K>,
    name: &str,
    what: &str,
    deadline: Duration,
    mut predicate: impl FnMut(Option<&K>) -> Observation<T>,
) -> Result<Seen<T>, ObserveError> {
    let config = watcher::Config::default().fields(&format!("metadata.name={name}"));
    observe_set(api, config, what, deadline, |objects: &BTreeMap<String, K>| {
        predicate(objects.get(name))
    })
    .await
}

/// Waits until `predicate` says that the objects of a selection meet the condition; keyed by name.
///
/// The first look is at the complete list, never at a part of it.
///
/// # Errors
///
/// As [`observe`].
pub async fn observe_set<K: Watched, T>(
    api: &Api<K>,
    selection: watcher::Config,
    what: &str,
    deadline: Duration,
    mut predicate: impl FnMut(&BTreeMap<String, K>) -> Observation<T>,
) -> Result<Seen<T>, ObserveError> {
    let mut trace = Trace::new(what);
    let looked = tokio::time::timeout(deadline, look(api, selection, &mut trace, &mut predicate)).await;
    match looked {
        Ok(result) => result,
        Err(_elapsed) => Err(trace.deadline(deadline)),
    }
}

async fn look<K: Watched, T>(
    api: &Api<K>,
    selection: watcher::Config,
    trace: &mut Trace,
    predicate: &mut impl FnMut(&BTreeMap<String, K>) -> Observation<T>,
) -> Result<Seen<T>, ObserveError> {
    let mut stream = pin!(watcher(api.clone(), selection).default_backoff());
    let mut objects: BTreeMap<String, K> = BTreeMap::new();
    let mut listing: BTreeMap<String, K> = BTreeMap::new();
    loop {
        match stream.try_next().await {
            Ok(Some(watcher::Event::Init)) => {
                listing.clear();
                continue;
            }
            Ok(Some(watcher::Event::InitApply(object))) => {
                listing.insert(object.name_any(), object);
                continue;
            }
            Ok(Some(watcher::Event::InitDone)) => objects = std::mem::take(&mut listing),
            Ok(Some(watcher::Event::Apply(object))) => {
                objects.insert(object.name_any(), object);
            }
            Ok(Some(watcher::Event::Delete(object))) => {
                objects.remove(&object.name_any());
            }
            Ok(None) => return Err(trace.api("the watch ended".into())),
            Err(error) if is_refusal(&error) => return Err(trace.api(Box::new(error))),
            Err(error) => {
                trace.saw(&format!("watch interrupted: {error}"));
                continue;
            }
        }
        if let Some(ended) = trace.judge(predicate(&objects)) {
            return ended;
        }
    }
}

/// Waits until the named object of this uid is gone; another object of the same name counts as gone.
///
/// # Errors
///
/// As [`observe`].
pub async fn gone<K: Watched>(
    api: &Api<K>,
    name: &str,
    uid: Option<&str>,
    what: &str,
    deadline: Duration,
) -> Result<Seen<()>, ObserveError> {
    observe(api, name, what, deadline, |object: Option<&K>| match object {
        None => Observation::Met(()),
        Some(object) if uid.is_some_and(|uid| object.uid().as_deref() != Some(uid)) => Observation::Met(()),
        Some(object) => Observation::Pending(match (&object.meta().deletion_timestamp, object.finalizers()) {
            (None, _) => "it still exists".to_owned(),
            (Some(_), []) => "it is being deleted".to_owned(),
            (Some(_), finalizers) => format!("it is being deleted, held by {}", finalizers.join(", ")),
        }),
    })
    .await
}

/// Watches that the named object keeps meeting a condition for the whole of `window`.
///
/// `holds` answers the state seen, or what ended it. Returns the number of states looked at, at least 2:
/// the last look is an authoritative read after the window.
///
/// # Errors
///
/// [`ObserveError::Ended`] as soon as it does not hold, [`ObserveError::Api`] when it cannot be seen.
pub async fn stays<K: Watched>(
    api: &Api<K>,
    name: &str,
    what: &str,
    window: Duration,
    mut holds: impl FnMut(Option<&K>) -> Result<String, String>,
) -> Result<(usize, String), ObserveError> {
    let began = Instant::now();
    let mut looks = 0;
    let mut ended = |object: Option<&K>| {
        looks += 1;
        holds(object)
    };
    let watched = observe(api, name, what, window, |object| match ended(object) {
        Ok(state) => Observation::Pending(state),
        Err(observed) => Observation::<()>::Impossible(observed),
    })
    .await;
    match watched {
        Ok(_) | Err(ObserveError::Deadline { .. }) => {}
        Err(ObserveError::Impossible { reason, .. }) => {
            return Err(ObserveError::Ended {
                what: what.to_owned(),
                after: began.elapsed(),
                observed: reason,
            });
        }
        Err(error) => return Err(error),
    }
    let last = api
        .get_opt(name)
        .await
        .map_err(|error| Trace::new(what).api(Box::new(error)))?;
    match ended(last.as_ref()) {
        Ok(state) => Ok((looks, state)),
        Err(observed) => Err(ObserveError::Ended {
            what: what.to_owned(),
            after: began.elapsed(),
            observed,
        }),
    }
}

/// Whether the API server answered and said no; anything else may pass.
fn is_refusal(error: &watcher::Error) -> bool {
    let status = match error {
        watcher::Error::InitialListFailed(kube::Error::Api(status))
        | watcher::Error::WatchStartFailed(kube::Error::Api(status))
        | watcher::Error::WatchFailed(kube::Error::Api(status)) => Some(status.code),
        watcher::Error::WatchError(status) => Some(status.code),
        watcher::Error::InitialListFailed(_)
        | watcher::Error::WatchStartFailed(_)
        | watcher::Error::WatchFailed(_)
        | watcher::Error::NoResourceVersion => None,
    };
    status.is_some_and(|code| matches!(code, 400..=409 | 415 | 422))
}

/// What a wait has seen so far.
struct Trace {
    what: String,
    unmet: Option<Instant>,
    changed: Instant,
    observations: usize,
    transitions: Vec<Transition>,
}

impl Trace {
    fn new(what: &str) -> Self {
        let now = Instant::now();
        Self {
            what: what.to_owned(),
            unmet: None,
            changed: now,
            observations: 0,
            transitions: Vec::new(),
        }
    }

    fn saw(&mut self, state: &str) {
        if self.transitions.last().is_none_or(|last| last.state != state) {
            self.changed = Instant::now();
            self.transitions.push(Transition {
                at: Timestamp::now(),
                state: state.to_owned(),
            });
        }
    }

    fn judge<T>(&mut self, observation: Observation<T>) -> Option<Result<Seen<T>, ObserveError>> {
        self.observations += 1;
        match observation {
            Observation::Pending(state) => {
                self.unmet = Some(Instant::now());
                self.saw(&state);
                None
            }
            Observation::Met(value) => Some(Ok(Seen {
                value,
                at: Instant::now(),
                unmet: self.unmet,
                observations: self.observations,
                transitions: std::mem::take(&mut self.transitions),
            })),
            Observation::Impossible(reason) => Some(Err(ObserveError::Impossible {
                what: self.what.clone(),
                reason,
                transitions: std::mem::take(&mut self.transitions),
            })),
        }
    }

    fn deadline(&mut self, deadline: Duration) -> ObserveError {
        let last = self
            .transitions
            .last()
            .map_or("nothing", |last| last.state.as_str())
            .to_owned();
        ObserveError::Deadline {
            what: self.what.clone(),
            deadline,
            last,
            unchanged: self.changed.elapsed(),
            transitions: std::mem::take(&mut self.transitions),
        }
    }

    fn api(&self, source: Box<dyn std::error::Error + Send + Sync>) -> ObserveError {
        ObserveError::Api {
            what: self.what.clone(),
            source,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use k8s_openapi::api::core::v1::ConfigMap;
    use kube::{Client, client::Body};
    use serde_json::json;

    use super::*;

    /// A cluster that lists one object and whose watch says nothing.
    fn cluster_with_one_object() -> Api<ConfigMap> {
        let service = tower::service_fn(|request: http::Request<Body>| async move {
            if request.uri().query().is_some_and(|query| query.contains("watch=")) {
                return std::future::pending().await;
            }
            let item = json!({ "metadata": { "name": "a", "namespace": "n", "uid": "u" } });
            let metadata = json!({ "resourceVersion": "1" });
            let list = json!({ "kind": "ConfigMapList", "apiVersion": "v1", "metadata": metadata, "items": [item] });
            Ok::<_, Infallible>(http::Response::new(Body::from(list.to_string().into_bytes())))
        });
        Api::namespaced(Client::new(service, "n"), "n")
    }

    #[tokio::test]
    async fn an_object_that_exists_is_not_taken_for_gone_before_the_list_is_read() {
        let ended = gone(
            &cluster_with_one_object(),
            "a",
            None,
            "removal",
            Duration::from_millis(300),
        )
        .await;
        assert!(matches!(ended, Err(ObserveError::Deadline { .. })), "{ended:?}");
    }

    #[tokio::test]
    async fn the_first_look_is_at_the_whole_list() {
        let (api, all) = (cluster_with_one_object(), watcher::Config::default());
        let count = |objects: &BTreeMap<String, ConfigMap>| Observation::Met(objects.len());
        let seen = observe_set(&api, all, "objects", Duration::from_secs(5), count).await;
        assert_eq!(seen.unwrap().value, 1);
    }
}
