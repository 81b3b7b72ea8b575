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
}

/// The modes in force.
#[derive(Debug, Default)]
pub(super) struct Modes {
    all: AnswerMode,
    single: BTreeMap<String, AnswerMode>,
}

impl Modes {
    pub(super) fn set(&mut self, setting: AnswerSetting) {
        if let Some(path) = setting.path {
            self.single.insert(path, setting.mode);
        } else {
            self.all = setting.mode;
            self.single.clear();
        }
    }

    pub(super) fn of(&self, path: &str) -> AnswerMode {
        self.single.get(path).copied().unwrap_or(self.all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_path_answers_its_own_way_until_all_are_set() {
        let mut modes = Modes::default();
        let set = |path: Option<&str>, mode| AnswerSetting {
            path: path.map(str::to_owned),
            mode,
        };
        modes.set(set(Some("/slack"), AnswerMode::NotFound));
        assert_eq!(
            (modes.of("/slack"), modes.of("/webhook")),
            (AnswerMode::NotFound, AnswerMode::Ok)
        );
        modes.set(set(None, AnswerMode::Error));
        assert_eq!(modes.of("/slack"), AnswerMode::Error);
    }
}
