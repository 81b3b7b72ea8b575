//! What components use.

use std::time::Duration;

use cucumber::{gherkin::Step, then, when};
use shall_cluster::stats::{PodMemory, memory_of_pods};
use shall_spec::Unit;

use super::components::STORAGE;
use crate::{StepError, World, budget::Measured};

/// Metric key of the memory that a pod uses.
const MEMORY: &str = "memory-working-set";
/// How often memory is sampled while the component works; the kubelet refreshes about every 10 s.
const PERIOD: Duration = Duration::from_secs(2);

#[when("five more claims of the default storage class are provisioned")]
async fn five_more_claims_are_provisioned(world: &mut World) -> Result<(), StepError> {
    let client = world.run.clients.patient.clone();
    let sampling = tokio::spawn(sample(client));
    for _ in 0..5 {
        world.mount(None).await?;
    }
    world.await_pods().await?;
    world.seen.memory = sampling.await.map_err(StepError::errored("sample memory"))??;
    Ok(())
}

/// The highest working set of each provisioner pod over 24 s, longer than two of the kubelet's refreshes.
async fn sample(client: kube::Client) -> Result<Vec<PodMemory>, StepError> {
    let mut ticks = tokio::time::interval(PERIOD);
    let mut highest: Vec<PodMemory> = Vec::new();
    for _ in 0..12 {
        ticks.tick().await;
        for pod in memory_of_pods(&client, STORAGE).await.map_err(StepError::errored("read the kubelet's statistics"))? {
            match highest.iter_mut().find(|known| known.pod == pod.pod) {
                Some(known) => {
                    known.samples += 1;
                    known.working_set_bytes = known.working_set_bytes.max(pod.working_set_bytes);
                }
                None => highest.push(pod),
            }
        }
    }
    // Helper pods of a single claim come and go; the provisioner is there in every sample.
    highest.retain(|pod| pod.samples >= 10);
    Ok(highest)
}

#[then("the working set of each provisioner pod stays within its budget")]
#[expect(clippy::cast_precision_loss, reason = "memory below 2^52 bytes is exact in f64")]
fn working_set_stays_within_its_budget(world: &mut World, #[step] step: &Step) -> Result<(), StepError> {
    let recorder = world.at(step);
    if world.seen.memory.is_empty() {
        return Err(StepError::Missing { what: "provisioner pod in every sample" });
    }
    for pod in &world.seen.memory {
        let highest = pod.working_set_bytes as f64 / (1024.0 * 1024.0);
        recorder.note(format!("{}: {highest:.1} MiB at most in {} samples", pod.pod, pod.samples));
        let measured = Measured {
            lower: highest,
            upper: highest,
            unit: Unit::Mebibyte,
            from: "first sample (kubelet)".to_owned(),
            to: "last sample (kubelet)".to_owned(),
            bound: format!("highest of {} samples every {PERIOD:?}; a peak between two is not seen", pod.samples),
        };
        world.within_budget(&recorder, MEMORY, measured)?;
    }
    Ok(())
}
