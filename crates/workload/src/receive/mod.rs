//! A receiver of notifications: [`receive`] serves HTTP, keeps what Alertmanager sends and gives it back over GET.
//!
//! It answers as it is told to ([`AnswerMode`]), so that a scenario can make it refuse, fail or hang.

mod answer;
mod mode;
mod serve;
mod store;
mod wire;

pub use mode::{AnswerMode, AnswerSetting};
pub use serve::receive;
pub use wire::{Listening, Notification, Notifications, SlackAttachment, SlackMessage, WebhookAlert, WebhookMessage};
