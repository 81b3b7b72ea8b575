//! Waiting where the other side has no watch: S3, the kubelet's statistics, HTTP.

use std::{
    future::Future,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use tokio::time::MissedTickBehavior;

use super::observation::{Observation, ObserveError, Seen, Transition};

/// Asks `look` every `period` until the condition holds; the period is part of the result's interval.
///
/// # Errors
///
/// [`ObserveError::Impossible`] as soon as `look` says so, [`ObserveError::Deadline`] when `deadline` has passed.
pub async fn poll<T, F: Future<Output = Observation<T>>>(
    what: &str,
    period: Duration,
    deadline: Duration,
    mut look: impl FnMut() -> F,
) -> Result<Seen<T>, ObserveError> {
    let began = Instant::now();
    let mut unmet = None;
    let mut observations = 0;
    let mut transitions: Vec<Transition> = Vec::new();
    let mut ticks = tokio::time::interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let asked = Instant::now();
        observations += 1;
        match look().await {
            Observation::Met(value) => {
                return Ok(Seen { value, at: Instant::now(), unmet, observations, transitions });
            }
            Observation::Impossible(reason) => {
                return Err(ObserveError::Impossible { what: what.to_owned(), reason, transitions });
            }
            Observation::Pending(state) => {
                unmet = Some(asked);
                if transitions.last().is_none_or(|last| last.state != state) {
                    transitions.push(Transition { at: Timestamp::now(), state });
                }
            }
        }
        if began.elapsed() >= deadline {
            let last = transitions.last().map_or_else(|| "nothing".to_owned(), |last| last.state.clone());
            let unchanged = transitions.last().map_or(Duration::ZERO, |last| {
                Duration::try_from(Timestamp::now() - last.at).unwrap_or_default()
            });
            return Err(ObserveError::Deadline { what: what.to_owned(), deadline, last, unchanged, transitions });
        }
    }
}
