//! The waits on objects: list, then watch, from one stream; the API server itself is asked before a wait fails.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use kube::{Api, ResourceExt as _, runtime::watcher};

use super::{
    observation::{Observation, ObserveError, Seen},
    trace::Trace,
    view::{Stop, View, Watched, is_unreachable},
};

/// Waits until `predicate` says that the named object meets the condition. `None` is "it does not exist".
///
/// # Errors
///
/// As [`observe_set`].
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

/// Waits until `predicate` says that this very object meets the condition: where another object has taken its
/// name, or it is gone, the condition is impossible.
///
/// # Errors
///
/// As [`observe_set`].
pub async fn observe_same<K: Watched, T>(
    api: &Api<K>,
    (name, uid): (&str, &str),
    what: &str,
    deadline: Duration,
    mut predicate: impl FnMut(&K) -> Observation<T>,
) -> Result<Seen<T>, ObserveError> {
    observe(api, name, what, deadline, |object: Option<&K>| match object {
        None => Observation::Impossible(format!("the object of uid {uid} is gone")),
        Some(object) if object.uid().as_deref() == Some(uid) => predicate(object),
        Some(other) => {
            let other = other.uid().unwrap_or_default();
            Observation::Impossible(format!("the object of uid {uid} was replaced by one of uid {other}"))
        }
    })
    .await
}

/// Waits until `predicate` says that the objects of a selection meet the condition; keyed by name.
///
/// The first look is at the complete list, never at a part of it. Before the wait fails, at its deadline or because
/// the predicate says that it is impossible, the objects are read afresh and judged once more: a watch that lags or
/// hangs fails nothing.
///
/// # Errors
///
/// [`ObserveError::Impossible`] as soon as the predicate says so, [`ObserveError::Deadline`] when `deadline` has
/// passed; [`ObserveError::Api`] at once when the API server refuses or cannot be reached, and when it does not answer
/// the last read: then nothing was judged. A watch that breaks while the API server answers is not an error: it is
/// taken up again, and what was missed widens the interval.
pub async fn observe_set<K: Watched, T>(
    api: &Api<K>,
    selection: watcher::Config,
    what: &str,
    deadline: Duration,
    mut predicate: impl FnMut(&BTreeMap<String, K>) -> Observation<T>,
) -> Result<Seen<T>, ObserveError> {
    let ends = tokio::time::Instant::now() + deadline;
    let mut trace = Trace::new(what);
    let mut view = View::new(api, selection);
    loop {
        let told = tokio::time::timeout_at(ends, view.next()).await;
        let passed = told.is_err();
        let mut interrupted = false;
        match told {
            Ok(Ok(objects)) => match predicate(objects) {
                Observation::Met(value) => return Ok(trace.met(value)),
                Observation::Pending(state) => {
                    trace.pending(&state, Instant::now());
                    continue;
                }
                Observation::Impossible(_to_be_confirmed) => trace.unconfirmed(),
            },
            Ok(Err(Stop::Refused(fault))) => return Err(trace.api(fault)),
            Ok(Err(Stop::Interrupted(why))) => {
                trace.note(&why);
                interrupted = true;
            }
            Err(_elapsed) => {}
        }
        let asked = Instant::now();
        match view.read().await {
            Err(fault) if interrupted && !is_unreachable(&fault) => trace.note(&format!("read refused: {fault}")),
            Err(fault) => return Err(trace.api(fault)),
            Ok(objects) => match predicate(objects) {
                Observation::Met(value) => return Ok(trace.met(value)),
                Observation::Impossible(reason) => return Err(trace.impossible(reason)),
                Observation::Pending(state) => trace.pending(&state, asked),
            },
        }
        if passed {
            return Err(trace.deadline(deadline));
        }
    }
}

/// Waits until the named object of this uid is gone; another object of the same name counts as gone.
///
/// # Errors
///
/// As [`observe_set`].
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

#[cfg(test)]
mod tests;
