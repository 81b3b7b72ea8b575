//! What components use.

use std::time::Duration;

use cucumber::{gherkin::Step, then, when};
use shall_cluster::{
    client::Clients,
    stats::{MemorySampler, WorkingSet},
};
use shall_spec::Unit;

use super::components::{PROVISIONER, STORAGE};
use crate::{StepError, World, budget::Measured};

/// Metric key of the memory that a pod uses.
const MEMORY: &str = "memory-working-set";
/// How often memory is sampled while the component works; the kubelet refreshes about every 10 s.
const PERIOD: Duration = Duration::from_secs(2);
/// How often it is sampled over the run.
const OVER_THE_RUN: Duration = Duration::from_secs(10);
/// So many different samples of the kubelet, of which all but the first are surely taken while the component works.
const SAMPLES: usize = 3;
/// How long they may take.
const SAMPLED: Duration = Duration::from_secs(90);

/// Begins to sample the memory of the storage component's pods, for as long as the sampler is kept.
#[must_use]
pub fn sample_memory(clients: &Clients) -> MemorySampler {
    MemorySampler::start(clients.patient.clone(), vec![STORAGE.to_owned()], OVER_THE_RUN)
}

#[when("five more claims of the default storage class are provisioned")]
async fn five_more_claims_are_provisioned(world: &mut World) -> Result<(), StepError> {
    let sampler = MemorySampler::start(world.run.clients.patient.clone(), vec![STORAGE.to_owned()], PERIOD);
    for _ in 0..5 {
        world.mount(None).await?;
    }
    world.await_pods().await?;
    let measured = sampler.finish(SAMPLES, SAMPLED).await;
    world.seen.memory = measured.map_err(StepError::errored("read the kubelet's statistics"))?;
    Ok(())
}

#[then("the working set of each provisioner pod stays within its budget")]
fn working_set_stays_within_its_budget(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    if world.seen.memory.is_empty() {
        return Err(StepError::Missing {
            what: "provisioner pod in every sample",
        });
    }
    memory_within_budget(
        world,
        step,
        &world.seen.memory,
        "first sample of the scenario (kubelet)",
    )
}

#[then("it stayed within its budget since the run began")]
fn it_stayed_within_its_budget(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let mut sets = world.run.memory.working_sets();
    sets.retain(|set| set.container == PROVISIONER);
    if sets.is_empty() {
        return Err(StepError::Missing {
            what: "provisioner pod in the samples of the run",
        });
    }
    let gaps = world.run.memory.gaps();
    if !gaps.is_empty() {
        world
            .at(step)
            .note(format!("samples that could not be taken: {}", gaps.join("; ")));
    }
    memory_within_budget(world, step, &sets, "first sample of the run (kubelet)")
}

#[expect(clippy::cast_precision_loss, reason = "memory below 2^52 bytes is exact in f64")]
fn memory_within_budget(world: &World, step: &Step, sets: &[WorkingSet], from: &str) -> Result<(), StepError> {
    let recorder = world.at(step);
    for set in sets {
        let highest = set.highest as f64 / (1024.0 * 1024.0);
        let limit = set
            .limit
            .map_or("no limit".to_owned(), |limit| format!("limit {} MiB", limit >> 20));
        recorder.note(format!(
            "{} {}: {highest:.1} MiB at most, {limit}",
            set.pod, set.container
        ));
        let measured = Measured {
            lower: highest,
            upper: highest,
            unit: Unit::Mebibyte,
            from: from.to_owned(),
            to: "last sample (kubelet)".to_owned(),
            bound: format!(
                "highest of {} samples of the kubelet; a peak between two is not seen",
                set.samples
            ),
        };
        world.within_budget(&recorder, MEMORY, measured)?;
    }
    Ok(())
}
