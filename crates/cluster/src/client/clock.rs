//! How far our clock is from the API server's: [`clock_offset`].

use jiff::Timestamp;
use kube::Client;

/// Why the offset is not known.
#[derive(Debug, thiserror::Error)]
pub enum ClockError {
    /// The API server did not answer.
    #[error("the API server's clock could not be read")]
    Ask(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Its answer holds no date.
    #[error("the API server's answer holds no date that can be read: `{0}`")]
    NoDate(String),
}

/// Our clock minus the API server's, as an interval (lower, upper) in seconds, from the `Date` header of one
/// answer: that header is cut to whole seconds and was written between our sending and our receiving.
///
/// # Errors
///
/// When the API server does not answer with a date.
pub async fn clock_offset(client: &Client) -> Result<(f64, f64), ClockError> {
    let request = http::Request::get("/version").body(kube::client::Body::empty());
    let request = request.map_err(|error| ClockError::Ask(error.into()))?;
    let sent = Timestamp::now();
    let answer = client
        .send(request)
        .await
        .map_err(|error| ClockError::Ask(error.into()))?;
    let received = Timestamp::now();
    let date = answer
        .headers()
        .get(http::header::DATE)
        .and_then(|date| date.to_str().ok())
        .unwrap_or_default();
    let server = jiff::fmt::rfc2822::parse(date)
        .map_err(|_unreadable| ClockError::NoDate(date.to_owned()))?
        .timestamp();
    let after = |at: Timestamp| at.duration_since(server).as_secs_f64();
    Ok((after(sent) - 1.0, after(received)))
}
