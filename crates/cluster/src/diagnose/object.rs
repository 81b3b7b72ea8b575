//! Objects as text for a bundle.

use serde::Serialize;
use serde_json::Value;

/// Objects as YAML documents, without the bookkeeping that nobody reads; values of Secrets as their sizes.
pub(super) fn as_yaml<K: Serialize>(objects: &[K]) -> String {
    let documents = objects.iter().map(|object| match serde_json::to_value(object) {
        Ok(mut value) => {
            clean(&mut value);
            serde_saphyr::to_string(&value).unwrap_or_else(|error| format!("# cannot be written: {error}\n"))
        }
        Err(error) => format!("# cannot be written: {error}\n"),
    });
    documents.collect::<Vec<_>>().join("---\n")
}

fn clean(value: &mut Value) {
    let is_secret = value.get("kind").and_then(Value::as_str) == Some("Secret");
    if let Some(metadata) = value.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.remove("managedFields");
        if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
            annotations.remove("kubectl.kubernetes.io/last-applied-configuration");
        }
    }
    if is_secret {
        for key in ["data", "stringData"] {
            for entry in value
                .get_mut(key)
                .and_then(Value::as_object_mut)
                .into_iter()
                .flat_map(|map| map.values_mut())
            {
                *entry = Value::String(format!(
                    "[redacted, {} characters]",
                    entry.as_str().unwrap_or_default().len()
                ));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_secret_shows_its_keys_and_no_value() {
        let annotation = json!({ "kubectl.kubernetes.io/last-applied-configuration": "planted" });
        let metadata = json!({ "name": "s", "annotations": annotation, "managedFields": [{ "manager": "m" }] });
        let secret = json!({ "apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": { "cloud": "planted" }, "stringData": { "a": "planted" } });
        let text = as_yaml(&[secret, json!({ "kind": "Pod", "spec": { "nodeName": "node-1" } })]);
        assert!(!text.contains("planted") && !text.contains("managedFields"), "{text}");
        assert!(
            text.contains("cloud:") && text.contains("[redacted, 7 characters]") && text.contains("nodeName: node-1"),
            "{text}"
        );
        assert_eq!(text.matches("---").count(), 1);
    }
}
