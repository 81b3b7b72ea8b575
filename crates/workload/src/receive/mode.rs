//! How the receiver answers: [`AnswerMode`], for all paths or for one.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

/// How the receiver answers a notification.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerMode {
    /// 200; Alertmanager takes the notification for delivered.
    #[default]
    Ok,
    /// 429, which asks to come back later.
    TooManyRequests,
    /// 500; a fault that may pass.
    Error,
    /// 404; a fault that does not pass.
    NotFound,
    /// No answer until the mode is changed.
    Hang,
}

impl AnswerMode {
    /// The status of its answer; `None` where it gives none.
    #[must_use]
    pub fn status(self) -> Option<u16> {
        match self {
            Self::Ok => Some(200),
            Self::TooManyRequests => Some(429),
            Self::Error => Some(500),
            Self::NotFound => Some(404),
            Self::Hang => None,
        }
    }
}

impl fmt::Display for AnswerMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.status() {
            Some(status) => write!(f, "answers {status}"),
            None => f.write_str("does not answer"),
        }
    }
}

/// Body of `PUT /mode`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerSetting {
    /// The path it is for; `None` for all paths, which also forgets what was set for single ones.
    #[serde(default)]
    pub path: Option<String>,
    /// How to answer there.
    pub mode: AnswerMode,
    /// For so many notifications, those after are answered with 200; `None` for all that come.
    #[serde(default)]
    pub times: Option<u32>,
    /// Only for notifications that hold this text, others are answered with 200; `None` for any. What else is alerted
    /// on meanwhile then uses up none of `times`.
    #[serde(default)]
    pub holding: Option<String>,
}

/// A mode, for how many notifications more it is in force, `None` for all, and what they hold.
#[derive(Debug, Default)]
struct Timed {
    mode: AnswerMode,
    left: Option<u32>,
    holding: Option<String>,
}

impl Timed {
    /// The mode for a notification, which is counted where it is one of those meant.
    fn take(&mut self, body: &str) -> AnswerMode {
        let is_meant = self.holding.as_ref().is_none_or(|text| body.contains(text));
        if !is_meant || self.left == Some(0) {
            return AnswerMode::Ok;
        }
        self.left = self.left.map(|left| left - 1);
        self.mode
    }
}

/// The modes in force.
#[derive(Debug, Default)]
pub(super) struct Modes {
    all: Timed,
    single: BTreeMap<String, Timed>,
    /// How often modes were set.
    pub(super) version: u64,
}

impl Modes {
    pub(super) fn set(&mut self, setting: AnswerSetting) {
        self.version += 1;
        let timed = Timed {
            mode: setting.mode,
            left: setting.times,
            holding: setting.holding,
        };
        if let Some(path) = setting.path {
            self.single.insert(path, timed);
        } else {
            self.all = timed;
            self.single.clear();
        }
    }

    /// The mode for one notification on this path.
    pub(super) fn take(&mut self, path: &str, body: &str) -> AnswerMode {
        self.single.get_mut(path).unwrap_or(&mut self.all).take(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(path: Option<&str>, mode: AnswerMode, times: Option<u32>) -> AnswerSetting {
        AnswerSetting {
            path: path.map(str::to_owned),
            mode,
            times,
            holding: None,
        }
    }

    #[test]
    fn a_single_path_answers_its_own_way_until_all_are_set() {
        let mut modes = Modes::default();
        modes.set(set(Some("/slack"), AnswerMode::NotFound, None));
        assert_eq!(
            (modes.take("/slack", "a"), modes.take("/webhook", "a")),
            (AnswerMode::NotFound, AnswerMode::Ok)
        );
        modes.set(set(None, AnswerMode::Error, None));
        assert_eq!(modes.take("/slack", "a"), AnswerMode::Error);
    }

    #[test]
    fn a_mode_for_some_notifications_ends_after_them() {
        let mut modes = Modes::default();
        modes.set(set(Some("/webhook"), AnswerMode::Error, Some(2)));
        let taken = [(); 4].map(|()| modes.take("/webhook", "a"));
        assert_eq!(
            taken,
            [AnswerMode::Error, AnswerMode::Error, AnswerMode::Ok, AnswerMode::Ok]
        );
    }

    #[test]
    fn notifications_that_are_not_meant_use_up_nothing() {
        let mut modes = Modes::default();
        modes.set(AnswerSetting {
            holding: Some("mine".to_owned()),
            ..set(Some("/webhook"), AnswerMode::Error, Some(1))
        });
        let taken = ["other", "is mine", "mine"].map(|body| modes.take("/webhook", body));
        assert_eq!(taken, [AnswerMode::Ok, AnswerMode::Error, AnswerMode::Ok]);
    }
}
