//! What has come, and how it is answered: [`Store`].

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{
    mode::{Answer, AnswerSetting, Modes},
    wire::{Notification, Notifications},
};
use crate::file::now_unix_ms;

/// So many notifications are kept; older ones are dropped, which their numbers show.
const KEPT: usize = 10_000;

/// State behind a lock, with a signal for changed modes.
#[derive(Debug, Default)]
pub(super) struct Store {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    total: u64,
    kept: VecDeque<Notification>,
    modes: Modes,
}

impl Store {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps what came and answers how it is to be answered.
    pub(super) fn keep(&self, path: &str, body: &[u8]) -> Answer {
        let at_unix_ms = now_unix_ms();
        let text = String::from_utf8_lossy(body);
        let body = serde_json::from_slice(body).unwrap_or_else(|_not_json| text.clone().into());
        let mut state = self.state();
        let answer = state.modes.take(path, &text);
        state.total += 1;
        let notification = Notification {
            n: state.total,
            at_unix_ms,
            path: path.to_owned(),
            status: answer.mode.status(),
            body,
        };
        state.kept.push_back(notification);
        if state.kept.len() > KEPT {
            state.kept.pop_front();
        }
        answer
    }

    /// What has come after this number.
    pub(super) fn after(&self, n: u64) -> Notifications {
        let state = self.state();
        Notifications {
            now_unix_ms: now_unix_ms(),
            total: state.total,
            notifications: state.kept.iter().filter(|one| one.n > n).cloned().collect(),
        }
    }

    pub(super) fn set(&self, setting: AnswerSetting) {
        self.state().modes.set(setting);
        self.changed.notify_all();
    }

    /// Waits until another setting takes the place of this one, which lets go of what hangs by it.
    pub(super) fn wait_while_in_force(&self, setting: u64) {
        let mut state = self.state();
        while state.modes.is_in_force(setting) {
            let waited = self.changed.wait_timeout(state, Duration::from_mins(1));
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_are_dropped_and_the_numbers_show_it() {
        let store = Store::default();
        for _ in 0..KEPT + 3 {
            assert_eq!(store.keep("/webhook", b"{}"), Answer::default());
        }
        let all = store.after(0);
        assert_eq!((all.total, all.notifications.len()), (KEPT as u64 + 3, KEPT));
        assert_eq!(all.notifications[0].n, 4);
        assert_eq!(store.after(KEPT as u64 + 2).notifications.len(), 1);
    }

    #[test]
    fn what_is_no_json_is_kept_as_text() {
        let store = Store::default();
        store.keep("/webhook", b"not json");
        assert_eq!(store.after(0).notifications[0].body, "not json");
    }
}
