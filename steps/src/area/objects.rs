//! The S3 server itself.

use std::collections::BTreeSet;

use cucumber::{gherkin::Step, then, when};
use kube::api::ListParams;
use shall_cluster::{ledger::Entry, velero::BackupStorageLocation};

use crate::{StepError, World};

#[when("the buckets of the S3 service are asked for")]
async fn buckets_are_asked_for(world: &mut World) -> Result<(), StepError> {
    world.seen.buckets = world
        .s3()
        .await?
        .buckets()
        .await
        .map_err(StepError::errored("list the buckets"))?;
    Ok(())
}

#[then("there is a bucket for each component that stores objects")]
async fn bucket_for_each_component(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let locations = world
        .velero()
        .api::<BackupStorageLocation>()
        .list(&ListParams::default())
        .await;
    let locations = locations.map_err(StepError::errored("list the storage locations"))?;
    let wanted: BTreeSet<String> = locations
        .iter()
        .filter_map(|location| location.spec.object_storage.get("bucket").cloned())
        .collect();
    let missing: Vec<&String> = wanted
        .iter()
        .filter(|bucket| !world.seen.buckets.contains(bucket))
        .collect();
    let recorder = world.at(step);
    recorder.note(format!("buckets: {}", world.seen.buckets.join(", ")));
    let expected = wanted.iter().cloned().collect::<Vec<_>>().join(", ");
    let met = !wanted.is_empty() && missing.is_empty();
    recorder.check(
        "buckets that components name",
        expected,
        world.seen.buckets.join(", "),
        met,
        wanted.len(),
    )
}

#[when(expr = "an object of {int} MiB is stored")]
async fn object_is_stored(world: &mut World, mebibytes: u32) -> Result<(), StepError> {
    let key = format!("{}/object", world.scope.name("objects"));
    let prefix = format!("{}/", world.scope.name("objects"));
    let nonce = world.scope.name("content").into_bytes();
    let content: Vec<u8> = nonce
        .iter()
        .copied()
        .cycle()
        .take(mebibytes as usize * 1024 * 1024)
        .collect();
    let id = world.intend(Entry::S3Prefix {
        bucket: world.run.s3.bucket.clone(),
        prefix,
    })?;
    let s3 = world.s3().await?;
    s3.put(&world.run.s3.bucket, &key, content.clone())
        .await
        .map_err(StepError::errored("store an object"))?;
    world.confirm(id, None)?;
    world.seen.object = Some((key, content));
    Ok(())
}

#[then("the same bytes come back")]
async fn same_bytes_come_back(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let (key, stored) = world
        .seen
        .object
        .clone()
        .ok_or(StepError::Missing { what: "stored object" })?;
    let read = world
        .s3()
        .await?
        .get(&world.run.s3.bucket, &key)
        .await
        .map_err(StepError::errored("read the object"))?;
    let same = stored.iter().zip(&read).filter(|(a, b)| a == b).count();
    let met = stored == read;
    let observed = format!("{} bytes, {same} of them equal", read.len());
    world.at(step).check(
        "content of the object",
        format!("{} equal bytes", stored.len()),
        observed,
        met,
        read.len(),
    )
}
