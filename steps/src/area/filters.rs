//! What a backup holds and what it leaves out, read from its objects in the bucket.

use std::{collections::BTreeMap, io::Read as _};

use cucumber::{gherkin::Step, then, when};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use shall_cluster::velero::BackupSpec;

use super::namespace::CONFIG_MAP;
use crate::{StepError, World, wait::check_seen};

#[when("what carries the scenario's label is backed up but for the second namespace")]
async fn all_but_the_second_is_backed_up(world: &mut World) -> Result<(), StepError> {
    // Velero refuses a namespace that is both included and excluded, so the scenario's label chooses what is included.
    let selector = LabelSelector {
        match_labels: Some(world.scope.labels()),
        ..LabelSelector::default()
    };
    let excluded_namespaces = world.namespaces.iter().skip(1).cloned().collect();
    let spec = BackupSpec {
        excluded_namespaces,
        label_selector: Some(selector),
        ..BackupSpec::default()
    };
    world.start_backup(spec).await
}

#[then("the backup holds the config map of the first namespace")]
async fn backup_holds_the_config_map(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let recorder = world.at(step);
    let name = world.backup()?.name.clone();
    let seen = world
        .velero()
        .await_backup(&name, std::time::Duration::from_mins(5))
        .await;
    check_seen(&recorder, &format!("backup {name}"), "Completed without errors", seen)?;
    let resources = resources_of(world, &name).await?;
    let expected = format!("{}/{CONFIG_MAP}", world.namespace().await?);
    let maps = resources.get("v1/ConfigMap").cloned().unwrap_or_default();
    recorder.note(format!("config maps: {}", maps.join(", ")));
    recorder.check(
        "config maps in the backup",
        &expected,
        maps.join(", "),
        maps.contains(&expected),
        maps.len(),
    )
}

#[then("the backup holds no object of the second namespace")]
async fn backup_holds_nothing_of_the_second(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let name = world.backup()?.name.clone();
    let second = world.namespaces.get(1).cloned().ok_or(StepError::Missing {
        what: "second namespace",
    })?;
    let resources = resources_of(world, &name).await?;
    let all: Vec<&String> = resources.values().flatten().collect();
    let recorder = world.at(step);
    if all.iter().any(|object| **object == second) {
        // With a label selector Velero takes the Namespace itself, which is an object of the cluster.
        recorder.note(format!(
            "the Namespace {second} itself is in the backup, none of what it holds"
        ));
    }
    let of_second = all
        .iter()
        .filter(|object| object.starts_with(&format!("{second}/")))
        .count();
    let observed = format!("{of_second} of {} objects", all.len());
    recorder.check(
        "objects of the second namespace in the backup",
        "0",
        observed,
        of_second == 0,
        all.len(),
    )
}

/// `apiVersion/Kind` → `namespace/name` of everything in a backup: its resource list in the bucket.
async fn resources_of(world: &World, backup: &str) -> Result<BTreeMap<String, Vec<String>>, StepError> {
    let key = format!("backups/{backup}/{backup}-resource-list.json.gz");
    let bytes = world
        .s3()
        .await?
        .get(&world.run.s3.bucket, &key)
        .await
        .map_err(StepError::errored("read the resource list"))?;
    let mut text = String::new();
    let unzipped = flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text);
    unzipped.map_err(StepError::errored("unzip the resource list"))?;
    serde_json::from_str(&text).map_err(StepError::errored("read the resource list"))
}
