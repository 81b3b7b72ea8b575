//! Addresses of the objects that manifests hold.

use kube::{
    ResourceExt as _,
    core::{ApiResource, DynamicObject, GroupVersionKind},
};

use crate::ledger::ObjectRef;

/// The address of an object of a manifest. The kind's name in addresses is derived from it, which holds for every
/// kind that our manifests use.
pub(crate) fn reference_of(object: &DynamicObject) -> ObjectRef {
    let types = object.types.clone().unwrap_or_default();
    reference(
        &types.api_version,
        &types.kind,
        object.namespace().as_deref(),
        &object.name_any(),
    )
}

/// The address of an object by its kind.
pub(crate) fn reference(api_version: &str, kind: &str, namespace: Option<&str>, name: &str) -> ObjectRef {
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let resource = ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, kind));
    ObjectRef::of_resource(&resource, namespace, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_of_the_api_server() {
        assert_eq!(
            reference("storage.k8s.io/v1", "StorageClass", None, "a").plural,
            "storageclasses"
        );
        assert_eq!(reference("v1", "Namespace", None, "a").api_version, "v1");
        assert_eq!(
            reference("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", None, "a").group(),
            "rbac.authorization.k8s.io"
        );
    }
}
