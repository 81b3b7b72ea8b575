//! When an object of a stack is ready: [`Target`], judged from its status alone.

use kube::core::DynamicObject;
use serde_json::Value;

use super::{component::Condition, object::reference};
use crate::ledger::ObjectRef;
use crate::watch::Observation;

/// An object whose state decides whether a component is ready.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// Which object.
    pub(crate) object: ObjectRef,
    /// The field that must have a value; `None` for workloads, which must be rolled out.
    pub(crate) condition: Option<Condition>,
    /// The time of judgement that is older than the object's last change, so that its field says nothing.
    outdated: Option<String>,
}

impl Target {
    /// The workload, where it is of a kind that can be ready.
    pub(crate) fn workload(object: ObjectRef) -> Option<Self> {
        let is_workload = matches!(object.kind.as_str(), "Deployment" | "DaemonSet" | "StatefulSet");
        is_workload.then_some(Self {
            object,
            condition: None,
            outdated: None,
        })
    }

    /// The object and field of a condition.
    pub(crate) fn condition(condition: &Condition) -> Self {
        let Condition {
            api_version,
            kind,
            namespace,
            name,
            ..
        } = condition;
        let object = reference(api_version, kind, namespace.as_deref(), name);
        Self {
            object,
            condition: Some(condition.clone()),
            outdated: None,
        }
    }

    /// The same, where the object has just been changed and is this now: what it says of itself is from before.
    pub(crate) fn since_change(mut self, changed: &DynamicObject) -> Self {
        let judged_at = self
            .condition
            .as_ref()
            .and_then(|condition| condition.judged_at.as_ref());
        self.outdated = judged_at.and_then(|path| text_at(&changed.data, path));
        self
    }

    /// Whether the object's field has a value that shows that the condition will not be met.
    pub(crate) fn is_hopeless(&self, object: Option<&DynamicObject>) -> bool {
        let (Some(condition), Some(object)) = (&self.condition, object) else {
            return false;
        };
        let observed = text_at(&object.data, &condition.field);
        !self.is_outdated(condition, object) && observed.is_some_and(|value| condition.hopeless.contains(&value))
    }

    fn is_outdated(&self, condition: &Condition, object: &DynamicObject) -> bool {
        let judged_at = condition
            .judged_at
            .as_ref()
            .and_then(|path| text_at(&object.data, path));
        self.outdated.is_some() && self.outdated == judged_at
    }

    /// Judges the object's state.
    pub(crate) fn judge(&self, object: Option<&DynamicObject>) -> Observation<()> {
        let Some(object) = object else {
            return Observation::Pending("it does not exist".to_owned());
        };
        if let Some(condition) = &self.condition {
            if self.is_outdated(condition, object) {
                return Observation::Pending(format!("{} is from before its last change", condition.field));
            }
            return judge_condition(condition, &object.data);
        }
        let generation = object.metadata.generation.unwrap_or_default();
        if count(&object.data, "/status/observedGeneration") < generation {
            return Observation::Pending("its controller has not seen it yet".to_owned());
        }
        match self.object.kind.as_str() {
            "DaemonSet" => judge_daemon_set(&object.data),
            _ => judge_replicas(&object.data),
        }
    }
}

fn judge_condition(condition: &Condition, object: &Value) -> Observation<()> {
    let observed = text_at(object, &condition.field);
    if observed.as_deref() == Some(condition.equals.as_str()) {
        return Observation::Met(());
    }
    let why = condition
        .message
        .as_ref()
        .and_then(|path| text_at(object, path))
        .filter(|text| !text.is_empty());
    let observed = observed.unwrap_or_else(|| "nothing".to_owned());
    let why = why.map(|why| format!(" ({why})")).unwrap_or_default();
    Observation::Pending(format!(
        "{}: expected `{}`, observed `{observed}`{why}",
        condition.field, condition.equals
    ))
}

/// A Deployment or `StatefulSet`: every replica is of the newest template and available.
fn judge_replicas(object: &Value) -> Observation<()> {
    let wanted = object.pointer("/spec/replicas").and_then(Value::as_i64).unwrap_or(1);
    let (all, updated) = (
        count(object, "/status/replicas"),
        count(object, "/status/updatedReplicas"),
    );
    let available = count(object, "/status/availableReplicas");
    if wanted == updated && wanted == all && wanted == available {
        return Observation::Met(());
    }
    match failed_condition(object) {
        Some((kind, message)) if kind == "ProgressDeadlineExceeded" => Observation::Impossible(message),
        Some((_, message)) => {
            Observation::Pending(format!("{available} of {wanted} replicas are available: {message}"))
        }
        None => Observation::Pending(format!(
            "{available} of {wanted} replicas are available, {updated} updated, {all} in all"
        )),
    }
}

/// A `DaemonSet`: it runs on at least one node, and on every one that it should be on.
fn judge_daemon_set(object: &Value) -> Observation<()> {
    let wanted = count(object, "/status/desiredNumberScheduled");
    let updated = count(object, "/status/updatedNumberScheduled");
    let available = count(object, "/status/numberAvailable");
    if wanted > 0 && wanted == updated && wanted == available {
        return Observation::Met(());
    }
    Observation::Pending(format!(
        "{available} of {wanted} nodes have an available pod, {updated} an updated one"
    ))
}

/// The condition of a Deployment that says why it does not come: reason and message.
fn failed_condition(object: &Value) -> Option<(String, String)> {
    let conditions = object.pointer("/status/conditions")?.as_array()?;
    conditions.iter().find_map(|condition| {
        let field = |name: &str| condition.get(name).and_then(Value::as_str).unwrap_or_default();
        let failed = matches!(
            (field("type"), field("status")),
            ("Progressing", "False") | ("ReplicaFailure", "True")
        );
        failed.then(|| (field("reason").to_owned(), field("message").to_owned()))
    })
}

fn count(object: &Value, pointer: &str) -> i64 {
    object.pointer(pointer).and_then(Value::as_i64).unwrap_or_default()
}

/// The text of a field; numbers and booleans as they are written.
fn text_at(object: &Value, path: &str) -> Option<String> {
    let value = object.pointer(&format!("/{}", path.replace('.', "/")))?;
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Null => None,
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => Some(value.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(kind: &str, body: &Value) -> DynamicObject {
        let mut value = json!({"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "a", "generation": 2}});
        value.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        serde_json::from_value(value).unwrap()
    }

    fn judge(kind: &str, body: &Value) -> Observation<()> {
        let object = object(kind, body);
        Target::workload(crate::stack::object::reference_of(&object))
            .unwrap()
            .judge(Some(&object))
    }

    #[test]
    fn a_deployment_whose_newest_pods_all_are_available_is_ready() {
        let status = json!({"observedGeneration": 2, "replicas": 1, "updatedReplicas": 1, "availableReplicas": 1});
        assert_eq!(
            judge("Deployment", &json!({"spec": {"replicas": 1}, "status": status})),
            Observation::Met(())
        );
    }

    #[test]
    fn a_deployment_that_still_runs_an_old_pod_is_not_ready() {
        let status = json!({"observedGeneration": 2, "replicas": 2, "updatedReplicas": 1, "availableReplicas": 1});
        assert!(matches!(
            judge("Deployment", &json!({"spec": {"replicas": 1}, "status": status})),
            Observation::Pending(_)
        ));
    }

    #[test]
    fn a_status_of_an_older_generation_says_nothing() {
        let status = json!({"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "availableReplicas": 1});
        assert!(matches!(
            judge("Deployment", &json!({"spec": {"replicas": 1}, "status": status})),
            Observation::Pending(_)
        ));
    }

    #[test]
    fn a_daemon_set_that_no_node_wants_is_not_ready() {
        let status = json!({"observedGeneration": 2, "desiredNumberScheduled": 0, "numberAvailable": 0});
        assert!(matches!(
            judge("DaemonSet", &json!({"status": status})),
            Observation::Pending(_)
        ));
    }

    #[test]
    fn a_deployment_past_its_progress_deadline_cannot_become_ready() {
        let conditions =
            json!([{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded", "message": "m"}]);
        let status = json!({"observedGeneration": 2, "replicas": 1, "updatedReplicas": 1, "conditions": conditions});
        assert_eq!(
            judge("Deployment", &json!({"spec": {}, "status": status})),
            Observation::Impossible("m".to_owned())
        );
    }

    #[test]
    fn a_condition_shows_expected_observed_and_why() {
        let condition = Condition {
            api_version: "velero.io/v1".into(),
            kind: "BackupStorageLocation".into(),
            namespace: Some("velero".into()),
            name: "default".into(),
            field: "status.phase".into(),
            equals: "Available".into(),
            judged_at: Some("status.at".into()),
            hopeless: vec!["Unavailable".into()],
            message: Some("status.message".into()),
        };
        let status = json!({"status": {"phase": "Unavailable", "message": "no route"}});
        let observed = Target::condition(&condition).judge(Some(&object("BackupStorageLocation", &status)));
        let expected = "status.phase: expected `Available`, observed `Unavailable` (no route)";
        assert_eq!(observed, Observation::Pending(expected.to_owned()));
        let location = object("BackupStorageLocation", &json!({"status": {"phase": "Unavailable"}}));
        assert!(Target::condition(&condition).is_hopeless(Some(&location)));
        assert!(!Target::condition(&condition).is_hopeless(None));
    }

    #[test]
    fn what_an_object_says_from_before_its_change_is_not_believed() {
        let condition = Condition {
            api_version: "velero.io/v1".into(),
            kind: "BackupStorageLocation".into(),
            namespace: None,
            name: "default".into(),
            field: "status.phase".into(),
            equals: "Available".into(),
            judged_at: Some("status.at".into()),
            hopeless: vec!["Unavailable".into()],
            message: None,
        };
        let location =
            |phase: &str, at: u32| object("BackupStorageLocation", &json!({"status": {"phase": phase, "at": at}}));
        let target = Target::condition(&condition).since_change(&location("Available", 1));
        assert!(matches!(
            target.judge(Some(&location("Available", 1))),
            Observation::Pending(_)
        ));
        assert!(!target.is_hopeless(Some(&location("Unavailable", 1))));
        assert_eq!(target.judge(Some(&location("Available", 2))), Observation::Met(()));
        assert!(target.is_hopeless(Some(&location("Unavailable", 2))));
    }
}
