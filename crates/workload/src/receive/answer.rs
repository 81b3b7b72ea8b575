//! What each request is answered: [`route`].

use super::{
    mode::{Answer, AnswerMode, AnswerSetting},
    store::Store,
};

/// Paths that notifications may be posted to.
const PATHS: [&str; 3] = ["/webhook", "/slack", "/watchdog"];

/// Seconds after which a 429 asks to come back.
const RETRY_AFTER: &str = "5";

/// An answer, or that there is none.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// Status, content type, body and seconds to wait.
    Now {
        status: u16,
        content_type: &'static str,
        body: String,
        retry_after: Option<&'static str>,
    },
    /// None while this setting is in force.
    Hang { setting: u64 },
}

impl Reply {
    fn text(status: u16, body: &str) -> Self {
        Self::Now {
            status,
            content_type: "text/plain",
            body: body.to_owned(),
            retry_after: (status == 429).then_some(RETRY_AFTER),
        }
    }

    fn json(value: &impl serde::Serialize) -> Self {
        match serde_json::to_string(value) {
            Ok(body) => Self::Now {
                status: 200,
                content_type: "application/json",
                body,
                retry_after: None,
            },
            Err(error) => Self::text(500, &error.to_string()),
        }
    }
}

/// Answers a request; `url` is its path with the query.
pub(super) fn route(store: &Store, method: &str, url: &str, body: &[u8]) -> Reply {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    match (method, path) {
        ("POST", path) if PATHS.contains(&path) => posted(path, store.keep(path, body)),
        ("GET", "/notifications") => match after(query) {
            Ok(n) => Reply::json(&store.after(n)),
            Err(message) => Reply::text(400, &message),
        },
        ("PUT", "/mode") => match serde_json::from_slice::<AnswerSetting>(body) {
            Ok(setting) => {
                store.set(setting.clone());
                Reply::json(&setting)
            }
            Err(error) => Reply::text(400, &error.to_string()),
        },
        ("GET", "/healthz") => Reply::text(200, "ok"),
        _ => Reply::text(404, "no such path"),
    }
}

/// Slack answers a taken message with `ok` in plain text and a refused one with a word; a webhook's answer is free.
fn posted(path: &str, answer: Answer) -> Reply {
    let Some(status) = answer.mode.status() else {
        return Reply::Hang {
            setting: answer.by.unwrap_or_default(),
        };
    };
    let word = match (path, answer.mode) {
        ("/slack", AnswerMode::NotFound) => "channel_not_found",
        ("/slack", AnswerMode::Error) => "rollup_error",
        (_, AnswerMode::TooManyRequests) => "rate_limited",
        (_, AnswerMode::Ok) => "ok",
        (_, AnswerMode::Error | AnswerMode::NotFound | AnswerMode::Hang) => "refused as told",
    };
    Reply::text(status, word)
}

/// The number in `after=N`; 0 where nothing is asked.
fn after(query: &str) -> Result<u64, String> {
    match query.strip_prefix("after=") {
        None if query.is_empty() => Ok(0),
        None => Err(format!("expected `after=N`, observed `{query}`")),
        Some(number) => number
            .parse()
            .map_err(|error| format!("after: expected a number, observed `{number}`: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(reply: &Reply) -> Option<u16> {
        match reply {
            Reply::Now { status, .. } => Some(*status),
            Reply::Hang { .. } => None,
        }
    }

    #[test]
    fn each_mode_is_kept_to_and_what_was_refused_is_kept_too() {
        let store = Store::default();
        for (mode, expected) in [
            ("ok", Some(200)),
            ("too_many_requests", Some(429)),
            ("error", Some(500)),
            ("not_found", Some(404)),
            ("hang", None),
        ] {
            let setting = format!(r#"{{"path":"/slack","mode":"{mode}"}}"#);
            assert_eq!(status(&route(&store, "PUT", "/mode", setting.as_bytes())), Some(200));
            assert_eq!(status(&route(&store, "POST", "/slack", b"{}")), expected, "{mode}");
        }
        assert_eq!(store.after(0).total, 5);
        assert_eq!(
            store.after(0).notifications.iter().filter(|one| one.is_taken()).count(),
            1
        );
    }

    #[test]
    fn slack_is_answered_as_slack_answers() {
        let store = Store::default();
        let Reply::Now { body, content_type, .. } = route(&store, "POST", "/slack", b"{}") else {
            panic!("it hangs");
        };
        assert_eq!((body.as_str(), content_type), ("ok", "text/plain"));
    }

    #[test]
    fn what_is_asked_wrongly_is_refused_and_kept_nowhere() {
        let store = Store::default();
        for (method, url, body) in [
            ("POST", "/elsewhere", "{}"),
            ("GET", "/webhook", ""),
            ("PUT", "/mode", r#"{"path":"/slack","mode":"teapot"}"#),
            ("GET", "/notifications?after=x", ""),
            ("GET", "/notifications?n=1", ""),
        ] {
            let answered = status(&route(&store, method, url, body.as_bytes()));
            assert!(matches!(answered, Some(400 | 404)), "{method} {url} {answered:?}");
        }
        assert_eq!(store.after(0).total, 0);
    }
}
