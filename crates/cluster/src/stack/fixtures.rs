//! What must hold for every profile and manifest of the repository, without a cluster.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use kube::ResourceExt as _;
use serde_json::Value;

use super::{
    apply::{Stage, defined_groups},
    certificate::S3Identity,
    install::{StackContext, plan},
    module::Module,
    object::reference_of,
    part::{Part, Prepared, load},
    profile::Profile,
    ready::Target,
};

const PROFILES: [&str; 6] = ["reference", "gpl", "talos", "fast", "upstream", "operators"];
const CONTAINER_LISTS: [&str; 2] = ["containers", "initContainers"];
const KNOWN: [&str; 27] = [
    "apiextensions.k8s.io/v1 CustomResourceDefinition",
    "apps/v1 DaemonSet",
    "apps/v1 Deployment",
    "apps/v1 StatefulSet",
    "batch/v1 Job",
    "grafana.integreatly.org/v1beta1 Grafana",
    "grafana.integreatly.org/v1beta1 GrafanaDashboard",
    "grafana.integreatly.org/v1beta1 GrafanaDatasource",
    "monitoring.coreos.com/v1 Alertmanager",
    "monitoring.coreos.com/v1 PodMonitor",
    "monitoring.coreos.com/v1 Prometheus",
    "monitoring.coreos.com/v1 PrometheusRule",
    "monitoring.coreos.com/v1 ServiceMonitor",
    "policy/v1 PodDisruptionBudget",
    "rbac.authorization.k8s.io/v1 ClusterRole",
    "rbac.authorization.k8s.io/v1 ClusterRoleBinding",
    "rbac.authorization.k8s.io/v1 Role",
    "rbac.authorization.k8s.io/v1 RoleBinding",
    "storage.k8s.io/v1 StorageClass",
    "v1 ConfigMap",
    "v1 Namespace",
    "v1 PersistentVolumeClaim",
    "v1 Secret",
    "v1 Service",
    "v1 ServiceAccount",
    "velero.io/v1 BackupStorageLocation",
    "velero.io/v1 Schedule",
];

pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Calls `check` with the parts of every profile, for one node and for three.
pub(super) fn each_profile(check: impl Fn(&Profile, &[Part<'_>])) {
    let context = StackContext {
        fixtures: root().join("fixtures"),
        sops: None,
    };
    for name in PROFILES {
        let profile = Profile::load(&context.fixtures, name).unwrap();
        let identity = S3Identity::create(&profile.s3).unwrap();
        for nodes in [1, 3] {
            let parts = load(&profile, &context, &identity, nodes, &Prepared::default()).unwrap();
            check(&profile, &parts);
        }
    }
}

/// Calls `check` with the name of every object that runs pods and its pod's specification.
fn each_pod(parts: &[Part<'_>], check: impl Fn(&str, &Value)) {
    let mut examined = 0;
    for object in parts.iter().flat_map(|part| &part.manifests.objects) {
        if let Some(pod) = object
            .data
            .pointer("/spec/template/spec")
            .filter(|pod| pod.get("containers").is_some())
        {
            check(&reference_of(object).to_string(), pod);
            examined += 1;
        }
    }
    assert!(examined >= 3, "only {examined} objects run pods");
}

#[test]
fn every_object_is_of_a_known_kind_and_labelled() {
    each_profile(|profile, parts| {
        for object in parts.iter().flat_map(|part| &part.manifests.objects) {
            let reference = reference_of(object);
            let kind = format!("{} {}", reference.api_version, reference.kind);
            assert!(
                KNOWN.contains(&kind.as_str()),
                "{}: {reference} is a {kind}",
                profile.name
            );
            assert_eq!(
                object.labels().get("app.kubernetes.io/managed-by").map(String::as_str),
                Some("shall"),
                "{reference}"
            );
        }
    });
}

#[test]
fn every_kind_of_our_own_is_defined_by_the_stack() {
    each_profile(|_, parts| {
        let groups = defined_groups(parts.iter().flat_map(|part| &part.manifests.objects));
        let of_velero = |part: &&Part<'_>| part.component.name == "velero";
        let velero = parts.iter().find(of_velero).unwrap();
        assert_eq!(velero.stage(Stage::Custom, &groups).len(), 2);
        assert_eq!(velero.stage(Stage::Definition, &groups).len(), 13);
    });
}

#[test]
fn every_image_has_a_tag_that_does_not_move_and_is_not_pulled_again() {
    each_profile(|_, parts| {
        for image in parts.iter().flat_map(|part| part.manifests.images()) {
            let tag = image
                .rsplit_once('/')
                .and_then(|(_, name)| name.split_once(':'))
                .map(|(_, tag)| tag);
            assert!(tag.is_some_and(|tag| tag != "latest"), "{image}");
        }
        each_pod(parts, |name, pod| {
            for container in CONTAINER_LISTS
                .iter()
                .filter_map(|list| pod.get(list)?.as_array())
                .flatten()
            {
                assert_eq!(container["imagePullPolicy"], "IfNotPresent", "{name}");
            }
        });
    });
}

#[test]
fn every_long_running_container_has_a_readiness_or_liveness_probe_and_memory_limits() {
    each_profile(|_, parts| {
        each_pod(parts, |name, pod| {
            for container in pod["containers"].as_array().unwrap() {
                assert!(
                    container.pointer("/resources/limits/memory").is_some(),
                    "{name}: no memory limit"
                );
                let has_probe = container
                    .get("readinessProbe")
                    .or_else(|| container.get("livenessProbe"))
                    .is_some();
                // Version 0.0.30 of local-path-provisioner has no endpoint to ask; its patch.yaml says so.
                let is_exempt = name.contains("local-path-provisioner") || pod["restartPolicy"] == "OnFailure";
                assert!(has_probe || is_exempt, "{name}: no probe");
            }
        });
    });
}

#[test]
fn images_are_those_that_the_profile_names() {
    let recipes = recipes();
    each_profile(|_, parts| {
        for part in parts {
            let named = part
                .component
                .images
                .iter()
                .map(|image| reference_named(image, &recipes));
            let expected: BTreeSet<String> = named.collect();
            let observed: BTreeSet<String> = part.manifests.images().into_iter().collect();
            assert_eq!(observed, expected, "images of component `{}`", part.component.name);
        }
    });
}

/// The full reference of an image that a profile names: as it stands, or from its recipe.
fn reference_named(image: &str, recipes: &BTreeMap<String, String>) -> String {
    if image.contains('/') {
        return image.to_owned();
    }
    recipes
        .get(image)
        .unwrap_or_else(|| panic!("no recipe of `kind/images` makes image `{image}`"))
        .clone()
}

/// The first reference of every image that the recipes make, by the image's name. `{version}` is the recipe's version,
/// or that of its module in `go.mod`; an image's own source goes before its recipe's.
fn recipes() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for folder in fs::read_dir(root().join("kind/images")).unwrap() {
        let folder = folder.unwrap().path();
        let Ok(text) = fs::read_to_string(folder.join("image.toml")) else {
            continue;
        };
        let recipe: toml::Table = text.parse().unwrap();
        let modules = fs::read_to_string(folder.join("go.mod")).unwrap_or_default();
        for image in recipe
            .get("image")
            .and_then(toml::Value::as_array)
            .into_iter()
            .flatten()
        {
            let reference = image["references"][0].as_str().unwrap();
            let field = |key| image.get(key).or_else(|| recipe.get(key)).and_then(toml::Value::as_str);
            let version = image
                .get("version")
                .or_else(|| recipe.get("version"))
                .and_then(toml::Value::as_str);
            let version = version
                .or_else(|| version_of(&modules, field("source")?))
                .unwrap_or_default();
            found.insert(
                image["name"].as_str().unwrap().to_owned(),
                reference
                    .replace("{version}", version)
                    .replace("{number}", version.trim_start_matches('v')),
            );
        }
    }
    found
}

/// The version at which a `go.mod` requires a module.
fn version_of<'a>(modules: &'a str, module: &str) -> Option<&'a str> {
    let mut lines = modules.lines().map(|line| line.trim().trim_start_matches("require "));
    lines.find_map(|line| line.strip_prefix(module)?.strip_prefix(' ')?.split_whitespace().next())
}

#[test]
fn every_namespace_that_is_used_is_made() {
    each_profile(|_, parts| {
        let objects = || parts.iter().flat_map(|part| &part.manifests.objects);
        let made: BTreeSet<String> = objects()
            .filter(|object| reference_of(object).kind == "Namespace")
            .map(kube::ResourceExt::name_any)
            .collect();
        for object in objects() {
            assert!(
                object.namespace().is_none_or(|namespace| made.contains(&namespace)),
                "{}",
                reference_of(object)
            );
        }
    });
}

#[test]
fn every_workload_selects_its_own_pods() {
    each_profile(|_, parts| {
        for object in parts.iter().flat_map(|part| &part.manifests.objects) {
            if Target::workload(reference_of(object)).is_none() {
                continue;
            }
            let labels = |pointer| -> BTreeMap<String, String> {
                serde_json::from_value(object.data.pointer(pointer).cloned().unwrap_or_default()).unwrap()
            };
            let pod = labels("/spec/template/metadata/labels");
            for (key, value) in labels("/spec/selector/matchLabels") {
                assert_eq!(pod.get(&key), Some(&value), "{}", reference_of(object));
            }
        }
    });
}

#[test]
fn every_condition_is_about_an_object_of_its_component() {
    each_profile(|_, parts| {
        for part in parts {
            let own: Vec<_> = part.manifests.objects.iter().map(reference_of).collect();
            for condition in &part.component.ready {
                assert!(
                    own.contains(&Target::condition(condition).object),
                    "{}",
                    part.component.name
                );
            }
        }
    });
}

#[test]
fn one_class_is_the_default_and_its_volumes_are_not_host_paths() {
    each_profile(|profile, parts| {
        let classes = parts
            .iter()
            .flat_map(|part| &part.manifests.objects)
            .filter(|o| reference_of(o).kind == "StorageClass");
        let defaults: Vec<_> = classes
            .filter(|class| {
                class
                    .annotations()
                    .get("storageclass.kubernetes.io/is-default-class")
                    .is_some_and(|is| is == "true")
            })
            .collect();
        assert_eq!(defaults.len(), 1, "{}", profile.name);
        let annotations = defaults[0].annotations();
        let is_local = annotations.get("defaultVolumeType").is_some_and(|kind| kind == "local");
        let is_openebs = annotations
            .get("openebs.io/cas-type")
            .is_some_and(|kind| kind == "local");
        assert!(is_local || is_openebs, "{}", profile.name);
    });
}

#[test]
fn velero_speaks_tls_to_s3_and_trusts_its_ca_alone() {
    each_profile(|profile, parts| {
        let mut objects = parts.iter().flat_map(|part| &part.manifests.objects);
        let location = objects
            .find(|object| reference_of(object).kind == "BackupStorageLocation")
            .unwrap();
        let spec = &location.data["spec"];
        let url = format!("https://{}:{}", profile.s3.host(), profile.s3.port);
        assert_eq!(spec["config"]["s3Url"], url.as_str());
        assert!(spec["config"].get("insecureSkipTLSVerify").is_none());
        assert!(spec["objectStorage"]["caCert"].as_str().unwrap().len() > 400);
        // A Secret that a location names is copied to a file before every use, while a plugin may be reading it.
        assert!(spec.get("credential").is_none());
    });
}

#[test]
fn a_template_that_misspells_a_value_is_refused() {
    let profile = Profile::load(&root().join("fixtures"), "reference").unwrap();
    let identity = S3Identity::create(&profile.s3).unwrap();
    let parameters = BTreeMap::new();
    let values = super::values::Values {
        place: &profile.s3,
        host: profile.s3.host(),
        identity: &identity,
        parameters: &parameters,
        nodes: 1,
    };
    assert!(values.render("{{ place.bucket }}").is_ok());
    assert!(values.render("{{ place.bukcet }}").is_err());
}

#[test]
fn every_module_is_pinned_by_a_sum() {
    let mut examined = 0;
    for folder in fs::read_dir(root().join("fixtures/stack")).unwrap() {
        if let Some((path, module)) = Module::of(&folder.unwrap().path()).unwrap() {
            assert!(module.version.starts_with('v'), "{}", path.display());
            let sum = module.sum.strip_prefix("h1:").unwrap();
            assert_eq!((sum.len(), sum.ends_with('=')), (44, true), "{}", path.display());
            assert!(!module.folders.is_empty(), "{}", path.display());
            examined += 1;
        }
    }
    assert_eq!(examined, 2);
}

#[tokio::test]
async fn the_plan_ends_with_the_namespaces_so_that_they_go_first() {
    let context = StackContext {
        fixtures: root().join("fixtures"),
        sops: None,
    };
    let profile = Profile::load(&context.fixtures, "reference").unwrap();
    let planned = plan(&profile, &context).await.unwrap();
    let last: Vec<&str> = planned[planned.len() - 5..]
        .iter()
        .map(|object| object.name.as_str())
        .collect();
    assert_eq!(last, ["local-path-storage", "s3", "velero", "monitoring", "dns"]);
    assert!(planned.iter().all(|object| object.namespace.is_none()));
}
