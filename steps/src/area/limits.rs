//! What components use.

use std::time::Duration;

use cucumber::{gherkin::Step, then, when};
use shall_cluster::stats::MemorySampler;
use shall_spec::Unit;

use super::components::STORAGE;
use crate::{StepError, World, budget::Measured};

/// Metric key of the memory that a pod uses.
const MEMORY: &str = "memory-working-set";
/// How often memory is sampled while the component works; the kubelet refreshes about every 10 s.
const PERIOD: Duration = Duration::from_secs(2);
/// So many different samples of the kubelet, of which all but the first are surely taken while the component works.
const SAMPLES: usize = 3;
/// How long they may take.
const SAMPLED: Duration = Duration::from_secs(90);

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
#[expect(clippy::cast_precision_loss, reason = "memory below 2^52 bytes is exact in f64")]
fn working_set_stays_within_its_budget(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let recorder = world.at(step);
    if world.seen.memory.is_empty() {
        return Err(StepError::Missing {
            what: "provisioner pod in every sample",
        });
    }
    for set in &world.seen.memory {
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
            from: "first sample (kubelet)".to_owned(),
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
