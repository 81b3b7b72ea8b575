//! A name server of the cluster, asked by the workload program in a pod: [`NameServer`].

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use k8s_openapi::api::core::v1::Service;
use kube::{Api, Client};
use serde::{Serialize, de::DeserializeOwned};
use shall_workload::{DnsAsk, DnsLook, DnsReport, DnsUpdate, DnsUpdateReport, RecordKind, Until};

use super::workload::{Workload, WorkloadError, line};

/// Time between two looks at a name.
const EVERY: Duration = Duration::from_millis(250);

/// Why a name server was not asked.
#[derive(Debug, thiserror::Error)]
pub enum NameServerError {
    /// Its service cannot be read.
    #[error("service `{namespace}/{service}` of the name server cannot be read")]
    Service {
        /// The service's namespace.
        namespace: String,
        /// The service.
        service: String,
        /// What the API server said.
        #[source]
        source: Box<kube::Error>,
    },
    /// Its service has no address.
    #[error("service `{namespace}/{service}` of the name server has no cluster address")]
    NoAddress {
        /// The service's namespace.
        namespace: String,
        /// The service.
        service: String,
    },
    /// The program in the pod gave no answer.
    #[error(transparent)]
    Workload(#[from] WorkloadError),
    /// What is asked cannot be written down.
    #[error("the question to the name server cannot be written as JSON")]
    Question(#[source] serde_json::Error),
}

/// What a name server said over time, with our clock around it.
#[derive(Debug, Clone)]
pub struct Asked {
    /// What the program saw, by times since it began.
    pub report: DnsReport,
    /// Before the program began, by our monotonic clock.
    pub began: Instant,
    /// After the program had ended, by our monotonic clock.
    pub ended: Instant,
}

impl Asked {
    /// Between which instants of our clock the condition came true: after the question of the last look that did not
    /// meet it, and not later than the answer of the one that did. No clock of the pod is needed.
    #[must_use]
    pub fn interval(&self) -> (Option<Instant>, Instant) {
        let unmet = self.report.unmet.as_ref();
        let after = unmet.map(|look| self.began + Duration::from_millis(look.asked_ms));
        let left = self.report.took_ms.saturating_sub(self.report.last.answered_ms);
        let before = self.ended.checked_sub(Duration::from_millis(left));
        (after, before.unwrap_or(self.ended))
    }

    /// What was said, in one line: each change with its time.
    #[must_use]
    pub fn story(&self) -> String {
        let told = |look: &DnsLook| format!("after {} ms: {look}", look.answered_ms);
        let changes: Vec<String> = self.report.changes.iter().map(told).collect();
        changes.join("; ")
    }
}

/// A name server of the cluster.
#[derive(Clone)]
pub struct NameServer {
    workload: Workload,
    address: SocketAddr,
}

impl NameServer {
    /// The name server behind a service's port, asked from a pod of the workload program.
    ///
    /// # Errors
    ///
    /// When the service cannot be read or has no cluster address.
    pub async fn find(
        client: &Client,
        workload: Workload,
        (namespace, service, port): (&str, &str, u16),
    ) -> Result<Self, NameServerError> {
        let api: Api<Service> = Api::namespaced(client.clone(), namespace);
        let found = api.get(service).await.map_err(|source| NameServerError::Service {
            namespace: namespace.to_owned(),
            service: service.to_owned(),
            source: Box::new(source),
        })?;
        let address = found.spec.and_then(|spec| spec.cluster_ip).unwrap_or_default();
        let address = address.parse().map_err(|_none| NameServerError::NoAddress {
            namespace: namespace.to_owned(),
            service: service.to_owned(),
        })?;
        Ok(Self {
            workload,
            address: SocketAddr::new(address, port),
        })
    }

    /// Looks at a name until the condition holds or the deadline has passed, which is at most 90 seconds.
    ///
    /// # Errors
    ///
    /// When the program gives no answer. A condition that did not come true is an answer.
    pub async fn ask(
        &self,
        name: &str,
        record: RecordKind,
        until: Until,
        deadline: Duration,
    ) -> Result<Asked, NameServerError> {
        let millis = |span: Duration| u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
        let ask = DnsAsk {
            server: self.address,
            name: name.to_owned(),
            record,
            until,
            every_ms: millis(EVERY),
            deadline_ms: millis(deadline.min(Duration::from_secs(90))),
        };
        let began = Instant::now();
        let report = self.run("ask", &ask).await?;
        Ok(Asked {
            report,
            began,
            ended: Instant::now(),
        })
    }

    /// Sends an update; its server is this one.
    ///
    /// # Errors
    ///
    /// When the program gives no answer. A refusal is an answer.
    pub async fn update(&self, update: DnsUpdate) -> Result<DnsUpdateReport, NameServerError> {
        let update = DnsUpdate {
            server: self.address,
            ..update
        };
        self.run("update", &update).await
    }

    /// Its address.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    async fn run<T: DeserializeOwned>(&self, verb: &str, told: &impl Serialize) -> Result<T, NameServerError> {
        let told = serde_json::to_vec(told).map_err(NameServerError::Question)?;
        Ok(self.workload.ask(line(&["dns", verb]), Some(told)).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(asked_ms: u64, answered_ms: u64) -> DnsLook {
        DnsLook {
            asked_ms,
            answered_ms,
            rcode: "NoError".to_owned(),
            authoritative: true,
            values: Vec::new(),
            ttl: None,
            error: None,
        }
    }

    #[test]
    fn the_interval_holds_the_truth_however_long_the_program_took_to_start_and_to_tell() {
        let began = Instant::now();
        let asked = Asked {
            report: DnsReport {
                met: true,
                looks: 2,
                unmet: Some(look(1000, 1005)),
                last: look(1250, 1260),
                changes: Vec::new(),
                took_ms: 1300,
            },
            began,
            ended: began + Duration::from_secs(2),
        };
        let (after, before) = asked.interval();
        assert_eq!(after.unwrap() - began, Duration::from_secs(1));
        assert_eq!(before - began, Duration::from_millis(1960));
    }
}
