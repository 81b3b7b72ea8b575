//! What the receiver keeps and gives back, and the two shapes in which Alertmanager writes to it.
//!
//! Unknown fields of Alertmanager's bodies are let through: releases add some.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// First line of the receiver's standard output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listening {
    /// Its address with port.
    pub listening: String,
}

/// One request that was posted to the receiver.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Notification {
    /// Its number, counted from 1 in the order of arrival.
    pub n: u64,
    /// The receiver's clock when its body had been read, in milliseconds since the Unix epoch.
    pub at_unix_ms: u64,
    /// The path it was posted to, such as `/webhook`.
    pub path: String,
    /// What it was answered; `None` where it was left without an answer.
    pub status: Option<u16>,
    /// Its body; a JSON string where it is no JSON.
    pub body: Value,
}

impl Notification {
    /// Its body in the webhook's shape; `None` where it has another.
    #[must_use]
    pub fn webhook(&self) -> Option<WebhookMessage> {
        WebhookMessage::deserialize(&self.body).ok()
    }

    /// Its body in Slack's shape; `None` where it has another.
    #[must_use]
    pub fn slack(&self) -> Option<SlackMessage> {
        let message = SlackMessage::deserialize(&self.body).ok()?;
        (message.text.is_some() || !message.attachments.is_empty()).then_some(message)
    }

    /// Whether it was taken: only then may Alertmanager take it for delivered.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }
}

/// Answer of `GET /notifications`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Notifications {
    /// The receiver's clock at the answer, in milliseconds since the Unix epoch.
    pub now_unix_ms: u64,
    /// How many have come since the start.
    pub total: u64,
    /// Those after the number asked for, oldest first.
    pub notifications: Vec<Notification>,
}

/// Alertmanager's webhook body, version 4.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WebhookMessage {
    /// Version of the shape.
    pub version: String,
    /// Key of the group, stable over its notifications.
    pub group_key: String,
    /// `firing` where any alert of it fires, else `resolved`.
    pub status: String,
    /// Name of Alertmanager's receiver.
    pub receiver: String,
    /// Labels that the group is made by.
    #[serde(default)]
    pub group_labels: BTreeMap<String, String>,
    /// Labels that all its alerts have.
    #[serde(default)]
    pub common_labels: BTreeMap<String, String>,
    /// How many alerts were left out for their number.
    #[serde(default)]
    pub truncated_alerts: u64,
    /// Its alerts.
    pub alerts: Vec<WebhookAlert>,
}

/// One alert of a webhook body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WebhookAlert {
    /// `firing` or `resolved`.
    pub status: String,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Its annotations.
    #[serde(default)]
    pub annotations: BTreeMap<String, String>,
    /// When it began to fire, RFC 3339.
    pub starts_at: String,
    /// When it ended, RFC 3339; the year 1 where it has not.
    pub ends_at: String,
    /// Digest of its labels.
    pub fingerprint: String,
}

impl WebhookAlert {
    /// One of its labels; empty where it has none of that name.
    #[must_use]
    pub fn label(&self, name: &str) -> &str {
        self.labels.get(name).map_or("", String::as_str)
    }
}

/// A message in the shape of Slack's incoming webhooks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlackMessage {
    /// The channel it is for.
    #[serde(default)]
    pub channel: Option<String>,
    /// Text beside the attachments.
    #[serde(default)]
    pub text: Option<String>,
    /// Its attachments; Alertmanager writes one.
    #[serde(default)]
    pub attachments: Vec<SlackAttachment>,
}

impl SlackMessage {
    /// Everything that a reader in Slack sees.
    #[must_use]
    pub fn visible_text(&self) -> String {
        let attached = self.attachments.iter().flat_map(|attachment| {
            [
                attachment.title.as_deref(),
                attachment.text.as_deref(),
                attachment.fallback.as_deref(),
            ]
        });
        let all: Vec<&str> = std::iter::once(self.text.as_deref())
            .chain(attached)
            .flatten()
            .collect();
        all.join("\n")
    }
}

/// One attachment of a message in Slack's shape.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlackAttachment {
    /// Its title.
    #[serde(default)]
    pub title: Option<String>,
    /// Its text.
    #[serde(default)]
    pub text: Option<String>,
    /// What is shown where attachments are not.
    #[serde(default)]
    pub fallback: Option<String>,
    /// `danger` or `good`, as Alertmanager colours them.
    #[serde(default)]
    pub color: Option<String>,
}
