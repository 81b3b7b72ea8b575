//! What must hold for the components that observe the stack, without a cluster.

use serde_json::Value;

use super::{
    certificate::S3Identity,
    fixtures::{each_profile, root},
    install::StackContext,
    object::reference_of,
    part::{Part, Prepared, load},
    profile::Profile,
};

#[test]
fn replicas_that_keep_apart_are_as_many_as_the_nodes_allow() {
    let context = StackContext {
        fixtures: root().join("fixtures"),
        sops: None,
    };
    let profile = Profile::load(&context.fixtures, "reference").unwrap();
    let identity = S3Identity::create(&profile.s3).unwrap();
    for (nodes, replicas) in [(1, 1), (2, 1), (3, 3), (5, 3)] {
        let parts = load(&profile, &context, &identity, nodes, &Prepared::default()).unwrap();
        let of_alertmanager = |part: &&Part<'_>| part.component.name == "alertmanager";
        let objects = &parts.iter().find(of_alertmanager).unwrap().manifests.objects;
        let of_kind = |kind: &str| {
            objects
                .iter()
                .filter(|object| reference_of(object).kind == kind)
                .count()
        };
        let set = objects
            .iter()
            .find(|object| reference_of(object).kind == "StatefulSet")
            .unwrap();
        assert_eq!(set.data["spec"]["replicas"], replicas, "{nodes} nodes");
        assert_eq!(
            of_kind("PodDisruptionBudget"),
            usize::from(replicas > 1),
            "{nodes} nodes"
        );
        let text = set.data.to_string();
        assert_eq!(
            text.matches("--cluster.peer=").count(),
            if replicas > 1 { 3 } else { 0 }
        );
    }
}

#[test]
fn configuration_files_of_the_stack_are_yaml() {
    each_profile(|_, parts| {
        let mut examined = 0;
        for object in parts.iter().flat_map(|part| &part.manifests.objects) {
            let data = object.data.get("data").and_then(Value::as_object);
            for (name, text) in data
                .into_iter()
                .flatten()
                .filter(|_| reference_of(object).kind == "ConfigMap")
            {
                if name
                    .rsplit_once('.')
                    .is_some_and(|(_, kind)| ["yaml", "yml"].contains(&kind))
                {
                    let parsed: Result<Value, _> = serde_saphyr::from_str(text.as_str().unwrap());
                    assert!(
                        parsed.is_ok_and(|value| value.is_object()),
                        "{} {name}",
                        reference_of(object)
                    );
                    examined += 1;
                }
            }
        }
        let observes = parts.iter().any(|part| part.component.name == "prometheus");
        assert!(examined >= 4 || !observes, "only {examined} configuration files");
    });
}
