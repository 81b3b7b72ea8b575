//! Services in containers beside the cluster: routes by host name, forwarded ports, and what is stopped.

#![expect(clippy::needless_pass_by_value, reason = "cucumber hands parameters over by value")]

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicBool, AtomicU32, Ordering},
    time::Duration,
};

use cucumber::{gherkin::Step, given, then, when};
use serde::Deserialize;
use shall_cluster::{
    containers::{ContainerStack, HttpAnswer, HttpRequest, send_request},
    watch::{Observation, poll},
};
use shall_workload::DnsLook;

use crate::{StepError, World, wait::check_seen};

/// The service that routes by host name, and its port.
const NGINX: (&str, u16) = ("nginx", 80);
/// How long a line may take to its log.
const LOGGED: Duration = Duration::from_secs(10);
/// What a proxy answers for a service that gives no answer: a bad gateway, or one that timed out.
const GATEWAY_ERRORS: [u16; 2] = [502, 504];

/// What scenarios of containers saw and did.
#[derive(Debug, Default)]
pub(crate) struct ContainersSeen {
    /// Whether the scenario has asked for the stack, whose logs then belong to its diagnostics.
    pub(crate) used: AtomicBool,
    /// Services that the scenario stopped and that are started again after it.
    pub(crate) stopped: Vec<String>,
    /// The answer to the last request.
    pub(crate) answer: Option<HttpAnswer>,
    /// What tells the last request to Nginx from others.
    request: Option<String>,
    /// What the name server said last.
    look: Option<DnsLook>,
}

/// A line of Nginx's log, as `fixtures/containers/nginx/nginx.conf` writes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct RouteLine {
    id: String,
    /// Address and port of the service that the request was passed to; empty where there was none.
    upstream: String,
    /// Status of the answer, as Nginx gave it to the client.
    status: String,
}

/// The line of a request; `None` while it is not in the log.
fn route_of(log: &str, id: &str) -> Option<RouteLine> {
    let lines = log
        .lines()
        .filter_map(|line| serde_json::from_str::<RouteLine>(line).ok());
    lines.into_iter().find(|line| line.id == id)
}

/// Host and path of `http://HOST/PATH`; the path is `/` where there is none.
fn host_and_path(url: &str) -> Option<(&str, &str)> {
    let rest = url.strip_prefix("http://")?;
    let at = rest.find('/').unwrap_or(rest.len());
    let (host, path) = rest.split_at(at);
    Some((host, if path.is_empty() { "/" } else { path }))
}

impl World {
    /// The containers of the run, started where this is the first scenario to ask for them.
    pub(crate) async fn containers(&self, step: &Step) -> Result<&ContainerStack, StepError> {
        let first = !self.seen.containers.used.swap(true, Ordering::Relaxed);
        let recorder = self.at(step);
        let stack = self.run.containers.stack().await;
        let stack = stack.map_err(StepError::errored("containers"))?;
        if first {
            for (service, image) in stack.images() {
                recorder.note(format!("{service} runs {image}"));
            }
        }
        Ok(stack)
    }

    fn answer(&self) -> Result<&HttpAnswer, StepError> {
        let answer = self.seen.containers.answer.as_ref();
        answer.ok_or(StepError::Missing { what: "answer" })
    }
}

#[given(expr = "the service {string} is stopped")]
async fn service_is_stopped(world: &mut World, service: String, #[step] step: &Step) -> Result<(), StepError> {
    // Listed first: a stop that fails half-way is undone too.
    world.seen.containers.stopped.push(service.clone());
    let stopped = world.containers(step).await?.stop(&service).await;
    stopped.map_err(StepError::errored(format!("stop the service `{service}`")))
}

#[when(expr = "a client requests {string}")]
async fn client_requests(world: &mut World, url: String, #[step] step: &Step) -> Result<(), StepError> {
    static REQUESTS: AtomicU32 = AtomicU32::new(0);
    let (host, path) = host_and_path(&url).ok_or_else(|| StepError::Errored {
        what: format!("request `{url}`"),
        source: "expected an address that begins with http://".into(),
    })?;
    let id = format!("{}-{}", world.scope.scenario, REQUESTS.fetch_add(1, Ordering::Relaxed));
    let request = HttpRequest {
        path,
        host: Some(host),
        id: Some(&id),
        body: None,
    };
    let answer = world.containers(step).await?.send(NGINX.0, NGINX.1, request).await;
    let answer = answer.map_err(StepError::errored(format!("request {url} of Nginx")))?;
    world.seen.containers.answer = Some(answer);
    world.seen.containers.request = Some(id);
    Ok(())
}

#[when(expr = "a client connects to {string}")]
async fn client_connects(world: &mut World, address: String, #[step] step: &Step) -> Result<(), StepError> {
    let at: SocketAddr = address
        .parse()
        .map_err(StepError::errored(format!("read the address `{address}`")))?;
    world.containers(step).await?;
    let request = HttpRequest {
        path: "/metrics",
        ..HttpRequest::default()
    };
    let answer = send_request(at, request).await;
    world.seen.containers.answer = Some(answer.map_err(StepError::errored(format!("connect to {address}")))?);
    Ok(())
}

#[then(expr = "the answer has the status {int}")]
fn answer_has_the_status(world: &mut World, status: u16, #[step] step: &Step) -> Result<(), StepError> {
    let observed = world.answer()?.status;
    world
        .at(step)
        .check_equal("status of the answer", &status, &observed, 1)
}

#[then("the answer is a gateway error")]
fn answer_is_a_gateway_error(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let observed = world.answer()?.status;
    let expected = GATEWAY_ERRORS.map(|status| status.to_string()).join(" or ");
    let met = GATEWAY_ERRORS.contains(&observed);
    world.at(step).check("status of the answer", expected, observed, met, 1)
}

/// Prometheus, Loki, Tempo and Grafana each count themselves in a metric of their own name.
#[then(expr = "the answer is that of the service {string}")]
fn answer_is_that_of(world: &mut World, service: String, #[step] step: &Step) -> Result<(), StepError> {
    let answer = world.answer()?;
    let metrics = build_metrics(&answer.body);
    let wanted = format!("{service}_build_info");
    let observed = if metrics.is_empty() {
        format!("none, in {} bytes with status {}", answer.body.len(), answer.status)
    } else {
        metrics.join(", ")
    };
    let met = metrics.contains(&wanted.as_str());
    let lines = answer.body.lines().count();
    world.at(step).check(
        "metrics by which services tell themselves",
        &wanted,
        observed,
        met,
        lines.max(1),
    )
}

/// Names of the metrics `…_build_info` in an exposition.
fn build_metrics(body: &str) -> Vec<&str> {
    let samples = body.lines().filter(|line| !line.starts_with('#'));
    let names = samples.filter_map(|line| line.split(['{', ' ']).next());
    names
        .filter(|name| name.ends_with("_build_info") && !name.starts_with("go_"))
        .collect()
}

#[then(expr = "Nginx passed the request to {string}")]
async fn nginx_passed_the_request(world: &mut World, upstream: String, #[step] step: &Step) -> Result<(), StepError> {
    check_route(world, step, &upstream).await?;
    let (address, _port) = upstream.split_once(':').unwrap_or((&upstream, ""));
    let stack = world.containers(step).await?;
    let owner = stack
        .spec()
        .services
        .iter()
        .find(|service| service.address.to_string() == address);
    let owner = owner.ok_or(StepError::Missing {
        what: "service with this address",
    })?;
    let name = &owner.name;
    if world.seen.containers.stopped.contains(name) {
        return Ok(());
    }
    let observed = stack.address(name).await;
    let observed = observed.map_err(StepError::errored(format!("address of `{name}`")))?;
    let observed = observed.map_or_else(|| "none".to_owned(), |address| address.to_string());
    let subject = format!("address that the engine gave the service {name}");
    world.at(step).check_equal(subject, &address.to_owned(), &observed, 1)
}

#[then("Nginx passed the request to no service")]
async fn nginx_passed_to_none(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    check_route(world, step, "").await
}

/// Waits for the request's line in Nginx's log and checks which service it names; empty for none.
async fn check_route(world: &World, step: &Step, upstream: &str) -> Result<(), StepError> {
    let id = world.seen.containers.request.clone();
    let id = id.ok_or(StepError::Missing { what: "request" })?;
    let recorder = world.at(step);
    let stack = world.containers(step).await?;
    let look = || async {
        match stack.log(NGINX.0).await {
            Ok(log) => route_of(&log, &id).map_or_else(
                || Observation::Pending("no line of the request".to_owned()),
                Observation::Met,
            ),
            Err(error) => Observation::Impossible(error.to_string()),
        }
    };
    let seen = poll("the request in Nginx's log", Duration::from_millis(250), LOGGED, look).await;
    let line = check_seen(&recorder, "the request in Nginx's log", "one line", seen)?.value;
    recorder.note(format!("answered with {}", line.status));
    let named = |upstream: &str| {
        if upstream.is_empty() {
            "none".to_owned()
        } else {
            upstream.to_owned()
        }
    };
    recorder.check_equal(
        "service that Nginx passed the request to",
        &named(upstream),
        &named(&line.upstream),
        1,
    )
}

#[when(expr = "a client asks dnsmasq for {string}")]
async fn client_asks_dnsmasq(world: &mut World, name: String, #[step] step: &Step) -> Result<(), StepError> {
    let look = world.containers(step).await?.ask_name("dnsmasq", &name).await;
    let look = look.map_err(StepError::errored(format!("ask for `{name}`")))?;
    if let Some(error) = &look.error {
        return Err(StepError::Errored {
            what: format!("ask dnsmasq for `{name}`"),
            source: error.clone().into(),
        });
    }
    world.seen.containers.look = Some(look);
    Ok(())
}

#[then(expr = "dnsmasq answers {string}")]
fn dnsmasq_answers(world: &mut World, address: String, #[step] step: &Step) -> Result<(), StepError> {
    let look = world.seen.containers.look.as_ref();
    let look = look.ok_or(StepError::Missing {
        what: "answer of dnsmasq",
    })?;
    let observed = format!("{} {}", look.rcode, look.values.join(", "));
    let met = look.rcode == "NoError" && look.values == [address.clone()];
    world
        .at(step)
        .check("answer of dnsmasq", format!("NoError {address}"), observed, met, 1)
}

#[then("dnsmasq answers that there is no such name")]
fn dnsmasq_knows_no_such_name(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let look = world.seen.containers.look.as_ref();
    let look = look.ok_or(StepError::Missing {
        what: "answer of dnsmasq",
    })?;
    let observed = format!("{} {}", look.rcode, look.values.join(", "));
    let met = look.rcode == "NXDomain" && look.values.is_empty();
    world.at(step).check("answer of dnsmasq", "NXDomain", observed, met, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_a_host_and_a_path() {
        assert_eq!(host_and_path("http://a.test/-/healthy"), Some(("a.test", "/-/healthy")));
        assert_eq!(host_and_path("http://a.test"), Some(("a.test", "/")));
        assert_eq!(host_and_path("a.test/x"), None);
    }

    #[test]
    fn the_line_of_a_request_is_found_among_others() {
        let line = |id: &str, upstream: &str| {
            format!(
                r#"{{"id":"{id}","host":"h","uri":"/","status":"200","upstream":"{upstream}","upstream_status":"200"}}"#
            )
        };
        let log = format!(
            "{}\nnot a line of a route\n{}\n",
            line("a-1", "10.0.0.1:80"),
            line("a-10", "")
        );
        assert_eq!(route_of(&log, "a-1").unwrap().upstream, "10.0.0.1:80");
        assert_eq!(route_of(&log, "a-10").unwrap().upstream, "");
        assert_eq!(route_of(&log, "a-2"), None);
    }

    #[test]
    fn a_service_is_known_by_the_metric_of_its_name() {
        let body = "# HELP loki_build_info x\nloki_build_info{version=\"3\"} 1\ngo_build_info{} 1\nup 1\n";
        assert_eq!(build_metrics(body), ["loki_build_info"]);
        assert_eq!(build_metrics("<html>502 Bad Gateway</html>"), Vec::<&str>::new());
    }
}
