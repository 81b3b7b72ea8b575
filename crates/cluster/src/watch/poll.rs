//! Waiting where the other side has no watch: S3, the kubelet's statistics, HTTP.

use std::{
    future::Future,
    time::{Duration, Instant},
};

use tokio::time::MissedTickBehavior;

use super::{
    observation::{Observation, ObserveError, Seen},
    trace::Trace,
};

/// Asks `look` every `period` until the condition holds; the period is part of the result's interval, because
/// [`Seen::unmet`] is when the last look that did not show it was begun. The last look is begun at the deadline; one
/// that does not answer is given up after as long as `deadline` again.
///
/// # Errors
///
/// [`ObserveError::Impossible`] as soon as `look` says so, [`ObserveError::Deadline`] when `deadline` has passed, also
/// where a look gives no answer.
pub async fn poll<T, F: Future<Output = Observation<T>>>(
    what: &str,
    period: Duration,
    deadline: Duration,
    mut look: impl FnMut() -> F,
) -> Result<Seen<T>, ObserveError> {
    let ends = tokio::time::Instant::now() + deadline;
    let mut trace = Trace::new(what);
    let mut ticks = tokio::time::interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let ended = tokio::time::timeout_at(ends, ticks.tick()).await.is_err();
        let is_last = ended || tokio::time::Instant::now() >= ends;
        let asked = Instant::now();
        match tokio::time::timeout(deadline, look()).await {
            Ok(Observation::Met(value)) => return Ok(trace.met(value)),
            Ok(Observation::Impossible(reason)) => return Err(trace.impossible(reason)),
            Ok(Observation::Pending(state)) => trace.pending(&state, asked),
            Err(_elapsed) => trace.note("a look that gave no answer"),
        }
        if is_last {
            return Err(trace.deadline(deadline));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[tokio::test]
    async fn the_last_look_that_did_not_show_it_bounds_the_interval_from_below() {
        let looks = Cell::new(0);
        let seen = poll("third look", Duration::from_millis(20), Duration::from_secs(5), || {
            looks.set(looks.get() + 1);
            let number = looks.get();
            async move {
                if number < 3 {
                    Observation::Pending(format!("look {number}"))
                } else {
                    Observation::Met(number)
                }
            }
        })
        .await
        .unwrap();
        assert_eq!((seen.value, seen.observations, seen.transitions.len()), (3, 3, 2));
        assert!(
            seen.at - seen.unmet.unwrap() >= Duration::from_millis(10),
            "a period lies between the two"
        );
    }

    #[tokio::test]
    async fn a_look_without_an_answer_ends_at_the_deadline() {
        let ended = poll("answer", Duration::from_millis(10), Duration::from_millis(50), || {
            std::future::pending::<Observation<()>>()
        })
        .await;
        assert!(
            matches!(&ended, Err(ObserveError::Deadline { last, .. }) if last.contains("no answer")),
            "{ended:?}"
        );
    }
}
