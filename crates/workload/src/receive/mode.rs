//! How the receiver answers: [`AnswerMode`], for the notifications that are meant.

use std::fmt;

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
    /// No answer until another one is set for the same notifications.
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

/// Body of `PUT /mode`. It takes the place of what was set for the same path and text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerSetting {
    /// The path it is for.
    pub path: String,
    /// How to answer there.
    pub mode: AnswerMode,
    /// For so many notifications, those after are answered with 200; `None` for all that come.
    #[serde(default)]
    pub times: Option<u32>,
    /// Only for notifications that hold this text, `None` for any. What else is alerted on meanwhile then uses up none
    /// of `times`, and settings for other texts stay as they are.
    #[serde(default)]
    pub holding: Option<String>,
}

/// An answer, and the setting that it is by; `None` where nothing is set for the notification.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) mode: AnswerMode,
    pub(super) by: Option<u64>,
}

/// A setting in force: `times` is what is left of it.
#[derive(Debug)]
struct InForce {
    number: u64,
    setting: AnswerSetting,
}

/// The settings in force.
#[derive(Debug, Default)]
pub(super) struct Modes {
    in_force: Vec<InForce>,
    /// How many were ever set.
    total: u64,
}

impl Modes {
    pub(super) fn set(&mut self, setting: AnswerSetting) {
        let is_replaced = |old: &AnswerSetting| old.path == setting.path && old.holding == setting.holding;
        self.in_force.retain(|old| !is_replaced(&old.setting));
        self.total += 1;
        self.in_force.push(InForce {
            number: self.total,
            setting,
        });
    }

    /// The answer to one notification on this path, which is counted where it is one of those meant. Of settings for
    /// several of its texts the oldest counts, and one for any text only where there is none for its own.
    pub(super) fn take(&mut self, path: &str, body: &str) -> Answer {
        let is_own = |holding: Option<&str>| holding.is_some_and(|text| body.contains(text));
        let on_path = |one: &InForce| one.setting.path == path;
        let own = self
            .in_force
            .iter()
            .position(|one| on_path(one) && is_own(one.setting.holding.as_deref()));
        let any = || {
            self.in_force
                .iter()
                .position(|one| on_path(one) && one.setting.holding.is_none())
        };
        let Some(one) = own.or_else(any).and_then(|index| self.in_force.get_mut(index)) else {
            return Answer::default();
        };
        let mode = match &mut one.setting.times {
            Some(0) => AnswerMode::Ok,
            Some(left) => {
                *left -= 1;
                one.setting.mode
            }
            None => one.setting.mode,
        };
        Answer {
            mode,
            by: Some(one.number),
        }
    }

    /// Whether nothing has taken a setting's place.
    pub(super) fn is_in_force(&self, number: u64) -> bool {
        self.in_force.iter().any(|one| one.number == number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(path: &str, mode: AnswerMode, times: Option<u32>, holding: Option<&str>) -> AnswerSetting {
        AnswerSetting {
            path: path.to_owned(),
            mode,
            times,
            holding: holding.map(str::to_owned),
        }
    }

    fn modes(settings: impl IntoIterator<Item = AnswerSetting>) -> Modes {
        let mut modes = Modes::default();
        settings.into_iter().for_each(|setting| modes.set(setting));
        modes
    }

    #[test]
    fn each_path_answers_its_own_way() {
        let mut modes = modes([set("/slack", AnswerMode::NotFound, None, None)]);
        assert_eq!(
            ["/slack", "/webhook"].map(|path| modes.take(path, "a").mode),
            [AnswerMode::NotFound, AnswerMode::Ok]
        );
    }

    #[test]
    fn a_mode_for_some_notifications_ends_after_them() {
        let mut modes = modes([set("/webhook", AnswerMode::Error, Some(2), None)]);
        let taken = [(); 4].map(|()| modes.take("/webhook", "a").mode);
        assert_eq!(
            taken,
            [AnswerMode::Error, AnswerMode::Error, AnswerMode::Ok, AnswerMode::Ok]
        );
    }

    #[test]
    fn each_setting_counts_only_the_notifications_that_hold_its_text() {
        let mut modes = modes([
            set("/webhook", AnswerMode::Error, Some(1), Some("mine")),
            set("/webhook", AnswerMode::NotFound, Some(1), Some("yours")),
        ]);
        let taken = ["other", "is yours", "is mine", "mine", "yours"].map(|body| modes.take("/webhook", body).mode);
        let expected = [
            AnswerMode::Ok,
            AnswerMode::NotFound,
            AnswerMode::Error,
            AnswerMode::Ok,
            AnswerMode::Ok,
        ];
        assert_eq!(taken, expected);
    }

    #[test]
    fn a_setting_ends_where_another_for_the_same_takes_its_place() {
        let mut modes = modes([set("/webhook", AnswerMode::Hang, Some(1), Some("mine"))]);
        let hanging = modes.take("/webhook", "mine").by.unwrap();
        modes.set(set("/webhook", AnswerMode::Ok, None, Some("yours")));
        assert!(modes.is_in_force(hanging), "another text's setting let go of it");
        modes.set(set("/webhook", AnswerMode::Ok, None, Some("mine")));
        assert!(!modes.is_in_force(hanging));
    }
}
