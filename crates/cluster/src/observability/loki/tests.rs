use std::{convert::Infallible, sync::Arc};

use kube::client::Body;
use serde_json::json;

use super::*;

/// A server that holds lines at these times and answers pages of them as Loki does.
fn holding(times: Vec<i128>) -> Client {
    let times = Arc::new(times);
    let service = tower::service_fn(move |request: http::Request<Body>| {
        let times = Arc::clone(&times);
        let query = request.uri().query().unwrap_or_default().to_owned();
        async move {
            let value = |name: &str| -> String {
                let pair = form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name);
                pair.map(|(_, value)| value.into_owned()).unwrap()
            };
            assert_eq!(value("direction"), "forward");
            let (start, end): (i128, i128) = (value("start").parse().unwrap(), value("end").parse().unwrap());
            let held = times.iter().enumerate().filter(|(_, at)| (start..end).contains(*at));
            let chosen = held.take(value("limit").parse().unwrap());
            let mut streams: Vec<serde_json::Value> = Vec::new();
            for parity in 0..2 {
                let values = chosen.clone().filter(|(n, _)| n % 2 == parity);
                let values: Vec<_> = values
                    .map(|(n, at)| json!([at.to_string(), format!("line {n}")]))
                    .collect();
                streams.push(json!({ "stream": { "pod": format!("p{parity}") }, "values": values }));
            }
            let body = json!({ "status": "success", "data": { "resultType": "streams", "result": streams } });
            Ok::<_, Infallible>(http::Response::new(Body::from(body.to_string().into_bytes())))
        }
    });
    Client::new(service, "n")
}

fn at(ns: i128) -> Timestamp {
    Timestamp::from_nanosecond(ns).unwrap()
}

#[tokio::test]
async fn more_lines_than_an_answer_holds_come_back_each_once() {
    // Three lines share each time, so that pages end between lines of one time.
    let times: Vec<i128> = (0..12_001).map(|n| 1_000_000 + n / 3).collect();
    let lines = Loki::new(&holding(times.clone()))
        .lines("{a=\"b\"}", at(0), at(2_000_000))
        .await
        .unwrap();
    assert_eq!(lines.len(), times.len());
    let mut texts: Vec<&str> = lines.iter().map(|entry| entry.line.as_str()).collect();
    texts.sort_unstable();
    texts.dedup();
    assert_eq!(texts.len(), times.len());
    assert!(lines.is_sorted_by_key(|entry| entry.at_ns));
}

#[tokio::test]
async fn the_end_is_not_included() {
    let lines = Loki::new(&holding(vec![10, 20, 30]))
        .lines("{}", at(10), at(30))
        .await
        .unwrap();
    assert_eq!(lines.iter().map(|entry| entry.at_ns).collect::<Vec<_>>(), [10, 20]);
}

#[tokio::test]
async fn one_time_with_more_lines_than_an_answer_is_said_and_not_cut() {
    let error = Loki::new(&holding(vec![7; 5001]))
        .lines("{}", at(7), at(9))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("5000 lines"), "{error}");
}

#[test]
fn a_line_that_loki_returns_twice_is_there_twice() {
    let entry = |at_ns: i128, line: &str| LogEntry {
        at_ns,
        line: line.to_owned(),
        labels: BTreeMap::new(),
    };
    let mut all = vec![entry(1, "a"), entry(2, "b")];
    take_new(&mut all, vec![entry(2, "b"), entry(2, "b"), entry(3, "c")], 2);
    let lines: Vec<&str> = all.iter().map(|entry| entry.line.as_str()).collect();
    assert_eq!(lines, ["a", "b", "b", "c"]);
}

#[test]
fn a_query_that_counts_is_refused() {
    let answered = json!({ "data": { "resultType": "matrix", "result": [] } });
    let refused = entries(serde_json::from_value(answered).unwrap()).unwrap_err();
    assert!(refused.to_string().contains("matrix"), "{refused}");
}
