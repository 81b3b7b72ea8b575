//! How far our clock is from the API server's: [`clock_offset`].

use std::time::Duration;

use jiff::Timestamp;
use kube::Client;
use tokio::time::MissedTickBehavior;

/// How many answers are asked for; their whole seconds differ in phase, and the offset lies within all intervals.
const ANSWERS: usize = 10;
/// How far apart: the answers lie over more than a second, so that a second begins between two of them.
const APART: Duration = Duration::from_millis(113);
/// How long one answer may take.
const DEADLINE: Duration = Duration::from_secs(10);

/// Why the offset is not known.
#[derive(Debug, thiserror::Error)]
pub enum ClockError {
    /// The API server did not answer.
    #[error("the API server's clock could not be read")]
    Ask(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Its answer holds no date.
    #[error("the API server's answer holds no date that can be read: `{0}`")]
    NoDate(String),
    /// A clock was set meanwhile.
    #[error(
        "the API server's clock: expected one offset, observed {first:?} s and {other:?} s within seconds\n(hint: is a clock being set?)"
    )]
    Jumped {
        /// What the answers before say.
        first: (f64, f64),
        /// What the next one says.
        other: (f64, f64),
    },
}

/// Our clock minus the API server's, as an interval (lower, upper) in seconds.
///
/// From the `Date` headers of ten answers within about a second: each is cut to whole seconds and was written between
/// our sending and our receiving, and the offset lies where all agree.
///
/// # Errors
///
/// When the API server does not answer with a date, or its answers do not agree.
pub async fn clock_offset(client: &Client) -> Result<(f64, f64), ClockError> {
    let mut ticks = tokio::time::interval(APART);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut offset = (f64::NEG_INFINITY, f64::INFINITY);
    for _ in 0..ANSWERS {
        ticks.tick().await;
        let (sent, server, received) = ask(client).await?;
        offset = narrowed(offset, interval(sent, server, received))?;
    }
    Ok(offset)
}

/// Asks once: when we asked, what the server's clock said, when we heard.
async fn ask(client: &Client) -> Result<(Timestamp, Timestamp, Timestamp), ClockError> {
    let request = http::Request::get("/version").body(kube::client::Body::empty());
    let request = request.map_err(|error| ClockError::Ask(error.into()))?;
    let sent = Timestamp::now();
    let answer = tokio::time::timeout(DEADLINE, client.send(request)).await;
    let answer = answer
        .map_err(|error| ClockError::Ask(error.into()))?
        .map_err(|error| ClockError::Ask(error.into()))?;
    let received = Timestamp::now();
    let date = answer
        .headers()
        .get(http::header::DATE)
        .and_then(|date| date.to_str().ok())
        .unwrap_or_default();
    let server = jiff::fmt::rfc2822::parse(date).map_err(|_unreadable| ClockError::NoDate(date.to_owned()))?;
    Ok((sent, server.timestamp(), received))
}

/// What one answer says: the server's clock was within the second that begins at `server`, at a moment between `sent`
/// and `received`.
fn interval(sent: Timestamp, server: Timestamp, received: Timestamp) -> (f64, f64) {
    let after = |at: Timestamp| at.duration_since(server).as_secs_f64();
    (after(sent) - 1.0, after(received))
}

fn narrowed(first: (f64, f64), other: (f64, f64)) -> Result<(f64, f64), ClockError> {
    let both = (first.0.max(other.0), first.1.min(other.1));
    if both.0 > both.1 {
        Err(ClockError::Jumped { first, other })
    } else {
        Ok(both)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millisecond(ms).unwrap()
    }

    #[test]
    fn answers_on_both_sides_of_a_second_narrow_the_offset() {
        // Our clock is 200 ms ahead; the server says 10 s until our 11.2 s.
        let before = interval(at(11_100), at(10_000), at(11_110));
        let after = interval(at(11_210), at(11_000), at(11_220));
        let (lower, upper) = narrowed(before, after).unwrap();
        assert!(
            (lower - 0.1).abs() < 1e-9 && (upper - 0.22).abs() < 1e-9,
            "{lower} {upper}"
        );
    }

    #[test]
    fn answers_that_contradict_each_other_are_no_offset() {
        let first = interval(at(10_500), at(10_000), at(10_510));
        let second = interval(at(15_500), at(10_000), at(15_510));
        assert!(matches!(narrowed(first, second), Err(ClockError::Jumped { .. })));
    }
}
