//! A difference between upstream's manifest and what is applied: [`Patch`], read from a component's `patch.yaml`.

use kube::core::DynamicObject;
use serde::Deserialize;
use serde_json::Value;

use super::{manifest::ManifestError, object::reference_of};

/// One difference to upstream's manifest, with its reason; reported with every run.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Patch {
    /// What differs and why, one sentence.
    pub note: String,
    /// The object that is changed; `None` for a note about what cannot be written as operations.
    pub target: Option<Target>,
    /// RFC 6902 operations, applied in order.
    #[serde(default)]
    pub operations: Vec<Value>,
}

/// Kind and name of the object that a patch changes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Kind.
    pub kind: String,
    /// Name.
    pub name: String,
}

impl Patch {
    /// Changes its target among the objects.
    ///
    /// # Errors
    ///
    /// When no object is the target, or an operation does not fit it.
    pub fn apply(&self, file: &str, objects: &mut [DynamicObject]) -> Result<(), ManifestError> {
        let Some(target) = &self.target else { return Ok(()) };
        let fault = |fault: String| ManifestError::Patch {
            file: file.to_owned(),
            note: self.note.clone(),
            fault,
        };
        let is_target = |object: &DynamicObject| {
            let reference = reference_of(object);
            reference.kind == target.kind && reference.name == target.name
        };
        let object = objects
            .iter_mut()
            .find(|object| is_target(object))
            .ok_or_else(|| fault(format!("no {} `{}` in upstream's manifest", target.kind, target.name)))?;
        let operations: json_patch::Patch = serde_json::from_value(Value::Array(self.operations.clone()))
            .map_err(|error| fault(format!("not a list of RFC 6902 operations: {error}")))?;
        let mut value = serde_json::to_value(&*object).map_err(|error| fault(error.to_string()))?;
        json_patch::patch(&mut value, &operations).map_err(|error| fault(error.to_string()))?;
        *object = serde_json::from_value(value).map_err(|error| fault(error.to_string()))?;
        Ok(())
    }
}
