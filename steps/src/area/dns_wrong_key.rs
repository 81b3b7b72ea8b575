//! external-dns itself with a key that the name server does not take.

use std::time::Duration;

use cucumber::{gherkin::Step, then, when};
use k8s_openapi::api::{
    apps::v1::Deployment,
    core::v1::{Pod, Service},
};
use kube::{
    Api, ResourceExt as _,
    api::{LogParams, PostParams},
};
use serde_json::{Value, json};
use shall_cluster::{
    ledger::Entry,
    watch::{Observation, observe, poll},
};

use super::dns::DNS;
use crate::{StepError, World, wait::check_seen};

/// How the refusal of a signature is put: by the protocol's words, or by those of the library that external-dns uses.
const REFUSALS: [&str; 3] = ["BADSIG", "NOTAUTH", "bad authentication"];
/// How long it may take to start and to have tried.
const TRIED: Duration = Duration::from_mins(2);

/// The pod of external-dns as it runs, with a wrong key and another owner, for the services of one scenario alone.
///
/// A name is made from a service's own, because an annotation would be read by the right one too.
fn with_a_wrong_key(
    deployment: &Deployment,
    name: &str,
    zone: &str,
    (label, value): (&str, &str),
    labels: &std::collections::BTreeMap<String, String>,
) -> Option<Value> {
    let mut spec = serde_json::to_value(deployment.spec.as_ref()?.template.spec.as_ref()?).ok()?;
    let container = spec.pointer_mut("/containers/0")?;
    let args = container["args"].as_array()?.iter().filter_map(Value::as_str);
    let kept = args.filter(|arg| {
        let replaced = [
            "--txt-owner-id",
            "--source",
            "--rfc2136-tsig-secret=",
            "--rfc2136-tsig-axfr",
        ];
        !replaced.iter().any(|flag| arg.starts_with(flag))
    });
    let own = [
        "--source=service".to_owned(),
        "--txt-owner-id=wrong".to_owned(),
        "--rfc2136-tsig-secret=d3JvbmcgYnV0IHdlbGwtZm9ybWVk".to_owned(),
        format!("--label-filter={label}={value}"),
        format!("--fqdn-template={{{{.Name}}}}.{zone}"),
    ];
    let args: Vec<String> = kept.map(str::to_owned).chain(own).collect();
    container["args"] = json!(args);
    container["env"] = json!([]);
    let container = container.as_object_mut()?;
    container.remove("livenessProbe");
    container.remove("readinessProbe");
    Some(json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "name": name, "namespace": DNS, "labels": labels },
        "spec": spec,
    }))
}

#[when("external-dns runs with a wrong key for a service")]
async fn external_dns_with_a_wrong_key(world: &mut World) -> Result<(), StepError> {
    let zone = world.dns_parameter("zone")?;
    let client = world.run.clients.patient.clone();
    let deployments: Api<Deployment> = Api::namespaced(client.clone(), DNS);
    let deployment = deployments
        .get("external-dns")
        .await
        .map_err(StepError::errored("read external-dns"))?;
    let (labels, scenario) = (world.scope.labels(), world.scope.scenario.clone());
    let name = world.scope.name("wrong");
    let pod = with_a_wrong_key(&deployment, &name, &zone, ("shall.dev/scenario", &scenario), &labels);
    let pod = pod.ok_or(StepError::Missing {
        what: "container of external-dns",
    })?;
    let pod: Pod = serde_json::from_value(pod).map_err(StepError::errored("pod manifest"))?;
    let namespace = world.namespace().await?;
    let services: Api<Service> = Api::namespaced(client.clone(), &namespace);
    let service = json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": { "name": name, "labels": labels },
        "spec": { "selector": { "app": "nobody" }, "ports": [{ "port": 80 }] },
    });
    let service: Service = serde_json::from_value(service).map_err(StepError::errored("service manifest"))?;
    services
        .create(&PostParams::default(), &service)
        .await
        .map_err(StepError::errored("create the service"))?;
    world.seen.dns.set_name(format!("{name}.{zone}"));
    let id = world.intend(Entry::object::<Pod>(Some(DNS), &name))?;
    let pods: Api<Pod> = Api::namespaced(client, DNS);
    let made = pods
        .create(&PostParams::default(), &pod)
        .await
        .map_err(StepError::errored("create the pod"))?;
    world.confirm(id, made.uid().as_deref())?;
    let running = observe(&pods, &name, "external-dns running", TRIED, |pod: Option<&Pod>| {
        let phase = pod
            .and_then(|pod| pod.status.as_ref()?.phase.clone())
            .unwrap_or_default();
        if phase.is_empty() || phase == "Pending" {
            Observation::Pending(phase)
        } else {
            Observation::Met(())
        }
    });
    running
        .await
        .map_err(StepError::errored("external-dns with a wrong key"))?;
    Ok(())
}

#[then("external-dns logs that its update was refused because of the signature")]
async fn external_dns_logs_the_refusal(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let name = world.scope.name("wrong");
    let pods: Api<Pod> = Api::namespaced(world.run.clients.strict.clone(), DNS);
    let (pods, name) = (&pods, &name);
    let look = || async move {
        match pods.logs(name, &LogParams::default()).await {
            Ok(log) => {
                let refused = |line: &&str| REFUSALS.iter().any(|word| line.contains(word));
                match log.lines().find(refused) {
                    Some(line) => Observation::Met(line.to_owned()),
                    None => Observation::Pending(log.lines().last().unwrap_or("no line").to_owned()),
                }
            }
            Err(error) => Observation::Pending(error.to_string()),
        }
    };
    let seen = poll("a refusal in the log", Duration::from_secs(1), TRIED, look).await;
    let recorder = world.at(step);
    let seen = check_seen(
        &recorder,
        "log of external-dns",
        "one of BADSIG, NOTAUTH, bad authentication",
        seen,
    )?;
    recorder.note(seen.value);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_key_owner_and_selection_differ_from_the_one_that_runs() {
        let deployment = json!({
            "metadata": { "name": "external-dns" },
            "spec": { "selector": {}, "template": { "spec": {
                "serviceAccountName": "external-dns",
                "containers": [{
                    "name": "external-dns", "image": "i",
                    "args": ["--source=service", "--source=ingress", "--provider=rfc2136", "--txt-owner-id=shall",
                        "--rfc2136-tsig-secret=$(TSIG)", "--rfc2136-tsig-secret-alg=hmac-sha256", "--rfc2136-tsig-axfr"],
                    "env": [{ "name": "TSIG", "valueFrom": { "secretKeyRef": { "name": "tsig", "key": "secret" } } }],
                }],
            } } },
        });
        let deployment: Deployment = serde_json::from_value(deployment).unwrap();
        let labels = std::collections::BTreeMap::new();
        let pod = with_a_wrong_key(&deployment, "w", "z.test", ("l", "v"), &labels).unwrap();
        let args: Vec<&str> = pod["spec"]["containers"][0]["args"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .collect();
        assert_eq!(
            args[..2],
            ["--provider=rfc2136", "--rfc2136-tsig-secret-alg=hmac-sha256"]
        );
        assert!(args.contains(&"--txt-owner-id=wrong") && args.contains(&"--label-filter=l=v"));
        assert!(args.contains(&"--fqdn-template={{.Name}}.z.test"));
        assert!(
            !pod.to_string().contains("secretKeyRef"),
            "the right key must not be at hand"
        );
        assert_eq!(pod["spec"]["serviceAccountName"], "external-dns");
    }
}
