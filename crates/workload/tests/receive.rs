//! `receive` as a program, spoken to over HTTP.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::json;
use shall_workload::{Listening, Notifications};

/// A receiver that ends with the test.
struct Receiver {
    child: Child,
    address: String,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _reaped = self.child.wait();
    }
}

impl Receiver {
    fn start() -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shall-workload"));
        command.args(["receive", "--listen", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let Listening { listening } = serde_json::from_str(&line).unwrap();
        Self {
            child,
            address: listening,
        }
    }

    /// Status and body of the answer; `None` where none came within a second.
    fn ask(&self, method: &str, path: &str, body: &str) -> Option<(u16, String)> {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        if stream.read_to_string(&mut answer).is_err() && answer.is_empty() {
            return None;
        }
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        Some((status, answer.split_once("\r\n\r\n").unwrap().1.to_owned()))
    }

    fn notifications(&self, after: u64) -> Notifications {
        let (status, body) = self.ask("GET", &format!("/notifications?after={after}"), "").unwrap();
        assert_eq!(status, 200);
        serde_json::from_str(&body).unwrap()
    }
}

fn webhook(status: &str, name: &str) -> String {
    json!({
        "version": "4", "groupKey": "{}:{alertname=\"x\"}", "status": status, "receiver": "generic",
        "groupLabels": { "alertname": name }, "commonLabels": {}, "truncatedAlerts": 0, "newerField": [1],
        "alerts": [{
            "status": status, "labels": { "alertname": name }, "annotations": {}, "startsAt": "2026-11-21T07:00:00Z",
            "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "", "fingerprint": "c0ffee",
        }],
    })
    .to_string()
}

#[test]
fn what_was_posted_comes_back_in_order_with_its_clock() {
    let receiver = Receiver::start();
    for (path, body) in [
        ("/webhook", webhook("firing", "Down")),
        ("/webhook", webhook("resolved", "Down")),
        (
            "/slack",
            json!({ "channel": "#a", "attachments": [{ "title": "[FIRING:1]", "color": "danger" }] }).to_string(),
        ),
    ] {
        assert_eq!(receiver.ask("POST", path, &body).unwrap().0, 200);
    }
    let all = receiver.notifications(0);
    let notifications = &all.notifications;
    assert_eq!((all.total, notifications.len()), (3, 3));
    assert!(notifications.is_sorted_by_key(|one| (one.n, one.at_unix_ms)));
    assert!(
        notifications
            .iter()
            .all(|one| one.at_unix_ms <= all.now_unix_ms && one.is_taken())
    );
    let firing = notifications[0].webhook().unwrap();
    assert_eq!(
        (firing.status.as_str(), firing.alerts[0].label("alertname")),
        ("firing", "Down")
    );
    assert_eq!(notifications[0].slack(), None);
    assert_eq!(notifications[2].slack().unwrap().visible_text(), "[FIRING:1]");
    assert_eq!(notifications[2].webhook(), None);
    assert_eq!(receiver.notifications(2).notifications.len(), 1);
}

#[test]
fn it_refuses_as_it_is_told_and_says_so_afterwards() {
    let receiver = Receiver::start();
    for (mode, status) in [
        ("error", 500),
        ("too_many_requests", 429),
        ("not_found", 404),
        ("ok", 200),
    ] {
        let set = json!({ "path": "/webhook", "mode": mode }).to_string();
        assert_eq!(receiver.ask("PUT", "/mode", &set).unwrap().0, 200);
        let answered = receiver.ask("POST", "/webhook", &webhook("firing", "Down")).unwrap().0;
        assert_eq!(answered, status, "{mode}");
        assert_eq!(receiver.ask("POST", "/watchdog", "{}").unwrap().0, 200, "another path");
    }
    let kept = receiver.notifications(0).notifications;
    let statuses: Vec<_> = kept
        .iter()
        .filter(|one| one.path == "/webhook")
        .map(|one| one.status)
        .collect();
    assert_eq!(statuses, [Some(500), Some(429), Some(404), Some(200)]);
}

#[test]
fn while_it_hangs_on_one_path_it_still_gives_back_what_came() {
    let receiver = Receiver::start();
    let set = json!({ "path": "/webhook", "mode": "hang" }).to_string();
    receiver.ask("PUT", "/mode", &set).unwrap();
    for _ in 0..6 {
        assert_eq!(receiver.ask("POST", "/webhook", "{}"), None, "more than it has workers");
    }
    let kept = receiver.notifications(0);
    assert_eq!(kept.total, 6);
    assert!(
        kept.notifications
            .iter()
            .all(|one| one.status.is_none() && !one.is_taken())
    );
    receiver
        .ask("PUT", "/mode", r#"{"path":"/webhook","mode":"ok"}"#)
        .unwrap();
    assert_eq!(receiver.ask("POST", "/webhook", "{}").unwrap().0, 200);
}
