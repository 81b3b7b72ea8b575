//! Conditions over a stretch of time: [`stays`] and [`never`].

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use kube::Api;

use super::{
    observation::{Observation, ObserveError},
    observe::observe,
    trace::Trace,
    view::Watched,
};

/// Watches that the named object keeps meeting a condition for the whole of `window`.
///
/// `holds` answers the state seen, or what ended it. Returns the number of states looked at, at least 2, and the
/// last of them: the first look is at a list, the last one is an authoritative read after the window.
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
    let looks = Cell::new(0);
    let mut broken = None;
    let mut look = |object: Option<&K>| {
        looks.set(looks.get() + 1);
        // What broke it once broke it, also where the next read shows it whole again.
        match holds(object) {
            Ok(state) => broken
                .clone()
                .map_or(Observation::Pending(state), Observation::Impossible),
            Err(observed) => Observation::<()>::Impossible(broken.get_or_insert(observed).clone()),
        }
    };
    let ended = |observed| ObserveError::Ended {
        what: what.to_owned(),
        after: began.elapsed(),
        observed,
    };
    let last = match observe(api, name, what, window, &mut look).await {
        Ok(_) => return Err(Trace::new(what).api("a window cannot be met before its end".into())),
        Err(ObserveError::Deadline { last, .. }) => last,
        Err(ObserveError::Impossible { reason, .. }) => return Err(ended(reason)),
        Err(error) => return Err(error),
    };
    if looks.get() >= 2 {
        return Ok((looks.get(), last));
    }
    // The list had not come when the window ended, so that the one look was at the last read.
    let read = api
        .get_opt(name)
        .await
        .map_err(|error| Trace::new(what).api(Box::new(error)))?;
    match look(read.as_ref()) {
        Observation::Pending(state) => Ok((looks.get(), state)),
        Observation::Impossible(observed) => Err(ended(observed)),
        Observation::Met(()) => Ok((looks.get(), last)),
    }
}

/// Watches that the named object does not come to meet a condition for the whole of `window`.
///
/// `happened` answers what happened, or `None` where nothing did. Returns the number of states looked at, at least 2.
///
/// # Errors
///
/// [`ObserveError::Ended`] as soon as it happened, [`ObserveError::Api`] when it cannot be seen.
pub async fn never<K: Watched>(
    api: &Api<K>,
    name: &str,
    what: &str,
    window: Duration,
    mut happened: impl FnMut(Option<&K>) -> Option<String>,
) -> Result<usize, ObserveError> {
    let holds = |object: Option<&K>| happened(object).map_or_else(|| Ok("it has not happened".to_owned()), Err);
    stays(api, name, what, window, holds).await.map(|(looks, _last)| looks)
}
