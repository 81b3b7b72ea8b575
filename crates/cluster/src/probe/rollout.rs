//! Whether the pods of a workload are those that its specification asks for now.

use std::time::Duration;

use kube::{Client, api::DynamicObject};
use serde_json::Value;

use super::fault::FaultError;
use crate::{
    ledger::ObjectRef,
    watch::{Observation, observe},
};

/// Waits until a workload has only pods of its newest specification; they need not be ready, since a fault may be that
/// they never are. Every other kind of object has nothing to wait for.
///
/// # Errors
///
/// When it is not so by the deadline.
pub(super) async fn await_rollout(client: &Client, object: &ObjectRef, deadline: Duration) -> Result<(), FaultError> {
    if !matches!(object.kind.as_str(), "Deployment" | "DaemonSet" | "StatefulSet") {
        return Ok(());
    }
    let api = object.api(client);
    let what = format!("rollout of {object}");
    let seen = observe(&api, &object.name, &what, deadline, |found: Option<&DynamicObject>| {
        found.map_or_else(
            || Observation::Impossible("it does not exist".to_owned()),
            |found| is_rolled_out(&object.kind, found),
        )
    });
    seen.await.map(|_seen| ()).map_err(|source| FaultError::Observe {
        subject: object.to_string(),
        source: Box::new(source),
    })
}

fn is_rolled_out(kind: &str, object: &DynamicObject) -> Observation<()> {
    let number = |pointer: &str| object.data.pointer(pointer).and_then(Value::as_i64).unwrap_or(0);
    let seen = number("/status/observedGeneration");
    if object.metadata.generation.is_some_and(|now| seen < now) {
        return Observation::Pending("its newest specification is not yet seen".to_owned());
    }
    let (wanted, new, old) = if kind == "DaemonSet" {
        let scheduled = number("/status/currentNumberScheduled") + number("/status/numberMisscheduled");
        let new = number("/status/updatedNumberScheduled");
        (number("/status/desiredNumberScheduled"), new, scheduled - new)
    } else {
        let new = number("/status/updatedReplicas");
        (number("/spec/replicas"), new, number("/status/replicas") - new)
    };
    if new == wanted && old <= 0 {
        Observation::Met(())
    } else {
        Observation::Pending(format!("{new} of {wanted} new pods, {old} old ones"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(value: Value) -> DynamicObject {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn a_deployment_waits_for_its_newest_specification_and_the_end_of_old_pods() {
        let at = |seen: i64, updated: i64, all: i64| {
            let status = json!({ "observedGeneration": seen, "updatedReplicas": updated, "replicas": all });
            let object = of(json!({ "metadata": { "generation": 2 }, "spec": { "replicas": 1 }, "status": status }));
            matches!(is_rolled_out("Deployment", &object), Observation::Met(()))
        };
        assert!(!at(1, 1, 1), "the status is about an older specification");
        assert!(!at(2, 1, 2), "an old pod is left");
        assert!(at(2, 1, 1));
    }

    #[test]
    fn a_daemon_set_that_no_node_takes_is_rolled_out_when_its_pods_are_gone() {
        let at = |misscheduled: i64| {
            let status = json!({
                "observedGeneration": 2, "desiredNumberScheduled": 0, "currentNumberScheduled": 0,
                "numberMisscheduled": misscheduled,
            });
            let object = of(json!({ "metadata": { "generation": 2 }, "status": status }));
            matches!(is_rolled_out("DaemonSet", &object), Observation::Met(()))
        };
        assert!(!at(1));
        assert!(at(0));
    }
}
