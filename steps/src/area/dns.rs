//! Records that external-dns keeps in the zone, asked of the authoritative server itself.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    time::{Duration, Instant},
};

use cucumber::{gherkin::Step, given, then, when};
use k8s_openapi::api::{
    core::v1::{Pod, Secret, Service},
    networking::v1::Ingress,
};
use kube::{
    Api,
    api::{DeleteParams, Patch, PatchParams, PostParams},
};
use serde_json::json;
use shall_cluster::act::{Asked, NameServer, Workload, observe_pod_ready, program_pod};
use shall_spec::Unit;
use shall_trace::Measurement;
use shall_workload::{DnsUpdate, DnsUpdateReport, RecordKind, TsigKey, Until};

use crate::{StepError, World};

/// Namespace of the name server and of external-dns.
pub(crate) const DNS: &str = "dns";
/// Service of the name server, and its port.
const SERVER: (&str, u16) = ("bind", 53);
/// Pod that asks.
const ASKING: &str = "asking";
/// How long a record may take; external-dns looks every few seconds.
const PROPAGATED: Duration = Duration::from_secs(80);
/// How long the pod that asks may take to start.
const STARTED: Duration = Duration::from_mins(2);
/// Addresses that nobody has: the first and the second of a record, and that of the other owner.
const FIRST: &str = "192.0.2.10";
const SECOND: &str = "192.0.2.20";
const FOREIGN: &str = "192.0.2.53";
/// Annotations that external-dns reads.
const HOST_NAME: &str = "external-dns.alpha.kubernetes.io/hostname";
const TARGET: &str = "external-dns.alpha.kubernetes.io/target";
const TTL: &str = "external-dns.alpha.kubernetes.io/ttl";
/// Name of the object that asks for a record.
const WEB: &str = "web";

/// What steps about names have seen.
#[derive(Debug, Default)]
pub(crate) struct DnsSeen {
    /// The name, and the object that asks for it as `kind/namespace/name`.
    name: String,
    resource: String,
    /// When what should change the zone was sent.
    changed: Option<Instant>,
    update: Option<DnsUpdateReport>,
}

impl DnsSeen {
    pub(crate) fn set_name(&mut self, name: String) {
        self.name = name;
    }
}

impl World {
    /// A parameter that the profile gives to external-dns.
    pub(crate) fn dns_parameter(&self, name: &str) -> Result<String, StepError> {
        let component = self.run.profile.component("external-dns");
        let value = component.and_then(|component| component.parameters.get(name).cloned());
        value.ok_or(StepError::Missing {
            what: "parameter of the profile",
        })
    }

    /// A name in the zone that is the scenario's own.
    fn own_name(&self) -> Result<String, StepError> {
        Ok(format!("{}.{}", self.scope.name(""), self.dns_parameter("zone")?))
    }

    /// The name server, asked from a pod of the scenario, which is made where it is not there yet.
    pub(crate) async fn name_server(&mut self) -> Result<NameServer, StepError> {
        let namespace = self.namespace().await?;
        let client = self.run.clients.patient.clone();
        let pods: Api<Pod> = Api::namespaced(client.clone(), &namespace);
        let found = pods
            .get_opt(ASKING)
            .await
            .map_err(StepError::errored("read the asking pod"))?;
        if found.is_none() {
            let hold = [("asking", vec!["hold".to_owned()])];
            let pod = program_pod(ASKING, &hold, &self.run.workload_image, &self.scope.labels());
            let pod = pod.map_err(StepError::errored("pod manifest"))?;
            pods.create(&PostParams::default(), &pod)
                .await
                .map_err(StepError::errored("create the asking pod"))?;
        }
        let ready = observe_pod_ready(&client, &namespace, ASKING, STARTED).await;
        ready.map_err(StepError::errored("the asking pod"))?;
        let workload = Workload::new(client.clone(), &namespace, ASKING);
        let server = NameServer::find(&client, workload, (DNS, SERVER.0, SERVER.1)).await;
        server.map_err(StepError::errored("find the name server"))
    }

    fn annotations(name: &str, target: &str) -> BTreeMap<String, String> {
        let pairs = [(HOST_NAME, name), (TARGET, target), (TTL, "5")];
        pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
    }

    /// Creates a service that asks for a record.
    async fn service_for(&mut self, object: &str, name: &str, target: &str) -> Result<(), StepError> {
        let namespace = self.namespace().await?;
        let api: Api<Service> = Api::namespaced(self.run.clients.strict.clone(), &namespace);
        let service = serde_json::from_value(json!({
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": { "name": object, "labels": self.scope.labels(), "annotations": Self::annotations(name, target) },
            "spec": { "selector": { "app": "nobody" }, "ports": [{ "port": 80 }] },
        }));
        let service: Service = service.map_err(StepError::errored("service manifest"))?;
        let sent = Instant::now();
        api.create(&PostParams::default(), &service)
            .await
            .map_err(StepError::errored("create the service"))?;
        self.seen.dns.changed = Some(sent);
        name.clone_into(&mut self.seen.dns.name);
        self.seen.dns.resource = format!("service/{namespace}/{object}");
        Ok(())
    }

    async fn ingress_for(&mut self, name: &str, target: &str) -> Result<(), StepError> {
        let namespace = self.namespace().await?;
        let api: Api<Ingress> = Api::namespaced(self.run.clients.strict.clone(), &namespace);
        // The address stands in an annotation: no ingress controller is a part of the stack.
        let mut annotations = Self::annotations(name, target);
        annotations.remove(HOST_NAME);
        let path = json!({ "path": "/", "pathType": "Prefix", "backend": { "service": { "name": WEB, "port": { "number": 80 } } } });
        let ingress = serde_json::from_value(json!({
            "apiVersion": "networking.k8s.io/v1",
            "kind": "Ingress",
            "metadata": { "name": WEB, "labels": self.scope.labels(), "annotations": annotations },
            "spec": { "rules": [{ "host": name, "http": { "paths": [path] } }] },
        }));
        let ingress: Ingress = ingress.map_err(StepError::errored("ingress manifest"))?;
        let sent = Instant::now();
        api.create(&PostParams::default(), &ingress)
            .await
            .map_err(StepError::errored("create the ingress"))?;
        self.seen.dns.changed = Some(sent);
        name.clone_into(&mut self.seen.dns.name);
        self.seen.dns.resource = format!("ingress/{namespace}/{WEB}");
        Ok(())
    }

    /// Asks until the condition holds; for `Given` steps.
    async fn await_record(&mut self, record: RecordKind, until: Until) -> Result<(), StepError> {
        let name = self.seen.dns.name.clone();
        let server = self.name_server().await?;
        let asked = server.ask(&name, record, until, PROPAGATED).await;
        let asked = asked.map_err(StepError::errored(format!("ask for {name}")))?;
        if asked.report.met {
            return Ok(());
        }
        Err(StepError::Errored {
            what: format!("record {record} of {name}"),
            source: asked.story().into(),
        })
    }

    /// Asks until the condition holds and records whether it came to, and after which time.
    async fn check_record(
        &mut self,
        step: &Step,
        (name, record): (&str, RecordKind),
        until: Until,
        expected: &str,
    ) -> Result<Asked, StepError> {
        let server = self.name_server().await?;
        let asked = server.ask(name, record, until, PROPAGATED).await;
        let asked = asked.map_err(StepError::errored(format!("ask for {name}")))?;
        let recorder = self.at(step);
        recorder.note(format!("{record} of {name} at {}: {}", server.address(), asked.story()));
        let looks = usize::try_from(asked.report.looks).unwrap_or(usize::MAX);
        recorder.check(
            format!("record {record} of {name}"),
            expected,
            &asked.report.last,
            asked.report.met,
            looks,
        )?;
        if let Some(changed) = self.seen.dns.changed {
            let (after, before) = asked.interval();
            recorder.measure(Measurement {
                metric: "dns-propagation".to_owned(),
                lower: after.map_or(0.0, |after| after.saturating_duration_since(changed).as_secs_f64()),
                upper: before.saturating_duration_since(changed).as_secs_f64(),
                unit: Unit::Second,
                from: "object sent to the API server (our clock)".to_owned(),
                to: format!("{record} answered as expected (our clock around the asking program's)"),
                bound: "time between two looks, and how long the program took to start and to tell".to_owned(),
            });
        }
        Ok(asked)
    }
}

#[when("a service with an annotated host name is created")]
async fn service_is_created(world: &mut World) -> Result<(), StepError> {
    let name = world.own_name()?;
    world.name_server().await?;
    world.service_for(WEB, &name, FIRST).await
}

#[when("an ingress with a host name is created")]
async fn ingress_is_created(world: &mut World) -> Result<(), StepError> {
    let name = world.own_name()?;
    world.name_server().await?;
    world.ingress_for(&name, FIRST).await
}

#[given("a service whose record is answered")]
async fn service_whose_record_is_answered(world: &mut World) -> Result<(), StepError> {
    service_is_created(world).await?;
    world
        .await_record(RecordKind::A, Until::Holds(vec![FIRST.to_owned()]))
        .await
}

#[given("an ingress whose record is answered")]
async fn ingress_whose_record_is_answered(world: &mut World) -> Result<(), StepError> {
    ingress_is_created(world).await?;
    world
        .await_record(RecordKind::A, Until::Holds(vec![FIRST.to_owned()]))
        .await
}

#[when("the address of the service changes")]
async fn address_changes(world: &mut World) -> Result<(), StepError> {
    let namespace = world.namespace().await?;
    let api: Api<Service> = Api::namespaced(world.run.clients.strict.clone(), &namespace);
    let patch = Patch::Merge(json!({ "metadata": { "annotations": { TARGET: SECOND } } }));
    world.seen.dns.changed = Some(Instant::now());
    api.patch(WEB, &PatchParams::default(), &patch)
        .await
        .map_err(StepError::errored("change the service"))?;
    Ok(())
}

#[when("the ingress is deleted")]
async fn ingress_is_deleted(world: &mut World) -> Result<(), StepError> {
    let namespace = world.namespace().await?;
    let api: Api<Ingress> = Api::namespaced(world.run.clients.strict.clone(), &namespace);
    world.seen.dns.changed = Some(Instant::now());
    api.delete(WEB, &DeleteParams::default())
        .await
        .map_err(StepError::errored("delete the ingress"))?;
    Ok(())
}

#[then("the name server answers its address")]
async fn server_answers_the_address(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let name = world.seen.dns.name.clone();
    let until = Until::Holds(vec![FIRST.to_owned()]);
    world
        .check_record(step, (&name, RecordKind::A), until, FIRST)
        .await
        .map(drop)
}

#[then("the name server answers the new address alone")]
async fn server_answers_the_new_address(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let name = world.seen.dns.name.clone();
    let until = Until::Holds(vec![SECOND.to_owned()]);
    world
        .check_record(step, (&name, RecordKind::A), until, SECOND)
        .await
        .map(drop)
}

#[then("the name server says that there is no such name")]
async fn server_says_no_such_name(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let name = world.seen.dns.name.clone();
    let expected = "no record";
    world
        .check_record(step, (&name, RecordKind::A), Until::Absent, expected)
        .await?;
    world.seen.dns.changed = None;
    let owner = world.owner_record(&name)?;
    world
        .check_record(step, (&owner, RecordKind::Txt), Until::Absent, expected)
        .await
        .map(drop)
}

impl World {
    /// Name of the record that says who owns the address of a name.
    fn owner_record(&self, name: &str) -> Result<String, StepError> {
        Ok(format!("{}a-{name}", self.dns_parameter("prefix")?))
    }
}

#[then("the ownership record names the owner and the object")]
async fn ownership_record(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let name = world.seen.dns.name.clone();
    let record = world.owner_record(&name)?;
    let owner = format!("external-dns/owner={}", world.dns_parameter("owner")?);
    let resource = format!("external-dns/resource={}", world.seen.dns.resource);
    let until = Until::Contains(owner.clone());
    let asked = world
        .check_record(step, (&record, RecordKind::Txt), until, &owner)
        .await?;
    let text = asked.report.last.values.join(" ");
    world.at(step).check(
        format!("record TXT of {record}"),
        &resource,
        &text,
        text.contains(&resource),
        1,
    )
}

#[when("a service asks for a name whose record another owner holds")]
async fn service_asks_for_a_foreign_name(world: &mut World) -> Result<(), StepError> {
    let zone = world.dns_parameter("zone")?;
    world.name_server().await?;
    world.service_for("foreign", &format!("foreign.{zone}"), FIRST).await?;
    // This one is asked for after it: where it is answered, external-dns has seen both.
    let name = world.own_name()?;
    world.service_for(WEB, &name, FIRST).await
}

#[then("the record of the other owner is as it was")]
async fn foreign_record_is_as_it_was(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    world.seen.dns.changed = None;
    let foreign = format!("foreign.{}", world.dns_parameter("zone")?);
    let until = Until::Holds(vec![FOREIGN.to_owned()]);
    world
        .check_record(step, (&foreign, RecordKind::A), until, FOREIGN)
        .await?;
    let owner = "external-dns/owner=other";
    let record = world.owner_record(&foreign)?;
    let until = Until::Contains(owner.to_owned());
    world
        .check_record(step, (&record, RecordKind::Txt), until, owner)
        .await
        .map(drop)
}

#[when("an update that a wrong key signs is sent to the name server")]
async fn update_with_a_wrong_key(world: &mut World) -> Result<(), StepError> {
    let name = world.own_name()?;
    let secrets: Api<Secret> = Api::namespaced(world.run.clients.strict.clone(), DNS);
    let secret = secrets
        .get("tsig")
        .await
        .map_err(StepError::errored("read the key's secret"))?;
    let field = |key: &str| {
        let bytes = secret.data.as_ref().and_then(|data| data.get(key));
        bytes
            .map(|bytes| String::from_utf8_lossy(&bytes.0).into_owned())
            .unwrap_or_default()
    };
    let server = world.name_server().await?;
    let update = DnsUpdate {
        server: SocketAddr::from(([0, 0, 0, 0], 0)),
        zone: world.dns_parameter("zone")?,
        name: name.clone(),
        record: RecordKind::A,
        values: vec![FIRST.to_owned()],
        ttl: 5,
        key: TsigKey {
            name: field("name"),
            secret: "d3JvbmcgYnV0IHdlbGwtZm9ybWVk".to_owned(),
        },
    };
    let report = server.update(update).await;
    world.seen.dns.update = Some(report.map_err(StepError::errored("send an update"))?);
    world.seen.dns.name = name;
    Ok(())
}

#[then("the name server refuses it because of its signature")]
fn server_refuses_the_signature(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let update = world
        .seen
        .dns
        .update
        .clone()
        .ok_or(StepError::Missing { what: "update" })?;
    let recorder = world.at(step);
    recorder.check_equal("answer to the update", &"NotAuth".to_owned(), &update.rcode, 1)?;
    let error = update.tsig_error.unwrap_or_else(|| "none".to_owned());
    recorder.check_equal("fault of the signature", &"BadSig".to_owned(), &error, 1)
}
