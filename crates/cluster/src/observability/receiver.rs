//! [`Receiver`]: what the workload program that receives notifications was sent, and how it is to answer.

use std::time::{Duration, Instant};

use http::Method;
use kube::Client;
use shall_workload::{AnswerSetting, Notification, Notifications};

use super::place::{RECEIVER_NAMESPACE, RECEIVER_PORT};
use crate::client::{ProxyError, ServiceProxy};

/// What the receiver was sent, with our clock around its answer.
#[derive(Debug, Clone)]
pub struct Received {
    /// What it told.
    pub told: Notifications,
    /// When we asked, by our monotonic clock.
    pub asked: Instant,
    /// When we had its answer, by our monotonic clock.
    pub answered: Instant,
}

impl Received {
    /// Between which instants of our monotonic clock a notification came, whatever the receiver's clock shows: it is
    /// as old as the receiver says at some moment between our question and its answer.
    ///
    /// `None` where it is so old that our clock cannot tell.
    #[must_use]
    pub fn arrival(&self, notification: &Notification) -> Option<(Instant, Instant)> {
        let age_ms = self.told.now_unix_ms.saturating_sub(notification.at_unix_ms);
        // Both of the receiver's stamps are cut to milliseconds.
        let age = Duration::from_millis(age_ms);
        let cut = Duration::from_millis(1);
        Some((
            self.asked.checked_sub(age + cut)?,
            self.answered.checked_sub(age)? + cut,
        ))
    }
}

/// The receiver that Alertmanager's configuration leads to.
#[derive(Debug, Clone)]
pub struct Receiver {
    proxy: ServiceProxy,
}

impl Receiver {
    /// The receiver of this cluster.
    #[must_use]
    pub fn new(client: &Client) -> Self {
        Self {
            proxy: ServiceProxy::service(client, RECEIVER_NAMESPACE, "receiver", RECEIVER_PORT),
        }
    }

    /// What came after the notification of this number.
    ///
    /// # Errors
    ///
    /// Where the receiver does not answer.
    pub async fn notifications(&self, after: u64) -> Result<Received, ProxyError> {
        let path = format!("/notifications?after={after}");
        let answer = self.proxy.text(Method::GET, &path, None).await?;
        Ok(Received {
            told: self.proxy.read("GET /notifications", &answer.text)?,
            asked: answer.sent,
            answered: answer.received,
        })
    }

    /// Sets how it answers, on one path or on all, for some notifications or for all that come.
    ///
    /// # Errors
    ///
    /// Where the receiver does not answer.
    pub async fn set(&self, setting: &AnswerSetting) -> Result<(), ProxyError> {
        let body = serde_json::to_vec(setting);
        let body = body.map_err(|error| self.proxy.unreadable("PUT /mode", "", error.into()))?;
        self.proxy.text(Method::PUT, "/mode", Some(body)).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrival_lies_around_what_the_receiver_s_own_clock_tells() {
        let asked = Instant::now() + Duration::from_mins(1);
        let received = Received {
            told: Notifications {
                now_unix_ms: 90_000,
                total: 1,
                notifications: Vec::new(),
            },
            asked,
            answered: asked + Duration::from_millis(40),
        };
        let notification = Notification {
            n: 1,
            at_unix_ms: 85_000,
            path: "/webhook".to_owned(),
            status: Some(200),
            body: serde_json::Value::Null,
        };
        let (earliest, latest) = received.arrival(&notification).unwrap();
        assert_eq!(asked - earliest, Duration::from_millis(5001));
        assert_eq!(latest - earliest, Duration::from_millis(42));
    }
}
