//! Waiting until a service of the stack is ready.

use std::{net::SocketAddr, time::Duration};

use shall_workload::{DnsLook, RecordKind, ask_dns_once};

use super::{
    error::ContainerError,
    http::{HttpRequest, send_request},
    spec::ReadySpec,
};
use crate::watch::{Observation, poll};

/// How often a service is asked.
const PERIOD: Duration = Duration::from_millis(250);
/// How long a service may take. Loki waits 15 seconds for its ring by itself.
const WITHIN: Duration = Duration::from_secs(90);

/// Asks until the service answers as it does when it is ready; `log` is what it wrote, for the error.
pub(super) async fn until_ready(
    name: &str,
    ready: &ReadySpec,
    at: SocketAddr,
    log: impl AsyncFnOnce() -> String,
) -> Result<(), ContainerError> {
    let what = format!("container `{name}` ready");
    let seen = poll(&what, PERIOD, WITHIN, || look(ready, at)).await;
    match seen {
        Ok(_ready) => Ok(()),
        Err(error) => Err(ContainerError::NotReady {
            name: name.to_owned(),
            within: WITHIN,
            observed: error.observed().unwrap_or_else(|| "nothing".to_owned()),
            log: last_lines(&log().await),
        }),
    }
}

async fn look(ready: &ReadySpec, at: SocketAddr) -> Observation<()> {
    match ready {
        ReadySpec::Http { path, .. } => match send_request(at, request(path)).await {
            Ok(answer) if answer.status == 200 => Observation::Met(()),
            Ok(answer) => Observation::Pending(format!("status {} of {path}: {}", answer.status, answer.body.trim())),
            Err(error) => Observation::Pending(error.to_string()),
        },
        ReadySpec::Dns { name, .. } => match ask_name(at, name).await {
            Ok(look) if !look.values.is_empty() => Observation::Met(()),
            Ok(look) => Observation::Pending(format!("{name}: {} {:?}", look.rcode, look.error)),
            Err(error) => Observation::Impossible(error.to_string()),
        },
    }
}

fn request(path: &str) -> HttpRequest<'_> {
    HttpRequest {
        path,
        ..HttpRequest::default()
    }
}

/// Asks a name server for the address of a name, once.
pub(super) async fn ask_name(at: SocketAddr, name: &str) -> Result<DnsLook, std::io::Error> {
    let name = name.to_owned();
    let asked = tokio::task::spawn_blocking(move || ask_dns_once(at, &name, RecordKind::A));
    asked
        .await
        .map_err(std::io::Error::other)?
        .map_err(std::io::Error::other)
}

/// The end of a log.
fn last_lines(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(10)..].join("\n")
}

#[cfg(test)]
mod tests {
    use wiremock::{Mock, MockServer, ResponseTemplate, matchers::path};

    use super::*;

    #[tokio::test]
    async fn only_status_200_is_ready() {
        let server = MockServer::start().await;
        for (at, status) in [("/ready", 200), ("/starting", 503)] {
            let answer = ResponseTemplate::new(status).set_body_string("waiting for the ring");
            Mock::given(path(at)).respond_with(answer).mount(&server).await;
        }
        let spec = |path: &str| ReadySpec::Http {
            port: 80,
            path: path.to_owned(),
        };
        assert_eq!(look(&spec("/ready"), *server.address()).await, Observation::Met(()));
        let starting = look(&spec("/starting"), *server.address()).await;
        assert!(matches!(starting, Observation::Pending(state) if state.contains("503") && state.contains("ring")));
    }

    #[tokio::test]
    async fn a_name_server_that_does_not_answer_is_not_ready() {
        let nobody = std::net::UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let spec = ReadySpec::Dns {
            port: 53,
            name: "a.test".to_owned(),
        };
        assert!(matches!(look(&spec, nobody).await, Observation::Pending(_)));
    }

    #[test]
    fn the_end_of_a_log_is_shown() {
        let log: String = (0..30).map(|number| format!("line {number}\n")).collect();
        assert!(last_lines(&log).starts_with("line 20") && last_lines(&log).ends_with("line 29"));
        assert_eq!(last_lines(""), "");
    }
}
