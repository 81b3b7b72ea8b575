//! Pure work on JSON merge patches (RFC 7386): the patch that takes one back, and whether one is in force.

use serde_json::{Map, Value};

/// The merge patch that puts back what `patch` changes of `original`.
pub(crate) fn inverse(original: &Value, patch: &Value) -> Value {
    let Value::Object(changes) = patch else {
        return original.clone();
    };
    let mut back = Map::new();
    for (key, change) in changes {
        let before = original.get(key).unwrap_or(&Value::Null);
        let undo = if change.is_object() && before.is_object() {
            inverse(before, change)
        } else {
            before.clone()
        };
        back.insert(key.clone(), undo);
    }
    Value::Object(back)
}

/// Whether an object is as `patch` asks: every leaf equal, every `null` absent.
pub(crate) fn is_in_force(object: &Value, patch: &Value) -> bool {
    match patch {
        Value::Object(changes) => changes.iter().all(|(key, change)| match object.get(key) {
            Some(now) => is_in_force(now, change),
            None => change.is_null(),
        }),
        Value::Null => object.is_null(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => object == patch,
    }
}

/// The dotted paths that a patch changes, such as `spec.replicas`; values are not in them.
pub(crate) fn paths(patch: &Value) -> Vec<String> {
    let Value::Object(changes) = patch else {
        return vec![String::new()];
    };
    let mut found = Vec::new();
    for (key, change) in changes {
        for below in paths(change) {
            found.push(if below.is_empty() {
                key.clone()
            } else {
                format!("{key}.{below}")
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_inverse_puts_back_changed_added_and_removed_fields() {
        let original = json!({ "spec": { "replicas": 1, "paused": true, "template": { "a": 1 } } });
        let patch = json!({ "spec": { "replicas": 0, "paused": null, "extra": { "b": 2 }, "template": { "a": 5 } } });
        let mut object = original.clone();
        json_patch::merge(&mut object, &patch);
        assert!(is_in_force(&object, &patch) && !is_in_force(&original, &patch));
        json_patch::merge(&mut object, &inverse(&original, &patch));
        assert_eq!(object, original);
    }

    #[test]
    fn paths_name_fields_and_no_values() {
        assert_eq!(
            paths(&json!({ "data": { "cloud": "topsecret" }, "type": "x" })),
            ["data.cloud", "type"]
        );
    }
}
