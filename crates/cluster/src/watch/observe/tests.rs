use std::sync::{Arc, Mutex};

use k8s_openapi::api::core::v1::ConfigMap;
use kube::{Client, client::Body};
use serde_json::{Value, json};

use super::super::{never, stays};
use super::*;

/// What the API server answers next.
enum Answer {
    List(Vec<Value>),
    /// Events of a watch, which then ends.
    Watch(Vec<Value>),
    Refuse(u16, &'static str),
    /// The connection is refused.
    Down,
}

/// A server that gives its answers to lists and watches in order, its last list for ever, and is silent in watches
/// that it has no answer for.
fn server(answers: Vec<Answer>) -> Api<ConfigMap> {
    let (watches, lists): (Vec<_>, Vec<_>) = answers
        .into_iter()
        .partition(|answer| matches!(answer, Answer::Watch(_)));
    let script = Arc::new(Mutex::new((watches.into_iter(), lists.into_iter(), json!([]))));
    let service = tower::service_fn(move |request: http::Request<Body>| {
        let is_watch = request.uri().query().is_some_and(|query| query.contains("watch="));
        let script = Arc::clone(&script);
        async move {
            let answer = {
                let mut script = script.lock().unwrap();
                if is_watch { script.0.next() } else { script.1.next() }
            };
            let (code, body) = match answer {
                Some(Answer::Down) => {
                    return Err(Box::<dyn std::error::Error + Send + Sync>::from("connection refused"));
                }
                Some(Answer::Refuse(code, reason)) => (code, refusal(code, reason).to_string()),
                Some(Answer::Watch(events)) => (
                    200,
                    events.iter().map(Value::to_string).collect::<Vec<_>>().join("\n") + "\n",
                ),
                None if is_watch => std::future::pending::<(u16, String)>().await,
                list => {
                    let mut script = script.lock().unwrap();
                    if let Some(Answer::List(items)) = list {
                        script.2 = Value::Array(items);
                    }
                    let metadata = json!({ "resourceVersion": "1" });
                    (
                        200,
                        json!({ "kind": "ConfigMapList", "apiVersion": "v1", "metadata": metadata, "items": script.2 })
                            .to_string(),
                    )
                }
            };
            Ok(http::Response::builder()
                .status(code)
                .body(Body::from(body.into_bytes()))
                .unwrap())
        }
    });
    Api::namespaced(Client::new(service, "n"), "n")
}

fn refusal(code: u16, reason: &str) -> Value {
    json!({ "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "reason": reason, "code": code, "message": reason })
}

fn map(version: u64, state: &str) -> Value {
    json!({
        "kind": "ConfigMap", "apiVersion": "v1", "data": { "state": state },
        "metadata": { "name": "a", "namespace": "n", "uid": "u", "resourceVersion": version.to_string() },
    })
}

fn event(kind: &str, object: &Value) -> Value {
    json!({ "type": kind, "object": object })
}

fn is_done(map: Option<&ConfigMap>) -> Observation<String> {
    let state = map.and_then(|map| map.data.clone()?.remove("state"));
    match state.as_deref() {
        Some("done") => Observation::Met("done".to_owned()),
        Some("broken") => Observation::Impossible("it is broken".to_owned()),
        state => Observation::Pending(state.unwrap_or("absent").to_owned()),
    }
}

async fn wait(answers: Vec<Answer>, ms: u64) -> Result<Seen<String>, ObserveError> {
    observe(
        &server(answers),
        "a",
        "map `a` done",
        Duration::from_millis(ms),
        is_done,
    )
    .await
}

fn states(transitions: &[crate::watch::Transition]) -> Vec<&str> {
    transitions.iter().map(|transition| transition.state.as_str()).collect()
}

#[tokio::test]
async fn what_was_seen_before_it_was_met_is_kept() {
    let events = vec![
        event("ADDED", &map(2, "new")),
        event("MODIFIED", &map(3, "half")),
        event("MODIFIED", &map(4, "done")),
    ];
    let seen = wait(vec![Answer::List(vec![]), Answer::Watch(events)], 5000)
        .await
        .unwrap();
    assert_eq!(states(&seen.transitions), ["absent", "new", "half"]);
    assert_eq!(seen.observations, 4);
    assert!(seen.unmet.unwrap() <= seen.at);
}

#[tokio::test]
async fn what_is_met_at_the_first_look_has_no_earlier_bound() {
    let seen = wait(vec![Answer::List(vec![map(2, "done")])], 5000).await.unwrap();
    assert_eq!((seen.unmet, seen.observations), (None, 1));
}

#[tokio::test]
async fn what_is_impossible_ends_at_once() {
    let began = Instant::now();
    let error = wait(vec![Answer::List(vec![map(2, "broken")])], 60_000)
        .await
        .unwrap_err();
    assert!(
        matches!(&error, ObserveError::Impossible { reason, .. } if reason == "it is broken"),
        "{error}"
    );
    assert!(began.elapsed() < Duration::from_secs(30));
}

#[tokio::test]
async fn an_impossible_state_that_a_fresh_read_does_not_show_fails_nothing() {
    let lists = [Answer::List(vec![map(2, "broken")]), Answer::List(vec![map(3, "new")])];
    let events = vec![event("MODIFIED", &map(2, "broken")), event("MODIFIED", &map(4, "done"))];
    let seen = wait(lists.into_iter().chain([Answer::Watch(events)]).collect(), 5000)
        .await
        .unwrap();
    assert_eq!(
        states(&seen.transitions),
        ["new"],
        "the event older than the read is not looked at"
    );
}

#[tokio::test]
async fn a_refused_list_ends_at_once_and_judges_nothing() {
    let began = Instant::now();
    for code in [401, 403, 404] {
        let error = wait(vec![Answer::Refuse(code, "Forbidden")], 60_000).await.unwrap_err();
        assert!(
            matches!(error, ObserveError::Api { .. }) && error.observed().is_none(),
            "{code}: {error}"
        );
    }
    assert!(began.elapsed() < Duration::from_secs(30));
}

#[tokio::test]
async fn an_unreachable_server_ends_at_once_and_judges_nothing() {
    let began = Instant::now();
    let error = wait(vec![Answer::Down, Answer::Down, Answer::Down], 60_000)
        .await
        .unwrap_err();
    assert!(matches!(error, ObserveError::Api { .. }), "{error}");
    assert!(began.elapsed() < Duration::from_secs(30));
}

#[tokio::test]
async fn a_busy_server_is_asked_again() {
    let answers = vec![
        Answer::Refuse(503, "ServiceUnavailable"),
        Answer::Refuse(429, "TooManyRequests"),
        Answer::List(vec![map(2, "done")]),
    ];
    let seen = wait(answers, 20_000).await.unwrap();
    assert_eq!(seen.value, "done");
}

#[tokio::test]
async fn an_expired_watch_lists_again() {
    let expired = event("ERROR", &refusal(410, "Expired"));
    let answers = vec![
        Answer::List(vec![map(2, "new")]),
        Answer::Watch(vec![expired]),
        Answer::List(vec![map(9, "done")]),
    ];
    let seen = wait(answers, 20_000).await.unwrap();
    assert_eq!(seen.value, "done");
    assert!(
        states(&seen.transitions).iter().any(|state| state.contains("new")),
        "{:?}",
        seen.transitions
    );
}

#[tokio::test]
async fn the_deadline_tells_the_last_state_of_a_fresh_read() {
    let answers = vec![Answer::List(vec![map(2, "new")]), Answer::List(vec![map(3, "half")])];
    let error = wait(answers, 200).await.unwrap_err();
    let ObserveError::Deadline { last, transitions, .. } = &error else {
        panic!("{error}")
    };
    assert_eq!(last, "half");
    assert_eq!(states(transitions), ["new", "half"]);
}

#[tokio::test]
async fn a_silent_watch_fails_nothing_that_a_fresh_read_shows_met() {
    let answers = vec![Answer::List(vec![map(2, "new")]), Answer::List(vec![map(3, "done")])];
    let seen = wait(answers, 200).await.unwrap();
    assert_eq!(seen.value, "done");
}

#[tokio::test]
async fn a_deadline_whose_last_read_fails_judges_nothing() {
    let error = wait(vec![Answer::List(vec![map(2, "new")]), Answer::Down], 200)
        .await
        .unwrap_err();
    assert!(matches!(error, ObserveError::Api { .. }), "{error}");
}

#[tokio::test]
async fn another_object_of_the_same_name_is_not_the_same() {
    let api = server(vec![Answer::List(vec![map(2, "done")])]);
    let ended = observe_same(&api, ("a", "v"), "map", Duration::from_secs(5), |map| {
        is_done(Some(map))
    })
    .await;
    assert!(
        matches!(&ended, Err(ObserveError::Impossible { reason, .. }) if reason.contains("replaced")),
        "{ended:?}"
    );
    let seen = gone(&api, "a", Some("v"), "map", Duration::from_secs(5)).await.unwrap();
    assert_eq!(seen.observations, 1);
}

#[tokio::test]
async fn an_object_that_exists_is_not_taken_for_gone_before_the_list_is_read() {
    let api = server(vec![Answer::List(vec![map(2, "new")])]);
    let ended = gone(&api, "a", None, "removal", Duration::from_millis(300)).await;
    assert!(matches!(ended, Err(ObserveError::Deadline { .. })), "{ended:?}");
}

#[tokio::test]
async fn the_first_look_is_at_the_whole_list() {
    let api = server(vec![Answer::List(vec![map(2, "new")])]);
    let count = |objects: &BTreeMap<String, ConfigMap>| Observation::Met(objects.len());
    let seen = observe_set(
        &api,
        watcher::Config::default(),
        "objects",
        Duration::from_secs(5),
        count,
    )
    .await;
    assert_eq!(seen.unwrap().value, 1);
}

#[tokio::test]
async fn what_stays_is_looked_at_twice_and_what_changes_back_has_not_stayed() {
    let holds = |map: Option<&ConfigMap>| match is_done(map) {
        Observation::Pending(state) => Ok(state),
        Observation::Met(state) | Observation::Impossible(state) => Err(state),
    };
    let window = Duration::from_millis(200);
    let api = server(vec![Answer::List(vec![map(2, "new")])]);
    let (looks, last) = stays(&api, "a", "map", window, holds).await.unwrap();
    assert!(looks >= 2 && last == "new", "{looks} {last}");

    let events = vec![event("MODIFIED", &map(3, "broken")), event("MODIFIED", &map(4, "new"))];
    let api = server(vec![Answer::List(vec![map(2, "new")]), Answer::Watch(events)]);
    let ended = stays(&api, "a", "map", window, holds).await;
    assert!(
        matches!(&ended, Err(ObserveError::Ended { observed, .. }) if observed == "it is broken"),
        "{ended:?}"
    );
}

#[tokio::test]
async fn what_must_never_happen_ends_the_window_when_it_does() {
    let happened = |map: Option<&ConfigMap>| matches!(is_done(map), Observation::Met(_)).then(|| "done".to_owned());
    let window = Duration::from_millis(200);
    let api = server(vec![Answer::List(vec![map(2, "new")])]);
    assert!(never(&api, "a", "map", window, happened).await.unwrap() >= 2);
    let api = server(vec![
        Answer::List(vec![map(2, "new")]),
        Answer::Watch(vec![event("MODIFIED", &map(3, "done"))]),
    ]);
    assert!(matches!(
        never(&api, "a", "map", window, happened).await,
        Err(ObserveError::Ended { .. })
    ));
}
