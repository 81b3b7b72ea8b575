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
/// How many lines of a log are in an error.
const LINES: usize = 5;
/// How many characters of each.
const WIDTH: usize = 300;

/// Asks until the service answers as it does when it is ready, or `runs` says that its program has ended; `log` is what
/// it wrote, for the error.
pub(super) async fn until_ready(
    name: &str,
    ready: &ReadySpec,
    at: SocketAddr,
    runs: impl AsyncFn() -> bool,
    log: impl AsyncFnOnce() -> String,
) -> Result<(), ContainerError> {
    let what = format!("container `{name}` ready");
    let look = || async {
        match look(ready, at).await {
            Observation::Pending(state) if !runs().await => {
                Observation::Impossible(format!("its program has ended; {state}"))
            }
            seen @ (Observation::Pending(_) | Observation::Met(()) | Observation::Impossible(_)) => seen,
        }
    };
    let seen = poll(&what, PERIOD, WITHIN, look).await;
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

/// The end of a log, its lines cut.
fn last_lines(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    let last = lines[lines.len().saturating_sub(LINES)..].iter();
    let cut = last.map(|line| line.chars().take(WIDTH).collect::<String>());
    cut.collect::<Vec<_>>().join("\n")
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

    #[tokio::test]
    async fn a_service_whose_program_has_ended_is_not_waited_for() {
        let ready = ReadySpec::Http {
            port: 80,
            path: "/".to_owned(),
        };
        let at = ([127, 0, 0, 1], 1).into();
        let log = async || "no useable address".to_owned();
        let began = std::time::Instant::now();
        let error = until_ready("a", &ready, at, async || false, log).await.unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("has ended") && text.contains("no useable address"),
            "{text}"
        );
        assert!(began.elapsed() < WITHIN / 2);
    }

    #[test]
    fn the_end_of_a_log_is_shown() {
        let log = (0..30)
            .map(|number| format!("line {number}"))
            .collect::<Vec<_>>()
            .join("\n");
        assert!(last_lines(&log).starts_with("line 25") && last_lines(&log).ends_with("line 29"));
        assert_eq!(last_lines(&"x".repeat(1000)).len(), WIDTH);
        assert_eq!(last_lines(""), "");
    }
}
